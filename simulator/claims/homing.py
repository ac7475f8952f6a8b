"""Whether a picture could be at headquarters by an instant, and by which rate, mask or network.

The picture has the network to itself: nothing else is on board, and no contact is taken. What is
found is thus the least that is needed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from simulator.arrays import FloatArray
from simulator.claims.bounds import greatest, least
from simulator.claims.check_tables import OrbitCheck
from simulator.claims.checks import HomeBeforeCheck, PicturesADayCheck
from simulator.claims.timed_passes import called, sensor_of
from simulator.claims.verdicts import NEEDS, POSSIBLE, REFUTED, Finding, Quantity
from simulator.delivery import Plan, single_picture
from simulator.network import find_contacts, offer
from simulator.scenario import Network, Sensor, Station, loads, toml_text
from simulator.study import Study, members, orbit_table
from simulator.text import duration, number
from simulator.units import DAY_S, HOUR_S

# Rates between which one is sought, Mbit/s: no link is slower, none faster.
_SLOWEST, _FASTEST = 1e-4, 1e4
_HIGHEST_MASK_DEG = 90.0
# A link that is already held when a picture is taken must have been acquired before.
_BEFORE = timedelta(hours=1)
_AFTER_DAYS = 10.0


class Downlink:
    """What networks can bring home from one orbit over some days, at any rate."""

    def __init__(self, check: OrbitCheck, networks: tuple[str, ...], start: datetime, days: float):
        self._check, self._networks = check, networks
        self._start, self._days = start, days
        self._plans: dict[tuple[str, float | None, float | None], Plan] = {}

    @cached_property
    def study(self) -> Study:
        """The study of one satellite that sends a megabit a second."""
        _, orbit = orbit_table(self._check.orbit, self._start, None)
        orbit = {key: value for key, value in orbit.items() if value is not None}
        satellite: dict[str, Any] = {
            "name": "satellite",
            "sensor": "malligyong_press",
            "downlink_rate_mbps": 1.0,
            "orbit": orbit | self._check.changes,
        }
        document = {
            "schema_version": 1,
            "title": "A picture on its way",
            # A scenario looks at something; what is taken, and when, was said.
            "targets": [{"name": "none", "latitude_deg": 0.0, "longitude_deg": 0.0}],
            "networks": list(self._networks),
            "span": {"start": self._start, "days": self._days},
            "satellites": [satellite],
        }
        text = "\n".join(f"{key} = {toml_text(value)}" for key, value in document.items())
        return Study(loads(text, origin="claim", folder=Path()).resolve())

    def plan(
        self, network: str, mask_deg: float | None = None, until_s: float | None = None
    ) -> Plan:
        """Return the contacts with a network, all of its stations at one mask if it is given.

        Those until an instant, if it is given, are found sooner than all.
        """
        key = (network, mask_deg, until_s)
        if key not in self._plans:
            self._plans[key] = self._found(*key)
        return self._plans[key]

    def _found(self, network: str, mask_deg: float | None, until_s: float | None) -> Plan:
        study = self.study
        table = self._table(network)
        links = tuple(
            link
            if mask_deg is None or not isinstance(link, Station)
            else link.model_copy(update={"min_elevation_deg": mask_deg})
            for link in members(table)
        )
        end_s = study.span.duration_s if until_s is None else until_s
        contacts = find_contacts(study.tracks, links, end_s=end_s)
        return offer(study.fleet, links, contacts, seed=study.scenario.seed, collecting_s={}).plan

    def _table(self, network: str) -> Network:
        place = self._networks.index(network)
        return self.study.scenario.networks[place]

    def arrival_s(self, plan: Plan, size_bits: float, taken_s: float, rate_mbps: float) -> float:
        """Return when a picture is at headquarters, seconds after the start, inf if never."""
        own = replace(plan, rate_bps=plan.rate_bps * rate_mbps)
        span_s = self.study.span.duration_s
        arrivals = single_picture.stored_arrivals(own, 0, size_bits, span_s=span_s)
        return float(arrivals(np.array([taken_s]))[0])


def picture_bits(sensor: Sensor, strip_km: float | None) -> float:
    """Return the size of a picture, or of a strip of some length, bits."""
    if strip_km is None:
        return sensor.picture_bits
    update = {"picture_length_km": strip_km, "picture_mbit": None}
    return sensor.model_copy(update=update).picture_bits


def check_home_before(check: HomeBeforeCheck) -> Finding:
    """Return whether a picture could be home before an instant, and what that needs."""
    networks = tuple(dict.fromkeys((check.network, *check.others)))
    start = check.taken - _BEFORE
    days = (check.home_by - start) / timedelta(days=1) + _AFTER_DAYS
    downlink = Downlink(check, networks, start, days)
    taken_s, by_s = _BEFORE.total_seconds(), (check.home_by - start).total_seconds()
    bits = picture_bits(sensor_of(check.sensor), check.strip_km)

    # Whether it is home by then, no later contact decides.
    def is_home(mask_deg: float) -> bool:
        plan = downlink.plan(check.network, mask_deg, by_s)
        return downlink.arrival_s(plan, bits, taken_s, check.rate_mbps) <= by_s

    def rate(network: str, mask_deg: float | None = None) -> float:
        whole = downlink.plan(network, mask_deg, by_s)
        plan = whole.chosen(whole.end_s > taken_s)
        return least(
            lambda mbps: downlink.arrival_s(plan, bits, taken_s, mbps) <= by_s,
            _SLOWEST,
            _FASTEST,
            logarithmic=True,
        )

    rates = {network: rate(network) for network in networks}
    horizon = rate(check.network, 0.0)
    mask_deg = greatest(is_home, 0.0, _HIGHEST_MASK_DEG, within=0.05)
    home_s = downlink.arrival_s(downlink.plan(check.network), bits, taken_s, check.rate_mbps)
    after_h = (home_s - taken_s) / HOUR_S
    quantities = (
        Quantity("size", bits / 1e6, "Mbit"),
        Quantity("time allowed", (by_s - taken_s) / HOUR_S, "h"),
        Quantity(f"home after, at {check.rate_mbps:g} Mbit/s", _finite(after_h), "h"),
        _rate(f"rate needed, {check.network}", rates[check.network], horizon),
        Quantity(f"greatest mask, at {check.rate_mbps:g} Mbit/s", mask_deg, "deg"),
        *(_rate(f"rate needed, {name}", rates[name], math.nan) for name in networks[1:]),
    )
    verdict, sentence = _judged(check, rates, horizon, mask_deg, after_h)
    return Finding(verdict, sentence, quantities)


def _rate(name: str, value: float, horizon: float) -> Quantity:
    if math.isnan(horizon):
        return Quantity(name, value, "Mbit/s")
    return Quantity(name, value, "Mbit/s", horizon, value)


def _finite(value: float) -> float:
    return value if math.isfinite(value) else math.nan


def _judged(
    check: HomeBeforeCheck,
    rates: Mapping[str, float],
    horizon: float,
    mask_deg: float,
    after_h: float,
) -> tuple[str, str]:
    """Return the verdict and its sentence."""
    own, name = rates[check.network], called(check.network, "networks")
    taken = f"{check.rate_mbps:g} Mbit/s assumed"
    home = "not home within days of the time allowed"
    if math.isfinite(after_h):
        home = f"home {duration(after_h)} after it was taken"
    if own <= check.rate_mbps:
        return POSSIBLE, (
            f"With {name} {home}, by the {taken}; needs {number(own)} Mbit/s at least"
        )
    ways = []
    if not math.isnan(own):
        ways.append(f"{number(own)} Mbit/s")
    if not math.isnan(mask_deg):
        ways.append(f"stations that receive down to {mask_deg:.1f} degrees")
    elif not math.isnan(horizon) and math.isnan(own):
        ways.append(f"{number(horizon)} Mbit/s and stations that receive down to the horizon")
    others = [
        called(other, "networks") + f" ({number(rates[other])} Mbit/s)"
        for other in rates
        if other != check.network and not math.isnan(rates[other]) and _better(rates[other], own)
    ]
    if others:
        ways.append(f"other stations: {', '.join(others)}")
    if not ways:
        return REFUTED, f"With {name} {home}, too late at whatever rate"
    return NEEDS, f"Needs {', or '.join(ways)}; with {name} at the {taken} {home}"


def _better(other: float, own: float) -> bool:
    return math.isnan(own) or other < 0.95 * own


def check_pictures_a_day(check: PicturesADayCheck) -> Finding:
    """Return whether so many pictures a day could be sent home, and by which rate."""
    downlink = Downlink(check, (check.network,), check.start, check.days)
    bits = picture_bits(sensor_of(check.sensor), None)
    seconds = _sending_s(downlink.plan(check.network), check.days)
    name, none = called(check.network, "networks"), int(np.sum(seconds == 0.0))
    if none == len(seconds):
        return Finding(REFUTED, f"No contact with {name}")
    seconds = seconds[seconds > 0.0]
    needed = check.pictures_per_day * bits / seconds / 1e6
    sent = check.rate_mbps * 1e6 * seconds / bits
    own = f"{number(float(np.mean(sent)))} pictures a day at {check.rate_mbps:g} Mbit/s"
    quantities = (
        Quantity("size of a picture", bits / 1e6, "Mbit"),
        _range("contact a day", seconds / 60.0, "min"),
        _range(f"pictures a day at {check.rate_mbps:g} Mbit/s", sent, "pictures"),
        _range("rate needed", needed, "Mbit/s"),
        _range(
            f"largest picture at {check.rate_mbps:g} Mbit/s",
            check.rate_mbps * seconds / check.pictures_per_day,
            "Mbit",
        ),
    )
    days = f"; {none} days without any contact are left out" if none else ""
    if float(np.max(needed)) <= check.rate_mbps:
        return Finding(POSSIBLE, f"{own} with {name}{days}", quantities)
    ends = f"{number(float(np.min(needed)))} to {number(float(np.max(needed)))} Mbit/s"
    largest = number(check.rate_mbps * float(np.mean(seconds)) / check.pictures_per_day)
    sentence = (
        f"Needs {ends}, by the day, or pictures of {largest} Mbit; {own} with {name}, each of "
        f"{number(bits / 1e6)} Mbit{days}"
    )
    return Finding(NEEDS, sentence, quantities)


def _range(name: str, values: FloatArray, unit: str) -> Quantity:
    return Quantity(
        name, float(np.mean(values)), unit, float(np.min(values)), float(np.max(values))
    )


def _sending_s(plan: Plan, days: float) -> FloatArray:
    """Return how long the satellite can send on each whole day, or over all if there is none."""
    edges = (
        np.arange(math.floor(days) + 1) * DAY_S if days >= 1.0 else np.array([0.0, days * DAY_S])
    )
    rows = np.argsort(plan.start_s)
    start_s, end_s = plan.start_s[rows], np.maximum.accumulate(plan.end_s[rows])
    # Two stations at once are one sending: a row begins where those before it have ended.
    begin_s = np.maximum(start_s, np.concatenate([[-np.inf], end_s[:-1]]))
    found = [
        np.sum(np.clip(np.minimum(end_s, high) - np.maximum(begin_s, low), 0.0, None))
        for low, high in pairwise(edges.tolist())
    ]
    return np.array(found) * DAY_S / np.diff(edges)
