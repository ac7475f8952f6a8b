"""What each camera of a ladder tells, object by object: all on one orbit, each by its own rules.

Every rung flies the scenario's orbits with its own field of regard, light and kind; an access
counts for what its best look, along its actual incidence, suffices for. Tracks and the Sun are made
once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from simulator import catalog
from simulator.arrays import BoolArray, FloatArray
from simulator.catalog import Entry
from simulator.errors import InputError, nearest_hint
from simulator.imaging import good_enough
from simulator.scenario import Camera, Need, Scenario, Sensor
from simulator.study import Study, accesses, clear_chances, without_chance

# From the coarsest optical rung to the finest, then radars: what Pyongyang is known to have had,
# what the South began with, what Russia built for others, and the best that is sold.
DEFAULT_CAMERAS = (
    *(
        "ref_kompsat1",
        "malligyong_salvaged_5m",
        "malligyong_press",
        "ref_3m",
        "ref_khayyam",
        "ref_1m",
    ),
    *("ref_razbeg", "ref_kompsat3", "ref_worldview3", "ref_kondor_fka", "ref_iceye"),
)
TASKS = ("detect", "classify", "identify")


@dataclass(frozen=True, eq=False)
class SensorLadder:
    """What each sensor of a ladder tells of each object.

    - `rungs`: a row a sensor: `sensor`, `called` (short), `sensor_kind`, its `gsd_m` at nadir and
      how sure that is (`confidence`), `accesses_per_day`, those with a clear sky
      (`accesses_clear_per_day`), the `best_gsd_m` of all looks, their `median_gsd_m`, `best_niirs`.
    - `tasks`: a row a sensor, object and task: what it `needs` (id), `accesses_per_day` good enough
      for it, and those with a clear sky, the `good_share` of accesses, and `pixels_share`, the
      share that would do by the pixels across the object (Johnson), a second way to judge.
    - `objects`: a row an object and task: its `needs`, the `first` sensor in the order of the
      ladder that is ever good enough, and how many `sensors` are.
    - `targets`: a row a sensor and target that says what it needs, with the rates of the accesses
      good enough for it.

    Rates are means over the targets with equal weight. `scenarios` are those of the rungs;
    `skies_unknown` names targets of which clouds say nothing, so that they count as always clear.
    """

    sensors: tuple[str, ...]
    objects_asked: tuple[str, ...]
    days: float
    places: int
    clouds: bool
    rungs: pd.DataFrame
    tasks: pd.DataFrame
    objects: pd.DataFrame
    targets: pd.DataFrame
    scenarios: tuple[Scenario, ...] = ()
    skies_unknown: tuple[str, ...] = ()

    @property
    def asked(self) -> dict[str, Any]:
        """What it is over besides the scenario, as JSON can hold it."""
        return {
            "sensors": list(self.sensors),
            "objects": list(self.objects_asked),
            "targets": self.places,
            "clouds": self.clouds,
            "skies_unknown": list(self.skies_unknown),
        }

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name; that of targets only where any says what it needs."""
        names = ("rungs", "tasks", "objects", *(("targets",) if len(self.targets) else ()))
        return {name: getattr(self, name) for name in names}


def sensor_ladder(
    scenario: Scenario,
    *,
    sensors: Sequence[str] = (),
    objects: Sequence[str] = (),
) -> SensorLadder:
    """Return what each of some sensors, flown on the orbits of a scenario, tells of each object.

    `sensors` are catalogue ids; without any they are the scenario's `cameras`, else
    `DEFAULT_CAMERAS`. `objects` are those of the catalogue's needs, all unless named. Clouds are
    those of the scenario; where it counts none, rates under a clear sky are absent. Raises
    InputError for names that are not there, sensors that cannot be flown, and no target.
    """
    cameras = _cameras(scenario, sensors)
    chosen = _objects(objects)
    if not scenario.targets:
        raise InputError("the scenario has no target: a ladder of cameras counts looks at targets")
    alone = scenario.resolve().model_copy(update={"networks": (), "regions": ()})
    study = Study(alone)
    rungs = [_Rung(camera, study.seeing(camera.sensor)) for camera in cameras]
    tasks = pd.DataFrame([row for rung in rungs for row in rung.tasks(chosen)])
    columns = ("sensor", "target", *_RATES)
    return SensorLadder(
        tuple(camera.name for camera in cameras),
        tuple(chosen),
        study.span.days,
        len(scenario.targets),
        scenario.clouds is not None,
        pd.DataFrame([rung.row() for rung in rungs]),
        tasks,
        pd.DataFrame(list(_first_sensors(tasks))),
        pd.DataFrame([row for rung in rungs for row in rung.targets()], columns=columns),
        tuple(rung.study.scenario for rung in rungs),
        tuple(dict.fromkeys(name for rung in rungs for name in without_chance(rung.study)[0])),
    )


def ladder_objects() -> dict[str, dict[str, Entry]]:
    """Return the entries of the catalogue's needs by object, and by task."""
    found: dict[str, dict[str, Entry]] = {}
    for entry in catalog.entries("needs").values():
        found.setdefault(str(entry.values["object"]), {})[str(entry.values["task"])] = entry
    return found


def _objects(names: Sequence[str]) -> dict[str, dict[str, Entry]]:
    known = ladder_objects()
    for name in names:
        if name not in known:
            raise InputError(
                f"'{name}' is no object that the catalogue has needs of; they are "
                f"{', '.join(known)}{nearest_hint(name, known)}"
            )
    return {name: tasks for name, tasks in known.items() if name in (names or known)}


def _cameras(scenario: Scenario, names: Sequence[str]) -> tuple[Camera, ...]:
    """Return the rungs asked for, each sensor as it is when nothing is left to the catalogue."""
    if not names and scenario.cameras:
        return scenario.cameras
    return tuple(_camera(name) for name in dict.fromkeys(names or DEFAULT_CAMERAS))


def _camera(name: str) -> Camera:
    values = catalog.get("sensors", name).values
    missing = [key for key in _NEEDED if key not in values]
    if missing:
        complete = [
            entry.id
            for entry in catalog.entries("sensors").values()
            if all(key in entry.values for key in _NEEDED)
        ]
        raise InputError(
            f"sensor '{name}' cannot be flown: the catalogue has no {', '.join(missing)} of it"
            f"{nearest_hint(name, complete)}"
        )
    return Camera(name=name, sensor=Sensor.model_validate({"catalog": name}))


_NEEDED = ("kind", "gsd_m", "reference_altitude_km", "swath_km", "max_off_nadir_deg")
_RATES = ("accesses_per_day", "accesses_clear_per_day")


class _Counted(NamedTuple):
    """How many accesses there are of some, a day and target."""

    accesses_per_day: float
    accesses_clear_per_day: float


class _Rung:
    """The accesses of one sensor, and what is to be counted of them."""

    def __init__(self, camera: Camera, study: Study) -> None:
        self.study = study
        self._camera = camera
        found = accesses(study)
        self._columns = found.columns
        chances = clear_chances(study, found)
        self._clear = np.full(len(found), np.nan) if chances is None else chances
        self._no_clear = np.nan if chances is None else 0.0

    def row(self) -> dict[str, Any]:
        """Return the row of the rung."""
        columns, sensor = self._columns, self._camera.sensor
        called, confidence = self._called()
        return {
            "sensor": self._camera.name,
            "called": called,
            "sensor_kind": sensor.kind,
            "gsd_m": sensor.gsd_m,
            "confidence": confidence,
            **self._counted(np.ones(len(columns["gsd_m"]), dtype=np.bool_))._asdict(),
            "best_gsd_m": np.fmin.reduce(columns["gsd_m"], initial=np.nan),
            "median_gsd_m": _median(columns["gsd_m"]),
            "best_niirs": np.fmax.reduce(columns["niirs"], initial=np.nan),
        }

    def tasks(self, objects: dict[str, dict[str, Entry]]) -> Iterator[dict[str, Any]]:
        """Yield a row an object and task."""
        for name, by_task in objects.items():
            for task, entry in by_task.items():
                good = self._good(Need.model_validate({"catalog": entry.id}))
                pixel_gsd_m = float(str(entry.values["pixel_gsd_m"]))
                yield {
                    "sensor": self._camera.name,
                    "object": name,
                    "task": task,
                    "needs": entry.id,
                    **self._counted(good)._asdict(),
                    "good_share": _share(good),
                    "pixels_share": _share(self._columns["gsd_m"] <= pixel_gsd_m),
                }

    def targets(self) -> Iterator[dict[str, Any]]:
        """Yield a row a target that says what it needs."""
        for number, target in enumerate(self.study.scenario.targets):
            if target.needs is not None:
                own = self._columns["target"] == number
                counted = self._counted(own & self._good(target.needs), places=1)
                names = {"sensor": self._camera.name, "target": target.name}
                yield names | counted._asdict()

    def _called(self) -> tuple[str, str]:
        """Return what the sensor is called where room is narrow, and how sure its sample is."""
        source = self._camera.sensor.catalog
        if source is None:
            return self._camera.name, ""
        entry = catalog.get("sensors", source)
        own = self._camera.sensor.gsd_m == entry.values.get("gsd_m")
        called = (entry.short or entry.name) if self._camera.name == source else self._camera.name
        return called, entry.provenance["gsd_m"].confidence if own else ""

    def _good(self, need: Need) -> BoolArray:
        columns = self._columns
        return good_enough(
            self._camera.sensor,
            need,
            slant_range_km=columns["slant_range_km"],
            elevation_deg=columns["elevation_deg"],
        )

    def _counted(self, rows: BoolArray, *, places: int = 0) -> _Counted:
        times = self.study.span.days * (places or len(self.study.scenario.targets))
        # Without clouds the rate under them is absent, of no access as of some.
        clear = self._no_clear + float(self._clear[rows].sum())
        return _Counted(np.count_nonzero(rows) / times, clear / times)


def _share(rows: BoolArray) -> float:
    """Return the share of accesses; NaN of none."""
    return float(np.mean(rows)) if len(rows) else float("nan")


def _median(values: FloatArray) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")


def _first_sensors(tasks: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for (name, task), rows in tasks.groupby(["object", "task"], sort=False):
        able = rows.loc[rows["accesses_per_day"] > 0.0, "sensor"].tolist()
        yield {
            "object": name,
            "task": task,
            "needs": rows["needs"].iloc[0],
            "first": able[0] if able else "",
            "sensors": len(able),
        }
