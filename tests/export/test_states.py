"""Satellites of a run flown again: where its tables have them, over the stretch that is chosen."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from simulator.earth import geodetic_to_ecef
from simulator.errors import InputError
from simulator.export import Choices
from simulator.export.states import ChosenFlights, earth_fixed
from simulator.results import Results


def test_satellites_are_flown_where_the_tables_have_them(results: Results) -> None:
    flown = ChosenFlights(results, Choices())
    assert list(flown.tracks) == list(results.satellites["satellite"])
    for name, path in flown.tracks.items():
        rows = results.tracks[results.tracks["satellite"] == name]
        position_km, velocity_km_s = earth_fixed(path, rows["time_s"].to_numpy())
        told_m = geodetic_to_ecef(
            rows["latitude_deg"], rows["longitude_deg"], rows["altitude_km"] * 1e3
        )
        # Five decimals of a degree, three of a kilometre.
        assert np.abs(position_km - told_m / 1e3).max() < 2e-3
        moved = (position_km[2:] - position_km[:-2]) / 120.0
        assert np.abs(moved - velocity_km_s[1:-1]).max() < 0.01


def test_a_stretch_is_cut_from_the_span(results: Results) -> None:
    start = results.start + timedelta(hours=3)
    flown = ChosenFlights(results, Choices(("Second & last",), start=start, hours=1.5))
    assert list(flown.tracks) == ["Second & last"]
    assert (flown.stretch.start_s, flown.stretch.end_s) == (3 * 3600.0, 4.5 * 3600.0)
    # No longer than the span, and the usual hours where none are said.
    assert ChosenFlights(results, Choices(start=start, hours=100.0)).stretch.end_s == 86_400.0
    assert ChosenFlights(results, Choices(), usual_hours=6.0).stretch.end_s == 6 * 3600.0


def test_a_stretch_outside_the_span_is_refused(results: Results) -> None:
    for days in (-1, 1):
        with pytest.raises(InputError, match=r"start: .* lies outside the run"):
            ChosenFlights(results, Choices(start=results.start + timedelta(days=days)))
