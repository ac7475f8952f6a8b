"""Every drawing of a results folder is made, the same whoever makes it."""

from simulator import results
from simulator.maps import available, draw, draw_all
from simulator.processes import ProcessPool
from tests import made

TWO_BOXES = made.SMALL + made.BOX + made.BOX.replace('name = "', 'name = "second ')


def test_processes_make_the_bytes_that_this_one_makes(tmp_path):
    run = made.finished()
    results.write(run, tmp_path / "run")
    names = []
    draw_all(tmp_path / "run", tmp_path / "alone", progress=names.append)
    with ProcessPool(2, module="simulator.maps.register") as pool:
        draw_all(tmp_path / "run", tmp_path / "together", workers=pool)
    assert names == [f"figure {name}" for name in available(run)]
    files = sorted(file.name for file in (tmp_path / "alone").iterdir())
    assert files == sorted(f"{name}.png" for name in available(run))
    for file in files:
        bytes_alone = (tmp_path / "alone" / file).read_bytes()
        assert bytes_alone == (tmp_path / "together" / file).read_bytes()


def test_each_region_has_its_own_file_and_a_folder_written_anew_is_read_anew(tmp_path):
    results.write(made.finished(), tmp_path / "run")
    draw_all(tmp_path / "run", tmp_path / "first")
    run = made.finished(TWO_BOXES)
    results.write(run, tmp_path / "run", force=True)
    draw_all(tmp_path / "run", tmp_path / "second")
    assert (tmp_path / "second" / "coverage-2.png").exists()
    file = draw(run, "coverage", tmp_path / "chosen.png", region=list(run.grids)[1])
    assert file.read_bytes() == (tmp_path / "second" / "coverage-2.png").read_bytes()
