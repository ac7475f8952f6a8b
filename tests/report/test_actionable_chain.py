"""What is acted on in time, as text: the sentence of the answer, and the table."""

from dataclasses import replace

from simulator.report import answer, report_text
from simulator.report.actionable_chain import (
    actionable_clause,
    actionable_listing,
    asked_clause,
    chain_links,
)
from tests import made

ASKED = ("counting.processing_h=1", "counting.stay_h=30", "targets.0.needs=detect-runway")


def results():
    return made.finished(made.SMALL, *ASKED)


def test_it_is_said_first_where_the_scenario_asks_for_it():
    first = answer(results())[0]
    assert first.startswith("Of what stays in the open at a target for 30 h, ")
    assert first.endswith("acted on before it is gone.")


def test_it_is_not_said_where_the_scenario_asks_for_nothing():
    plain = made.finished(made.SMALL)
    assert asked_clause(plain) == ""
    assert actionable_clause(plain)
    assert not any("acted on" in each for each in answer(plain))


def test_networks_that_read_the_same_are_said_once():
    table = results().actionable.assign(actionable_share=0.25)
    clause = actionable_clause(replace(results(), actionable=table))
    assert "25 %, whatever the network, is acted on" in clause


def test_networks_that_differ_are_said_each():
    table = results().actionable
    shares = table["network"].map({"dprk": 0.0, "dprk+russia": 0.5})
    clause = actionable_clause(replace(results(), actionable=table.assign(actionable_share=shares)))
    assert "none with DPRK alone and 50 % with DPRK and all of Russia is acted on" in clause


def test_links_that_take_nothing_away_are_left_out():
    assert chain_links(made.finished(made.SMALL)) == ("looked_at_share", "imaged_share")


def test_a_stay_that_all_targets_have_is_the_one_told_of():
    same = made.finished(made.SMALL, "targets.0.stay_h=5", "targets.1.stay_h=5")
    assert "for 5 h, " in actionable_clause(same)


def test_a_mean_over_some_targets_is_not_in_the_table():
    mixed = made.finished(made.SMALL, "targets.0.stay_h=5", "counting.stay_h=7")
    assert "for 7 h, " in actionable_clause(mixed)
    (listing,) = actionable_listing(mixed)
    assert "7 h" in listing.headings and "5 h" not in listing.headings


def test_the_report_has_a_line_a_link_and_network():
    report = report_text(results())
    heading = "Chance that what stays in the open for so long is caught in time"
    assert heading in report
    block = report.split(heading, 1)[1].split("\n\n")[1]
    for words in ("could be looked at", "imaged", "at headquarters in time: DPRK alone"):
        assert words in block
