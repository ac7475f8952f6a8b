"""What one orbit sees of some targets: the figures by which hours of a launch are told apart."""

from __future__ import annotations

import numpy as np

from simulator.access import satellite_positions
from simulator.arrays import BoolArray, FloatArray
from simulator.revisit import gap_statistics
from simulator.scenario import Satellite
from simulator.study import Flight, Study, Value, find_events
from simulator.units import HOUR_S

# Of an orbit, in the order in which tables have them.
HOUR_FIGURES = (
    "ltan_h",
    "looks_per_day",
    "lit_share",
    "sun_northbound_deg",
    "sun_southbound_deg",
    "accesses_per_day",
    "targets_seen",
    "revisit_mean_h",
    "revisit_max_h",
)
_A_MOMENT_S = 1.0


def hour_figures(study: Study) -> FloatArray:
    """Return HOUR_FIGURES (F,) of the one satellite of a study; NaN for what has no value.

    Looks are accesses whatever the light; accesses are in the light that the sensor needs. Figures
    of targets are means over all of them with equal weight, `revisit_max_h` the longest of any.
    """
    (flight,) = study.flights
    any_light = _in_any_light(study, flight)
    looks = find_events(any_light, for_tables=False).accesses.columns
    accesses = find_events(study, for_tables=False).accesses.columns
    targets, days = len(study.scenario.targets), study.span.days
    northward = _northward(any_light, looks["best_s"])
    rule = study.scenario.counting.revisit_rule
    gaps = [
        gap_statistics(_windows_s(accesses, number), study.span.duration_s, rule=rule)
        for number in range(targets)
    ]
    sun_deg = looks["sun_elevation_deg"]
    return np.array(
        [
            flight.elements.ltan_h,
            len(sun_deg) / targets / days,
            np.mean(_lit(flight.table, sun_deg)) if len(sun_deg) else np.nan,
            _median(sun_deg[northward]),
            _median(sun_deg[~northward]),
            len(accesses["start_s"]) / targets / days,
            sum(not each.never_seen for each in gaps),
            _mean([each.mean_s for each in gaps]) / HOUR_S,
            max((each.max_s for each in gaps if each.max_s is not None), default=np.nan) / HOUR_S,
        ],
        dtype=np.float64,
    )


def _in_any_light(study: Study, flight: Flight) -> Study:
    """Return the same study, on the same track, of a sensor that needs no light at the target."""
    no_light = {"min_sun_elevation_deg": None, "max_sun_elevation_deg": None}
    return study.seeing(flight.table.sensor.model_copy(update=no_light))


def _lit(table: Satellite, sun_deg: FloatArray) -> BoolArray:
    least, most = table.sensor.min_sun_elevation_deg, table.sensor.max_sun_elevation_deg
    lit = np.ones(len(sun_deg), dtype=np.bool_)
    if least is not None:
        lit &= sun_deg >= least
    if most is not None:
        lit &= sun_deg <= most
    return lit


def _northward(study: Study, at_s: FloatArray) -> BoolArray:
    """Return whether the satellite flies northward at instants (N,)."""
    path = study.tracks[0]
    around = [satellite_positions(path, at_s + step) for step in (-_A_MOMENT_S, _A_MOMENT_S)]
    before, after = (each[:, 2] for each in around)
    return np.asarray(after > before)


def _windows_s(columns: Value, target: int) -> FloatArray:
    own = columns["target"] == target
    return np.stack([columns["start_s"][own], columns["end_s"][own]], axis=1)


def _median(values: FloatArray) -> float:
    return float(np.median(values)) if len(values) else float("nan")


def _mean(values: list[float | None]) -> float:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else float("nan")
