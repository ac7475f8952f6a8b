import pytest

from simulator.errors import InputError
from simulator.scenario import memory_budget
from simulator.study import runs
from tests import made

TEXT = made.text(
    days=1.0,
    targets=None,
    networks=None,
    satellite={"orbit": {"kind": "keplerian", "altitude_km": 500.0, "inclination_deg": 97.4}},
)
BOX = """
[[regions]]
name = "r{number}"
bounds_deg = {{west = 100, south = 0, east = 130, north = 30}}
resolution_km = {size_km}
"""


def scenario(regions, size_km):
    text = TEXT + "".join(BOX.format(number=n, size_km=size_km) for n in range(regions))
    return made.scenario(text)


def test_cells_of_all_regions_count_together():
    single, twenty = (
        memory_budget.budget(scenario(1, 10.0)),
        memory_budget.budget(scenario(20, 10.0)),
    )
    # 30 degrees of the equator and of a meridian, 111.2 km each, by 10 km.
    assert single.cells == pytest.approx(333.6**2, rel=0.01)
    assert twenty.cells == pytest.approx(20 * single.cells)
    assert twenty.size_bytes == pytest.approx(20 * single.size_bytes)


def test_regions_beyond_memory_are_refused_before_any_work(monkeypatch):
    many = scenario(20, 3.5)
    monkeypatch.setattr("simulator.scenario.memory_budget.available_bytes", lambda: 8e9)
    stages = []
    with pytest.raises(InputError) as caught:
        runs.run(many, progress=stages.append)
    (line,) = caught.value.problems
    assert line.startswith("regions: about 18,1")
    assert "8.0 GB are free; make resolution_km 2.6 times as large" in line
    assert stages == ["orbits"]


def test_the_remedy_fits():
    much = scenario(20, 3.5)
    with pytest.raises(InputError):
        memory_budget.refuse_beyond_memory(much, have_bytes=8e9)
    memory_budget.refuse_beyond_memory(scenario(20, 3.5 * 2.6), have_bytes=8e9)


def test_where_the_system_tells_nothing_nothing_is_refused():
    memory_budget.refuse_beyond_memory(scenario(20, 3.5), have_bytes=float("inf"))
