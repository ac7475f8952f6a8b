import pytest

from simulator.errors import InputError
from simulator.scenario import Scenario, locality
from tests import made

TEXT = made.text(
    targets=None,
    networks=None,
    satellite={"orbit": {"kind": "sun-synchronous", "altitude_km": 600.0, "ltan_h": 10.0}},
)
TARGETS = [
    "targets=[{name='A', latitude_deg=25, longitude_deg=179}, "
    "{name='B', latitude_deg=25, longitude_deg=-175}]"
]
STATION = "{name='S', latitude_deg=38, longitude_deg=-75.5}"
OWN = f"{{name='own', stations=[{STATION}], headquarters=%s}}"
NEW_YORK = ", time_zone='America/New_York'"
WASHINGTON = "{name='W', latitude_deg=38.9, longitude_deg=-77%s}"
# A station of the catalogue without a zone of its own: ten hours ahead, by the sun less than nine.
VLADIVOSTOK = "'ussuriysk'"


def scenario(*overrides: str) -> Scenario:
    return made.scenario(TEXT, *overrides)


@pytest.mark.parametrize(
    ("overrides", "zone", "zone_from", "centre", "centre_from"),
    [
        (TARGETS, "UTC-12:00", "longitude of targets", -178.0, "targets"),
        (["regions=[{name='g', globe=true, resolution_km=500}]"], "UTC", "default", 0.0, "default"),
        (
            [
                "regions=[{name='r', resolution_km=50, "
                "bounds_deg={west=-80, south=36, east=-74, north=41}}]"
            ],
            "UTC-05:00",
            "longitude of regions",
            -77.0,
            "regions",
        ),
        ([*TARGETS, "networks=['dprk']"], "Asia/Pyongyang", "headquarters", 126.0, "headquarters"),
        (
            [*TARGETS, f"networks=[{OWN % (WASHINGTON % '')}]"],
            "UTC-05:00",
            "longitude of headquarters",
            -77.0,
            "headquarters",
        ),
        (
            [*TARGETS, f"networks=[{OWN % (WASHINGTON % NEW_YORK)}]"],
            "America/New_York",
            "headquarters",
            -77.0,
            "headquarters",
        ),
        (
            [*TARGETS, f"networks=[{OWN % VLADIVOSTOK}]"],
            "Asia/Vladivostok",
            "headquarters",
            132.0,
            "headquarters",
        ),
        (
            [*TARGETS, "networks=['dprk']", "time_zone=UTC+05:30", "map_centre_deg=190"],
            "UTC+05:30",
            "scenario",
            -170.0,
            "scenario",
        ),
    ],
)
def test_a_scenario_is_at_home_where_it_says_or_its_headquarters_or_its_places_are(
    overrides: list[str], zone: str, zone_from: str, centre: float, centre_from: str
) -> None:
    for study in (scenario(*overrides), scenario(*overrides).resolve()):
        locale = locality(study)
        assert (locale.time_zone, locale.time_zone_from) == (zone, zone_from)
        assert (locale.map_centre_deg, locale.map_centre_from) == (centre, centre_from)


@pytest.mark.parametrize(
    ("countries", "zone", "zone_from"),
    [
        (["KR", "JP", "JP"], "Asia/Tokyo", "country of targets"),
        (["KR", "JP"], "Asia/Seoul", "country of targets"),
        # Of the two zones of a country that of the nearer principal place.
        (["US"], "Pacific/Honolulu", "country of targets"),
        (["Atlantis", "KR", "somewhere", None], "UTC-11:00", "longitude of targets"),
        ([None], "UTC-11:00", "longitude of targets"),
    ],
)
def test_targets_in_a_known_country_go_by_its_clocks(
    countries: list[str | None], zone: str, zone_from: str
) -> None:
    rows = [
        f"{{name='{n}', latitude_deg=20, longitude_deg=-160"
        + (f", country='{country}'}}" if country else "}")
        for n, country in enumerate(countries)
    ]
    study = scenario(f"targets=[{', '.join(rows)}]")
    for each in (study, study.resolve()):
        locale = locality(each)
        assert (locale.time_zone, locale.time_zone_from) == (zone, zone_from)


def test_the_baseline_has_the_headquarters_that_count() -> None:
    both = [*TARGETS, f"networks=['dprk', {OWN % (WASHINGTON % '')}]"]
    assert locality(scenario(*both)).time_zone == "Asia/Pyongyang"
    assert locality(scenario(*both, "baseline=own")).time_zone == "UTC-05:00"


def test_an_unknown_zone_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match=r"time_zone: 'Asia/Tapei' is no time zone.*Asia/Taipei"):
        scenario(*TARGETS, "time_zone=Asia/Tapei")
