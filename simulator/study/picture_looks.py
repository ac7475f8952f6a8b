"""Pictures of targets as looks under the sky over each."""

from __future__ import annotations

import numpy as np

from simulator.arrays import IntArray
from simulator.clouds import Looks, looks_under
from simulator.study.case import Study
from simulator.study.events import PictureList
from simulator.study.skies import sky_of_targets, weatherproof


def pictures_as_looks(study: Study, pictures: PictureList) -> tuple[IntArray, Looks]:
    """Return the rows of pictures (P,) by target and instant taken, and the looks that they are.

    Where clouds are not counted each shows its target. All networks of a study ask for the same.
    """
    return study.once(_as_looks, pictures)


def _as_looks(study: Study, pictures: PictureList) -> tuple[IntArray, Looks]:
    rows = np.lexsort((pictures.taken_s, pictures.target))
    target, taken_s = pictures.target[rows], pictures.taken_s[rows]
    sky = sky_of_targets(study)
    if sky is not None:
        return rows, sky.looks(target, taken_s, weatherproof(study)[pictures.satellite[rows]])
    targets = len(study.scenario.targets)
    return rows, looks_under(target, taken_s, np.ones(len(rows)), persistence_s=0.0, places=targets)
