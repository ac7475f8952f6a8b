"""Members of a network, and what sets of them offer."""

import numpy as np
import pytest

from simulator.errors import InputError
from simulator.network import single_arrivals
from simulator.study import find_events, offer_of
from simulator.worth import times, valuing
from simulator.worth.picture_figures import PICTURE_FIGURES
from tests import made
from tests.made_worth import TEXT, all_sets, figures_by_running, offers_of, study

LINKED = made.text(
    """
[[networks]]
name = "home"
stations = ["pgscc"]

[[networks]]
name = "helped"
stations = ["pgscc", "yelizovo"]
crosslinks = {rate_mbps = 5.0, max_range_km = 6000.0}
""",
    days=1.0,
    satellite={
        "downlink_rate_mbps": 0.5,
        "orbit": {
            "kind": "walker-star",
            "total": 12,
            "planes": 1,
            "phasing": 0,
            "altitude_km": 500.0,
            "inclination_deg": 97.41,
            "raan_deg": 225.0,
        },
    },
    targets=["osan", "kadena", "andersen"],
    networks=None,
    baseline="home",
)


@pytest.mark.parametrize("chosen", [[0, 0, 0, 0, 0], [1, 0, 0, 0, 1], [1, 1, 1, 1, 1]])
def test_what_a_set_offers_is_what_a_network_of_its_own_would(chosen):
    case = study()
    offered = offers_of(case)
    row = np.array(chosen, bool)
    names = {n for n, is_in in zip(offered.coalition.names, row, strict=True) if is_in} | {"pgscc"}
    whole = offered.coalition.whole
    own = whole.model_copy(
        update={
            "stations": tuple(s for s in whole.stations if s.name in names),
            "relays": tuple(r for r in whole.relays if r.name in names),
        }
    )
    events = find_events(case, for_tables=False)
    alone, cut = offer_of(case, own, events.contacts, events.pictures), offered.of(row)
    for name in ("satellite", "start_s", "end_s", "rate_bps", "delay_s"):
        assert (getattr(alone.plan, name) == getattr(cut.plan, name)).all()
    assert (alone.contacts.start_s == cut.contacts.start_s).all()
    assert (alone.rate_bps == cut.rate_bps).all()
    assert (alone.commands_s(0) == cut.commands_s(0)).all()


def test_crosslinks_are_a_member_worth_what_runs_with_and_without_them_say():
    case = study(LINKED)
    offered = offers_of(case)
    assert offered.coalition.names == ("yelizovo", "crosslinks")
    idle = valuing.idle_game(offered)
    sets = all_sets(2)
    values = valuing.loaded_figures(idle, offered)(sets)
    expected = [figures_by_running(case, offered.coalition, row) for row in sets]
    for column, name in enumerate(PICTURE_FIGURES):
        assert values[:, column] == pytest.approx([each[name] for each in expected]), name
    assert values[2, 0] < values[0, 0]  # passing pictures on brings them sooner
    # Alone a picture arrives as through the network of its own.
    pictures = offered.pictures
    figures = idle.figures(sets)
    for number, row in enumerate(sets):
        arrival_s = np.empty(len(pictures))
        for satellite, single in enumerate(single_arrivals(case.fleet, offered.of(row))):
            own = pictures.satellite == satellite
            arrival_s[own] = single(pictures.taken_s[own])
        served = idle.served.delivered
        latency_h = (arrival_s - pictures.taken_s)[served].mean() / 3_600.0
        assert figures[number, 0] == pytest.approx(latency_h, rel=1e-3)


@pytest.mark.parametrize(
    ("networks", "message"),
    [
        (("home", "home"), "has nothing beyond baseline"),
        (("home", "changed"), "'pgscc' has other keys in network 'changed'"),
    ],
)
def test_a_network_that_is_no_addition_is_refused(networks, message):
    text = TEXT + '\n[[networks]]\nname = "changed"\n'
    text += 'stations = [{catalog = "pgscc", min_elevation_deg = 20.0}, "yakutsk"]\n'
    named = {network.name: network for network in made.scenario(text).networks}
    with pytest.raises(InputError, match=message):
        times.coalition(*(named[name] for name in networks))
