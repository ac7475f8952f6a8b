"""Points run together: each comes to what it comes to alone, to the last bit."""

from simulator.study import MemoryStore, begun_figures, figures, finished_figures
from simulator.sweep import plan, run_sweep
from simulator.sweep.worker import Job, PointTask, run_batch
from tests.made_sweeps import RATE, SCENARIO

CLOUDY = "\n[clouds]\nclear = 0.4\npersistence_h = 20.0\n"


def planned(tmp_path, rates, *overrides):
    file = tmp_path / "s.toml"
    file.write_text(SCENARIO + CLOUDY)
    return plan(file, [f"{RATE}={','.join(map(str, rates))}"], overrides=overrides)


def tasks_of(sweep):
    return [PointTask(n, sweep.keys[n], sweep.overrides(n)) for n in range(len(sweep))]


def test_points_of_a_batch_come_to_what_each_comes_to_alone(tmp_path):
    sweep = planned(tmp_path, [1, 2, 3, 5, 8, 13])
    job = Job(sweep.source, sweep.columns)
    together = run_batch(job, tasks_of(sweep)).outcomes
    alone = run_sweep(sweep).points.figures
    assert [outcome.error for outcome in together] == [""] * len(sweep)
    assert [repr(outcome.figures) for outcome in together] == [
        repr(tuple(r)) for r in alone.tolist()
    ]


def test_studies_finished_together_have_the_figures_of_each_alone(tmp_path):
    sweep = planned(tmp_path, [1, 2, 3])
    variants = sweep.source.variants()
    scenarios = [variants.scenario(sweep.overrides(n)) for n in range(3)]
    # Another orbit has other pictures, which nobody may be given.
    scenarios.append(scenarios[0].model_copy(update={"phase_deg": 40.0}))
    store = MemoryStore()
    found = finished_figures([begun_figures(each, store=store) for each in scenarios])
    for each, own in zip(scenarios, found, strict=True):
        for kind, columns in figures(each, store=MemoryStore()).columns.items():
            assert {name: list(map(repr, values)) for name, values in columns.items()} == {
                name: list(map(repr, values)) for name, values in own.columns[kind].items()
            }


def test_a_point_that_fails_takes_no_other_of_its_batch_with_it(tmp_path, monkeypatch):
    sweep = planned(tmp_path, [1, 2, 3, 5, 8])
    job, tasks = Job(sweep.source, sweep.columns), tasks_of(sweep)
    good = run_batch(job, tasks).outcomes
    spoilt = [task._replace(key="other") if task.point == 2 else task for task in tasks]
    found = run_batch(job, spoilt).outcomes
    assert [outcome.point for outcome in found] == [0, 1, 2, 3, 4]
    assert "another version" in found[2].error
    for place in (0, 1, 3, 4):
        assert repr(found[place].figures) == repr(good[place].figures)

    def fails(_):
        raise ZeroDivisionError("together")

    # What only fails for all together is found out of by running each by itself.
    monkeypatch.setattr("simulator.study.finished_figures", fails)
    assert [repr(each.figures) for each in run_batch(job, tasks).outcomes] == [
        repr(each.figures) for each in good
    ]


def test_what_another_point_of_the_batch_finds_counts_as_found(tmp_path):
    sweep = planned(tmp_path, [1, 2, 3, 5, 8])
    twice = [*tasks_of(sweep), tasks_of(sweep)[0]]
    batch = run_batch(Job(sweep.source, sweep.columns, str(tmp_path)), twice)
    networks = len({column.name for column in sweep.columns if column.kind == "network"})
    assert batch.reused["delivery", "miss"] == 5 * networks
    assert batch.reused["delivery", "hit"] == networks
    assert repr(batch.outcomes[0].figures) == repr(batch.outcomes[5].figures)
