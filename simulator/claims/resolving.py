"""Which ground sample distance suffices for what, and what a lens resolves from an orbit."""

from __future__ import annotations

import numpy as np

from simulator.claims.bounds import greatest
from simulator.claims.check_tables import orbit_at_its_epoch
from simulator.claims.checks import OpticsCheck, ResolutionCheck
from simulator.claims.element_histories import mean_km
from simulator.claims.timed_passes import called
from simulator.claims.verdicts import (
    CONFIRMED,
    NEEDS,
    POSSIBLE,
    REFUTED,
    Finding,
    Quantity,
)
from simulator.imaging import niirs_giqe5
from simulator.scenario import Need
from simulator.study import validated
from simulator.text import number

_FINEST_M, _COARSEST_M = 0.01, 1_000.0
# A point of light falls into a disc of so many wavelengths by focal ratio (Rayleigh).
_RAYLEIGH = 1.22


def check_resolution(check: ResolutionCheck) -> Finding:
    """Return for which of some needs a ground sample distance suffices, looking straight down."""
    coarsest = {need: coarsest_m(need) for need in check.needs}
    quantities = tuple(
        Quantity(f"{called(need, 'needs')}: coarsest", value, "m")
        for need, value in coarsest.items()
    )
    enough = [need for need, value in coarsest.items() if value >= check.gsd_m]
    count, whole = len(enough), len(coarsest)
    level = f"{check.gsd_m:g} m"
    if check.says == "suffices":
        if count == whole:
            return Finding(CONFIRMED, f"{level} suffices for all {whole} tasks", quantities)
        sentence = (
            f"Needs {number(min(coarsest.values()))} m; {level} suffices for {count} of {whole}"
        )
        return Finding(NEEDS if count else REFUTED, sentence, quantities)
    # Said to be needed: what is coarser must not do.
    finer = [need for need, value in coarsest.items() if value <= check.gsd_m]
    sentence = f"{len(finer)} of {whole} tasks need {level} or finer{_without(finer, coarsest)}"
    verdict = CONFIRMED if len(finer) == whole else POSSIBLE if finer else REFUTED
    return Finding(verdict, sentence, quantities)


def _without(finer: list[str], coarsest: dict[str, float]) -> str:
    others = [need for need in coarsest if need not in finer]
    if not others:
        return ""
    named = ", ".join(called(need, "needs").lower() for need in others[:4])
    more = f" and {len(others) - 4} more" if len(others) > 4 else ""
    return f"; not: {named}{more}"


def coarsest_m(need: str) -> float:
    """Return the coarsest ground sample distance that suffices for a need, at nadir, metres.

    By GIQE 5 with its assumed optics and light, as looks are judged; NaN for none.
    """
    table = validated(Need, {"catalog": need}, f"need '{need}': ")
    level = table.niirs
    if level is None:
        return float("nan")
    log = greatest(
        lambda exponent: bool(niirs_giqe5(10.0**exponent) >= level),
        float(np.log10(_FINEST_M)),
        float(np.log10(_COARSEST_M)),
        within=1e-5,
    )
    return float(10.0**log)


def check_optics(check: OpticsCheck) -> Finding:
    """Return which focal length and aperture a ground sample distance takes.

    One pixel of size p at focal length f covers p h / f from a height h; a lens of diameter D
    tells apart 1.22 wavelengths h / D.
    """
    height_m = 1e3 * mean_km(orbit_at_its_epoch(check.orbit, check.changes))
    low_mm, high_mm = (
        1e-3 * size * height_m / check.gsd_m for size in (check.pixel_um_low, check.pixel_um_high)
    )
    aperture_mm = 1e-3 * _RAYLEIGH * check.wavelength_um * height_m / check.gsd_m
    finest = [
        1e-3 * size * height_m / check.focal_length_mm
        for size in (check.pixel_um_low, check.pixel_um_high)
    ]
    middle_mm = 0.5 * (low_mm + high_mm)
    quantities = (
        Quantity("height", height_m / 1e3, "km"),
        Quantity("focal length needed", middle_mm, "mm", low_mm, high_mm),
        Quantity("aperture needed", aperture_mm, "mm"),
        Quantity(
            f"finest with {check.focal_length_mm:g} mm", sum(finest) / 2.0, "m", *sorted(finest)
        ),
    )
    lens = f"a focal length of {low_mm:.0f} to {high_mm:.0f} mm"
    need = f"{lens} and an aperture of {aperture_mm:.0f} mm"
    own = f"{check.focal_length_mm:g} mm assumed at most"
    if check.focal_length_mm >= low_mm:
        sentence = f"{check.gsd_m:g} m from {height_m / 1e3:.0f} km takes {need} ({own})"
        return Finding(POSSIBLE, sentence, quantities)
    sentence = (
        f"Needs {need}; {own} give {min(finest):.1f} to {max(finest):.1f} m from "
        f"{height_m / 1e3:.0f} km"
    )
    return Finding(NEEDS, sentence, quantities)
