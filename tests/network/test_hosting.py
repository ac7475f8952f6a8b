"""What a host does to its guest, against runs in which it does nothing."""

import threading

import cloudpickle
import numpy as np
import pytest

from simulator.delivery import DELIVERED, LOST
from simulator.network import dropped_targets, hosts_revolutions
from simulator.network.contact_plans import Fleet
from simulator.orbits import revolutions_s
from simulator.scenario import Host
from simulator.study import Study, find_events
from simulator.study.networks import offer_of, outcome, service
from simulator.units import HOUR_S
from tests import made
from tests.made_worth import TEXT


def found(*overrides):
    study = Study(made.scenario(TEXT, *overrides).resolve())
    events = find_events(study, for_tables=False)
    return (
        study,
        events.pictures,
        outcome(study, study.scenario.networks[1], events.contacts, events.pictures),
    )


@pytest.fixture(scope="module")
def free():
    return found()


def test_the_hosts_members_are_those_that_the_baseline_has_not():
    study, *_ = found("networks.1.host={delay_h=1.0}")
    assert study.scenario.networks[1].host.members == (
        *("ussuriysk", "yakutsk", "kaliningrad", "yelizovo"),
        "luch5v",
    )


def test_pictures_through_the_host_come_so_much_later(free):
    _, pictures, plain = free
    _, _, held = found("networks.1.host={delay_h=1.5}")
    hosts = plain.deliveries.link > 0
    assert 0 < hosts.sum() < len(pictures)
    # One member alone is the host's: the other still forwards at once.
    _, _, one = found('networks.1.host={members=["yakutsk"], delay_h=1.5}')
    assert (one.deliveries.delivered_s <= held.deliveries.delivered_s + 1e-6).all()
    same = (held.deliveries.link == plain.deliveries.link) & (
        held.deliveries.sent_s == plain.deliveries.sent_s
    )
    later_s = (held.deliveries.delivered_s - plain.deliveries.delivered_s)[same & hosts]
    assert len(later_s) > 0
    assert np.allclose(later_s, 1.5 * HOUR_S)


def test_dropped_targets_never_come_home_through_the_host(free):
    study, pictures, plain = free
    _, _, left = found('networks.1.host={dropped_targets=["seoul", "osan"]}')
    names = [target.name for target in study.scenario.targets]
    is_left = np.isin(np.array(names)[pictures.target], ["seoul", "osan"])
    through = plain.deliveries.link > 0
    assert (is_left & through).any()
    assert (left.deliveries.status[is_left & through] == LOST).all()
    assert np.isinf(left.deliveries.delivered_s[is_left & through]).all()
    others = ~(is_left & through)
    assert np.array_equal(left.deliveries.delivered_s[others], plain.deliveries.delivered_s[others])


def test_a_higher_share_only_drops_more_targets():
    names = [f"target {n}" for n in range(1_000)]
    some, more = (
        dropped_targets(Host(members=(), dropped_share=share), 3, names) for share in (0.2, 0.5)
    )
    assert some.mean() == pytest.approx(0.2, abs=0.05)
    assert more.mean() == pytest.approx(0.5, abs=0.05)
    assert (more | ~some).all()
    assert dropped_targets(Host(members=(), dropped_share=1.0), 3, names).all()


def test_the_guest_gets_what_it_would_if_only_its_revolutions_had_pictures():
    longer = "span.days=10.0"
    study, pictures, plain = found(longer)
    _, _, shared = found(longer, "networks.1.host={first_use_share=0.5}")
    half = Host(members=(), first_use_share=0.5)
    used = hosts_revolutions(half, study.fleet, 0, 0).at(pictures.taken_s)
    assert 0 < used.sum() < len(pictures)
    assert (shared.deliveries.status[used] == LOST).all()
    assert (shared.deliveries.link[used] == -1).all()
    # Fewer pictures never wait longer.
    mine = ~used & (plain.deliveries.status == DELIVERED)
    assert (shared.deliveries.delivered_s[mine] <= plain.deliveries.delivered_s[mine] + 1e-6).all()
    assert shared.figures["pictures_lost"] >= used.sum()


def test_a_revolution_is_wholly_the_hosts_or_the_guests(free):
    study, *_ = free
    fleet: Fleet = study.fleet
    at_s = np.arange(0.0, fleet.span.duration_s, 30.0)
    starts_s = revolutions_s(fleet.tracks[0], fleet.span.duration_s)
    revolution = np.searchsorted(starts_s, at_s, side="right")
    used = hosts_revolutions(Host(members=(), first_use_share=0.4), fleet, 0, 0).at(at_s)
    shares = np.bincount(revolution, used) / np.bincount(revolution)
    assert set(shares.tolist()) == {0.0, 1.0}
    everything = hosts_revolutions(Host(members=(), first_use_share=1.0), fleet, 0, 0).at(at_s)
    assert everything.all()


def test_what_a_network_does_for_cells_can_be_sent_to_workers_without_its_study():
    scenario = made.scenario(TEXT, "networks.1.host={first_use_share=0.5}").resolve()
    # A lock stands for what of a study no other machine can be sent.
    study = Study(scenario, workers=threading.Lock())
    events = find_events(study, for_tables=False)
    network = scenario.networks[1]
    offered = offer_of(study, network, events.contacts, events.pictures)
    own = service(study, offered, network.host)
    sent = cloudpickle.loads(cloudpickle.dumps(own))
    taken_s = events.pictures.taken_s
    assert np.array_equal(sent.arrivals(0, taken_s), own.arrivals(0, taken_s))
    used = hosts_revolutions(network.host, study.fleet, scenario.seed, 0).at(taken_s)
    assert np.isinf(own.arrivals(0, taken_s)[used]).all()
