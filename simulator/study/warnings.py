"""What to be wary of in a result: decay, old elements, Earth rotation extrapolated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.earth import Span, earth_rotation_known_until
from simulator.orbits import Elements, Outage, element_age_days, notes
from simulator.scenario import OmmOrbit, TleOrbit

# A table of overpasses takes its warnings from here too, and needs nothing of a whole study.
if TYPE_CHECKING:
    from simulator.study.case import Flight, Study
    from simulator.study.events import Accesses

STALE_ELEMENTS_DAYS = 30.0


def warnings(study: Study, accesses: Accesses) -> list[str]:
    """Return what to be wary of in a study, a sentence each."""
    sentences = []
    for flight, outage in zip(study.flights, accesses.outages, strict=True):
        sentences += _of_flight(flight, outage, study.span)
    known = earth_rotation_known_until()
    if (
        study.scenario.span.ut1_minus_utc_s is None
        and study.span.utc(study.span.duration_s) > known
    ):
        sentences.append(
            f"the table of Earth rotation ends on {known:%Y-%m-%d}; UT1 is extrapolated beyond, "
            "0.46 km at the equator for a second it is off; span.ut1_minus_utc_s fixes it"
        )
    # Without an access there is no gap: what stands as its revisit needs a word.
    accessed_targets = set(accesses.columns["target"].tolist())
    sentences += [
        f"target '{target.name}' is never seen; its revisit is the span's length"
        for number, target in enumerate(study.scenario.targets)
        if number not in accessed_targets
    ]
    return sentences


def _of_flight(flight: Flight, outage: Outage | None, span: Span) -> list[str]:
    label, sentences = f"satellite '{flight.name}'", []
    if outage is not None:
        share = 1.0 - outage.time_s / span.duration_s
        sentences.append(
            f"{label}: {outage.cause} at {span.iso(outage.time_s)}; "
            f"no ephemeris for the last {share:.1%} of the span"
        )
    sentences += [f"{label}: {note}" for note in notes(flight.elements, span)]
    if isinstance(flight.table.orbit, TleOrbit | OmmOrbit):
        sentences += stale_elements(label, flight.elements, span)
    return sentences


def stale_elements(label: str, elements: Elements, span: Span) -> list[str]:
    """Return a sentence if elements are too old for the span, none if they are not."""
    age_days = element_age_days(elements, span)
    if age_days <= STALE_ELEMENTS_DAYS:
        return []
    return [
        f"{label}: elements are up to {age_days:.0f} days from the instants "
        "computed; SGP4's error grows by a kilometre and more a day"
    ]
