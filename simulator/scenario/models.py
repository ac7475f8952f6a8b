"""What a scenario is made of, as validated tables; every quantity has its unit in its name.

Where a catalogue id may stand for a table, the table is built from the entry on validation and
keeps the id in `catalog`, so that nothing downstream has to look anything up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, PrivateAttr, ValidationInfo, field_validator

from simulator.errors import nearest_hint
from simulator.scenario.cameras import Camera, camera_of_id
from simulator.scenario.clouds import Clouds, sunshine_fractions
from simulator.scenario.hosted_networks import dropped_faults, with_hosts
from simulator.scenario.links import Receiver
from simulator.scenario.networks import Network
from simulator.scenario.origin import Origin
from simulator.scenario.places import Region, Target
from simulator.scenario.requests import AlwaysRequests, Requests
from simulator.scenario.satellites import Satellite, flown_names
from simulator.scenario.steps import Step
from simulator.scenario.sweeps import SweepTable
from simulator.scenario.table import NOTE, ScenarioTable, faults_at, from_id, name_faults
from simulator.scenario.units import Angle, Instant, Line, Longitude, Name, Note, TimeZone
from simulator.scenario.unknowns import MAX_UNKNOWNS, Unknown
from simulator.scenario.words import Where, fault, shown
from simulator.text import drawn_words
from simulator.units import DAY_S

SCHEMA_VERSION = 1
MAX_SPAN_DAYS = 3_660
MAX_SATELLITES = 5_000
MAX_STEPS = 100
MAX_POOR = 8  # members a fault names


class SpanTable(ScenarioTable):
    """The stretch of time studied, [start, end)."""

    start: Instant = Field(description="First instant, with offset.")
    days: float | None = Field(
        default=None, gt=0.0, le=MAX_SPAN_DAYS, description="Length, days; give it or end."
    )
    end: Instant | None = Field(
        default=None, description="Last instant, with offset; give it or days."
    )
    ut1_minus_utc_s: float | None = Field(
        default=None,
        ge=-60.0,
        le=60.0,
        description="UT1 less UTC, seconds, for the whole span; default: from the table.",
    )

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        if (raw.get("days") is None) == (raw.get("end") is None):
            yield (), "give exactly one of days and end"

    @field_validator("days")
    @classmethod
    def _some_time(cls, days: float | None) -> float | None:
        if days is not None and days * DAY_S < 1.0:
            raise fault(f"{days:g} is under a second; allowed one second to {MAX_SPAN_DAYS} days")
        return days

    @field_validator("end")
    @classmethod
    def _after_start(cls, end: datetime | None, info: ValidationInfo) -> datetime | None:
        # Absent where it was faulty itself: one fault then, not two.
        start = info.data.get("start")
        if end is None or start is None:
            return end
        if end < start + timedelta(seconds=1):
            raise fault(f"{shown(end)} is not after start = {shown(start)}")
        if end - start > timedelta(days=MAX_SPAN_DAYS):
            raise fault(
                f"{shown(end)} is {(end - start).days} days after start; allowed up to "
                f"{MAX_SPAN_DAYS} days"
            )
        return end


_Between = tuple[Annotated[float, Field(ge=0.0)], Annotated[float, Field(ge=0.0)]]


class Counting(ScenarioTable):
    """The rules by which figures are counted: which gaps, percents, bounds and levels."""

    revisit_rule: Literal["stk", "tatc", "interior"] = Field(
        default="stk",
        description="Gaps that count: stk (both end gaps too), tatc, interior (between accesses).",
    )
    percents: tuple[Annotated[float, Field(ge=0.0, le=100.0)], ...] = Field(
        default=(50.0, 90.0, 95.0),
        min_length=1,
        max_length=10,
        description="Percents at which distributions over a region's cells are reported.",
    )
    pair_gap_min: _Between | None = Field(
        default=None,
        description="Least and greatest gap between two accesses that make a pair, minutes, as "
        "for stereo; absent: any gap.",
    )
    access_percents: tuple[Annotated[float, Field(gt=0.0, le=100.0)], ...] = Field(
        default=(),
        max_length=10,
        description="Percents of the time for which the least length of the access then open is "
        "reported.",
    )
    access_between_min: _Between | None = Field(
        default=None,
        description="Least and greatest length of accesses that are counted apart, minutes.",
    )
    gap_between_h: _Between | None = Field(
        default=None,
        description="Least and greatest length of gaps that are counted apart, hours.",
    )
    stays_h: tuple[Annotated[float, Field(gt=0.0, le=8_784.0)], ...] = Field(
        default=(1.0, 3.0, 6.0, 12.0, 24.0, 72.0),
        min_length=1,
        max_length=20,
        description="Times for which something stays in the open, hours, to be looked at in.",
    )
    stay_h: float = Field(
        default=12.0,
        gt=0.0,
        le=8_784.0,
        description="Time for which what is looked for stays in the open, hours, in which a "
        "picture of it must be acted on; a target may have its own.",
    )
    processing_h: float = Field(
        default=0.0,
        ge=0.0,
        le=8_784.0,
        description="Time from a picture at headquarters until it is acted on, hours.",
    )
    niirs_levels: tuple[Annotated[float, Field(gt=0.0, le=9.0)], ...] = Field(
        default=(),
        max_length=9,
        description="Levels of interpretability (NIIRS as GIQE-5 predicts it) at which, or better, "
        "it is reported how often places are seen.",
    )

    @field_validator("pair_gap_min", "access_between_min", "gap_between_h")
    @classmethod
    def _rising(cls, gap: tuple[float, float] | None) -> tuple[float, float] | None:
        if gap is not None and gap[1] <= gap[0]:
            raise fault(f"{list(gap)}: the second is not above the first")
        return gap


class Uncertainty(ScenarioTable):
    """How the spread of figures over what nobody knows is taken."""

    draws: int = Field(
        default=0,
        ge=0,
        le=10_000,
        description="Draws of the unknowns, the orbit phase and the seed over which the spread of "
        "ratios is taken; 0: none; default: 200 where a value is a distribution.",
    )
    region_draws: int = Field(
        default=0,
        ge=0,
        le=1_000,
        description="How many draws regions are searched in, too, for maps of the median and the "
        "range of their cells; 0: none. Each takes as long as the regions of a run.",
    )
    phase: bool = Field(
        default=True,
        description="Whether a draw moves all satellites along their orbits by one angle, too.",
    )
    share: float = Field(
        default=0.9, gt=0.0, lt=1.0, description="Share of the draws between the ends of a spread."
    )
    resamples: int = Field(
        default=500,
        ge=0,
        le=10_000,
        description="Bootstrap resamples of the span's days, from which the sampling error of a "
        "figure is taken; 0: none.",
    )
    block_days: int = Field(
        default=5,
        ge=1,
        le=366,
        description="Length of the bootstrap's blocks, days in a row; best a repeat cycle, or "
        "longer than most gaps.",
    )


class Scenario(ScenarioTable):
    """One study: what flies, what it looks at, who listens, and for how long."""

    schema_version: int = Field(
        ge=SCHEMA_VERSION, le=SCHEMA_VERSION, description="Version of this file's form: 1."
    )
    title: Line = Field(description="What the study is called.")
    question: Note = Field(default="", description="The question the study answers.")
    note: Note = Field(default="", description=NOTE)
    span: SpanTable = Field(description="The stretch of time studied.")
    satellites: tuple[Satellite, ...] = Field(
        max_length=1_000, description="Satellites and constellations; at least one."
    )
    targets: tuple[
        Annotated[Target, BeforeValidator(from_id(Target), json_schema_input_type=str | Target)],
        ...,
    ] = Field(
        default=(), max_length=10_000, description="Places to look at: tables or catalogue ids."
    )
    regions: tuple[Region, ...] = Field(
        # Validated even if left out: with no target either there is nothing to look at.
        default=(),
        validate_default=True,
        max_length=100,
        description="Areas studied on a grid.",
    )
    networks: tuple[
        Annotated[Network, BeforeValidator(from_id(Network), json_schema_input_type=str | Network)],
        ...,
    ] = Field(default=(), max_length=100, description="Ground networks: tables or catalogue ids.")
    baseline: Name | None = Field(
        default=None,
        description="Name of the network the others are compared with; default: the first.",
    )
    time_zone: TimeZone | None = Field(
        default=None,
        description="Zone of the clock shown beside UTC: an IANA name, such as Asia/Taipei, or an "
        "offset, such as UTC+08:00; default: that of the baseline's headquarters, without any that "
        "of the country in which most targets lie, else the whole hour nearest to the longitude of "
        "headquarters, targets, regions or stations.",
    )
    map_centre_deg: Longitude | None = Field(
        default=None,
        description="Longitude in the middle of the map of ground tracks, degrees east; default: "
        "that of the baseline's headquarters, else the middle of targets, regions or stations.",
    )
    clouds: Clouds | None = Field(
        default=None,
        description="How clouds are counted: a table; absent: as if the sky were always clear.",
    )
    counting: Counting = Field(
        default_factory=Counting, description="Rules by which figures are counted: a table."
    )
    requests: Requests = Field(
        default=AlwaysRequests(kind="always"),
        description="When somebody asks for a picture of a target: a table with its kind.",
    )
    seed: int = Field(
        default=0,
        ge=0,
        le=2**32 - 1,
        description="Seed of every draw: granted contacts, Poisson requests, random stays.",
    )
    uncertainty: Uncertainty = Field(
        default_factory=Uncertainty, description="Spread over what nobody knows: a table."
    )
    unknowns: tuple[Unknown, ...] = Field(
        default=(),
        max_length=MAX_UNKNOWNS,
        description="What nobody knows besides the phase, drawn together with it: tables. A "
        "distribution in place of a value is one of its own.",
    )
    draw: int | None = Field(
        default=None,
        ge=0,
        le=9_999,
        description="Which of its draws the scenario is at, from 0 to uncertainty.draws less 1: a "
        "run is then that draw alone; absent: nothing is drawn but for the spread.",
    )
    phase_deg: Angle = Field(
        default=0.0,
        description="Angle by which all satellites are ahead on their orbits, degrees.",
    )
    sweep: SweepTable | None = Field(
        default=None, description="What a sweep of the scenario varies: a table."
    )
    steps: tuple[Step, ...] = Field(
        default=(),
        max_length=MAX_STEPS,
        description="Steps of a ladder, each on top of those before it: tables. A plain run takes "
        "no notice of them.",
    )

    cameras: tuple[
        Annotated[Camera, BeforeValidator(camera_of_id, json_schema_input_type=str | Camera)],
        ...,
    ] = Field(
        default=(),
        max_length=100,
        description="Rungs of a ladder of cameras, flown in turn in place of the satellites' own "
        "sensors: tables or catalogue ids. A plain run takes no notice of them.",
    )

    _origin: Origin = PrivateAttr(default_factory=Origin)

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        yield from name_faults(raw, "satellites", names_of=flown_names)
        for key in ("targets", "regions", "networks", "unknowns", "steps", "cameras"):
            yield from name_faults(raw, key)

    @field_validator("satellites")
    @classmethod
    def _some_satellite(cls, satellites: tuple[Satellite, ...]) -> tuple[Satellite, ...]:
        count = sum(satellite.orbit.count() for satellite in satellites)
        if not 0 < count <= MAX_SATELLITES:
            raise fault(f"make {count} satellites; allowed 1 to {MAX_SATELLITES}")
        return satellites

    @field_validator("regions")
    @classmethod
    def _something_to_see(
        cls, regions: tuple[Region, ...], info: ValidationInfo
    ) -> tuple[Region, ...]:
        if not regions and info.data.get("targets") == ():
            raise fault("no region and no target: nothing to look at; give at least one")
        return regions

    @field_validator("networks")
    @classmethod
    def _fit_the_rest(
        cls, networks: tuple[Network, ...], info: ValidationInfo
    ) -> tuple[Network, ...]:
        problems = list(_budget_faults(info.data.get("satellites", ()), networks))
        if "targets" in info.data:
            problems += dropped_faults([t.name for t in info.data["targets"]], networks)
        if problems:
            raise faults_at(problems, networks)
        return networks

    @field_validator("draw")
    @classmethod
    def _is_draw(cls, draw: int | None, info: ValidationInfo) -> int | None:
        uncertainty = info.data.get("uncertainty")
        if draw is not None and uncertainty is not None and draw >= uncertainty.draws:
            allowed = (
                f"allowed 0 to {uncertainty.draws - 1}" if uncertainty.draws else "it has none"
            )
            raise fault(
                f"{draw} is none of the {uncertainty.draws} draws of uncertainty; {allowed}"
            )
        return draw

    @field_validator("baseline")
    @classmethod
    def _is_network(cls, baseline: str | None, info: ValidationInfo) -> str | None:
        if baseline is None or "networks" not in info.data:
            return baseline
        names = [network.name for network in info.data["networks"]]
        if baseline not in names:
            raise fault(
                f"{shown(baseline)} is no network of this scenario{nearest_hint(baseline, names)}"
            )
        return baseline

    def resolve(self) -> Scenario:
        """Return the same scenario with nothing left to the catalogue or to a default.

        Catalogue names become tables; only a launch keeps its id, beside all its figures.
        """
        first = self.networks[0].name if self.networks else None
        scenario = self.resolved(self.span.start)
        targets = tuple(map(self._resolved_target, scenario.targets))
        baseline = self.baseline or first
        resolved = scenario.model_copy(
            update={
                "baseline": baseline,
                "targets": targets,
                "networks": tuple(with_hosts(scenario.networks, baseline, self.unknowns)),
            }
        )
        # Its tables are no longer those of the document.
        resolved._origin = Origin()
        return resolved

    def _resolved_target(self, target: Target) -> Target:
        """Return a target with the requests of the scenario, and its sunshine as numbers."""
        update: dict[str, Any] = {} if target.requests else {"requests": self.requests}
        if isinstance(target.sunshine, str):
            asked = self.clouds is not None and self.clouds.from_sunshine
            update["sunshine"] = sunshine_fractions(target.sunshine) if asked else None
        return target.model_copy(update=update) if update else target

    def catalog_entries(self) -> Iterator[tuple[str, str]]:
        yield from super().catalog_entries()
        if self.clouds is not None and self.clouds.from_sunshine:
            rows = {t.sunshine for t in self.targets if isinstance(t.sunshine, str)}
            yield from (("sunshine", row) for row in sorted(rows))

    def with_draws(self, most: int) -> Self:
        """Return the same scenario with so many draws at the most."""
        if self.uncertainty.draws <= most:
            return self
        fewer = self.uncertainty.model_copy(update={"draws": most})
        return self.model_copy(update={"uncertainty": fewer})

    @property
    def drawn_words(self) -> str:
        """What its draws are of, in words."""
        return drawn_words(phase=self.uncertainty.phase, unknowns=len(self.unknowns))

    @property
    def origin(self) -> Origin:
        """What the scenario was read from, where it has steps: they change that document."""
        return self._origin

    def remembering(self, document: Mapping[str, Any], folder: Path) -> Self:
        """Return the same scenario, which knows the document that it was read from."""
        own = self.model_copy()
        own._origin = Origin(document, folder, dict(vars(self)))
        return own


def _budget_faults(
    satellites: Sequence[Satellite], networks: Sequence[Network]
) -> Iterator[tuple[Where, str]]:
    """Yield a fault for each link budget and network of which a receiver is not known enough."""
    budgets = [(s.name, t) for s in satellites for t in s.transmitters if t.has_budget]
    for number, network in enumerate(networks):
        for name, transmitter in budgets:
            poor = [shown(member) for member in network.without_budget(transmitter.band)]
            if poor:
                most = f" and {len(poor) - MAX_POOR} more" if len(poor) > MAX_POOR else ""
                yield (
                    (number,),
                    f"no receiver with {' and '.join(Receiver.budget_keys)} in band "
                    f"{transmitter.band} at {', '.join(poor[:MAX_POOR])}{most} of network "
                    f"{shown(network.name)}, for the link budget of satellite {shown(name)}",
                )
