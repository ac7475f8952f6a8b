"""Exchange rates, held to runs of scenarios that have so many satellites, relays or Mbit/s."""

import math
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest

from simulator import study
from simulator.errors import InputError
from simulator.scenario import Relay
from simulator.study import drawn_studies
from simulator.workers import Threads
from simulator.worth import FIGURES, Pattern, exchange
from simulator.worth.exchange_tables import whole_range
from simulator.worth.more_links import spread_relays
from tests import made
from tests.made_exchange import NETWORKS, ORBIT, SATELLITE, text


def scenario(*overrides, **values):
    return made.scenario(text(**values), *overrides)


def by_hand(places):
    """Return the figures of the baseline with satellites at (node, phase), each written out."""
    satellites = [
        SATELLITE | {"orbit": ORBIT | {"raan_deg": 40.0 + node, "mean_anomaly_deg": phase}}
        for node, phase in places
    ]
    return row_of(made.scenario(text(satellites)), "home")


def row_of(written, network):
    table = study.figures(written).networks.set_index("network")
    return {name: float(table.loc[network, name]) for name in FIGURES}


def points(found, means, number):
    rows = found.points[(found.points["means"] == means) & (found.points["number"] == number)]
    return dict(zip(rows["figure"], rows["value"], strict=True))


@pytest.fixture(scope="module")
def found():
    return exchange(scenario(), most=6, patterns=[Pattern(1), Pattern(2)])


@pytest.mark.parametrize(
    ("means", "number", "places"),
    [
        ("satellites in 1 plane", 1, [(0.0, 0.0)]),
        ("satellites in 1 plane", 3, [(0.0, 0.0), (0.0, 120.0), (0.0, 240.0)]),
        ("satellites in 2 planes", 2, [(0.0, 0.0), (90.0, 180.0)]),
        (
            "satellites in 2 planes",
            4,
            [(0.0, 0.0), (0.0, 180.0), (90.0, 90.0), (90.0, 270.0)],
        ),
    ],
)
def test_a_point_is_the_run_of_a_scenario_with_so_many_satellites(found, means, number, places):
    assert points(found, means, number) == pytest.approx(by_hand(places), nan_ok=True, rel=1e-7)


def test_both_networks_are_as_in_a_run_of_the_scenario(found):
    for column, network in (("baseline", "home"), ("network", "helped")):
        own = dict(zip(found.figures["figure"], found.figures[column], strict=True))
        assert own == pytest.approx(row_of(scenario(), network), nan_ok=True)


def test_relays_are_added_to_the_baseline_spread_from_the_first_ones_place(found):
    assert [relay.longitude_deg for relay in spread_relays(found.relay, 3)] == pytest.approx(
        [94.7, -145.3, -25.3]
    )
    relays = ", ".join(
        f'{{catalog = "luch5v", name = "r{n}", longitude_deg = {lon}}}'
        for n, lon in enumerate((94.7, -85.3))
    )
    more = NETWORKS.replace('stations = ["pgscc"]', f'stations = ["pgscc"]\nrelays = [{relays}]')
    two = row_of(made.scenario(text(more=more)), "home")
    assert points(found, "relays", 2) == pytest.approx(two)
    assert points(found, "relays", 0) == pytest.approx(row_of(scenario(), "home"))


def test_a_rate_is_the_least_of_those_a_per_cent_apart_that_is_enough(found):
    rows = found.rates[found.rates["means"] == "Mbit/s"].set_index("figure")
    figure = "latency_mean_h"
    target = found.figures.set_index("figure").loc[figure, "network"]
    least = rows.loc[figure, "number"]
    assert least > 0.5
    for rate, is_enough in ((least, True), (least / 1.011, False)):
        own = row_of(made.scenario(text(), f"satellites.0.downlink_rate_mbps={rate}"), "home")
        assert bool(own[figure] <= target * (1.0 + 1e-9)) is is_enough
    # No rate opens a contact sooner.
    assert math.isnan(rows.loc["longest_silence_h", "number"])
    assert not rows.loc["longest_silence_h", "reached"]
    assert rows.loc["longest_silence_h", "value_at_most"] == pytest.approx(
        found.figures.set_index("figure").loc["longest_silence_h", "baseline"]
    )


def test_the_smallest_number_is_the_first_that_is_enough_and_says_if_larger_ones_are(found):
    networks = found.figures.set_index("figure")["network"]
    for row in found.rates.to_dict(orient="records"):
        own = found.points[
            (found.points["figure"] == row["figure"]) & (found.points["means"] == row["means"])
        ]
        more = row["figure"] in ("delivered_within_1h_share", "offered_gbit_per_day")
        gap = (own["value"] - networks[row["figure"]]) * (1 if more else -1)
        enough = own["number"][gap >= -1e-9 * abs(networks[row["figure"]])]
        assert row["reached"] == bool(len(enough))
        assert row["number"] == pytest.approx(enough.min(), nan_ok=True)
        from_it = own["number"] >= row["number"]
        assert row["larger_too"] == (bool(len(enough)) and len(enough) == from_it.sum())
        assert row["value_at_most"] == pytest.approx(own["value"].iloc[-1], nan_ok=True)


def test_draws_move_all_satellites_by_one_phase_and_have_ranges(found):
    asked = {"figures": ["latency_mean_h", "next_command_mean_h"], "means": ["satellites"]}
    drawn = exchange(scenario("uncertainty.draws=3"), most=3, workers=Threads(2), **asked)
    first = drawn_studies(scenario("uncertainty.draws=3"))(0).flights[0].elements
    place = [(0.0, first.mean_anomaly_deg + phase) for phase in (0.0, 120.0, 240.0)]
    own = by_hand(place)["next_command_mean_h"]
    rows = drawn.points[drawn.points["figure"] == "next_command_mean_h"].set_index("number")
    assert rows.loc[3.0, "low"] <= own <= rows.loc[3.0, "high"]
    assert drawn.draws == 3
    # The phase of the scenario itself is no draw.
    assert points(drawn, "satellites in 1 plane", 3)["latency_mean_h"] == pytest.approx(
        points(found, "satellites in 1 plane", 3)["latency_mean_h"]
    )
    shares = drawn.rates["reached_draws_share"] * 3
    assert np.allclose(shares, shares.round())
    with ProcessPoolExecutor(1) as pool:
        again = exchange(scenario("uncertainty.draws=3"), most=3, workers=_Pool(pool), **asked)
    assert again.rates.equals(drawn.rates)


class _Pool:
    def __init__(self, pool):
        self.map = pool.map


def test_a_range_of_numbers_is_of_draws_and_knows_never():
    numbers = np.array([3.0, math.inf, 2.0, 4.0, 5.0])
    assert whole_range(numbers, 1.0) == (2.0, math.inf)
    assert whole_range(numbers, 0.6) == (3.0, 5.0)
    assert all(map(math.isnan, whole_range(np.empty(0), 0.9)))


def test_satellites_with_links_between_them_are_those_of_a_run():
    more = NETWORKS.replace(
        'stations = ["pgscc"]', 'stations = ["pgscc"]\ncrosslinks = {rate_mbps = 1.0}'
    )
    case = made.scenario(text(more=more))
    found = exchange(case, means=["satellites"], most=2)
    two = [SATELLITE, SATELLITE | {"orbit": ORBIT | {"mean_anomaly_deg": 180.0}}]
    written = row_of(made.scenario(text(two, more=more)), "home")
    assert points(found, "satellites in 1 plane", 2) == pytest.approx(written, nan_ok=True)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"network": "help"}, "'help' is no network of the scenario; .* did you mean 'helped'"),
        ({"figures": ["latency"]}, "'latency' is no figure that worth knows"),
        ({"means": ["relay"]}, "'relay' is no means that exchange knows; .* did you mean 'relays'"),
        ({"relay": "luch5"}, "luch5.*did you mean"),
        ({"like": "N"}, "'N' is no satellite of the scenario; it has M"),
        ({"patterns": [Pattern(3)], "most": 2}, "3 planes need as many satellites"),
        ({"patterns": [Pattern(2), Pattern(2, 0)]}, "two patterns have as many planes"),
        ({"most": 0}, "most is 0; it must be 1 or more"),
        ({"network": "home"}, "'home' is the baseline"),
    ],
)
def test_what_cannot_be_asked_is_answered_with_what_can(asked, message):
    with pytest.raises(InputError, match=message):
        exchange(scenario(), **asked)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((0,), "planes is 0; it must be 1 or more"),
        ((2, 2), "phasing is 2; with 2 planes it must be 0 to 1"),
        ((2, 0, 400.0), "400 degrees; it must be above 0 and at most 360"),
    ],
)
def test_a_pattern_that_is_none_is_refused(given, message):
    with pytest.raises(InputError, match=message):
        Pattern(*given)


def test_a_relay_may_be_given_as_a_table():
    given = Relay(name="own", longitude_deg=120.0)
    found = exchange(scenario(), means=["relays"], relay=given, most=1)
    assert found.relay == given
    assert found.points["number"].max() == 1.0


def test_unknowns_are_drawn_in_the_networks_that_are_compared():
    unknowns = (
        '[[unknowns]]\nname = "masks"\nvalues = { "networks.*.stations.*.min_elevation_deg" = '
        "{ uniform = [0.0, 20.0] } }\n"
    )
    text = made.text(unknowns, uncertainty={"draws": 3})
    found = exchange(made.scenario(text), figures=["next_command_mean_h"], most=2)
    row = found.figures.iloc[0]
    assert found.drawn == "the orbit's phase and 1 more unknown"
    # Masks move the wait for a contact far more than the phase does.
    assert row["network_high"] > 1.2 * row["network_low"]
