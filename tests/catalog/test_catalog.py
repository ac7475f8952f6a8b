"""Every fact has a source, every source is used, and the known figures are the published ones."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib import resources
from itertools import combinations
from typing import Any

import pytest
from sgp4.api import Satrec
from shapely.geometry import Polygon

from simulator import catalog
from simulator.catalog import CONFIDENCES, KINDS, Entry
from simulator.errors import InputError

SLUG = re.compile(r"[a-z0-9]+([_+-][a-z0-9]+)*")
ARTICLES_PUBLISHED = datetime(2023, 9, 18, tzinfo=UTC)


def everything() -> Iterator[Entry]:
    for kind in KINDS:
        yield from catalog.entries(kind).values()


def raw(name: str) -> dict[str, Any]:
    text = resources.files("simulator.catalog").joinpath(f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


def texts(value: object) -> Iterator[str]:
    """Every string inside nested tables and arrays."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def number(entry: Entry, field: str) -> float:
    value = entry.values[field]
    assert isinstance(value, float), f"{entry!r} {field}"
    return value


def names(entry: Entry, field: str) -> tuple[str, ...]:
    value = entry.values.get(field, ())
    assert isinstance(value, tuple)
    return value


def test_every_data_file_is_a_kind_and_every_kind_has_a_file() -> None:
    files = {path.name for path in resources.files("simulator.catalog").iterdir()}
    names = {name.removesuffix(".toml") for name in files if name.endswith(".toml")}
    assert names == {*KINDS, "sources"}


def test_every_value_has_provenance() -> None:
    missing = [
        f"{entry.kind}/{entry.id}.{field}"
        for entry in everything()
        for field in entry.values
        if field not in entry.provenance
    ]
    assert missing == []


def test_provenance_names_only_fields_there_are() -> None:
    for kind in KINDS:
        rows = raw(kind)[kind]
        for row in rows:
            own = {field for key in row.get("provenance", {}) for field in key.split()}
            assert own <= row.keys() - {"id", "name", "short", "note", "formerly"}, (
                f"{kind}/{row['id']}"
            )
        shared = {field for key in raw(kind).get("provenance", {}) for field in key.split()}
        assert shared <= {field for row in rows for field in row}, kind


def test_published_values_name_a_source_and_the_others_say_why() -> None:
    for entry in everything():
        for field, origin in entry.provenance.items():
            where = f"{entry!r} {field}"
            assert origin.confidence in CONFIDENCES, where
            if origin.confidence == "published":
                assert origin.sources, where
            else:
                assert origin.note, where


def test_unverified_knowledge_is_never_called_published() -> None:
    for entry in everything():
        for field, origin in entry.provenance.items():
            if origin.note.startswith("general knowledge"):
                assert origin.confidence == "assumed", f"{entry!r} {field}"
                assert "unverified" in origin.note, f"{entry!r} {field}"


def test_every_source_exists_and_is_used() -> None:
    cited = {
        source
        for kind in KINDS
        for table in (raw(kind), *raw(kind)[kind])
        for origin in table.get("provenance", {}).values()
        for source in origin.get("sources", ())
    }
    assert cited == set(catalog.sources())
    used = {s.id for entry in everything() for p in entry.provenance.values() for s in p.sources}
    assert used == set(catalog.sources())


def test_sources_say_what_and_where_they_are() -> None:
    for source in catalog.sources().values():
        assert source.title, source.id
        assert source.address, source.id
        assert re.fullmatch(r"|\d{4}(-\d\d){0,2}", source.date), source.id


def test_ids_are_unique_slugs() -> None:
    for kind in (*KINDS, "sources"):
        ids = [row["id"] for row in raw(kind)[kind]]
        assert len(ids) == len(set(ids)), kind
        assert all(SLUG.fullmatch(identifier) for identifier in ids), kind


def test_stations_and_relays_share_no_id() -> None:
    assert not catalog.entries("stations").keys() & catalog.entries("relays").keys()


def test_texts_have_no_stray_spaces() -> None:
    for kind in (*KINDS, "sources"):
        for text in texts(raw(kind)):
            if not text.startswith(("1 ", "2 ")):  # element lines are set in columns
                assert text == text.strip(), text
                assert "  " not in text and "\n" not in text, text


def test_coordinates_are_in_range() -> None:
    ranges = {"latitude_deg": 90.0, "longitude_deg": 180.0}
    for entry in everything():
        for field in entry.values:
            for ending, limit in ranges.items():
                if field.endswith(ending):
                    assert -limit <= number(entry, field) <= limit, f"{entry!r} {field}"


def test_low_never_exceeds_high() -> None:
    for entry in everything():
        for field, low in entry.values.items():
            high = entry.values.get(field.removesuffix("_low") + "_high")
            if field.endswith("_low") and isinstance(low, int | float) and high is not None:
                assert isinstance(high, int | float)
                assert low <= high, f"{entry!r} {field}"


def test_seven_launches_before_the_articles_and_two_after() -> None:
    # The first article counts seven attempts in 25 years: five failures, two in orbit.
    liftoffs = [entry.values["liftoff"] for entry in catalog.entries("launches").values()]
    assert all(isinstance(at, datetime) and at.utcoffset() is not None for at in liftoffs)
    assert liftoffs == sorted(liftoffs, key=str)
    before = [at for at in liftoffs if isinstance(at, datetime) and at < ARTICLES_PUBLISHED]
    assert (len(before), len(liftoffs)) == (7, 9)
    reached = [
        str(entry.values["outcome"]).startswith("orbit:")
        for entry in catalog.entries("launches").values()
    ]
    assert sum(reached[:7]) == 2
    assert catalog.get("claims", "seven_attempts").values["reached_orbit"] == 2


def test_launches_refer_to_sites_and_vehicles_there_are() -> None:
    sites, vehicles = catalog.entries("sites"), catalog.entries("vehicles")
    for launch in catalog.entries("launches").values():
        assert launch.values["site"] in sites
        assert launch.values["vehicle"] in vehicles
    for kind in ("vehicles", "corridors"):
        assert all(e.values.get("site", "sohae") in sites for e in catalog.entries(kind).values())


def test_only_tracked_launches_are_called_achieved() -> None:
    for launch in catalog.entries("launches").values():
        in_orbit = str(launch.values["outcome"]).startswith("orbit:")
        assert (launch.values["kind"] == "achieved") == in_orbit == ("norad" in launch.values)
        assert launch.values["kind"] in ("claimed", "intended", "achieved")


def test_flyable_launches_have_an_orbit_through_their_insertion_point() -> None:
    unknown = []
    for launch in catalog.entries("launches").values():
        if "perigee_km" not in launch.values:
            unknown.append(launch.id)
            continue
        assert number(launch, "perigee_km") <= number(launch, "apogee_km")
        inclination = number(launch, "inclination_deg")
        reach = min(inclination, 180.0 - inclination)
        assert abs(number(launch, "insertion_latitude_deg")) < reach, launch.id
        assert launch.values["direction"] in ("ascending", "descending")
        assert 0.0 < number(launch, "time_of_flight_s") < 1800.0
    assert unknown == ["malligyong11_may24"]


def test_periods_are_those_of_the_orbits() -> None:
    # Two-body period with GM = 398600.8 km3/s2 and radius 6378.135 km (WGS72).
    for launch in catalog.entries("launches").values():
        if "period_min" not in launch.values:
            continue
        axis_km = 6378.135 + (number(launch, "perigee_km") + number(launch, "apogee_km")) / 2
        period_min = 2 * 3.141592653589793 * (axis_km**3 / 398600.8) ** 0.5 / 60
        assert number(launch, "period_min") == pytest.approx(period_min, abs=0.35), launch.id


def test_every_network_member_exists_and_headquarters_is_one() -> None:
    stations, relays = catalog.entries("stations"), catalog.entries("relays")
    settings = {"roles", "forwarding_delay_s", "min_elevation_deg", "acquisition_s"}
    for network in catalog.entries("networks").values():
        members = names(network, "stations") + names(network, "relays")
        assert len(members) == len(set(members)), network.id
        assert set(names(network, "stations")) <= stations.keys()
        assert set(names(network, "relays")) <= relays.keys()
        assert network.values["headquarters"] in names(network, "stations")
        overrides = network.values.get("overrides", {})
        assert isinstance(overrides, Mapping)
        assert overrides.keys() <= set(members)
        assert all(changed.keys() <= settings for changed in overrides.values())


def test_each_network_adds_to_the_domestic_one() -> None:
    def members(identifier: str) -> set[str]:
        network = catalog.get("networks", identifier)
        return {*names(network, "stations"), *names(network, "relays")}

    assert all(members("dprk") <= members(network) for network in catalog.entries("networks"))
    assert members("dprk+russia-far-east") < members("dprk+russia")
    assert members("dprk+russia") < members("dprk+russia+antarctica")
    assert members("dprk+russia+relay") == members("dprk+russia") | members("dprk+relay")
    russian = {
        station.id
        for station in catalog.entries("stations").values()
        if station.values["group"] in ("ru_control", "ru_eo")
    }
    assert members("dprk+russia") == members("dprk") | russian
    assert members("dprk+china+relay") == members("dprk+china") | {
        relay for relay in catalog.entries("relays") if relay.startswith("tianlian")
    }
    assert not any("sadong" in members(network) for network in catalog.entries("networks"))


def test_how_many_satellites_are_served_at_once_is_an_assumption() -> None:
    stations, relays = catalog.entries("stations"), catalog.entries("relays")
    served = {station.id: station.values["antennas"] for station in stations.values()}
    # M. Langbroek, The Space Review, 2024: two dishes.
    assert served.pop("pgscc") == 2
    assert set(served.values()) == {1}
    assert {relay.values["max_users"] for relay in relays.values()} == {1}
    for entry in (*stations.values(), *relays.values()):
        field = "antennas" if entry.kind == "stations" else "max_users"
        assert entry.provenance[field].confidence == "assumed"


def test_chinese_relays_stay_marked_as_unverified() -> None:
    network = catalog.get("networks", "dprk+china+relay")
    assert network.provenance["relays"].confidence == "assumed"
    for identifier in names(network, "relays"):
        origin = catalog.get("relays", identifier).provenance["longitude_deg"]
        assert origin.confidence == "assumed"
        assert "unverified" in origin.note


def test_crosslinks_are_an_assumption_and_add_nothing_else_to_the_domestic_network() -> None:
    linked = [e for e in catalog.entries("networks").values() if "crosslinks" in e.values]
    assert [entry.id for entry in linked] == ["dprk+crosslinks"]
    (entry,) = linked
    assert entry.provenance["crosslinks"].confidence == "assumed"
    domestic = catalog.get("networks", "dprk").values
    assert {k: v for k, v in entry.values.items() if k != "crosslinks"} == dict(domestic)
    assert entry.values["crosslinks"] == {
        "rate_mbps": 2.0,
        "grazing_height_km": 100.0,
        "max_range_km": 6000.0,
        "terminals": 2,
    }


def test_reception_stations_never_command() -> None:
    for station in catalog.entries("stations").values():
        both = station.values["group"] in ("dprk", "ru_control", "cn_control", "ship")
        assert ("command" in names(station, "roles")) == both, station.id


def test_region_rings_are_closed_and_valid() -> None:
    for region in catalog.entries("regions").values():
        rings = region.values["polygons_deg"]
        assert isinstance(rings, tuple) and rings
        for ring in rings:
            assert ring[0] == ring[-1], region.id
            assert all(-180.0 <= lon <= 180.0 and -90.0 <= lat <= 90.0 for lon, lat in ring)
            assert Polygon(ring).is_valid, region.id
        polygons = [Polygon(ring) for ring in rings]
        assert all(a.disjoint(b) for a, b in combinations(polygons, 2)), region.id


def test_peninsula_is_both_koreas() -> None:
    def area(identifier: str) -> float:
        rings = catalog.get("regions", identifier).values["polygons_deg"]
        assert isinstance(rings, tuple)
        return float(sum(Polygon(ring).area for ring in rings))

    assert area("korean_peninsula") == pytest.approx(area("dprk") + area("rok"), rel=1e-9)


def test_element_lines_have_good_checksums_and_say_their_epoch() -> None:
    for entry in catalog.entries("elements").values():
        lines = names(entry, "lines")
        for line in lines:
            assert len(line) == 69
            digits = sum(int(c) if c.isdigit() else c == "-" for c in line[:68])
            assert digits % 10 == int(line[68]), entry.id
        satellite = Satrec.twoline2rv(*lines)
        assert satellite.satnum == entry.values["norad"]
        epoch = entry.values["epoch"]
        assert isinstance(epoch, datetime)
        julian = satellite.jdsatepoch + satellite.jdsatepochF
        # The epoch is kept to the millisecond, 1.2e-8 days.
        assert (epoch.timestamp() / 86400.0 + 2440587.5) == pytest.approx(julian, abs=1.2e-8)


def test_known_figures() -> None:
    # Luch-5A: mean longitude of its element sets, slot 167 E (RussianSpaceWeb).
    assert catalog.get("relays", "luch5a").values["longitude_deg"] == 167.0
    # M. Langbroek, The Space Review, 2024: 39.0425 N 125.7100 E.
    centre = catalog.get("stations", "pgscc").values
    assert (centre["latitude_deg"], centre["longitude_deg"]) == (39.0425, 125.71)
    # KCNA, 22 November 2023: 22:42:28 local time (UTC+9), in orbit after 705 s.
    launch = catalog.get("launches", "malligyong1_nov23").values
    assert launch["liftoff"] == datetime(2023, 11, 21, 13, 42, 28, tzinfo=UTC)
    assert launch["time_of_flight_s"] == 705.0
    # SatTrackCam Leiden, November 2023.
    passed = catalog.get("claims", "first_overpass_pyongyang").values["instant"]
    assert passed == datetime(2023, 11, 22, 0, 25, 27, tzinfo=UTC)
    assert len(catalog.entries("targets")) == 77


def test_malligyong_resolution_is_an_assumption_in_the_open_band() -> None:
    sensor = catalog.get("sensors", "malligyong_press")
    assert 3.0 <= number(sensor, "gsd_m") <= 20.0
    assert sensor.provenance["gsd_m"].confidence == "assumed"
    assert "gsd_m" not in catalog.get("sensors", "malligyong_salvaged").values


def test_provenance_leads_to_the_source() -> None:
    origin = catalog.get("launches", "kms4").provenance["time_of_flight_s"]
    assert [source.id for source in origin.sources] == ["ecns16"]
    assert origin.sources[0] == catalog.sources()["ecns16"]


def test_a_files_own_provenance_holds_where_an_entry_is_silent() -> None:
    abroad, domestic = catalog.get("stations", "anadyr"), catalog.get("stations", "pgscc")
    assert "Russian site" in abroad.provenance["forwarding_delay_s"].note
    assert domestic.provenance["forwarding_delay_s"].note == "the pictures are home"


def test_unknown_names_get_a_hint() -> None:
    with pytest.raises(InputError, match="did you mean 'stations'"):
        catalog.entries("station")
    with pytest.raises(InputError, match="'ossan' is not among the targets; did you mean 'osan'"):
        catalog.get("targets", "ossan")


def test_entries_cannot_be_changed() -> None:
    entry = catalog.get("networks", "dprk")
    with pytest.raises(TypeError):
        entry.values["stations"] = ()  # type: ignore[index]
    assert isinstance(entry.values["stations"], tuple)
    assert catalog.entries("networks") is catalog.entries("networks")


def test_an_entry_shows_itself_briefly() -> None:
    entry = catalog.get("targets", "osan")
    assert repr(entry) == "<targets/osan: Osan Air Base>"
    assert "<td>37.09</td><td>published</td>" in entry._repr_html_()


def test_a_short_name_is_shorter_and_no_other_entry_has_it() -> None:
    for kind in catalog.KINDS:
        entries = catalog.entries(kind).values()
        names = [name for entry in entries for name in {entry.name, entry.short} if name]
        for entry in entries:
            assert not entry.short or len(entry.short) < len(entry.name), entry
            assert not entry.short or names.count(entry.short) == 1, entry
    assert all(
        len(entry.short or entry.name) <= 26 for entry in catalog.entries("networks").values()
    )


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_read_table_by_table_is_what_the_whole_file_says(kind: str) -> None:
    document = raw(kind)
    assert document.keys() <= {"provenance", kind}
    assert list(catalog.entries(kind)) == [row["id"] for row in document[kind]]
    for row in document[kind]:
        entry = catalog.get(kind, row["id"])
        own = row.keys() - {"id", "name", "short", "note", "provenance", "formerly"}
        said = {
            field: (told["confidence"], told.get("note", ""))
            for of in (document.get("provenance", {}), row.get("provenance", {}))
            for fields, told in of.items()
            for field in fields.split()
        }
        assert (entry.name, entry.note, entry.values.keys()) == (
            *(row["name"], row.get("note", "")),
            own,
        )
        assert {
            field: (told.confidence, told.note) for field, told in entry.provenance.items()
        } == {field: said[field] for field in own & said.keys()}


def test_sources_read_one_by_one_are_those_of_the_whole_file() -> None:
    assert list(catalog.sources().values()) == [
        catalog.Source(**row) for row in raw("sources")["sources"]
    ]


def test_no_table_is_read_but_those_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    catalog.entries.cache_clear()
    read: list[str] = []
    loads = tomllib.loads
    monkeypatch.setattr(tomllib, "loads", lambda text: read.append(text) or loads(text))
    assert "osan" in catalog.entries("targets") and "nowhere" not in catalog.entries("targets")
    assert catalog.get("targets", "osan") is catalog.get("targets", "osan")
    assert [text.count("[[targets]]") for text in read] == [0, 1]
