"""Figures of a ladder of cameras: what looks suffice for, object by object."""

from __future__ import annotations

from simulator.glossary.terms import Better, Term

_TASK, _CAMERA = ("camera and task",), ("camera",)


def _figure(name: str, meaning: str, over: tuple[str, ...], better: Better) -> Term:
    return Term(name, meaning, over, better=better, swept=False)


CAMERA_TERMS = (
    _figure(
        "good_share",
        "share of the accesses whose best look is good enough for a task: by its NIIRS, of a radar "
        "by its resolution on the ground",
        _TASK,
        "more",
    ),
    _figure(
        "pixels_share",
        "share of the accesses whose best look has as many pixels across the object as the Johnson "
        "criteria ask for a chance of one half",
        _TASK,
        "more",
    ),
    _figure(
        "median_gsd_m",
        "median of the ground sample distances of the best looks of all accesses",
        _CAMERA,
        "less",
    ),
)
