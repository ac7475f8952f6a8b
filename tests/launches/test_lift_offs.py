"""Hours of lift-off for a wanted plane, against flights whose plane is known."""

from __future__ import annotations

import math

import pytest

from simulator.launches.lift_offs import liftoff_utc_h


@pytest.mark.parametrize(
    ("site", "inclination_deg", "ltan_h", "utc_h"),
    [
        # Kondor-FKA 1, 26 May 2023, 21:15 UTC: node at 06:33 as worked out apart from this.
        ("vostochny", 97.44, 6.0 + 33.0 / 60.0, 21.25),
        # Meteor-M 2-4, 29 February 2024, 05:43 UTC: 15:09 is given for it, 15:07 worked out.
        ("vostochny", 98.6, 15.0 + 8.0 / 60.0, 5.0 + 43.0 / 60.0),
        # For nodes at 10:30 and 22:30: 01:12 and 13:12 UTC.
        ("vostochny", 97.4, 10.5, 1.2),
        ("vostochny", 97.4, 22.5, 13.2),
    ],
)
def test_a_direct_flight_lifts_off_when_the_plane_passes_the_site(
    site: str, inclination_deg: float, ltan_h: float, utc_h: float
) -> None:
    found = liftoff_utc_h("soyuz21a_fregat", site, inclination_deg=inclination_deg, ltan_h=ltan_h)
    assert found == pytest.approx(utc_h, abs=0.04)


def test_a_rocket_that_has_flown_lifts_off_as_it_did_for_the_plane_it_reached() -> None:
    found = liftoff_utc_h("chollima1", "sohae", inclination_deg=97.4, ltan_h=10.0 + 0.5 / 60.0)
    assert found == pytest.approx(13.0 + 42.5 / 60.0, abs=0.01)
    later = liftoff_utc_h("chollima1", "sohae", inclination_deg=97.4, ltan_h=13.0 + 0.5 / 60.0)
    assert later == pytest.approx(found + 3.0)
    # Two flights of Unha-3 reached orbit; the hour is by the later one, of 2016 (00:30 UTC, 20:48).
    unha = liftoff_utc_h("unha3", "sohae", inclination_deg=97.4, ltan_h=20.8)
    assert unha == pytest.approx(0.5, abs=0.01)


def test_what_is_not_known_is_not_said() -> None:
    for vehicle, site, inclination_deg in (
        ("soyuz21a_fregat", "vostochny", 30.0),
        ("new_type_2024", "sohae", 97.4),
        ("dnepr", "", 97.4),
    ):
        hour = liftoff_utc_h(vehicle, site, inclination_deg=inclination_deg, ltan_h=10.0)
        assert math.isnan(hour)
