"""What a run prints: question, answer, one table of 80 columns and 40 lines, clouds first."""

from dataclasses import replace

import pandas as pd
import pytest

from simulator.report import answer, brief_text, report_text, warning_lines
from simulator.report.brief import table_lines
from simulator.report.texttable import width
from simulator.text import duration
from tests import made

DRAWN = made.text(made.BOX + "strips = true", days=12.0, uncertainty={"draws": 2})


def many(results, *, networks=2, targets=2, regions=1, satellites=1):
    """Return results with so many rows of each, all with long names."""

    def repeated(table, count, name):
        rows = [table.iloc[n % len(table)].to_dict() for n in range(count)]
        return pd.DataFrame(
            [row | {name: f"{name}-{n}+of a long name+and more"} for n, row in enumerate(rows)],
            columns=table.columns,
        )

    return replace(
        results,
        networks=repeated(results.networks, networks, "network"),
        targets=repeated(results.targets, targets, "target"),
        regions=repeated(results.regions, regions, "region"),
        satellites=repeated(results.satellites, satellites, "satellite").assign(
            inclination_deg=[float(n) for n in range(satellites)]
        ),
    )


@pytest.mark.parametrize("networks", [0, 1, 3, 9])
@pytest.mark.parametrize("targets", [0, 2, 30])
@pytest.mark.parametrize(("regions", "satellites"), [(0, 1), (1, 3), (12, 12)])
def test_the_table_fits_80_columns_and_40_lines(networks, targets, regions, satellites):
    results = many(
        made.finished(), networks=networks, targets=targets, regions=regions, satellites=satellites
    )
    assert len(table_lines(results)) <= 40
    assert max(map(width, brief_text(results).split("\n"))) <= 80


def test_first_the_question_then_the_answer_then_a_table_then_the_caution():
    results = made.finished(made.text(made.BOX, question="Who sees it?"))
    text = brief_text(results)
    joined = " ".join(text.split())
    places = [
        joined.index(words) for words in ("Who sees it?", *answer(results), "Network", "Caution")
    ]
    assert places == sorted(places)
    silence = duration(float(results.networks["longest_silence_h"].iloc[1]))
    assert any(line.startswith("longest silence") and silence in line for line in text.split("\n"))


def test_a_figure_equal_in_all_networks_is_one_value():
    results = made.finished()
    for text in (brief_text(results), report_text(results)):
        lines = [each for each in text.split("\n") if each.endswith("  5.4 min")]
        assert lines and all(line.count("5.4 min") == 1 for line in lines)
        assert "A figure that stands once is the same with all networks." in " ".join(text.split())


def test_clouds_come_first_in_the_caution_of_optical_sensors_alone():
    caution = made.finished().provenance["caution"]
    assert caution.startswith("Clouds are left out: every look of an optical sensor")
    radar = {"kind": "radar", "gsd_m": 1.0, "reference_altitude_km": 500.0, "swath_km": 20.0}
    results = made.finished(made.text(satellite={"sensor": radar | {"max_off_nadir_deg": 45.0}}))
    assert results.provenance["caution"].startswith("Orbits, sensors and ground networks")


def test_more_than_fit_are_counted():
    text = brief_text(many(made.finished(), networks=9, targets=30, satellites=12))
    assert "more: --full" in text
    assert "Of 30 targets the two seen most and the two seen least: --full has all." in text
    assert "7 satellites more: --full" in text


def test_warnings_of_one_kind_are_one_line_with_a_count():
    unseen = "target '{}' could never be looked at; its revisit is the span's length"
    never = [unseen.format(name) for name in "abcde"]
    decay = (
        "satellite 'x': decays at 2023-11-22T00:00:00Z; no ephemeris for the last 5.0% of the span"
    )
    assert warning_lines([decay, *never]) == [
        decay,
        f"{unseen.format('a')} (and 4 more: 'b', 'c' and 2 more)",
    ]
    assert warning_lines([]) == []
    twice = [f"elements are up to {days} days old" for days in (40, 50)]
    assert warning_lines(twice) == ["elements are up to 40 days old (and 1 more)"]


def test_in_full_every_table_has_its_rule_beneath():
    results = made.finished(DRAWN)
    text = " ".join(report_text(results).split())
    definitions = results.provenance["definitions"]
    at = text.index("Target in accesses")
    assert at < text.index(f"access: {definitions['access']}") < text.index("Region")
    for term in ("saved", "age", "ages of cells", "response of cells", "spread", "stays", "strips"):
        assert f"{term}: {definitions[term]}" in text, term


def test_a_range_that_reads_as_its_value_is_not_printed():
    results = made.finished(DRAWN)
    for line in report_text(results).split("\n"):
        for cell in line.split("  "):
            low, _, high = cell.strip().strip("()").rpartition("(")[2].partition(" to ")
            assert not high or low.split("(")[-1] != high, line
