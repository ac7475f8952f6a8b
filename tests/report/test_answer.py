"""The answer is made from the figures by rules, whatever the scenario is."""

from dataclasses import replace

import pandas as pd
import pytest

from simulator.report import answer
from simulator.results import Results
from tests import made

FIGURES = {
    "response_mean_h": 48.0,
    "latency_mean_h": 2.0,
    "response_unknown_share": 0.0,
    "response_saved_both_h": float("nan"),
}
# The stages of a response of 48 h, and of a latency of 2 h.
STAGES = {
    "response_command_h": 4.0,
    "response_collection_h": 42.0,
    "response_delivery_h": 2.0,
    "latency_contact_h": 1.5,
    "latency_queue_h": 0.25,
    "latency_sending_h": 0.25,
    "latency_forwarding_h": 0.0,
}
COUNTS = {
    "pictures_taken": 40,
    "pictures_delivered": 40,
    "pictures_lost": 0,
    "pictures_waiting": 0,
}


def with_networks(*changes: dict[str, object]) -> Results:
    """Return results of one network for each set of changes to a plain one, called a, b, ..."""
    results = made.finished()
    first = results.networks.iloc[0].to_dict() | FIGURES | STAGES | COUNTS
    rows = [
        {**first, "network": name, **each} for name, each in zip("abcdefgh", changes, strict=False)
    ]
    return replace(results, networks=pd.DataFrame(rows), baseline="a")


def chance(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    """Return a table of draws: network, figure, and the range of its ratio to the baseline's."""
    return pd.DataFrame(
        [
            {
                "network": network,
                "figure": figure,
                "median": 0.5 * (low + high),
                "low": low,
                "high": high,
                "ratio_median": 0.5 * (low + high),
                "ratio_low": low,
                "ratio_high": high,
                "draws": 100,
                "contrary_draws": 55 if low <= 1.0 <= high else 0,
            }
            for network, figure, low, high in rows
        ]
    )


def first(results: Results) -> str:
    return answer(results)[0]


def said(results: Results) -> str:
    return " ".join(answer(results))


def test_a_network_that_differs_is_set_beside_the_baseline_with_its_range():
    results = with_networks({}, {"response_mean_h": 24.0 * 1.8, "latency_mean_h": 0.2})
    drawn = chance(("b", "response_mean_h", 0.85, 0.93), ("b", "latency_mean_h", 0.08, 0.125))
    sentences = answer(replace(results, spread=drawn))
    assert sentences[0] == (
        "From a request to its picture at headquarters it takes 2.0 d on average with a, 10 % less "
        "with b (7 to 15 %)."
    )
    assert sentences[1] == (
        "Once taken, a picture is at headquarters after 2.00 h on average with a, 12 min with b "
        "(10 times sooner, 8.0 to 12); ranges hold 90 % of 100 draws of the orbit's phase."
    )


def test_a_difference_within_its_range_over_draws_is_called_no_difference():
    results = with_networks({}, {"response_mean_h": 46.0, "latency_mean_h": 0.2})
    drawn = chance(("b", "response_mean_h", 0.94, 1.01), ("b", "latency_mean_h", 0.08, 0.125))
    assert first(replace(results, spread=drawn)).endswith(
        "2.0 d on average with a, and b makes no difference."
    )


def test_a_difference_within_its_range_over_resampled_days_is_called_no_difference():
    results = with_networks({}, {"response_mean_h": 46.0, "latency_mean_h": 0.2})
    days = chance(("b", "response_mean_h", 0.94, 1.01)).drop(columns=["median", "draws"])
    days = days.rename(columns={"ratio_median": "ratio_of_span"}).assign(of_span=46.0)
    assert "b makes no difference" in first(replace(results, sampling=days))
    # What draws alone would call a difference is none if the days flown could have made it.
    drawn = chance(("b", "response_mean_h", 0.94, 0.97))
    assert "b makes no difference" in first(replace(results, sampling=days, spread=drawn))


def test_networks_alike_in_all_are_told_so_in_one_sentence():
    results = with_networks({}, {}, {"response_mean_h": 48.1})
    drawn = chance(*((name, "response_mean_h", 0.99, 1.01) for name in "bc"))
    assert first(replace(results, spread=drawn)) == (
        "Beside a, b and c make no difference beyond chance (ranges hold 90 % of 100 draws of the "
        "orbit's phase): from a request to its picture at headquarters it takes 2.0 d on average, "
        "and once taken, a picture is at headquarters after 2.00 h on average."
    )


def test_networks_that_differ_by_no_more_than_chance_among_themselves_are_one_group():
    results = with_networks({}, {"response_mean_h": 24.0}, {"response_mean_h": 24.6})
    drawn = chance(*((name, "response_mean_h", 0.48, 0.53) for name in "bc"))
    assert "49 to 50 % less with b and c (47 to 52 %)" in first(replace(results, spread=drawn))
    apart = chance(("b", "response_mean_h", 0.49, 0.505), ("c", "response_mean_h", 0.51, 0.53))
    assert "50 % less with b" in first(replace(results, spread=apart))
    assert "49 % less with c" in first(replace(results, spread=apart))


def test_without_draws_a_difference_has_no_range():
    results = with_networks({}, {"response_mean_h": 24.0, "latency_mean_h": 0.2})
    assert first(results).endswith("2.0 d on average with a, 50 % less with b.")
    assert "(10 times sooner)" in answer(results)[1] and "ranges" not in said(results)


def test_one_network_has_its_values_with_their_range_and_is_compared_with_none():
    drawn = chance(("a", "response_mean_h", 40.0, 60.0))
    results = replace(with_networks({}), spread=drawn)
    assert first(results) == (
        "From a request to its picture at headquarters it takes 2.0 d on average with a (1.7 d to "
        "2.5 d)."
    )
    # A range that reads as its value says nothing.
    same = replace(results, spread=chance(("a", "response_mean_h", 48.0, 48.1)))
    assert first(same).endswith("2.0 d on average with a.")


def test_a_network_without_answers_is_told_beside_one_that_has_them():
    nothing = {"response_mean_h": float("nan"), "latency_mean_h": float("nan")}
    later = with_networks({}, nothing)
    assert first(later).endswith("2.0 d on average with a, no request is answered with b.")
    sooner = with_networks(nothing, {})
    assert first(sooner) == (
        "No request is answered with a; from a request to its picture at headquarters it takes "
        "2.0 d with b."
    )


def test_without_pictures_no_request_is_answered():
    bare = with_networks({"pictures_taken": 0}, {"pictures_taken": 0})
    assert first(bare) == "No picture is taken, and so no request is answered."


def test_without_networks_only_what_is_seen_and_assumed_is_told():
    results = made.finished()
    bare = replace(results, networks=results.networks.iloc[:0])
    sentences = answer(bare)
    assert sentences[0].startswith("Of the targets, Osan Air Base could never be looked at")
    assert sentences[-1].startswith("Assumed above all: ")
    assert "network" not in said(bare) and "request" not in said(bare)


def test_without_targets_networks_are_told_by_their_contact():
    day = with_networks(
        {"contact_minutes_per_day": 30.0, "longest_silence_h": 11.0},
        {"contact_minutes_per_day": 264.0, "longest_silence_h": 1.5},
        {"contact_minutes_per_day": 1_440.0, "longest_silence_h": 0.0},
    )
    results = replace(day, targets=day.targets.iloc[:0], region_networks=pd.DataFrame())
    assert first(results) == (
        "The satellite is in contact with the ground for 30 min a day with a, for 4.40 h a day "
        "with b (8.8 times longer), all the time with c (48 times longer); the longest silence is "
        "0 s to 11.0 h."
    )
    assert "request" not in said(results) and "picture" not in said(results)


def of_regions(*rows: tuple[str, str, float, float]) -> Results:
    """Return results without targets: region, network, mean response and its ratio, a row each."""
    results = with_networks({}, {"contact_minutes_per_day": 264.0})
    plain = results.region_networks.iloc[0].to_dict()
    told = [
        {
            **plain,
            "region": region,
            "network": network,
            "cell_response_mean_h": mean_h,
            "cell_response_ratio": of_baseline,
        }
        for region, network, mean_h, of_baseline in rows
    ]
    return replace(results, targets=results.targets.iloc[:0], region_networks=pd.DataFrame(told))


def test_regions_alone_are_told_by_the_wait_for_a_picture_of_them_and_then_by_contact():
    told = answer(
        of_regions(
            ("sea", "a", 48.0, 1.0),
            ("sea", "b", 24.0, 0.4),
            ("land", "a", 50.0, 1.0),
            ("land", "b", 49.0, 1.0),
        )
    )
    assert told[0] == (
        "If every picture has the network to itself, from a request for a place in sea to its "
        "picture at headquarters it takes 2.0 d on average with a, 19.2 h with b (2.5 times less); "
        "from a request for a place in land to its picture at headquarters it takes 2.1 d on "
        "average with a, and b makes no difference."
    )
    assert told[1].startswith("The satellite is in contact with the ground")


def test_a_region_that_no_picture_comes_from_has_no_wait():
    told = first(of_regions(("sea", "a", float("nan"), float("nan"))))
    assert told == (
        "If every picture has the network to itself, no request for a place is answered with a."
    )


def test_a_satellite_always_in_contact_is_not_silent():
    always = {"contact_minutes_per_day": 1_440.0, "longest_silence_h": 0.0}
    day = with_networks(always)
    results = replace(day, targets=day.targets.iloc[:0], region_networks=pd.DataFrame())
    assert first(results) == ("The satellite is in contact with the ground all the time with a.")


def test_pictures_lost_or_still_on_board_are_told():
    results = with_networks({"pictures_lost": 12}, {"pictures_waiting": 2})
    assert "12 of 40 pictures are lost with a" in said(results)
    assert "2 of 40 pictures are still on board at the end with b" in said(results)
    assert "lost" not in said(with_networks({}, {}))


def test_the_longest_stages_of_the_wait_are_what_limits():
    assert (
        "Of the wait for a picture, 88 % is until the satellite comes by in the light it needs and "
        "8 % is until the command is on board."
    ) in answer(with_networks({}))
    slow = {"response_command_h": 40.0, "response_collection_h": 6.0}
    assert (
        "Of the wait for a picture, 88 % is until the satellite comes by in the light it needs "
        "(with a), 83 % is until the command is on board (with b), 8 % is until the command is on "
        "board (with a) and 12 % is until the satellite comes by in the light it needs (with b)."
    ) in answer(with_networks({}, slow))


def with_targets(*accesses: int, minutes: float = 1.0) -> Results:
    results = with_networks({})
    row = results.targets.iloc[0].to_dict()
    rows = [
        row
        | {
            "target": f"place {n}",
            "accesses": count,
            "access_minutes_per_day": minutes if count else 0.0,
            "revisit_max_h": 12.0,
        }
        for n, count in enumerate(accesses)
    ]
    return replace(results, targets=pd.DataFrame(rows), regions=results.regions.iloc[:0])


@pytest.mark.parametrize(
    ("accesses", "words"),
    [
        ((0, 0), "No target could ever be looked at."),
        ((0,), "The target place 0 could never be looked at."),
        (
            (0, 3, 5),
            "Of the targets, place 0 could never be looked at; every other target could be "
            "looked at, the least often place 1, 3 times in 2 days; the longest gap is 12.0 h.",
        ),
        (
            (0, 0, 1),
            "Of the targets, place 0 and place 1 could never be looked at; the target place 2 "
            "could be looked at once in 2 days; the longest gap is 12.0 h.",
        ),
        ((2, 2), "Every target could be looked at twice in 2 days; the longest gap is 12.0 h."),
        ((2,), "The target place 0 could be looked at twice in 2 days; the longest gap is 12.0 h."),
        (
            (1, 1, 1, 1, 4),
            "Every target could be looked at, the least often place 0, place 1 and 2 more, once "
            "in 2 days; the longest gap is 12.0 h.",
        ),
    ],
)
def test_what_is_seen_least_or_never_is_told(accesses, words):
    assert words in answer(with_targets(*accesses))


def test_a_target_always_in_view_is_not_called_seen_once():
    assert "Every target is always in view." in answer(with_targets(1, 1, minutes=1_440.0))
    assert "The target place 0 is always in view." in answer(with_targets(1, minutes=1_440.0))


def with_regions(*seen: float) -> Results:
    results = made.finished()
    row = results.regions.iloc[0].to_dict() | {"accesses_per_day": 0.25, "seen_half_h": 6.0}
    rows = [row | {"region": f"area {n}", "seen_fraction": part} for n, part in enumerate(seen)]
    return replace(
        results,
        regions=pd.DataFrame(rows),
        targets=results.targets.iloc[:0],
        networks=results.networks.iloc[:0],
    )


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (
            (1.0,),
            "All of area 0 (half of it within 6.00 h, a place 0.250 times a day) could be looked "
            "at.",
        ),
        ((0.0,), "Nothing of area 0 could ever be looked at."),
        (
            (0.8, 0.0),
            "20 % of area 0 could never be looked at; nothing of area 1 could ever be looked at.",
        ),
        (
            (0.5,) * 5,
            "50 % of area 0 could never be looked at; 50 % of area 1 could never be looked at; "
            "50 % of area 2 could never be looked at; of 2 regions more a part could never be "
            "looked at.",
        ),
    ],
)
def test_how_much_of_a_region_is_never_seen_is_told(seen, words):
    assert words in answer(with_regions(*seen))


def test_clouds_come_first_for_an_optical_sensor_and_not_at_all_for_a_radar():
    assumed = answer(made.finished())[-1]
    assert assumed.startswith("Assumed above all: a clear sky at every look (clouds are left out)")
    radar = {"kind": "radar", "gsd_m": 1.0, "reference_altitude_km": 500.0, "swath_km": 20.0}
    radar |= {"max_off_nadir_deg": 45.0}
    results = made.finished(made.text(satellite={"sensor": radar}))
    assert "cloud" not in said(results)
    assert answer(results)[-1] == (
        "Assumed above all: that all stations of dprk and dprk+russia serve the satellite."
    )


def test_hypothetical_orbits_are_counted():
    results = made.finished()
    one = results.satellites.iloc[0].to_dict()
    rows = [one | {"satellite": "x", "hypothetical": True}, one | {"satellite": "y"}]
    some = replace(results, satellites=pd.DataFrame(rows))
    assert "1 of 2 orbits that are hypothetical" in said(some)
    alone = replace(results, satellites=pd.DataFrame(rows[:1]))
    assert "a hypothetical orbit" in said(alone)
    assert "hypothetical" not in said(results)


def test_means_that_leave_out_many_requests_say_so():
    results = with_networks({"response_unknown_share": 0.25}, {"response_unknown_share": 0.3})
    assert "25 to 30 % of requests are left out, for the span ends before their answer" in first(
        results
    )


@pytest.mark.parametrize("networks", [0, 1, 2, 8])
@pytest.mark.parametrize("targets", [(), (0,), (3, 1, 0)])
@pytest.mark.parametrize("regions", [0, 1])
def test_there_are_at_most_five_sentences_and_each_has_its_stop(networks, targets, regions):
    changes = [{"response_mean_h": 48.0 / 3**n, "latency_mean_h": 2.0 / 3**n} for n in range(8)]
    results = with_networks(*changes)
    results = replace(
        results,
        networks=results.networks.iloc[:networks],
        targets=with_targets(*targets).targets if targets else results.targets.iloc[:0],
        regions=made.finished().regions.iloc[:regions],
    )
    sentences = answer(results)
    assert 1 <= len(sentences) <= 5
    assert all(each.endswith(".") and each[0].upper() == each[0] for each in sentences)
    text = " ".join(sentences)
    assert "nan" not in text and " -" not in text


def with_satellites(*changes: dict[str, object]) -> Results:
    results = with_targets(6, 2)
    first = results.satellites.iloc[0].to_dict() | {
        "targets_seen": 2,
        "target_accesses_per_day": 0.5,
        "target_revisit_max_h": 36.0,
    }
    rows = [{**first, "satellite": f"S{n}", **each} for n, each in enumerate(changes)]
    targets = results.targets.assign(accesses_per_day=[1.5, 0.5], revisit_max_h=[12.0, 30.0])
    return replace(results, satellites=pd.DataFrame(rows), targets=targets)


@pytest.mark.parametrize(
    ("satellites", "words"),
    [
        (
            ({}, {"target_accesses_per_day": 0.4}),
            "2 satellites together see a target 1.00 times a day (longest gap 1.2 d), one alone "
            "0.400 to 0.500 times a day (longest gap 1.5 d).",
        ),
        (
            ({"inclination_deg": 40.0, "target_accesses_per_day": 0.9}, {}),
            "2 satellites together see a target 1.00 times a day (longest gap 1.2 d); alone, S0 "
            "sees it most often, 0.900 times a day (longest gap 1.5 d), S1 least often, 0.500 "
            "times a day (longest gap 1.5 d).",
        ),
        (
            ({"inclination_deg": 40.0}, {"targets_seen": 0}),
            "2 satellites together see a target 1.00 times a day (longest gap 1.2 d); alone, S0 "
            "sees it most often, 0.500 times a day (longest gap 1.5 d); S1 sees none.",
        ),
    ],
)
def test_several_satellites_are_told_together_and_alone(satellites, words):
    sentences = answer(with_satellites(*satellites))
    assert sentences[0] == words
    assert len(sentences) <= 5


def test_one_satellite_is_not_compared_with_itself():
    assert "together" not in said(with_satellites({}))


def test_how_much_delays_on_the_ground_cost_is_told():
    some = with_networks({"response_saved_both_h": 2.5}, {"response_saved_both_h": 0.5})
    assert "; without any delay on the ground it would be 30 min to 2.50 h shorter" in said(some)


def test_sentences_call_a_region_by_its_name_in_the_catalogue():
    named = {"catalogue": [{"kind": "regions", "id": "sea", "name": "the East Sea"}]}
    waits = of_regions(("sea", "a", 48.0, 1.0), ("sea", "b", 24.0, 0.4))
    told = first(replace(waits, provenance={**waits.provenance, **named}))
    assert "a request for a place in the East Sea to its picture" in told
    seen = with_regions(0.5)
    named["catalogue"][0]["id"] = "area 0"
    words = answer(replace(seen, provenance={**seen.provenance, **named}))
    assert "50 % of the East Sea could never be looked at" in " ".join(words)
