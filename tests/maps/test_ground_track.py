"""The map of ground tracks says when a satellite is where, and what places are called."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from simulator import maps
from simulator.maps import globe
from tests.made_run import RUN, laid_out, made_run, maps_of, written

CALLED = {
    "catalogue": [
        {"kind": "networks", "id": "dprk", "name": "The North alone"},
        {"kind": "stations", "id": "Sohae", "name": "Sohae launch site"},
        {"kind": "regions", "id": "korean_peninsula", "name": "The peninsula"},
        {"kind": "targets", "id": "T0", "name": "A harbour"},
    ]
}


def times(axes):
    """Return the times written on a map, with the places of their marks."""
    return [
        (text.get_text(), text.xy)
        for text in axes.texts
        if len(text.get_text()) == 5 and text.get_text()[2] == ":"
    ]


def test_each_time_stands_where_the_satellite_then_is():
    figure = laid_out(maps.drawing(RUN, "ground-track"))
    [axes] = maps_of(figure)
    found = times(axes)
    assert 8 <= len(found) <= 26
    from simulator.maps.projections import ROBINSON

    track = RUN.tracks
    for words, (x, y) in found:
        clock = datetime.strptime(words, "%H:%M").time()
        instant = datetime.combine(RUN.start.date(), clock, tzinfo=RUN.start.tzinfo)
        instant += timedelta(days=instant < RUN.start)
        assert instant.minute == 0
        row = track[track["time_s"] == (instant - RUN.start).total_seconds()].iloc[0]
        turned = globe.turned_longitude(row["longitude_deg"], RUN.map_centre_deg)
        assert ROBINSON.project(turned, row["latitude_deg"]) == pytest.approx((x, y), abs=0.3)


def test_a_smaller_part_of_the_earth_has_times_nearer_to_each_other():
    figure = laid_out(maps.drawing(RUN, "ground-track", extent_deg=(100.0, 0.0, 160.0, 60.0)))
    [axes] = maps_of(figure)
    minutes = {int(words[3:]) for words, _ in times(axes)}
    assert len(minutes) > 1
    assert len(times(axes)) <= 26
    for text in axes.texts:
        box = text.get_window_extent()
        if text.get_fontsize() == 6.5:
            assert axes.bbox.x0 - 3.0 < box.x0 and box.x1 < axes.bbox.x1 + 3.0


def test_places_are_called_by_their_names_where_they_are_few():
    few = replace(RUN, provenance=CALLED, targets=RUN.targets[:2])
    text = written(laid_out(maps.drawing(few, "ground-track")))
    assert "Sohae launch site" in text and "A harbour" in text
    assert "station of The North alone, with contact circle" in text
    many = replace(RUN, provenance=CALLED)
    assert "A harbour" not in written(laid_out(maps.drawing(many, "ground-track")))


@pytest.mark.parametrize("name", ["latency", "networks", "timeline", "age", "coverage"])
def test_headings_and_legends_have_names_for_ids(name):
    text = written(laid_out(maps.drawing(replace(RUN, provenance=CALLED), name)))
    assert ("The peninsula" if name in ("age", "coverage") else "The North alone") in text
    assert "korean_peninsula" not in text


def test_no_name_covers_another():
    run = replace(made_run(satellites=2), provenance=CALLED, targets=RUN.targets[:6])
    figure = laid_out(maps.drawing(run, "ground-track"))
    [axes] = maps_of(figure)
    names = [text for text in axes.texts if text.get_zorder() == 12]
    assert len(names) >= 4
    boxes = [text.get_window_extent() for text in names]
    page = np.array([axes.bbox.x0, axes.bbox.y0, axes.bbox.x1, axes.bbox.y1])
    for number, box in enumerate(boxes):
        assert (box.min > page[:2] - 3.0).all() and (box.max < page[2:] + 3.0).all()
        for other in boxes[number + 1 :]:
            across = min(box.x1, other.x1) - max(box.x0, other.x0)
            up = min(box.y1, other.y1) - max(box.y0, other.y0)
            assert across < 3.0 or up < 3.0
