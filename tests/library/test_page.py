"""The page on the library: its code runs, and other packages' answers are as it says."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import simulator

PAGE = (Path(__file__).parent.parent.parent / "docs" / "library.md").read_text(encoding="utf-8")

# By TAT-C 3.6.0, collect_observations, field_of_regard=60: ends of what it finds over seven days.
TATC = (
    ("2023-04-03T14:01:19.709146Z", "2023-04-03T14:02:16.774521Z"),
    ("2023-04-04T02:43:25.669522Z", "2023-04-04T02:44:21.092140Z"),
    ("2023-04-06T13:59:34.759726Z", "2023-04-06T14:00:26.707915Z"),
    ("2023-04-07T02:41:19.438798Z", "2023-04-07T02:42:04.493779Z"),
)
# reduce_observations: mean of `revisit`, and collect_orbit_track at the start.
TATC_REVISIT_H = 28 + 12 / 60 + 25.097823 / 3600
TATC_PLACE = (-10.95555, 71.97039, 376.68055085)


@pytest.fixture(scope="module")
def page():
    """Run the page from its top to its end, and return what it has by then."""
    names = {}
    blocks = re.findall(r"<!-- run -->\n```python\n(.*?)```", PAGE, re.S)
    assert len(blocks) > 8
    for block in blocks:
        exec(block, names)
    return names


def test_passes_are_those_of_skyfield_to_a_second(page):
    passes, times, events = (page[name] for name in ("passes", "times", "events"))
    assert len(passes) == (events == 1).sum() == 16
    assert "the same 16 passes" in PAGE
    for kind, name in enumerate(("rise_utc", "culmination_utc", "set_utc")):
        theirs = pd.DatetimeIndex(times[events == kind].utc_datetime())
        apart_s = (passes[name] - theirs).dt.total_seconds().abs()
        assert apart_s.max() < 0.51, name
    again = simulator.passes(
        page["satellite"], page["osan"], start=page["t0"], days=7, min_elevation_deg=10
    )
    # Skyfield's place is kept in radians: the last digits may turn.
    for name in ("rise_s", "culmination_s", "set_s", "max_elevation_deg"):
        np.testing.assert_allclose(again[name], passes[name], rtol=0.0, atol=1e-4)


def test_accesses_are_those_of_tatc_to_a_millisecond(page):
    found = page["accesses"]
    for ours, name in ((found["start_utc"], 0), (found["end_utc"], 1)):
        theirs = pd.to_datetime([ends[name] for ends in TATC])
        assert np.abs((ours - theirs).dt.total_seconds()).max() < 1.1e-3


def test_gaps_are_those_of_tatc_by_its_rule(page):
    assert page["both"]["tatc"] == pytest.approx(TATC_REVISIT_H, abs=2e-6)
    assert f"{TATC_REVISIT_H:.3f} h" in PAGE
    assert f"it is {page['both']['stk']:.1f} h" in PAGE


def test_places_are_those_of_skyfield_and_tatc(page):
    where, above = page["where"], page["above"]
    for name, theirs, close in (
        ("latitude_deg", above.latitude.degrees, 1e-4),
        ("longitude_deg", above.longitude.degrees, 1e-4),
        ("altitude_km", above.elevation.km, 2e-3),
    ):
        np.testing.assert_allclose(where[name], theirs, rtol=0.0, atol=close)
    # The rate of Skyfield's positions: SGP4's own velocity is centimetres a second from it.
    early, at, late = (
        page["satellite"].at(page["ts"].from_datetimes(list(page["instants"] + step))).position.km
        for step in pd.to_timedelta([-0.5, 0.0, 0.5], unit="s")
    )
    for axis, place_km, moved_km in zip("xyz", at, late - early, strict=True):
        np.testing.assert_allclose(where[f"{axis}_gcrs_km"], place_km, rtol=0.0, atol=1e-6)
        np.testing.assert_allclose(where[f"v{axis}_gcrs_km_s"], moved_km, rtol=0.0, atol=1e-6)
    first = where.loc[0, ["latitude_deg", "longitude_deg", "altitude_km"]].tolist()
    assert first == pytest.approx(TATC_PLACE, abs=2e-5)


def test_a_plan_by_hand_delivers_as_the_page_says(page):
    home = simulator.deliver(page["taken"], page["own"])
    # 160 Mbit take 80 s at 2 Mbit/s, from when the picture is taken: in the pass that took it.
    assert home["sent_utc"].tolist() == [pd.Timestamp("2023-11-22T01:03:50Z")]
    assert home["via"].tolist() == ["Pyongyang"]
    assert (page["home"]["status"] == "delivered").all()
