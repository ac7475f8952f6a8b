"""What to be wary of in a result: decay, old elements, Earth rotation extrapolated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from simulator.earth import Span, earth_rotation_known_until
from simulator.orbits import Elements, Outage, element_age_days, notes
from simulator.scenario import OmmOrbit, TleOrbit
from simulator.study.skies import without_chance
from simulator.units import HOUR_S

# A table of overpasses takes its warnings from here too, and needs nothing of a whole study.
if TYPE_CHECKING:
    from simulator.study.case import Flight, Study
    from simulator.study.events import Accesses

STALE_ELEMENTS_DAYS = 30.0
_MOST_NAMED = 5


def warnings(study: Study, accesses: Accesses) -> list[str]:
    """Return what to be wary of in a study, a sentence each, the important first."""
    return [
        *lost_flights(study, accesses.outages),
        *_never_seen(study, accesses),
        *_without_clouds(study),
        *_stays_too_long(study),
        *flight_notes(study),
    ]


def lost_flights(study: Study, outages: Sequence[Outage | None]) -> list[str]:
    """Return a sentence for each satellite that has no position from an instant on."""
    flown = zip(study.flights, outages, strict=True)
    return [_lost(flight, outage, study.span) for flight, outage in flown if outage is not None]


def flight_notes(study: Study) -> list[str]:
    """Return what to be wary of in the elements flown, and in the Earth's rotation."""
    return [
        *(line for flight in study.flights for line in _of_elements(flight, study.span)),
        *_of_rotation(study),
    ]


def _lost(flight: Flight, outage: Outage, span: Span) -> str:
    share = 1.0 - outage.time_s / span.duration_s
    return (
        f"satellite '{flight.name}': {outage.cause} at {span.iso(outage.time_s)}; "
        f"no ephemeris for the last {share:.1%} of the span"
    )


def _never_seen(study: Study, accesses: Accesses) -> list[str]:
    # Without an access there is no gap: what stands as its revisit needs a word.
    accessed_targets = set(accesses.columns["target"].tolist())
    return [
        f"target '{target.name}' could never be looked at; its revisit is the span's length"
        for number, target in enumerate(study.scenario.targets)
        if number not in accessed_targets
    ]


def _without_clouds(study: Study) -> list[str]:
    # Lists of many names are no help: the first say which kind of place is meant.
    targets, regions = without_chance(study)
    kinds = (
        ("target", targets, "sunshine or clear, or clouds a grid or a number"),
        ("region", regions, "clear, or clouds a grid or a number"),
    )
    return [
        f"clouds: nothing is known of {noun}{'s' if len(names) > 1 else ''} "
        f"{', '.join(map(repr, names[:_MOST_NAMED]))}{' and more' * (len(names) > _MOST_NAMED)}, "
        f"counted as if the sky were always clear; give {'them' if len(names) > 1 else 'it'} {what}"
        for noun, names, what in kinds
        if names
    ]


def _stays_too_long(study: Study) -> list[str]:
    # Where one stay is left out the mean of all targets is absent, which needs its reason.
    return [
        f"target '{target.name}' stays for {target.stay_h:g} h, the span or longer: there is no "
        "chance that it is acted on in time, nor a mean with other targets"
        for target in study.scenario.targets
        if target.stay_h is not None and target.stay_h * HOUR_S >= study.span.duration_s
    ]


def _of_elements(flight: Flight, span: Span) -> list[str]:
    label = f"satellite '{flight.name}'"
    sentences = [f"{label}: {note}" for note in notes(flight.elements, span)]
    if isinstance(flight.table.orbit, TleOrbit | OmmOrbit):
        sentences += stale_elements(label, flight.elements, span)
    return sentences


def _of_rotation(study: Study) -> list[str]:
    known = earth_rotation_known_until()
    extrapolated = study.span.utc(study.span.duration_s) > known
    if study.scenario.span.ut1_minus_utc_s is not None or not extrapolated:
        return []
    return [
        f"the table of Earth rotation ends on {known:%Y-%m-%d}; UT1 is extrapolated beyond, "
        "0.46 km at the equator for a second it is off; span.ut1_minus_utc_s fixes it"
    ]


def stale_elements(label: str, elements: Elements, span: Span) -> list[str]:
    """Return a sentence if elements are too old for the span, none if they are not."""
    age_days = element_age_days(elements, span)
    if age_days <= STALE_ELEMENTS_DAYS:
        return []
    return [
        f"{label}: elements are up to {age_days:.0f} days from the instants "
        "computed; SGP4's error grows by a kilometre and more a day"
    ]
