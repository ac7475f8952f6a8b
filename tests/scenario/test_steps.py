"""Steps of a ladder: each rung is what a file with its keys written out would be."""

import pickle
from pathlib import Path

import pytest

from simulator.errors import InputError
from simulator.scenario import Rungs, Uncertainty, Variants, load, loads, to_toml
from simulator.study import run
from tests import made

STEPS = """
[[steps]]
name = "finer"
date = 2023-11-21
source = "a paper"
confidence = "published"
set = { "satellites.M.sensor.gsd_m" = 1.0, "satellites.0.sensor.swath_km" = 12.0 }

[[steps]]
name = "a dish"
add = { "networks.0.stations" = ["pgscc", { catalog = "yakutsk", roles = ["downlink"] }] }

[[steps]]
name = "commands"
set = { "networks.0.stations.yakutsk.roles" = ["command", "downlink"] }

[[steps]]
name = "another launch"
set = { "satellites.0.orbit.launch" = "malligyong1_aug23" }

[[steps]]
name = "all of Russia"
network = "dprk+russia"
"""
TEXT = made.text(STEPS)

# The same after the second and the fourth step, its keys written out by hand.
BY_HAND = """
schema_version = 1
title = "small"
targets = ["osan", "andersen"]

[span]
start = 2023-11-22T00:00:00Z
days = 2.0

[[networks]]
catalog = "dprk"
stations = [{ catalog = "pgscc" }, { catalog = "sohae_gs" },
    { catalog = "yakutsk", roles = ["downlink"] }]

[[networks]]
catalog = "dprk+russia"

[[satellites]]
name = "M"
downlink_rate_mbps = 2.0
sensor = { catalog = "malligyong_press", gsd_m = 1.0, swath_km = 12.0 }
orbit = { kind = "launch", launch = "LAUNCH" }
"""


def by_hand(launch):
    return made.scenario(BY_HAND.replace("LAUNCH", launch))


def problems(more, *overrides, start=STEPS):
    with pytest.raises(InputError) as caught:
        made.scenario(made.text(start + more), *overrides)
    return caught.value.problems


def test_a_rung_is_the_scenario_with_its_keys_written_out():
    rungs = Rungs(made.scenario(TEXT))
    assert rungs.after([]).scenario.resolve() == made.scenario(made.SMALL).resolve()
    assert rungs.after([0, 1]).scenario.resolve() == by_hand("malligyong1_nov23").resolve()
    # A launch brings all its figures, and a swath the length of a picture, as if they stood there.
    assert rungs.after([0, 1, 3]).scenario.resolve() == by_hand("malligyong1_aug23").resolve()


def test_an_item_that_is_there_is_not_added_again():
    stations = Rungs(made.scenario(TEXT)).after([1]).scenario.networks[0].stations
    assert [station.name for station in stations] == ["pgscc", "sohae_gs", "yakutsk"]


def test_each_step_stands_on_those_before_it_and_on_what_is_overridden():
    scenario = made.scenario(TEXT, "satellites.0.downlink_rate_mbps=7", "steps.0.name=sharp")
    last = Rungs(scenario).after(range(5))
    assert last.scenario.satellites[0].downlink_rate_mbps == 7.0
    assert last.scenario.satellites[0].sensor.gsd_m == 1.0
    assert last.scenario.networks[0].stations[2].roles == ("command", "downlink")
    assert scenario.steps[0].name == "sharp"
    assert last.scenario.steps == ()


def test_the_network_looked_at_is_the_last_that_a_step_says():
    rungs = Rungs(made.scenario(TEXT, 'baseline="dprk+russia"'))
    assert rungs.after([]).network == "dprk+russia"
    rungs = Rungs(made.scenario(TEXT))
    assert [rungs.after(range(n)).network for n in range(6)] == ["dprk"] * 5 + ["dprk+russia"]
    more = '[[steps]]\nname = "two"\nset = { networks = ["dprk", "dprk+yakutsk"] }\n'
    assert Rungs(made.scenario(made.text(more))).after([0]).network == "dprk+yakutsk"
    gone = '[[steps]]\nname = "two"\nset = { "networks.0" = "dprk-max" }\n'
    assert Rungs(made.scenario(made.text(gone))).after([0]).network == "dprk+russia"


def test_a_step_that_finds_nothing_to_change_is_without_effect():
    rungs = Rungs(made.scenario(TEXT))
    alone = rungs.after([2])
    assert alone.idle == (2,)
    assert alone.scenario == rungs.after([]).scenario
    assert rungs.after([1, 2]).idle == ()
    # Nor has one that would make no valid scenario of what is there.
    swapped = made.text(
        '[[steps]]\nname = "up"\nset = { "satellites.0.orbit.apogee_km" = 700.0 }\n'
        '[[steps]]\nname = "low end up"\nset = { "satellites.0.orbit.perigee_km" = 600.0 }\n'
    )
    rungs = Rungs(made.scenario(swapped))
    assert (rungs.after([1]).idle, rungs.after([0, 1]).idle) == ((1,), ())


def test_a_plain_run_takes_no_notice_of_steps():
    with_steps, without = run(made.scenario(TEXT)), made.finished(made.SMALL)
    for name in ("networks", "targets", "accesses", "deliveries"):
        assert with_steps[name].equals(without[name])
    # And keeps them.
    again = loads(with_steps.scenario_toml, origin="resolved", folder=Path())
    assert again.steps == made.scenario(TEXT).steps


def test_steps_are_written_and_read_back():
    scenario = made.scenario(TEXT)
    again = made.scenario(to_toml(scenario))
    assert again == scenario
    assert again.steps[0].date == "2023-11-21"
    resolved = made.scenario(to_toml(scenario.resolve()))
    assert resolved == scenario.resolve()
    assert Rungs(resolved).after([0, 1]).scenario.satellites[0].sensor.gsd_m == 1.0


def test_what_was_changed_in_python_holds_on_every_rung():
    scenario = made.scenario(TEXT).model_copy(update={"uncertainty": Uncertainty(draws=3)})
    rungs = Rungs(pickle.loads(pickle.dumps(scenario)))
    assert rungs.after([0, 1]).scenario.uncertainty.draws == 3
    assert rungs.after([3]).scenario.resolve().satellites == (
        Rungs(made.scenario(TEXT)).after([3]).scenario.resolve().satellites
    )
    moved = made.scenario(made.SMALL).networks[:1]
    with pytest.raises(InputError, match=r"step 'a dish' changes 'networks\.0\.stations', but"):
        Rungs(scenario.model_copy(update={"networks": moved}))


def test_variants_of_a_scenario_have_its_steps():
    variants = Variants(TEXT, origin="test", folder=Path())
    rung = Rungs(variants.scenario(["satellites.0.downlink_rate_mbps=7"])).after([0, 1])
    assert rung.scenario.satellites[0].downlink_rate_mbps == 7.0
    assert rung.scenario.satellites[0].sensor.gsd_m == 1.0


def test_a_ladder_needs_steps():
    with pytest.raises(InputError, match=r"no steps: a ladder needs \[\[steps\]\]"):
        Rungs(made.scenario(made.SMALL))


def test_files_of_places_are_those_beside_the_scenario(tmp_path):
    (tmp_path / "dishes.csv").write_text("name,lat,lon\nfar,60,120\n")
    step = '[[steps]]\nname = "dishes"\nadd = { "networks.0.stations" = ["dishes.csv"] }\n'
    (tmp_path / "s.toml").write_text(made.text(step))
    rung = Rungs(load(tmp_path / "s.toml")).after([0])
    assert rung.scenario.networks[0].stations[-1].name == "far"


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (
            'set = { "satellites.0.sensor" = "malligyong_pres" }',
            "steps.5.set.satellites.0.sensor: step 'new': 'malligyong_pres' is not among the "
            "sensors; did you mean 'malligyong_press'?",
        ),
        (
            'set = { "satellites.0.sensor.gsd_m" = -1.0 }',
            "steps.5.set.satellites.0.sensor.gsd_m: step 'new': -1.0 is below 0.001",
        ),
        (
            'set = { "satellites.N.sensor.gsd_m" = 1.0 }',
            "steps.5.set.satellites.N.sensor.gsd_m: step 'new': satellites has no item 'N'",
        ),
        (
            'set = { "satellites.0.sensors" = "malligyong_press" }',
            "steps.5.set.satellites.0.sensors: step 'new': unknown key; did you mean 'sensor'?",
        ),
        (
            'add = { "networks.0.stations" = ["yakutsk", "yakutks"] }',
            "steps.5.add.networks.0.stations: step 'new': 3: 'yakutks' is not among the stations",
        ),
        (
            'add = { "satellites.0.name" = ["x"] }',
            "steps.5.add.satellites.0.name: step 'new': is 'M', not a list",
        ),
        (
            "set.satellites.0.downlink_rate_mbps = 3.0",
            "steps.5.set.satellites: step 'new': is a table where the scenario has a list; put a "
            'longer path in quotes, such as "satellites.0.name" = ...',
        ),
        ('set = { "span.days" = 3.0 }', "steps.5.set.span.days: may not change from step to step"),
        (
            'set = { "counting.revisit_rule" = "tatc" }',
            "steps.5.set.counting.revisit_rule: may not",
        ),
        ('set = { "" = 3.0 }', "steps.5.set: key '' is blank"),
        ('set = { "a..b" = 3.0 }', "steps.5.set.a..b: is no path of a key, such as"),
        ("", "steps.5: changes nothing; give set, add or network"),
        ('network = "dprk+russa"', "steps.5.network: step 'new': 'dprk+russa' is no network then"),
        (
            'network = "dprk"\nconfidence = "published"',
            "steps.5.source: is missing: say where it is published, or give another confidence",
        ),
        ('network = "dprk"\ndate = "Nov 2023"', "steps.5.date: 'Nov 2023' is not a date, such as"),
        ('network = "dprk"\nconfidence = "sure"', "steps.5.confidence: 'sure' is not 'published'"),
    ],
)
def test_a_fault_names_the_step_and_its_key(step, said):
    [line] = problems(f'[[steps]]\nname = "new"\n{step}\n')
    assert line.startswith(f"test: {said}")


def test_two_steps_of_one_name_are_refused():
    [line] = problems('[[steps]]\nname = "finer"\nnetwork = "dprk"\n')
    assert "'finer' is already the name of steps.0" in line


def test_all_steps_with_faults_of_their_own_are_named_and_what_follows_from_them_is_not():
    lines = problems(
        '[[steps]]\nname = "x"\nset = { "satellites.0.sensor" = "none_such" }\n',
        "steps.0.set.'satellites.M.sensor.gsd_m'=-1.0",
        "steps.1.add={'networks.0.stations'=['nowhere']}",
    )
    assert [line.split(": ")[1] for line in lines] == [
        "steps.0.set.satellites.M.sensor.gsd_m",
        "steps.1.add.networks.0.stations",
        "steps.5.set.satellites.0.sensor",
    ]
    assert lines[0].startswith("test with --set: ")
