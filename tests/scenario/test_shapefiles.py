import shutil

import pytest
import shapefile

from simulator.errors import InputError
from simulator.scenario import geofiles, shapefiles

HERE = ((126.5, 37.0), (127.5, 37.0), (127.5, 38.0), (126.5, 38.0))
THERE = ((128.5, 34.8), (129.5, 34.8), (129.5, 35.5), (128.5, 35.5))


def written(folder, names, *, encoding="utf-8", stem="a", cpg=None, driver=0):
    """Write a shapefile of squares with names in a code page; return the path of its .shp."""
    path = folder / f"{stem}.shp"
    with shapefile.Writer(str(path), shapeType=shapefile.POLYGON, encoding=encoding) as writer:
        writer.field("NAME", "C", size=40)
        for name, ring in zip(names, (HERE, THERE), strict=False):
            writer.record(name)
            writer.poly([[*ring[::-1], ring[-1]]])
    raw = bytearray((folder / f"{stem}.dbf").read_bytes())
    raw[29] = driver
    (folder / f"{stem}.dbf").write_bytes(raw)
    (folder / f"{stem}.cpg").unlink(missing_ok=True)
    if cpg is not None:
        (folder / f"{stem}.cpg").write_text(cpg, encoding="utf-8")
    return path


def west(rings):
    return min(longitude for ring in rings.outlines for longitude, _ in ring)


@pytest.mark.parametrize(
    ("encoding", "cpg", "driver"),
    [
        ("cp949", "949", 0),
        ("cp949", "CP949\n", 0x57),
        ("cp949", "ANSI 949", 0x03),
        ("cp949", "\ufeff949\r\n", 0),
        ("euc_kr", "EUC-KR", 0),
        ("cp949", "LDID/79", 0),  # 0x4f is Big5, 79 decimal; see below
        ("utf-8", "UTF-8", 0x4E),
        ("utf-8", "65001", 0),
        ("utf-8", None, 0),
        ("utf-8", None, 0x57),
        ("cp949", None, 0x4E),
        ("cp949", None, 0x79),
    ],
)
def test_attributes_are_read_in_their_code_page(encoding, cpg, driver, tmp_path):
    if cpg == "LDID/79":
        cpg = f"LDID/{0x79}"
    path = written(tmp_path, ["서울", "부산"], encoding=encoding, cpg=cpg, driver=driver)
    assert west(geofiles.read_shapefile(path, "서울")) == 126.5
    assert west(geofiles.read_shapefile(path, "부산")) == 128.5
    with pytest.raises(InputError, match="did you mean '서울'"):
        geofiles.read_shapefile(path, "서울시")


@pytest.mark.parametrize(
    ("encoding", "cpg", "driver", "name"),
    [
        ("cp1252", None, 0x57, "Sør-Trøndelag"),
        ("cp1251", "1251", 0, "Приморье"),
        ("cp1251", None, 0xC9, "Приморье"),
        ("iso8859-1", "ISO-8859-1", 0, "Åland"),
        ("iso8859-15", "885915", 0, "Œuvre"),
        ("cp866", "OEM 866", 0, "Приморье"),
        ("cp932", "Shift_JIS", 0, "東京"),
        ("big5", "Big5", 0, "台北"),
        ("gb18030", "GB18030", 0, "北京"),
    ],
)
def test_pages_are_known_by_their_usual_names(encoding, cpg, driver, name, tmp_path):
    path = written(tmp_path, [name, "x"], encoding=encoding, cpg=cpg, driver=driver)
    assert west(geofiles.read_shapefile(path, name)) == 126.5


@pytest.mark.parametrize("cpg", ["klingon", "rot13", "idna", "utf-16", "hex", "99999", "\x1b[2J"])
def test_an_unknown_page_is_refused_by_name_where_names_are_looked_for(cpg, tmp_path):
    path = written(tmp_path, ["a", "b"], cpg=cpg)
    with pytest.raises(InputError, match="has attributes in the code page") as caught:
        geofiles.read_shapefile(path, "a")
    assert str(caught.value).isprintable()
    assert len(geofiles.read_shapefile(path).outlines) == 2


@pytest.mark.parametrize(
    "names",
    [("A.SHP", "A.DBF", "A.PRJ", "A.CPG"), ("A.shp", "a.DBF", "A.prj", "a.Cpg")],
)
def test_companions_are_found_whatever_their_capitals(names, tmp_path):
    path = written(tmp_path, ["서울", "부산"], encoding="cp949", cpg="949", stem="plain")
    (tmp_path / "plain.prj").write_text('GEOGCS["g",PRIMEM["Greenwich",0],UNIT["gon",0.015707963]]')
    for name in names:
        shutil.move(tmp_path / f"plain.{name[2:].lower()}", tmp_path / name)
    assert not path.exists()
    rings = geofiles.read_shapefile(tmp_path / names[0], "부산")
    assert west(rings) == pytest.approx(128.5 * 0.9)


def test_names_of_a_projection_file_may_be_in_any_code_page(tmp_path):
    path = written(tmp_path, ["a", "b"])
    (tmp_path / "a.prj").write_bytes('GEOGCS["Système",UNIT["gon",0.015707963]]'.encode("cp1252"))
    assert west(geofiles.read_shapefile(path)) == pytest.approx(126.5 * 0.9)
    (tmp_path / "a.prj").write_bytes('PROJCS["Système",GEOGCS["x"]]'.encode("cp1252"))
    with pytest.raises(InputError, match="is projected"):
        geofiles.read_shapefile(path)


def test_of_several_companions_the_one_named_alike_counts(tmp_path):
    path = written(tmp_path, ["here", "there"])
    written(tmp_path, ["no", "never"], stem="A")
    (tmp_path / "A.shp").unlink()
    assert shapefiles.companion(path, ".dbf") == tmp_path / "a.dbf"
    assert west(geofiles.read_shapefile(path, "there")) == 128.5


def test_a_deleted_record_takes_its_shape_along(tmp_path):
    path = written(tmp_path, ["here", "there"])
    table = tmp_path / "a.dbf"
    raw = bytearray(table.read_bytes())
    raw[int.from_bytes(raw[8:10], "little")] = ord("*")
    table.write_bytes(raw)
    assert west(geofiles.read_shapefile(path, "there")) == 128.5
    assert west(geofiles.read_shapefile(path)) == 128.5
    with pytest.raises(InputError, match="holds no feature 'here'"):
        geofiles.read_shapefile(path, "here")


@pytest.mark.parametrize(
    ("kind", "word"),
    [(shapefile.POINT, "Point"), (shapefile.POLYLINEZ, "LineString"), (8, "MultiPoint")],
)
def test_shapes_that_are_no_polygons_are_named(kind, word, tmp_path):
    with shapefile.Writer(str(tmp_path / "p.shp"), shapeType=kind) as writer:
        writer.field("NAME", "C")
        writer.record("x")
        if kind == shapefile.POINT:
            writer.point(1.0, 2.0)
        elif kind == 8:
            writer.multipoint([[1.0, 2.0]])
        else:
            writer.linez([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]])
    with pytest.raises(InputError, match=f"holds {word}; allowed Polygon and MultiPolygon"):
        geofiles.read_shapefile(tmp_path / "p.shp")


def test_names_are_alike_however_their_letters_are_composed(tmp_path):
    path = written(tmp_path, ["서울", "x"])
    assert west(geofiles.read_shapefile(path, "서울")) == 126.5  # decomposed, as macOS writes
