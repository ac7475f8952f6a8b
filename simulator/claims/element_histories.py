"""What element sets say of a satellite's height and plane, and what a raise of its orbit takes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import numpy as np

from simulator.claims.checks import ElementSetsCheck, RaisedCheck
from simulator.claims.homing import Downlink
from simulator.claims.timed_passes import called, days_after
from simulator.claims.verdicts import CONFIRMED, POSSIBLE, REFUTED, Finding, Quantity
from simulator.orbits import Elements, mean_motion_rad_s
from simulator.study import orbit_of
from simulator.text import clock

_HALF_DAY_H = 12.0


def check_element_sets(check: ElementSetsCheck) -> Finding:
    """Return whether element sets show the heights and local times that were said."""
    sets = sorted((orbit_of(each) for each in check.sets), key=lambda each: each.epoch)
    quantities, faults = [], []
    for name, said, found, unit, allowed in _compared(check, sets):
        off = found - said
        if unit == "h":
            off = (off + _HALF_DAY_H) % 24.0 - _HALF_DAY_H
        quantities.append(Quantity(f"{name}, said {said:g}", found, unit))
        if abs(off) > allowed + 1e-9:
            faults.append(f"{name} is {found:.2f} {unit}, said {said:g}")
    heights = [mean_km(each) for each in sets]
    first, last = sets[0], sets[-1]
    facts = (
        f"{len(sets)} set{'' if len(sets) == 1 else 's'}, {first.epoch:%d %b %Y} to "
        f"{last.epoch:%d %b %Y}: mean heights {min(heights):.1f} to {max(heights):.1f} km, local "
        f"time of the node {clock(first.ltan_h)} to {clock(last.ltan_h)}"
    )
    quantities.append(_rate(sets))
    if faults:
        return Finding(REFUTED, f"{'; '.join(faults)}; {facts}", tuple(quantities))
    return Finding(CONFIRMED, facts, tuple(quantities))


def mean_km(elements: Elements) -> float:
    """Return the mean of the heights of perigee and apogee over 6378.135 km."""
    return 0.5 * (elements.perigee_km + elements.apogee_km)


def _compared(
    check: ElementSetsCheck, sets: list[Elements]
) -> Iterator[tuple[str, float, float, str, float]]:
    """Yield each value said: its name, it, what the sets show, unit and what is allowed."""
    heights = [mean_km(each) for each in sets]
    for name, said, found in (
        ("mean height, least", check.mean_height_km_low, min(heights)),
        ("mean height, greatest", check.mean_height_km_high, max(heights)),
        ("mean height, first", check.mean_height_before_km, heights[0]),
        ("mean height, last", check.mean_height_after_km, heights[-1]),
    ):
        if said is not None:
            yield name, said, found, "km", check.within_km
    for name, said, found in (
        ("local time of the node, first", check.ltan_first_h, sets[0].ltan_h),
        ("local time of the node, last", check.ltan_last_h, sets[-1].ltan_h),
    ):
        if said is not None:
            yield name, said, found, "h", check.within_min / 60.0


def _rate(sets: list[Elements]) -> Quantity:
    """Return how fast heights change from set to set: the mean, the fastest fall and rise."""
    days = [days_after(sets[0].epoch, each.epoch) for each in sets]
    heights = [mean_km(each) for each in sets]
    whole = days[-1] - days[0]
    if whole <= 0.0:
        return Quantity("mean height, change", math.nan, "m/day")
    rates = [
        1e3 * (heights[n] - heights[n - 1]) / (days[n] - days[n - 1])
        for n in range(1, len(sets))
        if days[n] > days[n - 1]
    ]
    mean = 1e3 * (heights[-1] - heights[0]) / whole
    return Quantity("mean height, change", mean, "m/day", min(rates), max(rates))


def check_raised(check: RaisedCheck) -> Finding:
    """Return whether a raise fits the orbit before it, and could be commanded on those days."""
    begin = datetime.combine(check.first_day, time(), UTC)
    days = (check.last_day - check.first_day) / timedelta(days=1) + 1.0
    elements = orbit_of(check.orbit, start=begin, changes=check.changes)
    before_km = check.mean_height_after_km - check.mean_height_gain_km
    fall = 1e3 * (mean_km(elements) - before_km) / max(days_after(elements.epoch, begin), 1e-9)
    contacts = _contacts(check, begin, days)
    # Burns at apogee alone raise the perigee; the mean height by half of that.
    from_perigee_km = 0.5 * (check.perigee_after_km - check.perigee_before_km)
    axis_km = check.mean_height_after_km + elements.semi_major_axis_km - mean_km(elements)
    speed_m_s = 1e3 * axis_km * mean_motion_rad_s(*(2 * [check.mean_height_after_km]))
    quantities = (
        Quantity("contacts on those days", float(contacts), "contacts"),
        Quantity("speed added", 0.5 * speed_m_s * check.mean_height_gain_km / axis_km, "m/s"),
        Quantity("mean height by the raised perigee alone", from_perigee_km, "km"),
        Quantity("mean height before the raise", before_km, "km"),
        Quantity("fall from the orbit of the launch until then", fall, "m/day"),
    )
    name = called(check.network, "networks")
    if contacts < check.manoeuvres:
        return Finding(REFUTED, f"{contacts} contacts with {name} on those days", quantities)
    sentence = (
        f"{contacts} contacts with {name} on those days for {check.manoeuvres} manoeuvres; "
        f"{quantities[1].value:.1f} m/s in all; the perigee alone gives {from_perigee_km:.1f} km "
        f"of mean height, said {check.mean_height_gain_km:g}; before it the orbit of the launch "
        f"would have fallen {fall:.0f} m a day"
    )
    return Finding(POSSIBLE, sentence, quantities)


def _contacts(check: RaisedCheck, begin: datetime, days: float) -> int:
    """Return how many passes some station of a network is in contact on."""
    plan = Downlink(check, (check.network,), begin, days).plan(check.network)
    rows = np.argsort(plan.start_s)
    ends_s = np.maximum.accumulate(plan.end_s[rows])
    return int(np.sum(plan.start_s[rows][1:] > ends_s[:-1])) + (1 if len(rows) else 0)
