"""Launch options: rockets, corridors, satellites carried, and their figures against runs."""

from __future__ import annotations

from functools import cache

import pytest

from simulator import catalog
from simulator.errors import InputError
from simulator.launches import LaunchOptions, launch_options
from simulator.study import run
from tests.made import BOX, scenario, text


@cache
def options() -> LaunchOptions:
    return launch_options(
        scenario(text()),
        vehicles=("chollima1", "soyuz21a_fregat", "kosmos3m"),
        classes=("malligyong_press", "ref_dubaisat2", "ref_1m"),
        most=2,
    )


def test_as_many_are_carried_as_their_mass_allows() -> None:
    carried = options().carried.set_index(["vehicle", "class"])
    assert carried.loc[("chollima1", "malligyong_press"), "number"] == 1
    assert carried.loc[("chollima1", "ref_1m"), "number"] == 0
    soyuz = carried.loc[("soyuz21a_fregat", "ref_1m")]
    # 4,500 to 5,000 kg by 800 kg.
    assert (soyuz["number"], soyuz["number_high"], soyuz["figured"]) == (5, 6, 2)
    assert carried.loc[("kosmos3m", "ref_dubaisat2"), "number"] == 770 // 300
    for row in options().carried.itertuples():
        assert row.mass_kg == catalog.get("sensors", row[2]).values["mass_kg"]


def test_a_corridor_says_why_and_a_direct_flight_has_its_azimuth() -> None:
    rockets = options().rockets.set_index(["vehicle", "site"])
    sohae = rockets.loc[("chollima1", "sohae")]
    assert sohae["corridor"] == "sohae_sso_direct" and sohae["inclinations"] == "88.7, 97.42"
    assert "to stay off China" in sohae["reason"]
    # Inertial, to 97.42 degrees (T. Molczan, SeeSat-L, April 2012): 189.7.
    assert sohae["azimuth_south_deg"] == pytest.approx(189.7, abs=0.1)
    vostochny = rockets.loc[("soyuz21a_fregat", "vostochny")]
    assert vostochny["azimuth_north_deg"] == pytest.approx(347.9, abs=0.1)
    assert rockets.loc[("soyuz21a_fregat", "baikonur"), "corridor"] == "baikonur_sso"
    assert rockets.loc[("kosmos3m", "plesetsk"), "retired"]
    # The plane of November 2023, by the hour of that flight.
    assert sohae["liftoff_utc_h"] == pytest.approx(13.0 + 42.5 / 60.0, abs=0.01)
    assert vostochny["liftoff_utc_h"] == pytest.approx(0.7, abs=0.05)


def test_an_inclination_without_a_corridor_is_said_to_have_none() -> None:
    made = scenario(
        text(
            satellite={
                "orbit": {"kind": "keplerian", "altitude_km": 500.0, "inclination_deg": 45.0}
            }
        )
    )
    found = launch_options(made, vehicles=("chollima1",), classes=("ref_1m",))
    (row,) = found.rockets.to_dict(orient="records")
    assert row["corridor"] == ""
    assert row["reason"] == "No corridor from sohae to 45.0 degrees is known; to 88.7, 97.42."
    assert not len(found.figures)


def test_figures_of_one_satellite_are_those_of_a_run_with_its_sensor() -> None:
    figures = options().figures
    own = figures[(figures["class"] == "ref_dubaisat2") & (figures["number"] == 1)]
    made = text(
        satellite={
            "sensor": "ref_dubaisat2",
            "downlink_rate_mbps": 160.0,
            "recorder_gbit": 256.0,
        }
    )
    results = run(scenario(made))
    for row, network in zip(
        own.to_dict(orient="records"),
        results["networks"].to_dict(orient="records"),
        strict=True,
    ):
        assert row["network"] == network["network"]
        for name in ("latency_mean_h", "response_mean_h", "age_mean_h"):
            assert row[name] == pytest.approx(network[name], nan_ok=True)
    targets = results["targets"]
    assert own["revisit_mean_h"].iloc[0] == pytest.approx(targets["revisit_mean_h"].mean())
    assert own["accesses_per_day"].iloc[0] == pytest.approx(targets["accesses_per_day"].mean())
    assert set(own["link_of"]) == {"class"}


def test_a_class_without_a_link_of_its_own_has_that_of_the_scenario() -> None:
    figures = options().figures.set_index("class")
    press = figures.loc["malligyong_press"]
    assert set(press["link_of"]) == {"scenario"} and set(press["rate_mbps"]) == {2.0}


def test_more_satellites_come_back_sooner() -> None:
    figures = options().figures
    for _, rows in figures[figures["network"] == "dprk"].groupby("class"):
        assert rows.sort_values("number")["revisit_mean_h"].is_monotonic_decreasing


@pytest.mark.parametrize(
    ("asking", "message"),
    [
        ({"vehicles": ("soyuz",)}, "'soyuz' is not among the vehicles; did you mean"),
        ({"classes": ("ref_1",)}, "did you mean 'ref_1m'"),
        ({"classes": ("dec2022_test",)}, "the catalogue has no swath_km, max_off_nadir_deg, mass"),
        ({"most": 0}, "most is 0; allowed 1 to 24"),
    ],
)
def test_faults_name_what_is_allowed(asking: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        launch_options(scenario(text()), **asking)  # type: ignore[arg-type]


def test_a_scenario_without_targets_or_networks_is_refused() -> None:
    for key in ("targets", "networks"):
        with pytest.raises(InputError, match=f"has no {key[:-1]}"):
            launch_options(scenario(text(BOX, **{key: []})))
