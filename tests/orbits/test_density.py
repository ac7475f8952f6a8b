"""Air density of the table in the package, beside the model it is made of and published values."""

import numpy as np
import pytest

from simulator.orbits.density import density_kg_m3, density_table, season_factor

# U.S. Standard Atmosphere 1976 (NOAA, NASA, USAF), table I: height km, density kg/m3. Its Sun is
# about of mean activity.
STANDARD_1976 = [
    (120.0, 2.222e-8), (150.0, 2.076e-9), (200.0, 2.541e-10), (300.0, 1.916e-11),
    (400.0, 2.803e-12), (500.0, 5.215e-13), (600.0, 1.137e-13), (800.0, 1.136e-14),
]  # fmt: skip


def density(height_km, f107=140.0, ap=12.0):
    return float(density_kg_m3(np.array([[height_km]]), np.array([f107]), np.array([ap]))[0, 0])


@pytest.mark.parametrize(("height_km", "published"), STANDARD_1976)
def test_at_mean_activity_it_is_near_the_standard_atmosphere(height_km, published):
    # The standard is one profile of other data: a third is as near as such models come.
    assert density(height_km) == pytest.approx(published, rel=0.35)


def test_it_falls_with_height_and_rises_with_activity():
    heights = np.arange(100.0, 1_000.0, 7.0)
    [falling] = density_kg_m3(heights[None], np.array([120.0]), np.array([10.0]))
    assert (np.diff(falling) < 0.0).all()
    quiet, active = density(500.0, 70.0), density(500.0, 200.0)
    # At 500 km an active Sun makes air about ten times as dense (Vallado 2013, section 8.6.2).
    assert 6.0 < active / quiet < 20.0
    assert density(500.0, ap=40.0) > 1.1 * density(500.0, ap=5.0)


def test_beyond_its_heights_it_goes_on_and_beyond_its_activities_it_stays():
    table = density_table()
    assert density(1_100.0) < density(1_000.0)
    assert density(95.0) > density(100.0)
    assert density(500.0, 20.0) == density(500.0, table.f107[0])
    assert density(500.0, 900.0) == density(500.0, table.f107[-1])
    assert "NRLMSIS 2.1" in table.source


def test_its_own_values_are_returned():
    table = density_table()
    f107, ap = (each.ravel() for each in np.meshgrid(table.f107, table.ap, indexing="ij"))
    heights = np.tile(table.height_km, (len(f107), 1))
    of_table = np.exp(table.log_density).reshape(len(table.height_km), -1)
    assert density_kg_m3(heights, f107, ap) == pytest.approx(of_table.T)


def averaged(height_km, f107, ap):
    """The model's mean over another set of places, times and months than the table's."""
    pymsis = pytest.importorskip("pymsis")
    rng, count = np.random.default_rng(3), 4_000
    u = rng.uniform(0.0, 2.0 * np.pi, count)
    latitude = np.degrees(np.arcsin(np.sin(np.radians(97.4)) * np.sin(u)))
    minutes = rng.integers(0, 365 * 24 * 60, count)
    dates = np.datetime64("2021-01-01T00:00") + minutes * np.timedelta64(1, "m")
    longitude = rng.uniform(-180.0, 180.0, count)
    flux, storm = np.full(count, f107), np.full((count, 7), ap)
    out = pymsis.calculate(
        dates, longitude, latitude, np.full(count, height_km), flux, flux, storm, version=2.1
    )
    return float(np.mean(np.asarray(out)[..., 0]))


@pytest.mark.parametrize(
    ("height_km", "f107", "ap"),
    [(112.0, 100.0, 10.0), (190.0, 70.0, 5.0), (310.0, 123.0, 14.0), (490.0, 71.6, 8.9),
     (505.0, 191.0, 11.7), (655.0, 205.0, 17.0)],
)  # fmt: skip
def test_it_is_the_mean_of_the_model_between_its_values_too(height_km, f107, ap):
    assert density(height_km, f107, ap) == pytest.approx(averaged(height_km, f107, ap), rel=0.05)


def test_months_differ_as_the_model_has_it_and_a_year_has_the_mean():
    height_km = np.array([300.0, 500.0])
    year = [season_factor(height_km, day) for day in np.arange(7_305.0, 7_670.0)]
    assert np.mean(year, axis=0) == pytest.approx(1.0, abs=2e-3)
    # The yearly low of July and the two highs of April and October (Jacchia 1971, section on the
    # semiannual variation).
    july, october = (season_factor(height_km, day) for day in (7_305.0 + 196.0, 7_305.0 + 288.0))
    assert 0.65 < july[1] < july[0] < 0.9
    assert (october > 1.05).all()


@pytest.mark.parametrize(("month", "days"), [("2021-07", 7_866.0), ("2021-10", 7_958.0)])
def test_a_month_is_as_the_model_has_it(month, days):
    pymsis = pytest.importorskip("pymsis")
    rng, count = np.random.default_rng(5), 4_000
    u = rng.uniform(0.0, 2.0 * np.pi, count)
    latitude = np.degrees(np.arcsin(np.sin(np.radians(97.4)) * np.sin(u)))
    minutes = rng.integers(0, 31 * 24 * 60, count)
    dates = np.datetime64(f"{month}-01T00:00") + minutes * np.timedelta64(1, "m")
    longitude = rng.uniform(-180.0, 180.0, count)
    flux, storm = np.full(count, 150.0), np.full((count, 7), 10.0)
    out = pymsis.calculate(
        dates, longitude, latitude, np.full(count, 480.0), flux, flux, storm, version=2.1
    )
    found = density(480.0, 150.0, 10.0) * season_factor(np.array([480.0]), days)[0]
    assert found == pytest.approx(float(np.mean(np.asarray(out)[..., 0])), rel=0.05)
