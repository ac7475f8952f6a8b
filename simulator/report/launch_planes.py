"""A launch over the hours of its lift-off, as text: what the hour decides, then hour by hour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from simulator.report.listing import records, shown
from simulator.report.texttable import blocks, paragraph
from simulator.text import clock, days_words, duration, number, share

if TYPE_CHECKING:
    import pandas as pd

    from simulator.launches import LaunchHours

_WIDTH = 80
# What has so much of the most is as good.
_ALIKE = 0.98
# A degree of longitude of the insertion point turns the plane by as much, four minutes of local
# time; a degree of latitude is so much of every later pass.
MIN_PER_DEG, PASS_S_PER_DEG = 4.0, 15.0
_HEADS = (
    "Lift-off\nlocal",
    "Node\nLTAN",
    "Sun, looks\nnorthbound",
    "Sun, looks\nsouthbound",
    "Looks in\nlight",
    "Accesses\na day",
    "Places\nseen",
    "Revisit\nmean",
    "Revisit\nlongest",
)
_CELLS = (
    "sun_northbound_deg",
    "sun_southbound_deg",
    "lit_share",
    "accesses_per_day",
    "targets_seen",
    "revisit_mean_h",
    "revisit_max_h",
)


def launch_text(found: LaunchHours) -> str:
    """Return what each hour of a launch's lift-off gives."""
    parts = [paragraph(" ".join(_sentences(found)), columns=_WIDTH)]
    if len(found.window):
        parts.append(_window_block(found))
    rows = [*records(found.hours), *records(found.flown)]
    table = "\n".join(blocks(_HEADS, [_line(row) for row in rows], texts=2, columns=_WIDTH + 8))
    parts.append(f"{table}\nThe last line is the launch's own lift-off.")
    return "\n\n".join([*parts, paragraph(" ".join(_rules(found)), columns=_WIDTH)])


def launch_headline(hours: pd.DataFrame) -> str:
    """Return in one sentence which lift-offs give pictures and which give none, local clocks."""
    seen = [row["targets_seen"] > 0 for row in records(hours)]
    clocks = [str(each) for each in hours["liftoff_local"]]
    if not any(seen):
        return "No hour of lift-off gives the light that the sensor needs"
    often = hours["accesses_per_day"].to_numpy()
    most = f"{number(often.max())} accesses a day and place"
    best = ", ".join(_runs(clocks, list(often >= _ALIKE * often.max())))
    if all(seen):
        return f"Every hour of lift-off gives light, {best} the most: {most}"
    blind = ", ".join(_runs(clocks, [not each for each in seen]))
    return f"Lift-off at {best} gives the most, {most}; at {blind} none at all"


def _runs(clocks: Sequence[str], chosen: Sequence[bool]) -> Iterator[str]:
    """Yield runs of chosen clocks, as 06:00 to 07:00."""
    begin = None
    for place, yes in enumerate([*chosen, False]):
        if yes and begin is None:
            begin = place
        if not yes and begin is not None:
            end = place - 1
            yield clocks[begin] if end == begin else f"{clocks[begin]} to {clocks[end]}"
            begin = None


def _sentences(found: LaunchHours) -> Iterator[str]:
    own = records(found.flown)[0]
    yield (
        f"{found.name} lifted off at {own['liftoff_local']} local time, which sets the ascending "
        f"node to {own['ltan']}; an hour later turns it an hour."
    )
    yield f"{launch_headline(found.hours)}."
    if found.window_words and not len(found.window):
        yield f"What was notified, {found.window_words}, leaves the plane open."
    if found.longitude_sd_deg == found.longitude_sd_deg:
        yield (
            f"The insertion point is known to {found.latitude_sd_deg:g} degrees of latitude and "
            f"{found.longitude_sd_deg:g} of longitude (standard deviations): "
            f"{MIN_PER_DEG * found.longitude_sd_deg:.1f} min of the node's local time, "
            f"{PASS_S_PER_DEG * found.latitude_sd_deg:.0f} s of every pass."
        )


def _window_block(found: LaunchHours) -> str:
    heads = ("Figure", "median", "least", "greatest")
    words = {
        "ltan_h": "local time of the ascending node",
        "sun_northbound_deg": "sun at northbound looks, degrees",
        "sun_southbound_deg": "sun at southbound looks, degrees",
        "lit_share": "looks in light",
        "accesses_per_day": "accesses a day and place",
        "targets_seen": "places seen",
        "revisit_mean_h": "revisit, mean",
        "revisit_max_h": "revisit, longest",
    }
    body = [
        (
            words[row["figure"]],
            *(_cell(row["figure"], row[end]) for end in ("median", "low", "high")),
        )
        for row in records(found.window)
        if row["figure"] in words
    ]
    title = f"Over {found.window_words}, every minute of it alike:"
    return f"{title}\n\n" + "\n".join(blocks(heads, body, texts=1, columns=_WIDTH))


def _line(row: dict[Any, Any]) -> tuple[str, ...]:
    return (row["liftoff_local"], row["ltan"], *(_cell(name, row[name]) for name in _CELLS))


def _cell(name: str, value: float) -> str:
    if name == "ltan_h":
        return clock(value)
    if name == "lit_share":
        return share(value)
    if name.startswith("sun_"):
        return f"{value:.0f}" if value == value else "-"
    if name == "targets_seen":
        return f"{value:.0f}"
    return duration(value) if name.endswith("_h") else shown(name)(value)


def _rules(found: LaunchHours) -> Iterator[str]:
    light = (
        f"with the sun {found.least_sun_deg:g} degrees high or more"
        if found.least_sun_deg == found.least_sun_deg
        else "whatever the light"
    )
    yield (
        f"Over {days_words(found.days)} and {_places(len(found.targets))}, sensor {found.sensor}; "
        f"clocks {found.time_zone}. Looks are accesses whatever the light, accesses those {light}; "
        "the sun is the median over looks, in degrees. Revisits are means over places and the "
        "longest of any; a place never seen has the whole span."
    )


def _places(count: int) -> str:
    return f"{count} place{'' if count == 1 else 's'}"
