"""What becomes of a network when members leave it, by naive programs and by runs."""

import numpy as np
import pytest

from simulator import intervals
from simulator.errors import InputError
from simulator.study import Study, find_events, latest_commands_s
from simulator.study.networks import outcome
from simulator.units import HOUR_S
from simulator.worth import withdrawal
from simulator.worth.period_figures import (
    PERIOD_FIGURES,
    mean_ages_of_blocks_s,
    mean_ages_s,
    period_figures,
    wait_in_s,
)
from tests import made
from tests.made_worth import TEXT

ON = "2023-11-23T12:00:00Z"
AT_S = 36.0 * HOUR_S


@pytest.fixture(scope="module")
def case():
    study = Study(made.scenario(TEXT).resolve())
    events = find_events(study, for_tables=False)
    return (
        study,
        events,
        outcome(study, study.scenario.networks[1], events.contacts, events.pictures),
    )


@pytest.fixture(scope="module")
def found():
    return withdrawal(made.scenario(TEXT, "uncertainty.draws=3"), on=ON)


def by_figure(values):
    return dict(zip(PERIOD_FIGURES, values, strict=True))


def test_figures_of_the_whole_span_are_those_of_a_run(case):
    study, events, whole = case
    figures = by_figure(period_figures(study, whole, events.pictures, 0.0, study.span.duration_s))
    for name, value in figures.items():
        assert value == pytest.approx(whole.figures[name], rel=1e-9), name


def test_figures_of_a_period_are_those_found_by_walking_through_it(case):
    study, events, whole = case
    begin_s, end_s = 20.0 * HOUR_S, 50.0 * HOUR_S
    figures = by_figure(period_figures(study, whole, events.pictures, begin_s, end_s))
    # Odd steps, so that no instant falls on an edge.
    at_s = np.arange(begin_s + 0.37, end_s, 3.0)
    pictures, delivered_s = events.pictures, whole.deliveries.delivered_s
    latest_s = latest_commands_s(study, whole.offer, pictures)
    ages, responses = [], []
    for target in range(len(study.scenario.targets)):
        own = (pictures.target == target) & np.isfinite(delivered_s)
        taken, home, latest = pictures.taken_s[own], delivered_s[own], latest_s[own]
        for instant in at_s[::20]:
            arrived = taken[home <= instant]
            if len(arrived):
                ages.append(instant - arrived.max())
            answers = home[latest >= instant]
            if len(answers):
                responses.append(answers.min() - instant)
    assert figures["age_mean_h"] == pytest.approx(np.mean(ages) / HOUR_S, rel=2e-3)
    assert figures["response_mean_h"] == pytest.approx(np.mean(responses) / HOUR_S, rel=2e-3)
    latency = (delivered_s - pictures.taken_s)[
        (pictures.taken_s >= begin_s) & (pictures.taken_s < end_s)
    ]
    arrived = latency[np.isfinite(latency)]
    assert figures["latency_mean_h"] == pytest.approx(arrived.mean() / HOUR_S)
    assert figures["delivered_within_1h_share"] == pytest.approx((latency <= HOUR_S).mean())
    windows = intervals.union(*(whole.offer.commands_s(n) for n in range(len(study.fleet))))
    waits = []
    for instant in at_s:
        later = windows[windows[:, 1] > instant]
        if len(later):
            waits.append(max(0.0, later[0, 0] - instant))
    assert figures["next_command_mean_h"] == pytest.approx(np.mean(waits) / HOUR_S, rel=1e-3)


def test_a_wait_is_nothing_inside_a_window_and_unknown_after_the_last():
    windows_s = np.array([[10.0, 20.0], [40.0, 50.0]])
    assert wait_in_s(windows_s, 10.0, 20.0) == 0.0
    assert wait_in_s(windows_s, 20.0, 30.0) == pytest.approx(15.0)
    assert wait_in_s(windows_s, 45.0, 100.0) == 0.0
    assert np.isnan(wait_in_s(windows_s, 50.0, 100.0))
    assert np.isnan(wait_in_s(np.empty((0, 2)), 0.0, 100.0))


def test_ages_through_the_event_are_those_of_the_newest_picture_home(case):
    study, events, whole = case
    at_s = np.linspace(0.0, study.span.duration_s, 50)
    pictures, delivered_s = events.pictures, whole.deliveries.delivered_s
    expected = []
    for instant in at_s:
        ages = [
            instant - pictures.taken_s[(pictures.target == target) & (delivered_s <= instant)].max()
            for target in range(len(study.scenario.targets))
            if ((pictures.target == target) & (delivered_s <= instant)).any()
        ]
        expected.append(np.mean(ages) if ages else np.nan)
    assert mean_ages_s(whole, pictures, at_s) == pytest.approx(expected, nan_ok=True)


def test_before_the_event_nothing_differs_and_after_it_nobody_gains(found):
    before = found.figures[found.figures["period"] == 1].set_index("figure")
    after = found.figures[found.figures["period"] == 2].set_index("figure")
    # What is waited for before the event may come after it; contacts are of their own time.
    assert before.loc["offered_gbit_per_day", "change"] == 0.0
    assert before.loc["longest_silence_h", "change"] == 0.0
    for name in ("age_mean_h", "next_command_mean_h", "longest_silence_h"):
        assert after.loc[name, "change"] >= 0.0, name
    assert after.loc["offered_gbit_per_day", "change"] < 0.0
    known = found.ages[found.ages["at_h"] <= AT_S / HOUR_S]
    assert known["leaves_h"].equals(known["stays_h"])


def test_when_all_leave_at_once_the_baseline_is_left():
    early = withdrawal(made.scenario(TEXT), on="2023-11-22T00:00:01Z").figures
    last = early[early["period"] == 2]
    assert np.allclose(last["leaves"], last["baseline"], rtol=1e-6, equal_nan=True)


def test_members_come_and_go_by_their_own_dates():
    text = made.scenario(
        TEXT,
        f"networks.helped.stations.yakutsk.until_utc={ON}",
        "networks.helped.relays.luch5v.from_utc=2023-11-24T00:00:00Z",
    )
    found = withdrawal(text)
    assert found.events["leaving"].tolist() == ["yakutsk", ""]
    assert found.events["joining"].tolist() == ["", "luch5v"]
    assert sorted(set(found.figures["period"])) == [1, 2, 3]
    only = withdrawal(made.scenario(TEXT), members=["yakutsk"], on=ON)
    assert only.events["leaving"].tolist() == ["yakutsk"]


def test_a_station_that_leaves_has_contacts_and_deliveries_only_before(case):
    study, events, whole = case
    leaving = made.scenario(TEXT, f"networks.helped.stations.yakutsk.until_utc={ON}").resolve()
    left = outcome(study, leaving.networks[1], events.contacts, events.pictures)
    number = [link.name for link in left.offer.links].index("yakutsk")
    rows = left.offer.contacts.link == number
    assert 0 < rows.sum() < (whole.offer.contacts.link == number).sum()
    assert left.offer.contacts.end_s[rows].max() <= AT_S
    sent_s = left.deliveries.sent_s[left.deliveries.link == number]
    assert (sent_s <= AT_S).all()


def test_a_range_is_over_the_draws(found):
    assert found.draws == 3
    rows = found.figures
    assert (rows["leaves_low"] <= rows["leaves_high"]).sum() > 10
    assert np.isfinite(found.days["leaves_low_h"].iloc[-1])


def test_the_age_of_a_day_is_the_mean_of_its_instants(found, case):
    study, events, whole = case
    pictures, delivered_s = events.pictures, whole.deliveries.delivered_s
    edges_s = np.arange(4) * 86_400.0
    for day, expected in enumerate(mean_ages_of_blocks_s(whole, edges_s)):
        ages = []
        for instant in np.arange(edges_s[day] + 5.0, edges_s[day + 1], 60.0):
            for target in range(len(study.scenario.targets)):
                home = (pictures.target == target) & (delivered_s <= instant)
                if home.any():
                    ages.append(instant - pictures.taken_s[home].max())
        assert np.mean(ages) == pytest.approx(expected, rel=1e-3)
    assert len(found.days) == 3


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "no member of network 'helped' leaves or joins inside the span"),
        ({"members": ["yakutsk"]}, "members: stand without on"),
        ({"on": "tomorrow"}, "'tomorrow' is not a date or a time"),
        ({"on": "2023-11-23T00:00:00"}, "has no offset from UTC"),
        ({"on": "2030-01-01"}, "is not inside the span, 2023-11-22T00:00:00"),
        ({"on": ON, "members": ["yakutks"]}, "did you mean 'yakutsk'?"),
        ({"on": ON, "network": "helpt"}, "did you mean 'helped'?"),
    ],
)
def test_faults_say_what_is_there(asked, message):
    with pytest.raises(InputError) as fault:
        withdrawal(made.scenario(TEXT), **asked)
    assert message in str(fault.value)
