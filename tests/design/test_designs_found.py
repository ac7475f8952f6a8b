"""What `design` finds, against the product's own tracks and runs, and against other searches."""

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.access import find_accesses
from simulator.design import Wish, design, range_of
from simulator.design.patterns import walker_patterns
from simulator.design.skies import Places, Sky
from simulator.errors import InputError
from simulator.orbits import advanced, from_scenario, track
from simulator.revisit import gap_statistics
from simulator.scenario import loads
from simulator.study import run
from simulator.text import hours_of

SHORT = {"days": 10.0, "start": "2024-03-20", "cycle_days": 0}


def sky_of(wish, size, inclination_deg):
    scenario = wish.scenario({"kind": "in-plane", "total": 1, "height_km": 500.0, "ltan_h": 12.0})
    places = Places(scenario.resolve())
    return places, Sky(wish, places, size, inclination_deg)


def directly(places, elements, until_s):
    """Return the accesses (N, 2) of a satellite's own track to each target, light and all."""
    path = track(elements, places.span)
    found = find_accesses(
        path, places.sites, places.view, start_s=0.0, end_s=until_s, sun=places.sun
    )
    return [found.of(number) for number in range(len(places.names))]


@given(
    node_deg=st.floats(0.0, 360.0),
    phase_deg=st.floats(0.0, 360.0),
    inclination_deg=st.sampled_from([None, 40.0, 110.0]),
)
@settings(max_examples=12, deadline=None)
def test_a_satellite_turned_and_ahead_sees_what_its_own_track_does(
    node_deg, phase_deg, inclination_deg
):
    wish = Wish(("seoul", "andersen", "-33.9,18.4"), 24.0, light_deg=-90.0, **SHORT)
    places, sky = sky_of(wish, {"height_km": 560.0}, inclination_deg)
    (found,) = sky.windows([(node_deg, phase_deg)], places.span.duration_s)
    moved = advanced(sky.elements, phase_deg, node_deg=node_deg)
    for mine, own in zip(found, directly(places, moved, places.span.duration_s), strict=True):
        assert mine.shape == own.shape
        assert np.allclose(mine, own, rtol=0.0, atol=1e-3)


def test_light_leaves_out_only_what_is_dark_at_both_ends():
    wish = Wish(("seoul",), 24.0, light_deg=20.0, **SHORT)
    places, sky = sky_of(wish, {"height_km": 560.0}, None)
    dark = Wish(("seoul",), 24.0, light_deg=-90.0, **SHORT)
    _, always = sky_of(dark, {"height_km": 560.0}, None)
    for node_deg in (0.0, 60.0, 160.0, 200.0):
        slot = [(node_deg, 50.0)]
        ((found,),) = sky.windows(slot, places.span.duration_s)
        ((whole,),) = always.windows(slot, places.span.duration_s)
        moved = advanced(sky.elements, 50.0, node_deg=node_deg)
        (own,) = directly(places, moved, places.span.duration_s)
        assert len(own) <= len(found) <= len(whole)
        middles = own.mean(axis=1)[:, None]
        assert ((found[:, 0] <= middles + 0.1) & (middles - 0.1 <= found[:, 1])).any(axis=1).all()


def test_no_fewer_satellites_do_when_every_node_is_flown_itself():
    # The naive way: every satellite of every number and node on a track of its own.
    wish = Wish(
        ("seoul",), 24.0, heights_km=(600.0, 600.0), patterns=("plane",), node_step_h=2.0, **SHORT
    )
    found = design(wish, most_listed=1)
    fewest = int(found.searched["fewest"].iloc[0])
    places, sky = sky_of(wish, {"height_km": 600.0}, None)
    span_s = places.span.duration_s

    def does(total, node_deg):
        seen = [
            directly(places, advanced(sky.elements, 360.0 * k / total, node_deg=node_deg), span_s)
            for k in range(total)
        ]
        longest_s = gap_statistics(np.concatenate([each[0] for each in seen]), span_s).max_s
        return longest_s <= 24.0 * 3600.0

    nodes = [30.0 * number for number in range(12)]
    assert 1 < fewest == len(found.scenario.satellites[0].names)
    for total in range(1, fewest):
        assert not any(does(total, node_deg) for node_deg in nodes)
    assert any(does(fewest, node_deg) for node_deg in nodes)


@pytest.fixture(scope="module")
def found():
    return design(Wish(("seoul",), 24.0, light_deg=10.0, heights_km=(550.0, 600.0), days=12.0))


def test_a_day_long_track_sees_a_place_every_day_with_one_satellite(found):
    best = found.candidates.iloc[0]
    assert (best["satellites"], best["cycle"]) == (1, "15 in 1 day")
    # Once a day at the same minute: a day less the access itself, which takes a minute or two.
    assert 23.9 < best["revisit_max_h"] < 24.0
    assert best["least_sun_deg"] > 10.0


def test_candidates_come_cheapest_first_and_do_what_is_wished(found):
    ranks = found.candidates[["satellites", "planes"]].to_numpy().tolist()
    assert ranks == sorted(ranks)
    assert found.candidates["revisit_max_h"].max() <= 24.0
    assert found.candidates["rank"].tolist() == list(range(1, len(ranks) + 1))
    assert found.unproven == 0


def test_the_scenario_printed_is_the_one_that_was_proven(found):
    again = run(loads(found.toml, origin="printed", folder=Path(".")))
    best = found.candidates.iloc[0]
    assert again["targets"]["revisit_max_h"].max() == best["revisit_max_h"]
    assert again["targets"]["revisit_mean_h"].max() == best["revisit_mean_h"]
    ((elements, _),) = from_scenario(found.scenario.resolve())
    assert math.isclose(elements.inclination_deg, best["inclination_deg"], abs_tol=1e-6)


def test_every_target_counts():
    wish = {
        "heights_km": (575.0, 577.0),
        "height_step_km": 2.0,
        "days": 8.0,
        "patterns": ("plane",),
    }
    one = design(Wish(("seoul",), 24.0, **wish), most_listed=1)
    two = design(Wish(("seoul", "yokosuka", "andersen"), 24.0, **wish), most_listed=1)
    assert one.candidates["satellites"][0] < two.candidates["satellites"][0]
    assert two.candidates["revisit_max_h"][0] <= 24.0


def test_a_mean_asks_less_than_a_longest_gap():
    wish = {"heights_km": (500.0, 500.0), "patterns": ("plane",), **SHORT}
    longest = design(Wish(("seoul",), 24.0, **wish), most_listed=1)
    mean = design(Wish(("seoul",), 24.0, measure="mean", **wish), most_listed=1)
    assert mean.candidates["satellites"][0] < longest.candidates["satellites"][0]
    assert mean.candidates["revisit_mean_h"][0] <= 24.0 < mean.candidates["revisit_max_h"][0]


def test_walker_patterns_stand_where_they_take_fewer():
    wish = Wish(
        ("seoul",),
        12.0,
        light_deg=-90.0,
        heights_km=(700.0, 700.0),
        most=8,
        node_step_h=3.0,
        **SHORT,
    )
    rows = design(wish, most_listed=2).searched.set_index("pattern")
    assert rows["tried"].sum() > 8
    plane, walker = rows["fewest"]["one plane"], rows["fewest"]["Walker"]
    assert walker < plane or (math.isnan(plane) and walker <= 8)


def test_walker_patterns_are_all_there_are():
    patterns = list(walker_patterns(6))
    assert {(p.kind, p.planes, p.phasing) for p in patterns} == {
        (kind, planes, phasing)
        for kind, planes in itertools.product(("Walker delta", "Walker star"), (2, 3, 6))
        for phasing in range(planes)
    }
    (two,) = [p for p in patterns if (p.kind, p.planes, p.phasing) == ("Walker delta", 2, 1)]
    assert two.slots == ((0, 0), (0, 120), (0, 240), (180, 60), (180, 180), (180, 300))


def test_a_delta_turned_from_plane_to_plane_is_the_same_a_moment_later():
    for pattern in walker_patterns(12):
        if pattern.kind == "Walker delta":
            turn = pattern.node_period_deg
            ahead = 360.0 * pattern.phasing / pattern.total
            turned = {
                (round((node + turn) % 360.0, 6), round((phase + ahead) % 360.0, 6) % 360.0)
                for node, phase in pattern.slots
            }
            own = {
                (round(node, 6), round(phase % 360.0, 6) % 360.0) for node, phase in pattern.slots
            }
            assert turned == own


def test_a_walker_candidate_flies_what_was_searched():
    wish = Wish(
        ("seoul",), 30.0, heights_km=(520.0, 520.0), patterns=("walker",), node_step_h=2.0, **SHORT
    )
    found = design(wish, most_listed=1)
    assert found.scenario.satellites[0].orbit.kind.startswith("walker-")
    assert found.candidates["planes"][0] >= 2
    assert found.unproven == 0


def test_where_nothing_does_it_says_how_near_it_came():
    wish = Wish(("seoul",), 1.0, heights_km=(500.0, 500.0), most=2, **SHORT)
    found = design(wish)
    assert found.candidates.empty and list(found.candidates)[:2] == ["rank", "pattern"]
    assert found.searched["fewest"].isna().all()
    assert (found.searched["nearest_h"] > 1.0).all()


def test_inclinations_are_from_just_below_the_targets_on():
    wish = Wish(("seoul",), 24.0, inclination="free")
    assert wish.inclinations([37.57])[:3] == (None, 35.0, 40.0)
    assert wish.inclinations([37.57])[-1] == 90.0
    assert Wish(("seoul",), 24.0, inclination=(42.0, 51.0)).inclinations([0.0]) == (
        42.0,
        45.0,
        50.0,
        51.0,
    )


def test_the_darkest_month_is_that_of_the_targets():
    assert Wish(("seoul",), 24.0).document()["span"]["start"].month == 12
    assert Wish(("-33.9,18.4",), 24.0).document()["span"]["start"].month == 6


@pytest.mark.parametrize(
    ("text", "hours"), [("24h", 24.0), ("3d", 72.0), ("90min", 1.5), ("1.5 d", 36.0)]
)
def test_lengths_of_time_are_read(text, hours):
    assert hours_of("every", text) == hours


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: hours_of("every", "daily"), "no length of time such as 24h"),
        (lambda: range_of("height", "650:450"), "write 450:650"),
        (lambda: range_of("height", "low"), "no number or range such as 450:650"),
        (lambda: Wish((), 24.0), "at least one place"),
        (lambda: Wish(("seoul", "seoul"), 24.0), "named twice"),
        (lambda: Wish(("seoul",), 1_000.0), "every: 1000 is out of range; allowed 0.1 to 360"),
        (lambda: Wish(("seoul",), math.nan), "every: nan is out of range"),
        (lambda: Wish(("seoul",), 24.0, heights_km=(450.0, 9e3)), "allowed 450 to 2000"),
        (lambda: Wish(("seoul",), 24.0, inclination="polar"), "sun-synchronous, free, or degrees"),
        (lambda: Wish(("seoul",), 24.0, patterns=("wal",)), "did you mean 'walker'"),
        (lambda: Wish(("seoul",), 24.0, most=0), "most: 0 is out of range"),
        (lambda: design(Wish(("seuol",), 24.0)), "did you mean 'seoul'"),
        (lambda: design(Wish(("seoul",), 24.0, sensor="malligyong")), "malligyong_press"),
        (lambda: design(Wish(("seoul",), 24.0, start="soon")), "not a date or a time such as"),
        (lambda: design(Wish(("seoul",), 24.0, start="2024-01-01T00:00:00")), "has no offset"),
        (lambda: design(Wish(("seoul",), 24.0), most_listed=0), "list: 0 is out of range"),
    ],
)
def test_a_wish_that_cannot_be_read_says_what_is_allowed(ask, message):
    with pytest.raises(InputError) as caught:
        ask()
    assert message in "\n".join(caught.value.problems)
