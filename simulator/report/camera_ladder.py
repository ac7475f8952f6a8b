"""What each camera of a ladder tells of each object, as text: verdicts, marks and rates."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from simulator.report.listing import shown
from simulator.report.sentences import listed, percent
from simulator.report.texttable import blocks, paragraph
from simulator.text import ABSENT, NONE, shortened

if TYPE_CHECKING:
    import pandas as pd

    from simulator.worth import SensorLadder

Row = Mapping[Any, Any]

# From the least that is told of an object to the most: a mark each, and the word of a sentence.
MARKS: Mapping[str, str] = {"detect": "D", "classify": "C", "identify": "I"}
# The camera that the judgement of July 2023 was of, where a ladder has it.
_SALVAGED = "malligyong_salvaged_5m"
_NAME, _MANY = 18, 9


def sensor_ladder_text(found: SensorLadder, *, full: bool = False) -> str:
    """Return the verdicts, what each camera tells of each object and how often.

    `full` has every rate, the share of accesses, and what pixels across the object would say.
    """
    marks = CameraMarks(found.rungs, found.tasks, clouds=found.clouds)
    parts = [paragraph(" ".join(_verdicts(found, marks))), _told(found, marks), _rungs(found)]
    parts.append(_takes(found, marks))
    if len(found.targets):
        parts.append(_targets(found))
    if full:
        parts += [_of_object(found, name) for name in found.objects_asked]
    return "\n\n".join([*parts, _rule(found, full=full)])


def sensor_ladder_headline(rungs: pd.DataFrame, tasks: pd.DataFrame) -> str:
    """Return in a heading what the camera that was salvaged, or the coarsest, shows."""
    marks = CameraMarks(rungs, tasks, clouds=False)
    optical = [row for row in marks.rungs if row["sensor_kind"] != "radar"]
    if not optical:
        return "What each radar tells of each object"
    coarse = _salvaged(optical)
    told = [name for name in marks.objects if marks.mark(coarse["sensor"], name)]
    who = f"{coarse['called']}: {listed(told, _MANY)} detected" if told else coarse["called"]
    return f"{who}, {_count(len(marks.objects) - len(told))} of {len(marks.objects)} objects not"


class CameraMarks:
    """What each sensor tells of each object, from the tables of a ladder of cameras.

    `column` is that of the rates: of accesses with a clear sky where clouds are counted.
    """

    def __init__(self, rungs: pd.DataFrame, tasks: pd.DataFrame, *, clouds: bool) -> None:
        self.rungs: list[dict[Any, Any]] = rungs.to_dict(orient="records")
        self.objects: list[str] = list(dict.fromkeys(tasks["object"]))
        self.column = "accesses_clear_per_day" if clouds else "accesses_per_day"
        self._rows = {
            (row["sensor"], row["object"], row["task"]): row
            for row in tasks.to_dict(orient="records")
        }

    @property
    def sky(self) -> str:
        """Of what sky the rates are, in words."""
        clear = self.column == "accesses_clear_per_day"
        return "with a clear sky" if clear else "without regard to clouds"

    def mark(self, sensor: str, name: str) -> str:
        """Return the most that any access tells of an object; empty where it shows nothing."""
        told = [t for t in MARKS if self._rows[sensor, name, t]["accesses_per_day"] > 0.0]
        return told[-1] if told else ""

    def rate(self, sensor: str, name: str) -> float:
        """Return how many accesses a day tell that; 0 where none does."""
        return self._rate(sensor, name, self.column)

    def access_rate(self, sensor: str, name: str) -> float:
        """Return the same whatever the sky."""
        return self._rate(sensor, name, "accesses_per_day")

    def _rate(self, sensor: str, name: str, column: str) -> float:
        task = self.mark(sensor, name)
        return float(self._rows[sensor, name, task][column]) if task else 0.0

    def first(self, name: str, task: str) -> str:
        """Return what the first sensor that can is called; empty where none can."""
        able = (r["called"] for r in self.rungs if self._able(r["sensor"], name, task))
        return next(iter(able), "")

    def _able(self, sensor: str, name: str, task: str) -> bool:
        return bool(self._rows[sensor, name, task]["accesses_per_day"] > 0.0)


def _gsd(row: Row) -> float:
    """Return the median sample distance of a sensor's looks, that at nadir where it has none."""
    median = float(row["median_gsd_m"])
    return float(row["gsd_m"]) if math.isnan(median) else median


def _salvaged(optical: Sequence[Row]) -> Row:
    """Return the camera that the judgement was of, where there is none the coarsest."""
    return next((r for r in optical if r["sensor"] == _SALVAGED), max(optical, key=_gsd))


def _count(number: int) -> str:
    return "none" if number == 0 else str(number)


def _verdicts(found: SensorLadder, marks: CameraMarks) -> Iterator[str]:
    """Yield what became of what was said of the camera that was salvaged, object by object."""
    optical = [row for row in marks.rungs if row["sensor_kind"] != "radar"]
    if optical:
        yield from _on_salvaged(marks, _salvaged(optical))
    yield from _on_radar(marks, optical)


def _on_salvaged(marks: CameraMarks, rung: Row) -> Iterator[str]:
    by_mark: dict[str, list[str]] = {"": [], **{task: [] for task in MARKS}}
    for name in marks.objects:
        by_mark[marks.mark(rung["sensor"], name)].append(name)
    nothing, there = by_mark[""], by_mark["detect"]
    kinds = by_mark["classify"] + by_mark["identify"]
    if rung["accesses_per_day"] == 0.0:
        yield f"{rung['called']} has no access to any target in the span."
        return
    clauses = []
    if nothing:
        clauses.append(f"holds for {listed(nothing, _MANY)}, which no access shows")
    if there:
        clauses.append(f"holds in part for {listed(there, _MANY)}, seen to be there and no more")
    if kinds:
        clauses.append(f"does not hold for {listed(kinds, _MANY)}, of which it tells the kind")
    said = (
        "That what was salvaged is of little military value (South Korea's military, July 2023), "
        "taken for"
        if rung["sensor"] == _SALVAGED
        else "That a camera is of little military value (said by South Korea's military in July "
        "2023 of the one that was salvaged), said of"
    )
    yield f"{said} {rung['called']}, {'; it '.join(clauses)}."
    shown_ones = there + kinds
    if shown_ones:
        most = max(shown_ones, key=lambda name: marks.rate(rung["sensor"], name))
        often = f"{_often(marks.access_rate(rung['sensor'], most))} for each place, "
        if marks.column != "accesses_per_day":
            often += f"{_often(marks.rate(rung['sensor'], most))} "
        yield (
            f"That any working satellite is worth having is true of {listed(shown_ones, _MANY)}, "
            f"{often}{marks.sky}{_not_of(marks, nothing)}."
        )
    elif nothing:
        yield (
            "That any working satellite is worth having is true of none of them"
            f"{_not_of(marks, nothing)}."
        )


def _not_of(marks: CameraMarks, names: Sequence[str]) -> str:
    """Return which camera is the first that shows each of some objects, grouped."""
    if not names:
        return ""
    by_first: dict[str, list[str]] = {}
    for name in names:
        by_first.setdefault(marks.first(name, "detect"), []).append(name)
    parts = [
        f"{first or 'nothing here'} for {listed(own, _MANY)}" for first, own in by_first.items()
    ]
    return f"; the first that shows more is {listed(parts, _MANY)}"


def _often(rate: float) -> str:
    """Return in words how often a rate a day is."""
    if rate >= 1.0:
        return f"{rate:.1f} times a day"
    return f"every {1.0 / rate:.1f} days" if rate > 0.0 else "never"


def _on_radar(marks: CameraMarks, optical: Sequence[Row]) -> Iterator[str]:
    """Yield how much oftener a radar looks than the optical sensor that does most."""
    radars = [row for row in marks.rungs if row["sensor_kind"] == "radar"]
    if not radars or not optical:
        return
    column = marks.column
    radar, camera = (max(rows, key=lambda row: row[column]) for rows in (radars, optical))
    if camera[column] > 0.0 and radar[column] > camera[column]:
        yield (
            f"By night and through clouds, {radar['called']} looks {radar[column]:.1f} times a day "
            f"at each place, {radar[column] / camera[column]:.1f} times as often as the optical "
            f"camera that looks most, {camera['called']}, {marks.sky}."
        )


def _told(found: SensorLadder, marks: CameraMarks) -> str:
    body = [
        [shortened(row["called"], _NAME), *(_cell(marks, row["sensor"], n) for n in marks.objects)]
        for row in marks.rungs
    ]
    table = "\n\n".join(blocks(["Camera", *marks.objects], body, texts=1))
    note = (
        "D detected, C classified, I identified by the best look of some access, and how many "
        f"accesses a day tell as much, {marks.sky}; means over {found.places} targets."
    )
    return f"{table}\n{paragraph(note)}"


def _cell(marks: CameraMarks, sensor: str, name: str) -> str:
    task = marks.mark(sensor, name)
    return f"{MARKS[task]} {marks.rate(sensor, name):.2f}" if task else ABSENT


def _rungs(found: SensorLadder) -> str:
    """Return how fine and how often each camera looks."""
    number, tenths = shown("gsd_m"), shown("best_niirs")
    heads = ["Camera", "kind", "GSD at\nnadir, m", "how sure", "accesses\nper day"]
    heads += ["cloud-free\nper day"] if found.clouds else []
    heads += ["finest\nGSD, m", "median\nGSD, m", "best\nNIIRS"]
    body = []
    for row in found.rungs.to_dict(orient="records"):
        line = [shortened(row["called"], _NAME), row["sensor_kind"], number(row["gsd_m"])]
        line += [row["confidence"] or "own", _rate(row["accesses_per_day"])]
        line += [_rate(row["accesses_clear_per_day"])] if found.clouds else []
        line += [number(row["best_gsd_m"]), number(row["median_gsd_m"]), tenths(row["best_niirs"])]
        body.append(line)
    return "\n\n".join(blocks(heads, body, texts=2))


def _rate(value: float) -> str:
    return ABSENT if math.isnan(value) else f"{value:.2f}"


def _takes(found: SensorLadder, marks: CameraMarks) -> str:
    """Return which camera of the ladder is the first that is good enough, by object and task."""
    heads = ["Object", *(f"first to {task}" for task in MARKS)]
    body = [[name, *(marks.first(name, task) or NONE for task in MARKS)] for name in marks.objects]
    return "\n\n".join(blocks(heads, body, texts=4))


def _targets(found: SensorLadder) -> str:
    """Return how often each camera is good enough for what each target needs."""
    called = dict(zip(found.rungs["sensor"], found.rungs["called"], strict=True))
    rate = "accesses_clear_per_day" if found.clouds else "accesses_per_day"
    wide = found.targets.pivot(index="sensor", columns="target", values=rate)
    names = list(dict.fromkeys(found.targets["target"]))
    rates = wide.loc[[*found.sensors], names].to_numpy(float)
    body = []
    for sensor, row in zip(found.sensors, rates, strict=True):
        body.append([shortened(called[sensor], _NAME), *map(_rate, row.tolist())])
    table = "\n\n".join(blocks(["Good enough, per day", *names], body, texts=1))
    return f"{table}\n{paragraph('Accesses a day that are good enough for what the target needs.')}"


def _of_object(found: SensorLadder, name: str) -> str:
    """Return all rates of an object, by camera."""
    own = found.tasks.loc[found.tasks["object"] == name]
    heads = ["Camera", "task", "accesses\nper day"]
    heads += ["cloud-free\nper day"] if found.clouds else []
    heads += ["share of\naccesses", "share by\npixels"]
    called = dict(zip(found.rungs["sensor"], found.rungs["called"], strict=True))
    body = []
    for row in own.to_dict(orient="records"):
        line = [
            shortened(called[row["sensor"]], _NAME),
            row["task"],
            _rate(row["accesses_per_day"]),
        ]
        line += [_rate(row["accesses_clear_per_day"])] if found.clouds else []
        line += [_part(row["good_share"]), _part(row["pixels_share"])]
        body.append(line)
    return "\n\n".join([f"{name[0].upper()}{name[1:]}.", *blocks(heads, body, texts=2)])


def _part(share: float) -> str:
    return ABSENT if math.isnan(share) else percent(share)


def _rule(found: SensorLadder, *, full: bool) -> str:
    text = (
        "All cameras fly the scenario's orbits, each with its own field of regard and light. An "
        "optical look is good enough by its NIIRS (GIQE-5 with the terms of the sensor, assumed "
        "where none is published), a radar's by its resolution on the ground, slant resolution "
        "over the sine of the incidence. Which level tells what is from memory of the published "
        "lists of the rating scales, unverified, and so assumed (simulator catalog needs)."
    )
    if found.skies_unknown:
        text += (
            f" Nothing is known of the sky over {listed(found.skies_unknown, _MANY)}, taken as "
            "always clear."
        )
    if not full:
        text += " --full has every rate, and what pixels across the object (Johnson) would say."
    return paragraph(text)
