"""Files of statements: what they may hold, and how their faults are worded."""

from pathlib import Path

import pytest

from simulator.claims import CHECKS, catalogue_claims, claims_in, read_claims
from simulator.errors import InputError

ROOT = Path(__file__).parents[2]
SAID = {"id": "a", "name": "A", "statement": "It is so."}


def faults(*claims, **others):
    with pytest.raises(InputError) as error:
        claims_in({"claims": list(claims), **others}, origin="mine.toml")
    return error.value.problems


def checked(**check):
    return faults({**SAID, "checks": [check]})


def test_the_statement_of_the_page_is_read_as_it_stands(tmp_path):
    page = (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
    path = tmp_path / "mine.toml"
    path.write_text(page.split("```toml\n", 1)[1].split("```", 1)[0], encoding="utf-8")
    (claim,) = read_claims(path)
    pictured, home = claim.checks
    assert claim.said_on == "2023-11-25"
    assert pictured.instant == home.instant
    assert home.rate_mbps == 2.0


def test_the_catalogue_is_of_the_form_of_files():
    claims = catalogue_claims()
    kinds = {check.kind for claim in claims for check in claim.checks}
    assert kinds == set(CHECKS)
    for claim in claims:
        if claim.checks:
            assert claim.said_by and claim.said_on and claim.asks and claim.sources, claim.id


def test_a_check_takes_what_the_statement_says_and_may_override_it():
    said = {**SAID, "gsd_m": 3.0}
    check = {"kind": "resolution", "says": "suffices", "needs": ["detect-carrier"]}
    (claim,) = claims_in({"claims": [{**said, "checks": [check]}]}, origin="")
    assert claim.checks[0].gsd_m == 3.0
    (claim,) = claims_in({"claims": [{**said, "checks": [{**check, "gsd_m": 1.0}]}]}, origin="")
    assert claim.checks[0].gsd_m == 1.0


def test_all_faults_are_told_each_with_its_place():
    found = faults(
        {**SAID, "statment": "x", "checks": [{"kind": "pas"}, {"orbit": "kms4"}, 3]},
        {"id": "B b", "name": "B", "statement": "", "checks": []},
    )
    text = "\n".join(found)
    assert "mine.toml: claims.0.statment: unknown key; did you mean 'statement'?" in found
    assert "claims.0.checks.0.kind: 'pas' is no kind of check; did you mean 'pass'?" in text
    assert "claims.0.checks.1.kind: is missing; allowed pass, pictured" in text
    assert "claims.0.checks.2: is no table with a kind" in text
    assert "claims.1.id: 'B b' is not an id: up to 80 small letters and digits" in text
    assert "claims.1.statement: " in text


def test_what_several_checks_take_is_told_once():
    said = {**SAID, "instant": "2023-11-24T01:22:00", "target": "osan"}
    check = {"kind": "pictured", "orbit": "malligyong1_nov23"}
    (found,) = faults({**said, "checks": [check, check]})
    assert "claims.0.instant: 2023-11-24T01:22:00 has no offset" in found


def test_a_value_that_no_check_takes_is_told_so_unless_a_kind_is_not_known():
    said = {**SAID, "target": "osan"}
    (found,) = faults({**said, "checks": []})
    assert found.endswith("claims.0.target: none of the checks of this statement makes use of it")
    (found,) = faults({**said, "checks": [{"kind": "pas"}]})
    assert found.endswith("'pas' is no kind of check; did you mean 'pass'?")


def test_names_are_answered_with_the_nearest():
    said = {"instant": "2023-11-24T01:22:00Z", "target": "osaan", "orbit": "malligyong1_nov32"}
    text = "\n".join(checked(kind="pictured", sensor="ref_1", **said))
    assert "claims.0.checks.0.target: place 'osaan'" in text and "did you mean 'osan'" in text
    assert "claims.0.checks.0.orbit: orbit 'malligyong1_nov32'" in text
    assert "did you mean 'malligyong1_nov23'" in text
    assert "claims.0.checks.0.sensor: 'ref_1' is not among the sensors" in text


def test_a_fault_of_what_was_said_is_told_at_the_statement():
    table = {**SAID, "gsd_m": -1.0}
    check = {"kind": "resolution", "says": "suffices", "needs": ["detect-carrier"]}
    (found,) = faults({**table, "checks": [check]})
    assert found.startswith("mine.toml: claims.0.gsd_m: -1.0 is below 0")


@pytest.mark.parametrize(
    ("check", "words"),
    [
        ({"kind": "pass", "orbit": "kms4", "target": "osan"}, "instant: is missing"),
        ({"kind": "pictured", "orbit": "kms4"}, "target: is missing"),
        (
            {"kind": "pass", "orbit": "kms4", "target": "osan", "instant": "2023-11-24T01:22:00"},
            "has no offset",
        ),
        (
            {
                "kind": "home-before",
                "orbit": "kms4",
                "instant": "2023-11-24T01:22:00Z",
                "home_by": "2023-11-24T00:00:00Z",
            },
            "home_by: 2023-11-24T00:00:00Z is not after instant",
        ),
        (
            {
                "kind": "raised",
                "orbit": "kms4",
                "manoeuvres": 1,
                "first_day": "2024-02-30",
                "last_day": "2024-02-24",
            },
            "is not a day such as",
        ),
        (
            {"kind": "optics", "orbit": "kms4", "gsd_m": 1.0, "focal_length_mm": float("nan")},
            "finite",
        ),
        (
            {
                "kind": "optics",
                "orbit": "kms4",
                "gsd_m": 1.0,
                "focal_length_mm": 1.0,
                "pixel_um_high": 1.0,
            },
            "pixel_um_high: 1 is below pixel_um_low, 4",
        ),
        (
            {
                "kind": "optics",
                "orbit": "kms4",
                "gsd_m": 1.0,
                "focal_length_mm": 1.0,
                "changes": {"perigee_kn": 1.0},
            },
            "changes",
        ),
    ],
)
def test_what_a_check_cannot_be_computed_from_is_refused(check, words):
    assert words in "\n".join(checked(**check))


def test_names_of_statements_are_single_and_known():
    (found,) = faults(SAID, SAID)
    assert "'a' is the id of two statements" in found
    of = ["a", "b", "c", "d"]
    found = checked(kind="one-orbit", orbit="kms4", of=of)
    assert "no statement 'b'" in found[0]


@pytest.mark.parametrize("claims", [[], 3, None, [3]])
def test_a_file_without_statements_is_refused(claims):
    with pytest.raises(InputError, match=r"mine\.toml: claims"):
        claims_in({"claims": claims}, origin="mine.toml")
    with pytest.raises(InputError, match=r"claim: unknown key; did you mean 'claims'"):
        claims_in({"claim": []}, origin="mine.toml")
