"""A case: one resolved scenario with what all its stages share.

Flights, tracks, the Sun, the light of each satellite and the instants of requests are made when
first asked for; a stage is given the part of the scenario that its key is made of. Seconds since
the span's start.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, TypeVar, cast, overload
from weakref import WeakKeyDictionary

import numpy as np

from simulator import intervals
from simulator.access import HeldStrip, View, Watch
from simulator.arrays import FloatArray
from simulator.earth import Span
from simulator.errors import InputError
from simulator.imaging import giqe5_terms, swath_half_angle_deg
from simulator.network import Fleet, Link
from simulator.orbits import (
    Elements,
    Track,
    from_scenario,
    shadow_windows,
    sun_track,
    track,
)
from simulator.revisit import tilted_sample_per_m
from simulator.scenario import (
    EveryRequests,
    Look,
    Network,
    PoissonRequests,
    Requests,
    Same,
    Satellite,
    Scenario,
    ScenarioTable,
    Sensor,
    refuse_beyond_memory,
)
from simulator.study import keys
from simulator.study.spans import span_of
from simulator.study.store import Store, Value, kept_or_made, key_of
from simulator.study.whereabouts import Whereabouts, with_drawn_stays
from simulator.units import DAY_S, HOUR_S
from simulator.workers import Threads, Workers

# Tracks are cheap to make again: those of a large fleet are, rather than kept beyond this.
_TRACK_BYTES = 1_000_000_000
# Beyond this a table of events is no table a reader can use, and hours of work.
MOST_EVENTS = 30_000_000
# A satellite in low orbit rises about so often over a place of middle latitude.
_EVENTS_A_DAY = 8.0
# How many links and networks are remembered with what was made of them: those of some draws.
_LINKS = 1_000
_NETWORKS = 50
_KEYS = 2_000
_Thing = TypeVar("_Thing")
_Made = TypeVar("_Made")


@dataclass(frozen=True, eq=False)
class Flight:
    """One satellite on its way: elements and the table that describes it."""

    elements: Elements
    table: Satellite

    @property
    def name(self) -> str:
        return self.elements.name


class Tracks(Sequence[Track]):
    """The tracks of all satellites, made when asked for and kept while they fit in memory."""

    def __init__(self, elements: Sequence[Elements], span: Span) -> None:
        self._elements = elements
        self._span = span
        self._kept: OrderedDict[int, Track] = OrderedDict()

    def __len__(self) -> int:
        return len(self._elements)

    @overload
    def __getitem__(self, number: int) -> Track: ...

    @overload
    def __getitem__(self, number: slice) -> tuple[Track, ...]: ...

    def __getitem__(self, number: int | slice) -> Track | tuple[Track, ...]:
        if isinstance(number, slice):
            return tuple(self[n] for n in range(*number.indices(len(self))))
        if not 0 <= number < len(self):
            raise IndexError(number)
        if number not in self._kept:
            self._kept[number] = track(self._elements[number], self._span)
            # The one just made stays, however large: it is about to be used.
            while len(self._kept) > 1 and sum(t.state.nbytes for t in self._kept.values()) > (
                _TRACK_BYTES
            ):
                self._kept.popitem(last=False)
        return self._kept[number]


class Study:
    """A resolved scenario with what all its stages share, each made when first asked for.

    `workers` search regions, `threads` each satellite's windows (default: one a core). `sun`,
    where it is known already, is the Sun's track over the span. `flights` are flown in place of the
    scenario's satellites, each with one of its tables; a store, whose keys know nothing of them, is
    then no good.
    """

    def __init__(
        self,
        scenario: Scenario,
        store: Store | None = None,
        *,
        workers: Workers | None = None,
        threads: int | None = None,
        sun: Track | None = None,
        flights: Sequence[Flight] | None = None,
    ) -> None:
        self.scenario = scenario
        self.store = store
        self.workers = workers or Threads()
        self.threads = threads
        self.span = span_of(scenario)
        self._sun = sun
        self._of: Study | None = None
        self._parts: dict[keys.Stage, Study] = {}
        self._made: WeakKeyDictionary[Any, dict[Any, Any]] = WeakKeyDictionary()
        if flights is not None and store is not None:
            raise ValueError("a study of other flights than the scenario's keeps no results")
        if flights is None:
            flights = [Flight(e, table) for e, table in from_scenario(scenario)]
        self.flights = tuple(flights)
        # Here, before any stage: what cannot be kept must not first be computed.
        self._refuse_too_many_events()

    def _refuse_too_many_events(self) -> None:
        """Raise InputError for a study whose events could not be kept, before any work."""
        places = {place_of_link(m) for network in self.scenario.networks for m in members(network)}
        pairs = len(self.flights) * (len(self.scenario.targets) + len(places))
        events = pairs * self.span.days * _EVENTS_A_DAY
        if events > MOST_EVENTS:
            raise InputError(
                f"about {events:,.0f} accesses and contacts ({len(self.flights)} satellites, "
                f"{len(self.scenario.targets)} targets, {len(places)} stations and relays, "
                f"{self.span.days:g} days); allowed {MOST_EVENTS:,}: study many places as a "
                "region, or a shorter span"
            )
        refuse_beyond_memory(self.scenario)

    @property
    def _whole(self) -> Study:
        return self if self._of is None else self._of

    def release(self) -> None:
        """Let go of the parts, which hold the whole: what is done with is then freed at once."""
        self._parts.clear()

    def part(self, stage: keys.Stage) -> Study:
        """Return the study as a stage is given it: without the keys its result does not depend on.

        Orbits, the sun and the light are those of the whole, found once.
        """
        whole = self._whole
        if stage not in whole._parts:
            part = copy(whole)
            part._of = whole
            # What is made of the scenario itself must be made again of the narrower one.
            for cached in ("requests", "whereabouts", "_digest"):
                part.__dict__.pop(cached, None)
            part._made = WeakKeyDictionary()
            part.scenario = keys.narrowed(stage, whole._drawn)
            tables = zip(whole.scenario.satellites, part.scenario.satellites, strict=True)
            # Tables are found by identity: satellites of one orbit share one, and two may be equal.
            narrow = {id(table): narrowed for table, narrowed in tables}
            part.flights = tuple(Flight(f.elements, narrow[id(f.table)]) for f in whole.flights)
            whole._parts[stage] = part
        return whole._parts[stage]

    def seeing(self, sensor: Sensor) -> Study:
        """Return the study with a sensor in place of every satellite's, on the same tracks.

        Tracks and the sun are those of this study, made once.
        """
        whole = self._whole
        # Made here, so that they are there to share.
        _ = whole.tracks, whole.sun
        other = copy(whole)
        for cached in ("lit", "_digest"):
            other.__dict__.pop(cached, None)
        seeing = {
            id(table): table.model_copy(update={"sensor": sensor})
            for table in whole.scenario.satellites
        }
        tables = tuple(seeing[id(table)] for table in whole.scenario.satellites)
        other.scenario = whole.scenario.model_copy(update={"satellites": tables})
        other.flights = tuple(Flight(f.elements, seeing[id(f.table)]) for f in whole.flights)
        other._parts, other._made = {}, WeakKeyDictionary()
        return other

    def key(self, stage: keys.Stage, *tables: ScenarioTable) -> str:
        """Return the key of a stage's result, from all that the stage is given of these tables.

        The scenario is among them already.
        """
        return key_in(stage, self.digest(stage), *tables)

    def digest(self, stage: keys.Stage) -> str:
        """Return the digest of the scenario as a stage is given it."""
        return self.part(stage)._digest

    def kept(self, stage: keys.Stage, make: Callable[[], Value], *tables: ScenarioTable) -> Value:
        """Return the result of a stage from the store, or as it is made now and kept."""
        if self.store is None:
            # A key takes longer to make than many a result.
            return make()
        return kept_or_made(self.store, self.key(stage, *tables), make)

    def once(self, make: Callable[[Study, _Thing], _Made], thing: _Thing) -> _Made:
        """Return what `make` makes of this study and a thing, made once while the thing lives."""
        made = self._made.setdefault(thing, {})
        if make not in made:
            made[make] = make(self, thing)
        found: _Made = made[make]
        return found

    @cached_property
    def _digest(self) -> str:
        return keys.digest_of(self.scenario)

    @property
    def fleet(self) -> Fleet:
        """The satellites as networks ask for them."""
        tables = tuple(flight.table for flight in self.flights)
        names = tuple(flight.name for flight in self.flights)
        return Fleet(names, tables, self.tracks, self.span)

    @cached_property
    def tracks(self) -> Tracks:
        if self._whole is not self:
            return self._whole.tracks
        return Tracks([flight.elements for flight in self.flights], self.span)

    @cached_property
    def sun(self) -> Track:
        if self._whole is not self:
            return self._whole.sun
        return self._sun or sun_track(self.span)

    @cached_property
    def lit(self) -> tuple[FloatArray | None, ...]:
        """Times at which each satellite has the light its sensor needs; None: always."""
        if self._whole is not self:
            return self._whole.lit
        # A track is made only where light is asked for: those of a large fleet take gigabytes.
        return tuple(
            None
            if flight.table.sensor.satellite_lighting == "any"
            else lit_times(flight.table.sensor, self.tracks[number], self.sun, self.span)
            for number, flight in enumerate(self.flights)
        )

    @cached_property
    def _drawn(self) -> Scenario:
        """The scenario with random stays in the open as they are drawn."""
        return with_drawn_stays(self.scenario, self.span)

    @cached_property
    def whereabouts(self) -> Whereabouts:
        """Where the targets are, and when they show themselves."""
        # A part of a study has its random stays drawn already, as its key holds them.
        whole = self._whole is self
        return Whereabouts((self._drawn if whole else self.scenario).targets, self.span)

    @cached_property
    def requests(self) -> tuple[FloatArray | None, ...]:
        """Instants at which each target is asked for; None: at every instant."""
        return tuple(
            request_instants(
                target.requests or self.scenario.requests,
                self.span.duration_s,
                seed=self.scenario.seed,
                target=target.name,
            )
            for target in self.scenario.targets
        )


def key_in(stage: keys.Stage, scenario: str, *tables: ScenarioTable) -> str:
    """Return the key of a stage's result, from the digest of a scenario and from tables of it."""
    return _key(stage, scenario, *(keys.digest(stage, table) for table in tables))


# Studies that differ in little have most of their keys in common.
@lru_cache(maxsize=_KEYS)
def _key(stage: keys.Stage, *digests: str) -> str:
    return key_of(keys.kind_of(stage), [stage, *digests])


def hours(value_s: float | None) -> float:
    """Return seconds as hours, None as NaN."""
    return np.nan if value_s is None else value_s / HOUR_S


def share_or_nan(value: float | None) -> float:
    """Return a share, None as NaN."""
    return np.nan if value is None else value


def view_of(sensor: Sensor) -> View:
    """Return the conditions a sensor puts on a look."""
    sample = tilted = None
    # A bound on the ground sample is one on slant range and elevation, whatever the satellite.
    if sensor.max_gsd_m is not None:
        sample = sensor.gsd_m / (sensor.reference_altitude_km * 1e3 * sensor.max_gsd_m)
    if sensor.min_niirs is not None:
        tilted = tilted_sample_per_m(
            sensor.min_niirs,
            gsd_nadir_m=sensor.gsd_m,
            reference_altitude_km=sensor.reference_altitude_km,
            **giqe5_terms(sensor),
        )
    return View(
        min_elevation_deg=sensor.min_elevation_deg,
        max_off_nadir_deg=sensor.max_off_nadir_deg,
        min_off_nadir_deg=sensor.min_off_nadir_deg,
        min_sun_elevation_deg=sensor.min_sun_elevation_deg,
        max_sun_elevation_deg=sensor.max_sun_elevation_deg,
        ground_sample_per_m=sample,
        tilted_sample_per_m=tilted,
        side=sensor.side,
        min_duration_s=sensor.min_access_s,
    )


def watches(study: Study, look: Look = "field-of-regard") -> list[Watch]:
    """Return what a survey needs of each satellite."""
    return [
        Watch(
            flight.elements,
            view_of(flight.table.sensor),
            light,
            held_strip(flight.table) if look == "swath" else None,
        )
        for flight, light in zip(study.flights, study.lit, strict=True)
    ]


def held_strip(table: Satellite) -> HeldStrip:
    """Return what a satellite images without pointing."""
    sensor = table.sensor
    half_angle_deg = swath_half_angle_deg(
        swath_km=sensor.swath_km, reference_altitude_km=sensor.reference_altitude_km
    )
    return HeldStrip(table.strip_roll_deg, float(half_angle_deg))


def lit_times(sensor: Sensor, path: Track, sun_path: Track, span: Span) -> FloatArray | None:
    """Return times (N, 2) in which a satellite has the light its sensor needs; None: always."""
    if sensor.satellite_lighting == "any":
        return None
    # With fewer than two nodes the satellite never flew, and nothing shades it.
    if len(path.time_s) < 2:
        return None
    umbra = sensor.satellite_lighting == "not-umbra"
    dark = shadow_windows(path, sun_path, span.duration_s, umbra=umbra)
    return intervals.complement(dark, 0.0, span.duration_s)


def request_instants(
    requests: Requests, span_s: float, *, seed: int, target: str
) -> FloatArray | None:
    """Return the instants (R,) at which a target is asked for; None: at every instant.

    Poisson requests depend on the seed and the target's name alone.
    """
    if isinstance(requests, EveryRequests):
        return np.arange(requests.first_h * HOUR_S, span_s, requests.every_h * HOUR_S)
    if isinstance(requests, PoissonRequests):
        # A digest, because the hash of a text differs from process to process.
        digest = hashlib.sha256(json.dumps(["requests", seed, target]).encode()).digest()
        random = np.random.default_rng(int.from_bytes(digest[:16], "big"))
        # A Poisson process on an interval: a Poisson number of independent uniform instants.
        count = random.poisson(requests.per_day * span_s / DAY_S)
        return np.sort(random.uniform(0.0, span_s, count))
    return None


def place_of_link(link: Link) -> Hashable:
    """Return what stands for all that contacts with a link depend on besides the orbits."""
    return _place(Same(link))


@lru_cache(maxsize=_LINKS)
def _place(link: Same) -> Hashable:
    return keys.identity("contacts", link.table)


def members(network: Network) -> tuple[Link, ...]:
    """Return the stations and relays of a network; its host's forward as late as the host does."""
    return _members(Same(network))


@lru_cache(maxsize=_NETWORKS)
def _members(same: Same) -> tuple[Link, ...]:
    network = cast(Network, same.table)
    links: tuple[Link, ...] = (*network.stations, *network.relays)
    host = network.host
    if host is None or not host.delay_h:
        return links
    if host.members is None:
        raise ValueError(f"the host of {network.name} has no members yet: resolve the scenario")
    own = frozenset(host.members)
    return tuple(_held(Same(link), host.delay_h) if link.name in own else link for link in links)


# Networks have most of their members in common.
@lru_cache(maxsize=_LINKS)
def _held(same: Same, delay_h: float) -> Link:
    link = cast(Link, same.table)
    later_s = link.forwarding_delay_s + delay_h * HOUR_S
    return link.model_copy(update={"forwarding_delay_s": later_s})
