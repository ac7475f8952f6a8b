"""The page as a text: one file that loads nothing, the same each time, safe with any name."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from simulator import glossary, report
from simulator import results as folders
from simulator.page import page_html, write_page
from simulator.results import Results
from simulator.text import width
from tests import made, made_results

LOADING = {"src", "srcset", "poster", "data", "action", "formaction", "background", "manifest"}


class Attributes(HTMLParser):
    """Gathers every tag with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def data_of(text: str) -> dict[str, Any]:
    (block,) = re.findall(
        r'<script type="application/json" class="data">(.*?)</script>', text, re.S
    )
    return dict(json.loads(block))


def test_two_builds_are_the_same(run: Results, text: str) -> None:
    assert page_html([run]) == text


def test_a_folder_read_back_gives_the_same_page_as_the_run(run: Results, tmp_path: Path) -> None:
    folders.write(run, tmp_path / "run")
    assert page_html([folders.read(tmp_path / "run")]) == page_html([folders.as_kept(run)])


def test_the_policy_allows_the_one_style_and_the_one_script_by_their_digests(text: str) -> None:
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    policy = policy.replace("&#39;", "'")
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        (inside,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.S)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{rule} 'sha256-{digest}'" in policy


def test_nothing_is_loaded_and_no_element_brings_a_style_or_a_script_of_its_own(text: str) -> None:
    for tag, attributes in Attributes(text).tags:
        assert not LOADING & set(attributes), (tag, attributes)
        assert "style" not in attributes, (tag, attributes)
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
        assert tag not in ("link", "iframe", "object", "embed", "img", "base"), tag
        if tag == "use":
            assert str(attributes["href"]).startswith("#")
    assert "url(" not in re.findall(r"<style>(.*?)</style>", text, re.S)[0]


def test_a_link_leads_inside_the_page_or_to_a_source_on_the_web(text: str) -> None:
    links = [attributes["href"] for tag, attributes in Attributes(text).tags if tag == "a"]
    assert links
    assert all(str(link).startswith(("#", "https://", "http://")) for link in links)


def test_names_are_text_whatever_they_hold(run: Results) -> None:
    evil = "</script><img src=x onerror=alert(1)>"
    named = made.finished(made.text(title=evil, question=evil, days=0.2, satellite={"name": evil}))
    page = page_html([named])
    assert evil not in page
    assert "<img" not in page
    assert data_of(page)["satellites"] == [evil]


def test_a_source_whose_address_is_no_web_page_becomes_no_link() -> None:
    told = {"confidence": "published", "note": "", "sources": [{"title": "evil"}]}
    told["sources"][0]["address"] = "javascript:alert(1)"  # type: ignore[index]
    entry = {"kind": "targets", "id": "a", "name": "A", "values": {}, "provenance": {"x": told}}
    provenance = {"catalogue": [entry]}
    page = page_html([made_results.example(provenance=provenance)])
    assert "javascript:" not in page
    assert "evil" in page


def test_results_made_by_hand_have_a_page_too() -> None:
    page = page_html([made_results.example()])
    assert "One satellite &lt;b&gt;&amp;&lt;/b&gt; two networks" in page
    assert "How soon?" in page


@pytest.mark.parametrize(
    "changes",
    [
        {"targets": []},
        {"networks": []},
        {"targets": [], "networks": []},
        {"span": {"start": "2023-11-24T18:30:00Z", "days": 0.02}},
    ],
    ids=lambda changes: ", ".join(changes),
)
def test_a_run_that_lacks_something_has_a_page_without_it(changes: dict[str, Any]) -> None:
    overrides = [f"{key}={value}" for key, value in changes.items() if key != "span"]
    span = changes.get("span")
    if span:
        overrides += [f"span.start={span['start']}", f"span.days={span['days']}"]
    page = page_html([made.finished(made.SMALL + made.BOX, *overrides)])
    assert data_of(page)["flights"]
    assert ("Networks side by side" in page) == ("networks" not in changes)


def test_every_figure_of_the_networks_stands_in_the_page(run: Results, text: str) -> None:
    for term in glossary.terms_over("network"):
        if term.label and term.name in run.networks:
            for value in run.networks[term.name]:
                assert report.shown(term.name)(float(value)) in text, term.name


def test_every_input_stands_with_its_grade_and_its_sources(run: Results, text: str) -> None:
    from markupsafe import escape

    entries = run.provenance["catalogue"]
    assert entries
    for entry in entries:
        assert str(escape(entry["name"])) in text
        for told in entry["provenance"].values():
            assert told["confidence"] in text
            for source in told["sources"]:
                assert str(escape(source["title"])) in text
    assert str(escape(run.scenario_toml)) in text


def test_runs_compared_stand_side_by_side_with_what_differs(run: Results) -> None:
    other = made.finished(made.SMALL, "title=Another", "span.days=1")
    page = page_html([run, other])
    assert page.count('<section class="run"') == 2
    assert "2 scenarios compared" in page
    assert re.search(r"<th scope=\"row\">span\.days</th><td>3\.0</td><td>1\.0</td>", page)
    assert len(re.findall(r'class="data">', page)) == 2


def test_of_many_runs_compared_a_chart_holds_no_more_curves_than_can_be_told_apart(
    run: Results,
) -> None:
    page = page_html([run] * 5)
    compared = page[: page.index('<nav class="runs"')]
    for chart in re.findall(r'<svg class="chart".*?</svg>', compared, re.S):
        assert chart.count('class="curve') == 5


def test_what_each_of_several_satellites_sees_alone_stands_in_a_table(run: Results) -> None:
    orbit = {"kind": "walker-star", "altitude_km": 500.0, "inclination_deg": 97.4, "total": 2}
    orbit |= {"planes": 2, "phasing": 1, "raan_deg": 166.0}
    two = made.finished(made.text(days=1.0, satellite={"orbit": orbit}))
    page = page_html([two])
    table = page[page.index('aria-label="Satellites one by one"') :]
    for row in two.satellites.to_dict(orient="records"):
        (cells,) = re.findall(rf'<th scope="row">{row["satellite"]}</th>(.*?)</tr>', table)
        for figure in ("targets_seen", "target_wait_mean_h", "pictures_taken"):
            assert f">{report.shown(figure)(float(row[figure]))}</td>" in cells, figure
    assert "Satellites one by one" not in page_html([run])


def test_no_run_is_no_page() -> None:
    with pytest.raises(ValueError, match="a run"):
        page_html([])


def test_a_file_that_cannot_be_written_leaves_nothing(run: Results, tmp_path: Path) -> None:
    (tmp_path / "page.html").mkdir()
    with pytest.raises(OSError, match=r"page\.html"):
        write_page([run], tmp_path / "page.html")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_a_long_name_of_a_row_stands_on_two_lines_by_the_room_its_letters_take() -> None:
    from simulator.page import run_view
    from simulator.page.timeline import Row

    words = run_view._shown_row(Row("만리경 위성 이름 " * 3, 0, 30))["words"]
    assert len(words) == 2 and "…" not in "".join(words)
    assert all(width(line) <= 36 for line in words)


def test_what_is_acted_on_in_time_stands_in_a_table_a_line_a_link(run: Results, text: str) -> None:
    table = text.split('<table aria-label="Acted on in time"', 1)[1].split("</table>", 1)[0]
    for words in ("could be looked at", "imaged", "acted on before it is gone: DPRK alone"):
        assert f'<th scope="row">{words}' in table
    assert table.count('<th scope="col">') == 1 + run.actionable["stay_h"].nunique()
