"""The register of all drawings of a run, and the ways to make one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from matplotlib.figure import Figure

from simulator.errors import InputError, nearest_hint
from simulator.maps import cellmaps, charts, networkmaps, page, stripmaps, timeline
from simulator.maps.chains import actionable
from simulator.maps.ground_track import ground_track
from simulator.maps.page import Choice
from simulator.results import Results


def draw(
    results: Results,
    name: str,
    out: Path | str,
    *,
    region: str | None = None,
    day: date | None = None,
    dpi: int = page.FILE_DPI,
    title: bool = True,
    projection: str | None = None,
    extent_deg: tuple[float, float, float, float] | None = None,
) -> Path:
    """Write one drawing of a run into a file, and return its path; same run, same bytes.

    The suffix of `out` chooses the format: .png, .svg or .pdf. The other options as in `drawing`.
    Raises InputError for an unknown name, region, projection or format, an extent that is no part
    of the Earth, and a day outside the run.
    """
    out = Path(out)
    _checked(name)
    page.checked_kind(out)
    drawn = drawing(
        results,
        name,
        region=region,
        day=day,
        title=title,
        projection=projection,
        extent_deg=extent_deg,
    )
    return page.save(drawn, out, dpi=dpi)


def drawing(
    results: Results,
    name: str,
    *,
    region: str | None = None,
    day: date | None = None,
    title: bool = True,
    projection: str | None = None,
    extent_deg: tuple[float, float, float, float] | None = None,
) -> Figure:
    """Return one drawing of a run, which a notebook shows by itself.

    `region` chooses the grid of a cell map, `day` (a date, UTC) the day of the timeline; without
    them the first is drawn. `title` is whether it has a heading. Maps show the `extent_deg` (west,
    south, east, north) in the `projection` (one of `PROJECTIONS`), without them what suits. Raises
    InputError for an unknown name, region or projection, for a region of a drawing that shows none,
    for a projection or an extent of one that is no map, and for a day outside the run.
    """
    build, _ = DRAWINGS[_checked(name)]
    if region is not None and name in _OF_THE_WHOLE_RUN:
        raise InputError(f"region: figure '{name}' is of the whole run; leave the region out")
    for option, value in (("projection", projection), ("extent", extent_deg)):
        if value is not None and name in _NO_MAPS:
            raise InputError(f"{option}: figure '{name}' is no map; leave the {option} out")
    choice = Choice(region, day, titled=title, projection=projection, extent_deg=extent_deg)
    with page.styled():
        return build(results, choice)


def _checked(name: str) -> str:
    if name not in DRAWINGS:
        raise InputError(f"figure: '{name}' is not a figure{nearest_hint(name, DRAWINGS)}")
    return name


def available(results: Results) -> list[str]:
    """Return the names of the drawings that a run has data for."""
    has = {
        "ground-track": len(results.tracks) > 0 or len(results.stations) > 0,
        "timeline": len(results.satellites) > 0 or len(results.networks) > 0,
        "latency": len(results.networks) > 0 and len(results.pictures) > 0,
        "networks": len(results.networks) > 0,
        "actionable": len(results.actionable) > 0,
        "revisit-clear": cellmaps.has_clear(results),
        "wait-median": cellmaps.has_draws(results),
        "wait-range": cellmaps.has_draws(results),
        "strips": stripmaps.has_strips(results),
        "age": networkmaps.has_maps(results, networkmaps.AGE),
        "age-difference": networkmaps.has_differences(results, networkmaps.AGE),
        "response": networkmaps.has_maps(results, networkmaps.RESPONSE),
        "response-difference": networkmaps.has_differences(results, networkmaps.RESPONSE),
    }
    return [name for name in DRAWINGS if has.get(name, bool(results.grids))]


def regions(results: Results, name: str) -> list[str]:
    """Return the regions that a drawing can be made of; none where it is not of a region."""
    if name in _OF_THE_WHOLE_RUN:
        return []
    if name == "strips":
        return list(dict.fromkeys(results.strip_edges["region"]))
    return list(results.grids)


# What a drawing takes beside the quickest, about; of two panels, of one map, or of the whole globe.
WORK = {
    "ground-track": 3.0,
    "strips": 2.0,
    "age": 1.5,
    "age-difference": 1.5,
    "response": 1.5,
    "response-difference": 1.5,
}

_NO_MAPS = frozenset({"timeline", "latency", "networks", "actionable"})
_OF_THE_WHOLE_RUN = _NO_MAPS | {"ground-track"}

DRAWINGS: dict[str, tuple[Callable[[Results, Choice], Figure], str]] = {
    "ground-track": (ground_track, "first day's tracks, fields of regard and contact circles"),
    "coverage": (cellmaps.coverage, "accesses per day by cell, and area seen against time"),
    "revisit-mean": (cellmaps.revisit_mean, "mean gap between accesses, by cell"),
    "revisit-max": (cellmaps.revisit_max, "longest gap between accesses, by cell"),
    "revisit-clear": (
        cellmaps.revisit_clear,
        "mean gap between accesses under a clear sky, by cell",
    ),
    "wait-median": (
        cellmaps.wait_median,
        "mean wait for an access by cell, median over draws of what nobody knows",
    ),
    "wait-range": (
        cellmaps.wait_range,
        "how far apart the ends of that wait's range over draws are, by cell",
    ),
    "strips": (stripmaps.strips, "strips that satellites image, by day"),
    "age": (networkmaps.age, "mean age of the newest picture at headquarters, by cell and network"),
    "age-difference": (
        networkmaps.age_difference,
        "how much younger than with the baseline, by cell",
    ),
    "response": (
        networkmaps.response,
        "mean time from request to picture at headquarters, by cell and network",
    ),
    "response-difference": (
        networkmaps.response_difference,
        "how much sooner than with the baseline a request is answered, by cell",
    ),
    "timeline": (timeline.timeline, "one day of accesses, contacts and deliveries"),
    "latency": (charts.latency, "share of pictures delivered within a time, by network"),
    "networks": (charts.networks, "contact time, latency and age of pictures, by network"),
    "actionable": (
        actionable,
        "chance that what stays in the open for so long is acted on in time, by link and network",
    ),
}
