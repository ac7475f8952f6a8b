"""Unknowns: distributions in place of values, and what a draw makes of a scenario."""

from pathlib import Path

import pytest

from simulator.errors import InputError
from simulator.scenario import Drawing, Scenario, Variants, loads, to_toml
from tests import made

INLINE = {
    "downlink_rate_mbps": {"lognormal": [2.0, 2.0]},
    "orbit": {
        "kind": "launch",
        "launch": "malligyong1_nov23",
        "perigee_km": {"normal": [493.0, 5.0], "unknown": "injection"},
        "inclination_deg": {"uniform": [97.3, 97.5], "unknown": "injection", "opposite": True},
    },
}
TABLES = """
[[unknowns]]
name = "masks"
values = { "networks.*.stations.*.min_elevation_deg" = { uniform = [0, 10] } }
source = "a paper"
[[unknowns]]
name = "Sohae"
values = { "networks.*.stations.sohae_gs.roles" = { choice = [["downlink"], ["command"]] } }
[[unknowns]]
name = "host"
values = { "networks.1.host.delay_h" = { triangular = [0.0, 0.5, 6.0] } }
"""


def scenario(extra="", *overrides, **satellite):
    return made.scenario(made.text(extra, satellite=satellite or INLINE), *overrides)


def drawn(loaded, *shares):
    return Drawing(loaded.resolve()).scenario(shares)


def fault(extra="", **satellite):
    with pytest.raises(InputError) as caught:
        scenario(extra, **satellite)
    return "\n".join(caught.value.problems)


def test_the_middle_of_a_distribution_stands_where_nothing_is_drawn():
    loaded = scenario()
    satellite = loaded.satellites[0]
    assert satellite.downlink_rate_mbps == pytest.approx(2.0)
    assert (satellite.orbit.perigee_km, satellite.orbit.inclination_deg) == (493.0, 97.4)
    assert [unknown.name for unknown in loaded.unknowns] == [
        "satellites.M.downlink_rate_mbps",
        "injection",
    ]


def test_a_scenario_with_distributions_has_draws_unless_it_says():
    assert scenario().uncertainty.draws == 200
    assert scenario("", "uncertainty.draws=7").uncertainty.draws == 7
    assert made.scenario(made.text()).uncertainty.draws == 0


def test_values_of_one_unknown_are_drawn_at_one_share():
    satellite = drawn(scenario(), 0.5, 0.9).satellites[0]
    assert satellite.downlink_rate_mbps == pytest.approx(2.0)
    assert satellite.orbit.perigee_km == pytest.approx(493.0 + 5.0 * 1.2815516, abs=1e-3)
    # Opposite: low where the height is high.
    assert satellite.orbit.inclination_deg == pytest.approx(97.32)


def test_a_draw_is_what_a_file_with_its_values_written_out_would_be():
    resolved = scenario(TABLES).resolve()
    by_draw = Drawing(resolved).scenario([0.25, 0.8, 0.1, 0.5, 0.5])
    values = Drawing(resolved).values([0.25, 0.8, 0.1, 0.5, 0.5])
    text = to_toml(resolved)
    members = [
        f"networks.{n}.stations.{station.name}.min_elevation_deg=2.5"
        for n, network in enumerate(resolved.networks)
        for station in network.stations
    ]
    written = loads(
        text,
        origin="test",
        folder=Path(),
        overrides=[
            *members,
            'networks.0.stations.sohae_gs.roles=["command"]',
            'networks.1.stations.sohae_gs.roles=["command"]',
            f"networks.1.host.delay_h={values['networks.dprk+russia.host.delay_h']!r}",
            f"satellites.0.downlink_rate_mbps={values['satellites.M.downlink_rate_mbps']!r}",
            f"satellites.0.orbit.perigee_km={values['satellites.M.orbit.perigee_km']!r}",
            f"satellites.0.orbit.inclination_deg={values['satellites.M.orbit.inclination_deg']!r}",
        ],
    ).resolve()
    assert by_draw == written
    assert by_draw.networks[1].host.members == tuple(
        s.name for s in resolved.networks[1].stations if s.name not in ("pgscc", "sohae_gs")
    )


def test_a_scenario_with_unknowns_is_written_so_that_it_is_read_the_same():
    loaded = scenario(TABLES)
    for each in (loaded, loaded.resolve()):
        again = loads(to_toml(each), origin="test", folder=Path())
        assert again == each
        shares = [0.3] * len(each.unknowns)
        assert drawn(again, *shares) == drawn(each, *shares)


def test_a_value_that_an_override_gives_is_no_longer_drawn():
    known = scenario("", "satellites.0.downlink_rate_mbps=60")
    assert [unknown.name for unknown in known.unknowns] == ["injection"]
    variants = Variants(made.text(satellite=INLINE), origin="test", folder=Path())
    assert [u.name for u in variants.scenario(["satellites.0.downlink_rate_mbps=60"]).unknowns] == [
        "injection"
    ]
    assert variants.scenario(["seed=4"]).unknowns == scenario().unknowns


def test_items_are_kept_by_name_so_that_a_part_of_the_scenario_draws_the_same():
    resolved = scenario(TABLES).resolve()
    assert list(resolved.unknowns[2].values) == ["networks.dprk+russia.host.delay_h"]
    alone = resolved.model_copy(update={"networks": resolved.networks[1:]})
    shares = [0.2, 0.7, 0.9, 0.5, 0.5]
    assert (
        Drawing(alone).scenario(shares).networks == Drawing(resolved).scenario(shares).networks[1:]
    )


def test_an_override_of_a_list_leaves_out_what_led_to_items_no_longer_there():
    less = scenario(TABLES, "networks=['dprk']")
    assert [unknown.name for unknown in less.unknowns][:2] == ["masks", "Sohae"]
    assert "host" not in [unknown.name for unknown in less.unknowns]


def test_an_override_of_an_orbit_leaves_out_what_the_other_kind_has_not():
    other = '{kind="sun-synchronous",altitude_km=500.0,ltan_h=10.0}'
    overrides = [f"satellites.0.orbit={other}"]
    text = (
        '[[unknowns]]\nname = "hour"\nvalues = { "satellites.0.orbit.liftoff" = { uniform = '
        "[2023-11-21T12:00:00Z, 2023-11-21T15:00:00Z] } }\n"
    )
    assert scenario(text, *overrides, recorder_gbit={"uniform": [1.0, 2.0]}).unknowns[0].name == (
        "satellites.M.recorder_gbit"
    )
    variants = Variants(made.text(text), origin="test", folder=Path(), overrides=overrides)
    assert variants.scenario(["satellites.0.orbit.altitude_km=510.0"]).unknowns == ()
    with pytest.raises(InputError, match="no key 'liftof'"):
        scenario(text.replace("liftoff", "liftof"))


def test_a_number_of_a_constellation_may_be_a_distribution():
    orbit = {"kind": "walker-delta", "total": 4, "planes": 2, "phasing": 1}
    orbit |= {"altitude_km": {"uniform": [490.0, 510.0]}, "inclination_deg": 97.4}
    loaded = scenario(orbit=orbit)
    assert list(loaded.unknowns[0].values) == ["satellites.M.orbit.altitude_km"]
    assert drawn(loaded, 0.25).satellites[0].orbit.altitude_km == 495.0


def test_a_choice_may_be_of_anything_that_the_key_takes():
    loaded = scenario(sensor={"choice": ["malligyong_press", "ref_1m"], "weights": [1, 3]})
    assert loaded.satellites[0].sensor.gsd_m == 1.0
    low, high = (drawn(loaded, share).satellites[0].sensor.gsd_m for share in (0.2, 0.3))
    assert (low, high) == (3.0, 1.0)


def test_whole_numbers_are_drawn_where_the_key_takes_no_other():
    loaded = scenario(max_pictures_per_orbit={"uniform": [2, 4]})
    assert [
        drawn(loaded, share).satellites[0].max_pictures_per_orbit for share in (0.1, 0.5, 0.9)
    ] == [2, 3, 4]


def test_a_normal_is_cut_at_the_range_of_its_key():
    loaded = scenario(
        sensor={"catalog": "malligyong_press", "max_off_nadir_deg": {"normal": [30.0, 60.0]}}
    )
    angles = [drawn(loaded, n / 20).satellites[0].sensor.max_off_nadir_deg for n in range(1, 20)]
    assert 0.0 < min(angles) < 10.0 < 80.0 < max(angles) <= 90.0


def test_parts_of_a_choice_and_ends_of_a_range_are_where_an_effect_is_told():
    drawing = Drawing(scenario(TABLES).resolve())
    assert drawing.groups(0) == (("1 deg", 0.0, 0.2), ("9 deg", 0.8, 1.0))
    assert drawing.groups(1) == (("downlink", 0.0, 0.5), ("command", 0.5, 1.0))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"satellites.0.orbit.perige_km": "{ normal = [1, 1] }"}, "did you mean 'perigee_km'"),
        ({"satellites.X.recorder_gbit": "{ uniform = [1, 2] }"}, "no item 'X'"),
        ({"networks.9.host.delay_h": "{ uniform = [1, 2] }"}, "has 2 items, numbered from 0"),
        ({"targets.*.name.x": "{ uniform = [1, 2] }"}, "not a table or list"),
        ({"relays.*.max_users": "{ uniform = [1, 2] }"}, "no key 'relays'"),
        ({"networks.*.relays.*.max_users": "{ uniform = [1, 2] }"}, "leads to nothing"),
        ({"seed": "{ uniform = [1, 2] }"}, "is of the whole scenario and not drawn"),
        ({"a..b": "{ uniform = [1, 2] }"}, "is no path of a key"),
        ({"satellites.0.recorder_gbit": "{ uniform = [-1, 2] }"}, "uniform reaches -1"),
        ({"satellites.0.recorder_gbit": "{ normal = [-9e9, 1] }"}, "leaves nothing to be drawn"),
        ({"satellites.0.recorder_gbit": '{ choice = [1.0, "much"] }'}, "choice reaches 'much'"),
        (
            {"satellites.0.orbit.perigee_km": "{ normal = [512, 5] }"},
            "is below perigee_km",
        ),
    ],
)
def test_a_faulty_unknown_is_refused_by_its_path(values, words):
    lines = "\n".join(f'"{path}" = {value}' for path, value in values.items())
    extra = f'[[unknowns]]\nname = "it"\n[unknowns.values]\n{lines}\n'
    told = fault(extra, orbit={"kind": "launch", "launch": "malligyong1_nov23"})
    assert words in told
    assert "unknowns" in told


def test_a_faulty_distribution_in_place_of_a_value_is_refused_at_its_key():
    told = fault(recorder_gbit={"uniform": [2.0, 1.0]})
    assert "satellites.0.recorder_gbit.uniform: 2.0, 1.0: must rise" in told
    told = fault(recorder_gbit={"uniform": [1.0, 2.0], "unknown": 5})
    assert "satellites.0.recorder_gbit.unknown: 5 is no name" in told


def test_one_value_is_drawn_by_one_unknown():
    extra = (
        '[[unknowns]]\nname = "it"\nvalues = { "satellites.*.recorder_gbit" = '
        '{ uniform = [1, 2] }, "satellites.0.recorder_gbit" = { uniform = [1, 2] } }\n'
    )
    assert "is drawn by 'it', too" in fault(extra, recorder_gbit=1.0)


def test_values_that_do_not_go_together_are_told_with_what_was_drawn():
    orbit = {
        "kind": "keplerian",
        "perigee_km": {"uniform": [400.0, 500.0]},
        "apogee_km": {"uniform": [480.0, 600.0]},
        "inclination_deg": 97.4,
    }
    loaded = scenario(orbit=orbit)
    with pytest.raises(InputError, match=r"is below perigee_km.*drawn: .*apogee_km = 4[89]"):
        drawn(loaded, 0.99, 0.01)


def test_every_number_of_a_scenario_may_be_a_distribution():
    """A number anywhere in a document is taken out and put back, whatever its table."""
    text = made.text(
        "[[regions]]\nname = 'r'\nbounds_deg = { west = { uniform = [120.0, 121.0] }, south = 30.0,"
        " east = 130.0, north = { normal = [40.0, 1.0] } }\nresolution_km = 500.0\n",
        days={"uniform": [1.0, 3.0]},
    )
    loaded = made.scenario(text)
    names = [unknown.name for unknown in loaded.unknowns]
    assert sorted(names) == [
        "regions.r.bounds_deg.north",
        "regions.r.bounds_deg.west",
        "span.days",
    ]
    each = drawn(loaded, *[0.9] * 3)
    assert each.span.days == pytest.approx(2.8)
    assert isinstance(each, Scenario)
