"""Every drawing of results is made, the same whoever makes it."""

import io

from matplotlib.image import imread

from simulator import results
from simulator.maps import all_drawings, available, draw, draw_all, save_all, silent
from simulator.maps.register import WORK
from simulator.processes import ProcessPool
from tests import made

TWO_BOXES = made.SMALL + made.BOX + made.BOX.replace('name = "', 'name = "second ')


def only(monkeypatch, *names):
    """Let a run have no more drawings than these."""
    monkeypatch.setattr("simulator.maps.register.available", lambda results: list(names))


def test_processes_make_the_bytes_that_this_one_makes(tmp_path):
    run = made.finished()
    alone = {drawing.file_name: drawing for drawing in draw_all(run)}
    left_out = {drawing.name for drawing in silent(run)}
    assert sorted(drawn.name for drawn in alone.values()) == sorted(set(available(run)) - left_out)
    names = []
    with ProcessPool(2, modules=["simulator.maps.register"]) as pool:
        drawn = draw_all(run, workers=pool, shares=2)
        remarks = ["not drawn: x, since y"]
        save_all(drawn, tmp_path, remarks=remarks, progress=names.append)
    assert names[0] == "figures"
    assert sorted(names[1:]) == sorted(f"figure {drawn.name}" for drawn in alone.values())
    assert {*alone, "README.txt"} == {file.name for file in tmp_path.iterdir()}
    assert (tmp_path / "README.txt").read_text() == "not drawn: x, since y\n"
    for name, drawn in alone.items():
        assert drawn.png == (tmp_path / name).read_bytes()


def test_each_region_has_its_own_file_which_shows_what_the_folder_holds(tmp_path, monkeypatch):
    only(monkeypatch, "ground-track", "coverage")
    run = made.finished(TWO_BOXES)
    drawn = {drawing.file_name: drawing for drawing in draw_all(run)}
    assert {*drawn} == {"ground-track.png", "coverage-1.png", "coverage-2.png"}
    results.write(run, tmp_path / "run")
    again = results.read(tmp_path / "run")
    for file, name, region in (
        ("coverage-2.png", "coverage", list(run.grids)[1]),
        ("ground-track.png", "ground-track", None),
    ):
        assert drawn[file].png == draw(again, name, tmp_path / file, region=region).read_bytes()


def test_shares_hold_each_drawing_once_and_are_of_about_the_same_work():
    run = made.finished(TWO_BOXES)
    [whole] = all_drawings.shared_out(run, 1)
    parts = all_drawings.shared_out(run, 2)
    assert sorted(map(str, whole)) == sorted(map(str, parts[0] + parts[1]))
    first, second = (sum(WORK.get(planned.name, 1.0) for planned in part) for part in parts)
    assert abs(first - second) <= max(WORK.values())


def test_without_titles_every_drawing_is_without_its_heading(monkeypatch):
    # That each can be drawn so is a test of frames.
    only(monkeypatch, "networks", "strips", "coverage")
    with_titles, without = (
        {drawn.name: imread(io.BytesIO(drawn.png)).shape for drawn in drawings}
        for drawings in (draw_all(made.finished()), draw_all(made.finished(), titles=False))
    )
    assert len(with_titles) > 1 and with_titles.keys() == without.keys()
    for name, (high, wide, _) in with_titles.items():
        assert without[name][1] == wide and without[name][0] < high - 60, name
