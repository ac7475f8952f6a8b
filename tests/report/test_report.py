import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import catalog, report
from simulator.errors import InputError
from simulator.orbits import builders
from simulator.report import catalogue_text, texttable
from simulator.results import Results
from simulator.scenario import TleOrbit
from simulator.study import case
from simulator.study.runs import run
from simulator.text import duration, number, ratio, share
from tests import made

SCENARIO = made.text(
    """
[[regions]]
name = "korea"
catalog = "korean_peninsula"
resolution_km = 100.0
""",
    days=1.0,
    question="Who hears it?",
    targets=["osan", "kadena"],
    networks=["dprk", "dprk+russia", "dprk+russia+relay"],
)


@pytest.fixture(scope="module")
def day() -> Results:
    return run(made.scenario(SCENARIO))


def with_networks(results: Results, *changes: Mapping[str, Any]) -> Results:
    """Return the results with one network for each set of changes to the first row."""
    first = results.networks.iloc[0].to_dict()
    rows = pd.DataFrame([{**first, **change} for change in changes])
    return replace(results, networks=rows, baseline=str(changes[0]["network"]))


def line_of(text: str, label: str, *, after: str = "") -> str:
    section = text[text.index(after) :]
    return next(line for line in section.splitlines() if line.strip().startswith(label))


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        (0.0, "0 s"),
        (40 / 3600, "40 s"),
        (59.6 / 3600, "1.0 min"),
        (0.058, "3.5 min"),
        (9.96 / 60, "10 min"),
        (59.7 / 60, "1.00 h"),
        (1.179, "1.18 h"),
        (9.999, "10.0 h"),
        (23.96, "1.0 d"),
        (50.4, "2.1 d"),
        (10_000.0 * 24, "10,000.0 d"),
        (math.nan, "-"),
    ],
)
def test_a_time_is_shown_in_the_unit_that_suits(hours: float, text: str) -> None:
    assert duration(hours) == text


@pytest.mark.parametrize(
    ("value", "base", "text"),
    [
        (6.5, 1.0, "x6.5"),
        (1.0, 13.0, "÷13"),
        (0.999, 1.0, "x1.00"),
        (1.0, 1.0, "x1.00"),
        (1.044, 1.0, "x1.04"),
        (1.0, 1.044, "÷1.04"),
        (1.0949, 1.0, "x1.09"),
        (1.0951, 1.0, "x1.1"),
        (9.97, 1.0, "x10"),
        (123.0, 1.0, "x120"),
        (12_345.0, 1.0, "x12,000"),
        (0.0, 3.0, "none"),
        (0.0, 0.0, ""),
        (3.0, 0.0, ""),
        (math.nan, 1.0, ""),
        (1.0, math.nan, ""),
    ],
)
def test_a_ratio_has_few_digits_says_none_and_is_absent_beside_nothing(
    value: float, base: float, text: str
) -> None:
    assert ratio(value, base) == text


@given(st.floats(1e-6, 1e9))
def test_a_number_keeps_three_digits(value: float) -> None:
    assert float(number(value).replace(",", "")) == pytest.approx(value, rel=0.0051)


@given(st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_a_ratio_reads_back(value: float, base: float) -> None:
    text = ratio(value, base).replace(",", "")
    read = float(text[1:]) if text[0] == "x" else 1.0 / float(text[1:])
    assert read == pytest.approx(value / base, rel=0.051)


def test_a_number_that_rounds_up_keeps_three_digits() -> None:
    assert [number(value) for value in (9.9999, 99.96, 0.09996, 999.6)] == [
        "10.0",
        "100",
        "0.100",
        "1,000",
    ]


def test_absent_numbers_are_a_dash() -> None:
    assert (number(math.nan), share(math.nan), share(0.0839)) == ("-", "-", "8.4 %")


def test_columns_align_by_the_width_on_the_screen() -> None:
    # Hangul takes two columns a letter; a combining accent takes none.
    table = texttable.aligned([("name", "n"), ("만리경", "1"), ("e\u0301", "22")], right=(1,))
    assert table == "name     n\n만리경   1\ne\u0301       22"


def test_the_report_shows_the_figures_of_the_run(day: Results) -> None:
    text = report.report_text(day)
    row = day.networks.iloc[1]
    base = day.networks.iloc[0]
    minutes = line_of(text, "minutes per day")
    assert number(base["contact_minutes_per_day"]) in minutes
    assert f"{number(row['contact_minutes_per_day'])} x" in minutes
    times = row["contact_minutes_per_day"] / base["contact_minutes_per_day"]
    assert ratio(times, 1.0) in minutes
    assert duration(base["longest_silence_h"]) in line_of(text, "longest silence")
    for target in day.targets.to_dict(orient="records"):
        assert duration(target["revisit_max_h"]) in line_of(text, target["target"])
    assert line_of(text, "korea")


def test_the_report_says_what_it_counts_and_that_it_is_hypothetical(day: Results) -> None:
    text = report.report_text(day)
    for term in ("contacts", "latency", "response", "age", "access", "revisit"):
        said = day.provenance["definitions"][term]
        assert f"{term}: {said}" in " ".join(text.split())
    assert "its ratio to that of dprk" in text
    assert "Caution:" in text
    pictures = day.networks["pictures_taken"].max()
    assert f"samples: {pictures} pictures of 2 targets" in text
    assert "left out (no answer in span)" in text


def test_a_contact_without_end_is_not_shown_as_few_contacts(day: Results) -> None:
    relay = day.networks.iloc[2]
    assert relay["contact_minutes_per_day"] == pytest.approx(1_440.0)
    line = line_of(report.networks_text(day), "contacts per day")
    assert line.split()[-1] == "unbroken"


def test_statistics_of_nothing_are_a_dash(day: Results) -> None:
    nothing = {"network": "b", "latency_median_h": math.nan, "pictures_delivered": 0}
    text = report.networks_text(with_networks(day, {"network": "a"}, nothing))
    median = line_of(text, "median", after="Latency")
    assert median.split()[-1] == "-"
    assert "nan" not in text.lower()


def test_many_networks_wrap_into_blocks_that_keep_the_baseline(day: Results) -> None:
    names = ["a", *(f"net-{n} " + "long name " * (n % 5) for n in range(9)), "만리경 네트워크"]
    names = [name.strip() for name in names] + ["x" * 80]
    text = report.networks_text(with_networks(day, *({"network": name} for name in names)))
    lines = text.splitlines()
    assert max(map(texttable.width, lines)) <= 100
    blocks = text.split("\n\n")[1:]
    assert len(blocks) > 2
    for block in blocks:
        head = block[: block.index("----")]
        assert " a " in f"{head} ".replace("\n", " ")
    joined = "".join(text.split())
    for name in names:
        assert name.split()[0][:20] in joined


def test_one_network_needs_no_ratio(day: Results) -> None:
    text = report.networks_text(with_networks(day, {"network": "alone"}))
    assert "ratio" not in text
    assert " x1.00" not in text


def test_a_run_without_networks_or_targets_still_reports(day: Results) -> None:
    bare = replace(
        day, networks=day.networks[:0], targets=day.targets[:0], deliveries=day.deliveries
    )
    text = report.report_text(bare)
    assert "Networks" not in text
    assert line_of(text, "korea")


def test_lines_fit_the_page(day: Results) -> None:
    wordy = replace(day, title="title " * 33, question="why " * 200)
    lines = report.report_text(wordy).splitlines()
    assert max(map(texttable.width, lines)) <= 100


def test_a_scenario_shows_what_it_resolves_to(day: Results) -> None:
    scenario = made.scenario(SCENARIO).resolve()
    span = case.span_of(scenario)
    facts = report.scenario_facts(scenario, builders.from_scenario(scenario), span)
    text = report.scenario_text(facts)
    (satellite,) = facts["satellites"]
    assert "493 x 512 km, inclination 97.40 deg, ascending node at 10:00" in text
    assert f"UT1-UTC {span.ut1_minus_utc_start_s:+.4f} s" in text
    assert facts["span"]["ut1_minus_utc_from"] == "table"
    assert "2 stations, 0 relays" in text
    assert "downlink only: otradnoye" in text
    assert line_of(text, "luch5v")
    assert max(map(len, text.splitlines())) <= 100
    for line in satellite["tle"]:
        assert f"    {line}\n" in text
    # What is printed can be pasted into a scenario.
    TleOrbit.model_validate({"kind": "tle", "lines": tuple(satellite["tle"])})
    assert satellite["epoch"].isoformat() in report.json_text(facts).replace("Z", "+00:00")


def test_a_scenario_of_the_sixties_tells_the_ut1_of_its_day() -> None:
    orbit = '[satellites.orbit]\nkind = "keplerian"\naltitude_km = 200.0\ninclination_deg = 75.0\n'
    then = SCENARIO.replace("2023-11-22", "1965-07-01").replace(
        '[satellites.orbit]\nkind = "launch"\nlaunch = "malligyong1_nov23"\n', orbit
    )
    scenario = made.scenario(then).resolve()
    facts = report.scenario_facts(
        scenario, builders.from_scenario(scenario), case.span_of(scenario)
    )
    # IERS EOP 20 C04; with TAI less 10 s for UTC it would be +6.689.
    expected = "1965-07-01 00:00:00 to 1965-07-02 00:00:00 UTC, 1 day; UT1-UTC +0.0110 s"
    assert expected in report.scenario_text(facts)


def test_every_kind_of_the_catalogue_is_listed() -> None:
    assert set(catalogue_text.KIND_MEANINGS) == set(catalog.KINDS)
    listed = {row["kind"]: row["entries"] for row in report.kinds()}
    assert listed == {kind: len(catalog.entries(kind)) for kind in catalog.KINDS}
    for kind in catalog.KINDS:
        text = report.entries_text(kind)
        assert max(map(texttable.width, text.splitlines())) <= 100
        for identifier in catalog.entries(kind):
            assert line_of(text, identifier)
        assert len(report.entries(kind)) == listed[kind]


def test_a_network_shows_its_links_between_satellites() -> None:
    text = report.entries_text("networks")
    assert line_of(text, "dprk+crosslinks").endswith("2 Mbit/s")
    assert line_of(text, "dprk-max").endswith("-")
    words = "rate 2 Mbit/s, grazing height 100 km, max range 6000 km, terminals 2"
    assert words in report.entry_text(report.entry("networks", "dprk+crosslinks"))


def test_an_entry_shows_every_value_with_unit_confidence_and_source() -> None:
    for kind in catalog.KINDS:
        for identifier, entry in catalog.entries(kind).items():
            text = report.entry_text(report.entry(kind, identifier))
            for field, origin in entry.provenance.items():
                assert line_of(text, field)
                assert origin.confidence in text
                for source in origin.sources:
                    assert f"[{source.id}]" in text
                    assert source.address in text
    text = report.entry_text(report.entry("launches", "malligyong1_nov23"))
    assert line_of(text, "perigee_km").split() == [
        "perigee_km",
        "493",
        "km",
        "published",
        "[tsr4753]",
    ]
    assert line_of(text, "time_of_flight_s").split()[1:4] == ["705", "s", "published"]


def test_an_entry_tells_its_former_id_and_of_an_undated_source_when_it_was_read() -> None:
    assert "Formerly seongju." in report.entry_text(report.entry("targets", "seongju_county"))
    text = report.entry_text(report.entry("targets", "jeju_naval"))
    assert "copy of Wikipedia, read 2026-11" in " ".join(text.split())
    assert "Formerly" not in text


@pytest.mark.parametrize(
    ("field", "unit"),
    [
        ("perigee_km", "km"),
        ("mass_kg_low", "kg"),
        ("max_rate_mbps", "Mbit/s"),
        ("contact_min_high", "min"),
        ("payload", ""),
        ("country", ""),
    ],
)
def test_units_come_from_the_names_of_fields(field: str, unit: str) -> None:
    assert catalogue_text.unit(field) == unit


def test_an_unknown_entry_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'launches'"):
        report.entries_text("launchs")
    with pytest.raises(InputError, match="did you mean 'kms4'"):
        report.entry("launches", "kms44")


def test_json_has_null_for_no_number() -> None:
    assert report.json_text({"a": (math.nan, 1.0)}).split() == [
        "{",
        '"a":',
        "[",
        "null,",
        "1.0",
        "]",
        "}",
    ]


def test_a_rule_is_said_once_however_many_tables_it_holds_for(day: Results) -> None:
    twins = pd.concat([day.satellites, day.satellites.assign(satellite="twin")])
    named = {"kind": "regions", "id": "korea", "name": "Korean Peninsula"}
    provenance = {**day.provenance, "catalogue": [named]}
    text = report.report_text(replace(day, satellites=twins, provenance=provenance))
    assert "Satellite" in text and "Region" in text
    definitions = day.provenance["definitions"]
    for term in ("access", "revisit", "wait for access", "best look", "age", "contacts"):
        begin = " ".join(f"{term}: {definitions[term]}".split()[:8])
        assert " ".join(text.split()).count(begin) == 1, term
    # Sentences call a region as the catalogue does.
    assert "Korean Peninsula: nothing of it is in access" in " ".join(text.split())


def test_levels_are_told_a_place_at_a_time_and_what_never_reaches_one_has_no_figure(
    day: Results,
) -> None:
    def row(place: str, kind: str, level: float, seen: float, often: float) -> dict[str, Any]:
        gap_h = 48.0 if seen else math.nan
        figures = {"revisit_mean_h": gap_h, "revisit_max_h": gap_h, "wait_mean_h": gap_h}
        told = {"place": place, "kind": kind, "niirs_level": level, "seen_fraction": seen}
        return {**told, "revisit_area_share": seen, "accesses_per_day": often, **figures}

    levels = [
        row("sea", "region", 2.0, 0.918, 0.5),
        row("osan", "target", 2.45, 1.0, 0.25),
        row("sea", "region", 4.0, 0.0, 0.0),
    ]
    text = report.report_text(replace(day, levels=pd.DataFrame(levels)))
    part = text.partition("Seen at a level")[2]
    lines = [line.split() for line in part.splitlines()]
    assert ["osan", "2.45", "yes", "0.250", *["2.0", "d"] * 3] in lines
    assert ["sea", "2.0", "91.8", "%", "0.500", *["2.0", "d"] * 3] in lines
    assert ["4.0", "never"] in lines
    assert "only looks of that NIIRS or better count" in " ".join(part.split())
