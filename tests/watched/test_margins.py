"""How early or late a satellite may be: closed forms, and the catalogue's own element sets."""

from datetime import timedelta
from itertools import permutations

import numpy as np
import pytest

from simulator import catalog
from simulator.earth import Span
from simulator.errors import InputError
from simulator.orbits import teme_positions
from simulator.study import orbits_of
from simulator.units import DAY_S
from simulator.watched.margins import ages_days, margin_given, margin_of

# After its epoch the satellite was raised: no margin holds after a manoeuvre.
RAISED = "malligyong1_2024_06_06"
MOST_DAYS = 35.0


def flown(word):
    ((elements, kind),) = orbits_of(word)
    return elements, kind


def late_s(old, new):
    """Return how late the old set has the satellite at the epoch of the new one, seconds."""
    span = Span(new.epoch, 1.0)
    _, (here, ahead) = teme_positions(new, span, np.array([0.0, 0.5]))
    _, (theirs,) = teme_positions(old, span, np.zeros(1))
    ahead = ahead - here
    outwards = here / np.linalg.norm(here)
    along = ahead - (ahead @ outwards) * outwards
    along /= np.linalg.norm(along)
    angle = np.arctan2(theirs @ along, theirs @ outwards)
    return angle / (2.0 * np.pi) * new.period_min * 60.0


def pairs():
    low = [i for i in catalog.entries("elements") if not i.startswith("luch")]
    sets = {word: flown(word)[0] for word in low}
    for a, b in permutations(sets, 2):
        old, new = sets[a], sets[b]
        days = abs((new.epoch - old.epoch).total_seconds()) / DAY_S
        if old.satellite.satnum == new.satellite.satnum and days < MOST_DAYS:
            yield a, b, old, new, days


def test_the_margin_by_age_holds_between_the_sets_of_the_catalogue_but_for_a_manoeuvre():
    held = 0
    for word, other, old, new, days in pairs():
        margin_s = margin_of(old, "tle").seconds(np.array([days]))[0]
        assert margin_s == pytest.approx(1.0 + 2.0 * days)
        if RAISED in (word, other):
            assert word != RAISED or abs(late_s(old, new)) > margin_s
        else:
            assert abs(late_s(old, new)) < margin_s, (word, other)
            held += 1
    assert held >= 12


def test_a_launch_is_as_late_as_half_a_kilometre_of_height_makes_it():
    elements, kind = flown("malligyong1_nov23")
    assert kind == "launch"
    margin = margin_of(elements, kind)
    # The period of an orbit half a kilometre higher, by Kepler's third law, over a day.
    axis = elements.semi_major_axis_km
    longer = ((axis + 0.5) / axis) ** 1.5 - 1.0
    assert margin.per_day_s == pytest.approx(longer * DAY_S, rel=1e-4)
    assert margin.seconds(np.array([0.0, 10.0])) == pytest.approx([60.0, 60.0 + 94.2], abs=0.5)
    assert margin.grade == "assumed"


def test_an_orbit_of_a_formula_has_no_margin():
    elements, _ = flown("malligyong1_nov23")
    assert margin_of(elements, "sun-synchronous").seconds(np.array([99.0]))[0] == 0.0


def test_ages_are_those_of_the_set_that_is_flown():
    ((elements, _),) = orbits_of("kms4_2023_04_01")
    span = Span(elements.epoch - timedelta(days=2), 4.0 * DAY_S)
    at_s = np.array([0.0, 1.0, 2.0, 3.5]) * DAY_S
    assert ages_days(elements, span, at_s) == pytest.approx([2.0, 1.0, 0.0, 1.5])


@pytest.mark.parametrize(("text", "seconds"), [("30", 30.0), ("5:2", 25.0), ("0", 0.0)])
def test_a_margin_may_be_given(text, seconds):
    assert margin_given(text).seconds(np.array([10.0]))[0] == seconds


@pytest.mark.parametrize("text", ["-1", "soon", "1e9", "90000"])
def test_what_is_no_margin_is_refused(text):
    with pytest.raises(InputError, match="margin: "):
        margin_given(text)
