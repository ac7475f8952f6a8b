"""Launch options: which rocket from where, what it lifts to the wanted orbit, and what that sees.

The orbit is that of a scenario's first satellite, the classes of satellites real ones of the
catalogue, whose mass says how many a rocket carries. They fly spread evenly over the plane.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from simulator import catalog
from simulator.catalog import Entry
from simulator.errors import InputError, nearest_hint
from simulator.launches.lift_offs import liftoff_utc_h
from simulator.launches.payloads import payload_to
from simulator.orbits import Elements
from simulator.scenario import Satellite, Scenario, Sensor
from simulator.study import Flight, Study, span_of
from simulator.workers import Threads, Workers
from simulator.worth import Pattern, network_rows

CLASSES = (
    *("ref_alsat2a", "malligyong_press", "ref_dubaisat2", "ref_kanopus", "ref_khayyam"),
    *("ref_1m", "ref_kondor_fka"),
)
MOST = 4
OPTION_FIGURES = (
    "accesses_per_day",
    "revisit_mean_h",
    "latency_mean_h",
    "response_mean_h",
    "age_mean_h",
)
# Sun-synchronous orbits of heights in use lean by less than this from one another.
_SAME_CORRIDOR_DEG = 1.6
_KEYS_OF_A_CLASS = ("gsd_m", "swath_km", "max_off_nadir_deg", "reference_altitude_km", "mass_kg")


@dataclass(frozen=True, eq=False)
class LaunchOptions:
    """What rockets bring to the orbit of a scenario.

    - `rockets`: a row a rocket and site: what it lifts, `payload_low_kg` and `payload_high_kg`
      (NaN: not known), `how` and how sure that is; the `inclinations` known to be reached from
      there, the `corridor` that reaches the wanted one and its `reason`; the inertial azimuths of a
      direct flight, and the hour of lift-off for the wanted node, `liftoff_utc_h` (NaN: not known).
    - `carried`: a row a rocket and class: its `mass_kg`, how many of it the payload allows,
      `number` and `number_high`, and how many are `figured`: no more than the most asked for.
    - `figures`: a row a class, number and network: OPTION_FIGURES and `best_gsd_m`, the rate and
      the recorder and `link_of`, whose they are: the class's own, or the scenario's.
    """

    altitude_km: float
    inclination_deg: float
    ltan_h: float
    days: float
    targets: int
    networks: tuple[str, ...]
    most: int
    rockets: pd.DataFrame
    carried: pd.DataFrame
    figures: pd.DataFrame

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked, as JSON can hold it."""
        return {
            "altitude_km": round(self.altitude_km, 3),
            "inclination_deg": round(self.inclination_deg, 4),
            "ltan_h": round(self.ltan_h, 4),
            "networks": list(self.networks),
            "targets": self.targets,
            "most": self.most,
        }

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name."""
        return {"rockets": self.rockets, "carried": self.carried, "figures": self.figures}


def launch_options(
    scenario: Scenario,
    *,
    vehicles: Sequence[str] | None = None,
    classes: Sequence[str] | None = None,
    most: int = MOST,
    workers: Workers | None = None,
) -> LaunchOptions:
    """Return what rockets of the catalogue bring to the orbit of a scenario's first satellite.

    `vehicles` are all that fly and of which a payload is known unless named, `classes` sensors of
    the catalogue with a mass, CLASSES unless named; figures are of up to `most` satellites.
    `workers` do the runs (default: threads). Raises InputError.
    """
    if not 1 <= most <= 24:
        raise InputError(f"most is {most}; allowed 1 to 24")
    scenario = scenario.resolve().model_copy(update={"regions": ()})
    for what, given in (("target", scenario.targets), ("network", scenario.networks)):
        if not given:
            raise InputError(f"the scenario has no {what}: options are told by their pictures")
    if not scenario.satellites:
        raise InputError("the scenario has no satellite whose orbit is wanted")
    study = Study(scenario)
    wanted = study.flights[0].elements
    altitude_km = 0.5 * (wanted.perigee_km + wanted.apogee_km)
    rockets = _chosen("vehicles", vehicles) if vehicles else _flying()
    of_class = [_class(entry) for entry in _chosen("sensors", classes or CLASSES)]
    carried = list(_carried(rockets, of_class, altitude_km, most))
    runs = sorted(
        {(row["class"], row["figured"]) for row in carried if row["figured"]},
        key=lambda run: ([entry.id for entry in of_class].index(run[0]), run[1]),
    )
    found = (workers or Threads()).map(partial(_figures, scenario), runs)
    figures = [row for rows in found for row in rows]
    columns = ("class", "number", "network", *OPTION_FIGURES, "best_gsd_m")
    return LaunchOptions(
        altitude_km,
        wanted.inclination_deg,
        wanted.ltan_h,
        span_of(scenario).days,
        len(scenario.targets),
        tuple(network.name for network in scenario.networks),
        most,
        pd.DataFrame(
            [row for entry in rockets for row in _rocket_rows(entry, altitude_km, wanted)]
        ),
        pd.DataFrame(carried),
        pd.DataFrame(figures) if figures else pd.DataFrame(columns=list(columns), dtype="float64"),
    )


def _chosen(kind: str, names: Sequence[str]) -> list[Entry]:
    return [catalog.get(kind, name) for name in dict.fromkeys(names)]


def _flying() -> list[Entry]:
    """Return the rockets that fly today and of which it is known what they lift."""
    known = {entry.values["vehicle"] for entry in catalog.entries("payloads").values()}
    vehicles = catalog.entries("vehicles").values()
    return [e for e in vehicles if e.id in known and "retired" not in e.values]


def _class(entry: Entry) -> Entry:
    missing = [key for key in _KEYS_OF_A_CLASS if key not in entry.values]
    if missing:
        complete = [
            each.id
            for each in catalog.entries("sensors").values()
            if all(key in each.values for key in _KEYS_OF_A_CLASS)
        ]
        raise InputError(
            f"class '{entry.id}': the catalogue has no {', '.join(missing)} of it"
            f"{nearest_hint(entry.id, complete)}"
        )
    return entry


def _rocket_rows(entry: Entry, altitude_km: float, wanted: Elements) -> Iterator[Any]:
    """Yield a row a site of a rocket; one without a site where none is known."""
    inclination_deg, ltan_h = wanted.inclination_deg, wanted.ltan_h
    payload = payload_to(entry.id, altitude_km)
    points = catalog.entries("payloads").values()
    sites = [entry.values.get("site")]
    sites += [e.values.get("site") for e in points if e.values["vehicle"] == entry.id]
    for site in dict.fromkeys(str(site) for site in sites if site) or ("",):
        corridor = _corridor(site, inclination_deg)
        north_deg = _azimuth_deg(site, inclination_deg)
        yield {
            "vehicle": entry.id,
            "name": entry.name,
            "site": site,
            "retired": "retired" in entry.values,
            "payload_low_kg": np.nan if payload is None else payload.low_kg,
            "payload_high_kg": np.nan if payload is None else payload.high_kg,
            "how": "" if payload is None else payload.how,
            "confidence": "" if payload is None else payload.confidence,
            "inclinations": _inclinations(site),
            "corridor": "" if corridor is None else corridor.id,
            "corridor_inclination_deg": np.nan if corridor is None else _inclination(corridor),
            "reason": _reason(site, corridor, inclination_deg),
            "azimuth_north_deg": north_deg % 360.0,
            "azimuth_south_deg": (180.0 - north_deg) % 360.0,
            "liftoff_utc_h": liftoff_utc_h(
                entry.id, site, inclination_deg=inclination_deg, ltan_h=ltan_h
            ),
        }


def _inclination(corridor: Entry) -> float:
    return float(str(corridor.values["inclination_deg"]))


def _corridor(site: str, inclination_deg: float) -> Entry | None:
    """Return the corridor of a site nearest to an inclination, if it is near enough."""
    own = [e for e in catalog.entries("corridors").values() if e.values["site"] == site]
    near = min(own, key=lambda e: abs(_inclination(e) - inclination_deg), default=None)
    if near is None or abs(_inclination(near) - inclination_deg) > _SAME_CORRIDOR_DEG:
        return None
    return near


def _reason(site: str, corridor: Entry | None, inclination_deg: float) -> str:
    if corridor is not None:
        return corridor.note or corridor.name
    if not site:
        return "The catalogue has no site of it."
    known = _inclinations(site) or "none"
    return f"No corridor from {site} to {inclination_deg:.1f} degrees is known; to {known}."


def _inclinations(site: str) -> str:
    """Return the inclinations known to be reached from a site, in order."""
    own = [e for e in catalog.entries("corridors").values() if e.values["site"] == site]
    return ", ".join(f"{each:g}" for each in sorted(map(_inclination, own)))


def _azimuth_deg(site: str, inclination_deg: float) -> float:
    """Return the inertial azimuth of a direct northward flight; NaN where none reaches the plane.

    sin(azimuth) = cos(inclination) / cos(latitude), on a sphere (Vallado 2013, section 6.4.1).
    """
    if not site:
        return math.nan
    latitude = math.radians(float(str(catalog.get("sites", site).values["latitude_deg"])))
    sine = math.cos(math.radians(inclination_deg)) / math.cos(latitude)
    return math.degrees(math.asin(sine)) if abs(sine) <= 1.0 else math.nan


def _carried(
    rockets: Sequence[Entry], classes: Sequence[Entry], altitude_km: float, most: int
) -> Iterator[dict[str, Any]]:
    for rocket in rockets:
        payload = payload_to(rocket.id, altitude_km)
        for entry in classes:
            mass_kg = float(str(entry.values["mass_kg"]))
            low, high = (
                (np.nan, np.nan)
                if payload is None
                else (np.floor(payload.low_kg / mass_kg), np.floor(payload.high_kg / mass_kg))
            )
            yield {
                "vehicle": rocket.id,
                "class": entry.id,
                "mass_kg": mass_kg,
                "mass_confidence": entry.provenance["mass_kg"].confidence,
                "number": low,
                "number_high": high,
                "figured": 0 if np.isnan(low) else int(min(low, most)),
            }


def _figures(scenario: Scenario, run: tuple[str, int]) -> list[dict[str, Any]]:
    """Return the figures of so many satellites of a class by network; a function for processes."""
    name, number = run
    table = _table(scenario.satellites[0], name)
    like = Study(scenario).flights[0]
    slots = Pattern().slots(number)
    flights = [slot.flown(Flight(like.elements, table)) for slot in slots]
    narrowed = scenario.model_copy(update={"satellites": (table,)})
    entry = catalog.get("sensors", name)
    link = {
        "rate_mbps": np.nan if table.downlink_rate_mbps is None else table.downlink_rate_mbps,
        "recorder_gbit": np.nan if table.recorder_gbit is None else table.recorder_gbit,
        "link_of": "class" if "downlink_rate_mbps" in entry.values else "scenario",
    }
    rows = network_rows(Study(narrowed, flights=flights), (*OPTION_FIGURES, "best_gsd_m"))
    return [{"class": name, "number": number, **row, **link} for row in rows]


def _table(like: Satellite, name: str) -> Satellite:
    """Return a satellite like another with the sensor of a class, and its link where known."""
    entry = catalog.get("sensors", name)
    changes: dict[str, Any] = {"sensor": Sensor.model_validate({"catalog": name})}
    if "downlink_rate_mbps" in entry.values:
        recorder = entry.values.get("recorder_gbit")
        changes |= {
            "downlink_rate_mbps": float(str(entry.values["downlink_rate_mbps"])),
            "transmitters": (),
            "recorder_gbit": None if recorder is None else float(str(recorder)),
        }
    return like.model_copy(update=changes)
