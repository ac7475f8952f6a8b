"""Make the table of monthly solar and geomagnetic activity that comes with the catalogue.

`python tools/activity_table.py SW-All.txt simulator/catalog/activity.csv`, from CelesTrak's file of
space weather (https://celestrak.org/SpaceData/SpaceWx-format.php). Months observed in part are left
out of the observations; the predicted months follow, for which the file has no Ap: theirs is the
mean of the observed months of like flux.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

import numpy as np


def read(file: str) -> tuple[dict[str, list[tuple[float, float]]], dict[str, float], str]:
    """Return flux and Ap of observed days by month, predicted flux by month, and the file's date.

    Flux is F10.7 as observed, which the models of density ask for, not as at one unit's distance.
    """
    days: dict[str, list[tuple[float, float]]] = defaultdict(list)
    predicted: dict[str, float] = {}
    part = updated = ""
    for line in Path(file).read_text(encoding="ascii").splitlines():
        if line.startswith("UPDATED"):
            updated = line.removeprefix("UPDATED ")
        if line.startswith("BEGIN"):
            part = line.removeprefix("BEGIN ")
        if not line[:4].isdigit():
            continue
        month, flux = f"{line[:4]}-{int(line[5:7]):02d}", float(line[112:118])
        if part == "OBSERVED" and flux > 0.0:
            days[month].append((flux, float(line[79:82])))
        if part == "MONTHLY_PREDICTED":
            predicted[month] = flux
    return days, predicted, updated


def main(source: str, file: str) -> None:
    days, predicted, updated = read(source)
    whole = {month: np.mean(rows, axis=0) for month, rows in days.items() if len(rows) >= 28}
    observed = np.array([whole[month] for month in sorted(whole)])
    lines = [
        "# Monthly means of the solar radio flux at 10.7 cm (as observed, 1e-22 W/(m2 Hz)) and of "
        f"Ap, from CelesTrak's space weather file of {updated}:",
        "# https://celestrak.org/SpaceData/SpaceWx-format.php. Predicted months have the Ap of "
        "observed months of like flux. Made by tools/activity_table.py.",
        "month,f107,ap,kind",
    ]
    last = max(whole)
    gap = [month for month in _months(last, min(predicted)) if month not in whole]
    for month in sorted(whole):
        lines.append(f"{month},{whole[month][0]:.1f},{whole[month][1]:.1f},observed")
    known = {last: whole[last][0], **predicted}
    names = sorted(known)
    for month in [*gap, *sorted(predicted)]:
        place = [_number(name) for name in names]
        flux = float(np.interp(_number(month), place, [known[name] for name in names]))
        nearest = np.argsort(np.abs(observed[:, 0] - flux))[:100]
        lines.append(f"{month},{flux:.1f},{observed[nearest, 1].mean():.1f},predicted")
    Path(file).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _number(month: str) -> int:
    return 12 * int(month[:4]) + int(month[5:]) - 1


def _months(after: str, before: str) -> list[str]:
    return [f"{n // 12}-{n % 12 + 1:02d}" for n in range(_number(after) + 1, _number(before))]


if __name__ == "__main__":
    main(*sys.argv[1:])
