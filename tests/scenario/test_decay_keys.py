"""The keys of a decaying orbit: what is refused, and activity of a file."""

import pytest

from simulator.scenario import to_toml
from tests.made_scenarios import GOOD, loads, orbit, problems

HEAD = 'kind = "keplerian", altitude_km = 500.0, inclination_deg = 97.4'


def decay(keys):
    return orbit(f"{{ {HEAD}, decay = {{ {keys} }} }}").decay


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("mass_kg = 100.0", "give both mass_kg and area_m2, or neither"),
        ("mass_kg = 1.0, area_m2 = 1.0, ballistic_m2_kg = 0.1", "give one of both"),
        ("raise_to_km = 500.0", "goes with raise_below_km"),
        ("raise_until = 2026-01-01T00:00:00Z", "goes with raise_below_km"),
        ("raise_below_km = 500.0, raise_to_km = 490.0", "490 is not above raise_below_km = 500"),
        ("activity = 'hihg'", "did you mean 'high'"),
        ("f107 = 150.0", "give both f107 and ap, or neither"),
        ("f107 = [150.0, 140.0], ap = [5.0, 5.0]", "from which month on"),
        ("f107 = [150.0, 140.0], ap = [5.0]", "has 1 values and f107 2; give as many"),
        ("f107 = 150.0, ap = 5.0, activity = 'low'", "stands in place of activity of your own"),
        ("first_month = '2026-01'", "goes with f107 and ap"),
        ("f107 = [150.0, 9.0], ap = [5.0, 5.0], first_month = '2026-01'", "9.0 is below 50"),
        ("f107 = 150.0, ap = 5.0, first_month = 'May'", "'May' is not a month such as 2026-01"),
        ("set_every_days = 0.1", "0.5 to 30"),
        ("masss_kg = 1.0", "'mass_kg'"),
        ("activity_file = 'none.csv'", "none.csv"),
    ],
)
def test_what_does_not_fit_is_said(keys, words):
    said = problems(f"satellites.0.orbit={{ {HEAD}, decay = {{ {keys} }} }}")
    assert any(words in line for line in said), said
    assert all(".orbit.decay" in line for line in said)


def test_activity_is_read_from_a_file_and_written_out(tmp_path):
    file = tmp_path / "sun.csv"
    file.write_text("# mine\nmonth,f107,ap,kind\n2025-12,150,12.5,x\n2026-01,145,11,x\n")
    table = f"{{ {HEAD}, decay = {{ activity_file = 'sun.csv', ballistic_m2_kg = 0.01 }} }}"
    read = loads(GOOD, f"satellites.0.orbit={table}", folder=tmp_path)
    own = read.satellites[0].orbit.decay
    assert (own.first_month, own.f107, own.ap) == ("2025-12", (150.0, 145.0), (12.5, 11.0))
    # As resolved it needs the file no more, and no activity of the catalogue is behind it.
    assert loads(to_toml(read.resolve())).satellites[0].orbit.decay == own
    assert list(own.catalog_entries()) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("month,f107\n2026-01,150\n", "the columns month, f107, ap"),
        ("month,f107,ap\n", "needs a row a month"),
        ("month,f107,ap\n2026-01,150,4\n2026-03,150,4\n", "row 3: 2026-03 does not follow"),
        ("month,f107,ap\n2026-13,150,4\n", "row 2: '2026-13' is not a month"),
        ("month,f107,ap\n2026-01,15,4\n", "row 2: f107 is '15'; allowed 50 to 500"),
        ("month,f107,ap\n2026-01,150,\n", "row 2: ap is ''; allowed 0 to 400"),
    ],
)
def test_a_file_of_activity_that_is_wrong_is_refused_by_row(tmp_path, text, words):
    (tmp_path / "sun.csv").write_text(text)
    table = f"{{ {HEAD}, decay = {{ activity_file = 'sun.csv' }} }}"
    [said] = problems(f"satellites.0.orbit={table}", folder=tmp_path)
    assert words in said and ".orbit.decay.activity_file" in said


def test_one_number_of_flux_holds_for_ever_and_the_default_is_what_was_observed():
    own = decay("f107 = 150, ap = 5")
    assert (own.f107, own.ap) == ((150.0,), (5.0,))
    assert list(decay("ballistic_m2_kg = 0.01").catalog_entries()) == [("activity", "observed")]
