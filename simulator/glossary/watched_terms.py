"""Figures of those who are watched: looks that may come, quiet times, and work between them."""

from __future__ import annotations

from simulator.glossary.terms import Better, Kind, Term

_LOOK, _PLACE, _WORK = ("look",), ("watched place",), ("start of work",)
_PLAN, _DRAW = ("plan by network",), ("plan by network and draw",)


def _figure(
    name: str, meaning: str, over: tuple[str, ...], kind: Kind = "number", better: Better = ""
) -> Term:
    return Term(name, meaning, over, kind=kind, better=better, swept=False)


WATCHED_TERMS = (
    _figure("age_days", "age of the elements flown at the best look, before or after it", _LOOK),
    _figure(
        "margin_s",
        "how early or late the satellite may be at the look, by the kind of its orbit and the age "
        "of its elements, or as given",
        _LOOK,
    ),
    _figure(
        "sure",
        "the look comes as given, and with the satellite as early and as late as its margin has it",
        _LOOK,
        "flag",
    ),
    _figure(
        "first_s",
        "first instant at which the look may be, however early the satellite is",
        _LOOK,
        "instant",
    ),
    _figure(
        "last_s",
        "last instant at which the look may be, however late the satellite is",
        _LOOK,
        "instant",
    ),
    _figure(
        "quiet_share",
        "share of the span in which the place cannot be looked at, however early or late each "
        "satellite is within its margin",
        _PLACE,
        better="more",
    ),
    _figure(
        "longest_quiet_h",
        "longest time in a row in which the place cannot be looked at",
        _PLACE,
        better="more",
    ),
    _figure(
        "looks_expected",
        "mean number of looks at the work, each satellite earlier or later by a time that is "
        "uniform within its margin; at most, for looks that may not come count as others",
        _WORK,
        better="less",
    ),
    _figure(
        "seen_s",
        "time of the work in which it could be looked at, each satellite as given",
        _WORK,
        better="less",
    ),
    _figure(
        "pauses",
        "how often work that may stop does, since a look may be",
        _WORK,
        "count",
        better="less",
    ),
    _figure("work_s", "from the start of the work to its end, pauses included", _WORK),
    _figure(
        "room_s",
        "from the end of the work to the next instant at which a look may be",
        _WORK,
        better="more",
    ),
    _figure(
        "looked_chance",
        "chance that the target could be looked at in the plan: share of draws in which an access "
        "is open in it",
        _PLAN,
    ),
    _figure(
        "imaged_chance",
        "chance that a picture of the target is collected within the plan, whatever the clouds",
        _PLAN,
    ),
    _figure(
        "good_chance",
        "chance that a picture of the target collected within the plan is good enough for what the "
        "target needs, whatever the clouds; any is where it needs nothing",
        _PLAN,
    ),
    _figure(
        "home_chance",
        "chance that a picture of the target collected within the plan and good enough is at "
        "headquarters before it is of no use any more, whatever the clouds",
        _PLAN,
    ),
    _figure(
        "good_clear_chance",
        "chance that a picture of the target collected within the plan is good enough and shows it "
        "through its sky",
        (*_PLAN, *_DRAW),
    ),
    _figure(
        "home_clear_chance",
        "chance that such a picture, good enough and through its sky, is at headquarters before it "
        "is of no use any more",
        (*_PLAN, *_DRAW),
    ),
    _figure(
        "first_home_h",
        "from the start of the plan to its first picture at headquarters, median over the draws in "
        "which one is there in time",
        _PLAN,
    ),
    _figure("looks", "accesses to the target in the plan", _DRAW, "count"),
    _figure("pictures", "pictures of the target collected within the plan", _DRAW, "count"),
    _figure("good", "of these, good enough for what the target needs", _DRAW, "count"),
    _figure("home", "of these, at headquarters in time", _DRAW, "count"),
)
