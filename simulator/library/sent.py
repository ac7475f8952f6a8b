"""When pictures are at headquarters, through a contact plan or the stations that make one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from simulator import delivery, study
from simulator.arrays import FloatArray
from simulator.delivery import Antennas, Deliveries, Pictures, Plan
from simulator.earth import Span
from simulator.errors import InputError
from simulator.library.asked import notes_of, question, told
from simulator.library.columns import Columns, columns_of
from simulator.library.instants import instant_of, span_given
from simulator.library.kinds import ColumnsLike, OrbitsLike, StationsLike, TimeLike
from simulator.library.links import offered_to
from simulator.network import deliver_pictures
from simulator.results import framed
from simulator.study import span_of_table
from simulator.timeliness import Delays, latency_delays
from simulator.units import DAY_S

_NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, eq=False)
class _Sent:
    """What became of pictures, and the names of the links that they came by."""

    deliveries: Deliveries
    delays: Delays
    links: Sequence[str]


def deliver(
    pictures: ColumnsLike,
    contacts: ColumnsLike | StationsLike,
    *,
    orbits: OrbitsLike | None = None,
    start: TimeLike | None = None,
    days: float | None = None,
    end: TimeLike | None = None,
    downlink_rate_mbps: float | None = None,
    recorder_gbit: float | None = None,
    antennas: int | Mapping[str, int] | None = None,
    min_elevation_deg: float | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Return when each picture is at headquarters, and after how long.

    `pictures` is a table with satellite, size_bits and taken_s (or taken_utc), as `pictures` gives
    it, and maybe target and priority, the higher served first. `contacts` is a contact plan: a
    table with satellite, station, start_s and end_s (or start_utc and end_utc) and rate_bps, as
    `contacts` gives it, and maybe delay_s, acquisition_s, cut_start and downlink; or, with `orbits`
    and `downlink_rate_mbps`, the stations that make one. Without `orbits` `antennas` says how many
    satellites a station serves at once: one number for all, or by station.

    Seconds are after the start of the table they are in, which it knows if it is of this library;
    of tables that know none, all are after one instant, which `start` may tell. Nothing is sent
    after the end: by default that of the contacts' span, or of the last contact.

    Columns are those of `tables/deliveries.csv` of a run: picture, satellite, target, taken_s,
    sent_s, delivered_s, each with its datetime in UTC where the start is known; latency_s, via,
    status (delivered, waiting or lost), and what the latency is made of: contact_wait_s,
    queue_wait_s, sending_s and forwarding_wait_s.

    >>> import simulator
    >>> taken = {"satellite": ["A", "A"], "taken_s": [10.0, 20.0], "size_bits": [6e8, 6e8]}
    >>> plan = {"satellite": ["A"], "station": ["Pyongyang"], "start_s": [100.0], "end_s": [400.0],
    ...         "rate_bps": [10e6], "delay_s": [5.0]}
    >>> simulator.deliver(taken, plan)[["delivered_s", "latency_s", "via"]].to_dict("list")
    {'delivered_s': [165.0, 225.0], 'latency_s': [155.0, 205.0], 'via': ['Pyongyang', 'Pyongyang']}

    Raises InputError, a ValueError, which names the argument and the row.
    """
    taken = columns_of(pictures, "pictures")
    if orbits is None:
        table: Any = contacts
        plan = columns_of(table, "contacts", "; with orbits they may be stations")
        origin, span_s = _span_of_tables(taken, plan, start, days, end)
        sent = _through_plan(taken, plan, origin, span_s, recorder_gbit, antennas)
        return _frame(taken, sent, origin, span_s, [])
    if start is None:
        start = taken.start
        days = taken.days if days is None and end is None else days
    asked = question(orbits, start, days, end)
    stations: Any = contacts
    seen, offered = offered_to(
        asked, stations, min_elevation_deg, downlink_rate_mbps, seed=seed,
        recorder_gbit=recorder_gbit,
    )  # fmt: skip
    if downlink_rate_mbps is None:
        raise InputError("downlink_rate_mbps: is needed to send pictures to stations")
    host = seen.scenario.networks[0].host
    if host is not None:
        raise InputError("contacts: a network with a host is a matter of scenarios")
    names = [flight.name for flight in seen.flights]
    queued = _pictures(taken, names, seen.span.start)
    found = deliver_pictures(seen.fleet, offered, queued)
    delays = latency_delays(offered.plan, queued, found, offered.crosslinks)
    sent = _Sent(found, delays, [link.name for link in offered.links])
    return _frame(taken, sent, seen.span.start, seen.span.duration_s, notes_of(seen))


def _span_of_tables(
    taken: Columns, plan: Columns, start: TimeLike | None, days: float | None, end: TimeLike | None
) -> tuple[datetime | None, float]:
    """Return the instant that seconds are after, None where nobody says, and the end, seconds."""
    origin = (
        instant_of(start, "start")
        if start is not None
        else plan.start or taken.start or plan.earliest("start") or taken.earliest("taken")
    )
    if days is not None or end is not None:
        span = span_of_table(span_given(origin or _NO_DATE, days, end))
        return origin, span.duration_s
    if plan.days is not None and plan.start == origin:
        return origin, plan.days * DAY_S
    last_s = plan.seconds("end", origin)
    delay_s = plan.numbers("delay_s", least=0.0, default=0.0)
    return origin, float((last_s + delay_s).max(initial=0.0))


def _through_plan(
    taken: Columns,
    plan: Columns,
    origin: datetime | None,
    span_s: float,
    recorder_gbit: float | None,
    antennas: int | Mapping[str, int] | None,
) -> _Sent:
    satellites = sorted({*taken.names("satellite"), *plan.names("satellite")})
    stations = sorted({*plan.names("station")})
    rows, acquisition_s = _plan(plan, satellites, stations, origin)
    queued = _pictures(taken, satellites, origin)
    bits = np.inf
    if isinstance(recorder_gbit, Real):
        bits = float(recorder_gbit) * 1e9
    if not bits >= 0.0 or not isinstance(recorder_gbit, Real | None):
        raise InputError(f"recorder_gbit: {recorder_gbit} is not a number from 0 up")
    try:
        found = delivery.deliver(
            rows, queued,
            recorder_bits=np.full(len(satellites), bits),
            span_s=span_s,
            antennas=Antennas(_antennas(antennas, stations), acquisition_s),
        )  # fmt: skip
    except ValueError as error:
        raise InputError(f"pictures, contacts: {error}") from None
    return _Sent(found, latency_delays(rows, queued, found), stations)


def _plan(
    plan: Columns, satellites: Sequence[str], stations: Sequence[str], origin: datetime | None
) -> tuple[Plan, FloatArray]:
    """Return the contact plan, in order of start, and the longest acquisition of each station."""
    start_s, end_s = plan.seconds("start", origin), plan.seconds("end", origin)
    early = np.flatnonzero(end_s < start_s)
    if len(early):
        raise InputError(f"contacts: row {early[0]}: ends before it starts")
    link = _numbers(plan.names("station"), stations)
    wait_s = plan.numbers("acquisition_s", least=0.0, default=0.0)
    longest_s = np.zeros(len(stations))
    np.maximum.at(longest_s, link, wait_s)
    # A contact under way when the span begins has been acquired already.
    wait_s = np.where(plan.flags("cut_start", default=False), 0.0, wait_s)
    made = Plan(
        _numbers(plan.names("satellite"), satellites),
        link,
        np.minimum(start_s + wait_s, end_s),
        end_s,
        plan.numbers("rate_bps", least=0.0),
        plan.numbers("delay_s", least=0.0, default=0.0),
    )
    made = made.chosen(np.flatnonzero(plan.flags("downlink", default=True)))
    return made.chosen(np.argsort(made.start_s, kind="stable")), longest_s


def _pictures(taken: Columns, satellites: Sequence[str], origin: datetime | None) -> Pictures:
    names = taken.names("satellite")
    strange = next((row for row, name in enumerate(names) if name not in set(satellites)), None)
    if strange is not None:
        raise InputError(
            f"pictures: row {strange}: satellite '{names[strange]}' is none of the orbits; "
            f"allowed: {', '.join(satellites)}"
        )
    priority = None
    if taken.has("priority"):
        priority = taken.numbers("priority").astype(np.int64)
    return Pictures(
        _numbers(names, satellites),
        taken.seconds("taken", origin),
        taken.numbers("size_bits", least=0.0),
        priority,
    )


def _numbers(names: Sequence[str], known: Sequence[str]) -> Any:
    number = {name: place for place, name in enumerate(known)}
    return np.array([number[name] for name in names], dtype=np.int64)


def _antennas(given: int | Mapping[str, int] | None, stations: Sequence[str]) -> FloatArray:
    by_station = given if isinstance(given, Mapping) else dict.fromkeys(stations, given)
    strange = sorted(by_station.keys() - {*stations})
    if strange:
        raise InputError(f"antennas: '{strange[0]}' is no station of the contacts")
    counts = [by_station.get(name) for name in stations]
    whole = [isinstance(count, int | np.integer) for count in counts if count is not None]
    if not all(whole) or any(count is not None and count < 1 for count in counts):
        raise InputError("antennas: a station has a whole number of them, 1 or more")
    return np.array([np.inf if count is None else float(count) for count in counts])


def _frame(
    taken: Columns, sent: _Sent, origin: datetime | None, span_s: float, notes: Sequence[str]
) -> pd.DataFrame:
    """Return a row a picture; without an origin there is no datetime beside seconds."""
    span = Span(origin or _NO_DATE, max(span_s, 1.0))
    taken_s = taken.seconds("taken", origin)
    columns = study.delivery_columns(sent.deliveries, sent.delays, sent.links, taken_s)
    known = taken.frame["picture"] if taken.has("picture") else np.arange(len(taken))
    table = pd.DataFrame(
        {
            "network": "",
            "picture": known,
            "satellite": taken.names("satellite"),
            "target": taken.names("target", default=""),
            "taken_s": taken_s,
            **columns,
        }
    )
    frame = framed("deliveries", table, span)
    unknown = ["network", *([] if taken.has("target") else ["target"])]
    if origin is None:
        unknown += [name for name in frame.columns if name.endswith("_utc")]
        return frame.drop(columns=unknown)
    return told(frame.drop(columns=unknown), span, notes)
