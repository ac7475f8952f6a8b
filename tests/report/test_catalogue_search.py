"""The catalogue is searched by what a newcomer would type."""

import pytest

from simulator.earth import EARTH_MEAN_RADIUS_KM
from simulator.errors import InputError
from simulator.report import search, search_text
from simulator.report.catalogue_search import NEARBY_KM, matches


def found(text):
    return [(row["kind"], row["id"]) for row in search(text)]


def test_a_city_finds_what_is_called_after_it_first():
    assert found("pyongyang")[0] == ("stations", "pgscc")
    assert found("Busan")[0] == ("targets", "busan")


@pytest.mark.parametrize("text", ["PYONGYANG general", "pyongyang-general", "Pyòngyang  Général"])
def test_case_accents_and_punctuation_do_not_count(text):
    assert ("stations", "pgscc") in found(text)


def test_the_words_may_stand_in_several_fields():
    assert {("targets", "osan"), ("targets", "kunsan")} <= set(found("kr air base"))


def test_a_former_id_finds_the_entry_of_now():
    from simulator import catalog

    entry = next(e for e in catalog.entries("targets").values() if e.formerly)
    assert ("targets", entry.id) in found(entry.formerly[0])


def test_words_spelled_nearly_alike_are_found():
    assert ("launches", "malligyong1_nov23") in found("manligyong")


def test_places_near_the_one_called_so_are_found_by_their_distance():
    near = {m.entry.id: m.why for m in matches("yokosuka")}
    assert near["atsugi"] == "25 km from yokosuka"
    # The law of cosines on the sphere, from the catalogue's numbers.
    from math import acos, cos, radians, sin

    from simulator import catalog

    a, b = (catalog.get("targets", name).values for name in ("yokosuka", "atsugi"))
    (u, v), (x, y) = [
        (radians(place["latitude_deg"]), radians(place["longitude_deg"])) for place in (a, b)
    ]
    away = EARTH_MEAN_RADIUS_KM * acos(sin(u) * sin(x) + cos(u) * cos(x) * cos(v - y))
    assert round(away) == 25 < NEARBY_KM


def test_what_nothing_has_is_said():
    with pytest.raises(InputError, match="'zzzqq' is in no entry of the catalogue"):
        search("zzzqq")
    with pytest.raises(InputError, match="no letter or digit"):
        search("--")


def test_the_table_fits_a_page():
    for words in ("pyongyang", "korea", "satellite"):
        assert max(map(len, search_text(words).splitlines())) <= 100
