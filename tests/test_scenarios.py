"""Every scenario that ships says its question, loads, and runs."""

import math
from pathlib import Path

import pytest

from simulator import catalog
from simulator.orbits import elements
from simulator.scenario import load, loads, to_toml
from simulator.study import overpasses
from simulator.study.runs import run

FOLDER = Path(__file__).parent.parent / "scenarios"
FILES = sorted(FOLDER.glob("*.toml"))


def test_the_scenarios_asked_for_are_there():
    assert {f.stem for f in FILES} >= {
        "malligyong-1",
        "kwangmyongsong-3-2",
        "kwangmyongsong-4",
        "launcher-in-the-open",
        "failed-before-2023",
        "vostochny",
        "announced-targets",
        "cooperation",
        "constellation",
        "crosslinks",
        "north-east-asia",
        "years",
        "carrier-at-sea",
    }


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_scenario_opens_with_its_question_and_runs(path):
    comment = path.read_text().split("\n\n")[0]
    assert comment.startswith("#")
    assert "?" in comment
    whole = load(path)
    assert whole.question.endswith("?")
    # Fewer draws, wider cells, and fewer days where there are any of them, or a dozen satellites;
    # the slow test leaves all as it is.
    fewer = ["uncertainty.draws=2"] if whole.uncertainty.draws else []
    fewer += ["span.days=10"] if whole.uncertainty.draws or whole.regions else []
    fewer += ["span.days=3"] if path.stem == "crosslinks" else []
    fewer += [f"regions.{n}.resolution_km=100" for n in range(len(whole.regions))]
    runs_well(load(path, overrides=fewer))


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_scenario_runs_as_it_ships(path):
    runs_well(load(path))


def runs_well(scenario):
    results = run(scenario)
    assert len(results.accesses) > 0
    assert (results.networks["pictures_delivered"] > 0).all()
    # A decay that is modelled is said to be, and is no fault.
    assert not [said for said in results.warnings if "its decay is modelled" not in said]


def resolved(scenario):
    return loads(to_toml(scenario.resolve()), origin="resolved", folder=Path("."))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_resolved_scenario_is_a_scenario_with_the_same_results(path):
    scenario = load(path)
    assert resolved(scenario) == scenario.resolve()
    if path.stem in ("kwangmyongsong-4", "constellation"):
        short = load(path, overrides=["span.days=4"])
        results, repeated = run(short), run(resolved(short))
        assert len(results.accesses)
        assert results.networks.equals(repeated.networks)
        assert results.accesses.equals(repeated.accesses)


@pytest.mark.parametrize(
    ("launch", "observed"), [("kms3_2", "kms3_2_2017_03_13"), ("kms4", "kms4_2017_03_14")]
)
def test_launched_orbits_drift_to_the_local_times_seen_in_2017(launch, observed):
    # Four and one years of drift against published element sets: launch instant, insertion point,
    # heights and inclination together put the node right to five minutes of local time.
    tracked = elements.from_tle(observed, catalog.get("elements", observed).values["lines"])
    flown = overpasses.orbit_of(launch)
    assert math.isclose(flown.ltan_h_at(tracked.epoch), tracked.ltan_h, abs_tol=5.0 / 60.0)
