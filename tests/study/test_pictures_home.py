"""Networks reckoned together: the figures of each are those that it has alone."""

import pytest

from simulator.study import networks
from simulator.study.case import Study
from simulator.study.events import find_events
from simulator.study.store import MemoryStore
from tests import made

SEVERAL = made.text(
    """
[clouds]
persistence_h = 20.0

[counting]
stay_h = 30.0

[[networks]]
name = "home"
stations = ["pgscc", {catalog = "yakutsk", forwarding_delay_s = 60.0, availability = 0.5}]

[[networks]]
name = "shut"
stations = [{catalog = "pgscc", from_utc = 2031-01-01T00:00:00Z, until_utc = 2031-01-02T00:00:00Z}]

[[networks]]
name = "north"
stations = ["yakutsk", "murmansk"]
relays = ["luch5v"]
""",
    targets=["osan", "seoul", "kadena"],
    networks=None,
    days=4.0,
    satellite=made.SIX_IN_A_PLANE,
)
ASKED = 'requests={kind="every", every_h=7.0, first_h=1.0}'


def together(*overrides, store=None, text=SEVERAL):
    study = Study(made.scenario(text, *overrides).resolve(), store)
    return study, find_events(study)


def alone(study, events):
    return [
        networks.outcome(study, network, events.contacts, events.pictures)
        for network in study.scenario.networks
    ]


@pytest.mark.parametrize("overrides", [(), (ASKED,)])
def test_networks_together_have_the_figures_of_each_alone(overrides):
    study, events = together(*overrides)
    own = [found.figures for found in alone(study, events)]
    found = networks.outcomes(study, events)
    assert [each.network.name for each in found] == ["home", "shut", "north"]
    for each, figures in zip(found, own, strict=True):
        assert each.figures == pytest.approx(figures, rel=1e-12, nan_ok=True)
    assert own[0]["pictures_delivered"] > own[1]["pictures_delivered"] == 0
    assert own[0]["latency_mean_h"] != own[2]["latency_mean_h"]


def test_ages_and_responses_are_of_the_network_and_target_they_are_given_for():
    study, events = together(ASKED)
    for each, own in zip(networks.outcomes(study, events), alone(study, events), strict=True):
        for kind in ("ages", "responses"):
            assert len(getattr(each, kind)) == len(study.scenario.targets)
            for tooth, other in zip(getattr(each, kind), getattr(own, kind), strict=True):
                assert (tooth.mean_s, tooth.undefined_s) == (other.mean_s, other.undefined_s)


def test_a_target_asked_for_at_instants_beside_others_asked_for_always():
    mixed = 'targets=["osan", {catalog="seoul", requests={kind="every", every_h=5.0}}]'
    study, events = together(mixed)
    for each, own in zip(networks.outcomes(study, events), alone(study, events), strict=True):
        assert each.figures == pytest.approx(own.figures, rel=1e-12, nan_ok=True)


def test_networks_with_many_pictures_are_reckoned_a_few_at_a_time(monkeypatch):
    study, events = together()
    found = [each.figures for each in networks.outcomes(study, events)]
    for most in (1, 2 * len(events.pictures)):
        monkeypatch.setattr(networks, "_TOGETHER", most)
        few = [each.figures for each in networks.outcomes(study, events)]
        for each, figures in zip(found, few, strict=True):
            assert each == pytest.approx(figures, rel=1e-12, nan_ok=True)


def test_of_networks_only_those_that_changed_are_reckoned_again():
    store = MemoryStore()
    study, events = together(store=store)
    first = networks.all_figures(study, events)
    study, events = together("networks.0.stations.0.min_elevation_deg=20", store=store)
    store.counts.clear()
    second = networks.all_figures(study, events)
    assert (store.counts["delivery", "hit"], store.counts["delivery", "miss"]) == (2, 1)
    own = [each.figures for each in networks.outcomes(study, events)]
    for each, figures in zip(second, own, strict=True):
        assert each == pytest.approx(figures, rel=1e-12, nan_ok=True)
    assert second[0]["contact_minutes_per_day"] < first[0]["contact_minutes_per_day"]


def test_a_scenario_without_targets_has_networks_all_the_same():
    bounds = "{west=126, south=36, east=127, north=37}"
    region = f'regions=[{{name="r", bounds_deg={bounds}, resolution_km=50}}]'
    study, events = together("targets=[]", region)
    assert [each.figures["pictures_taken"] for each in networks.outcomes(study, events)] == [0] * 3
