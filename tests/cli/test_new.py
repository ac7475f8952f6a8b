"""`simulator new` writes a scenario that runs."""

import pytest

from simulator.cli.new import Kind
from simulator.scenario import STARTERS, load
from tests.made_calls import call, good


def test_a_new_scenario_runs_at_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "busan.toml" in good(call("new", "busan"))
    text = good(call("run", "busan.toml", "--set", "span.days=2", "--no-figures"))
    assert "Pohang" in text and "dprk+russia" in text


@pytest.mark.parametrize("name", ["plain", "plain.toml", "my.plan"])
def test_the_file_ends_in_toml_once(name, tmp_path):
    good(call("new", tmp_path / name, "--from", "walker"))
    (path,) = tmp_path.iterdir()
    assert path.name == f"{name.removesuffix('.toml')}.toml"
    assert load(path).title == path.stem


def test_a_file_that_is_there_is_kept(tmp_path):
    (tmp_path / "busan.toml").write_text("mine")
    refused = call("new", tmp_path / "busan")
    assert refused.exit_code == 1 and "exists already" in refused.stderr
    assert (tmp_path / "busan.toml").read_text() == "mine"
    good(call("new", tmp_path / "busan", "--force"))
    assert load(tmp_path / "busan.toml")


def test_the_help_lists_what_there_is_to_start_from():
    (option,) = Kind.__metadata__
    assert option.help.removesuffix(".").split(": ")[1].split(", ") == list(STARTERS)


def test_a_kind_that_there_is_not_leaves_no_file(tmp_path):
    refused = call("new", tmp_path / "x", "--from", "lunch")
    assert refused.exit_code == 1 and "did you mean 'launch'" in refused.stderr
    assert not list(tmp_path.iterdir())
