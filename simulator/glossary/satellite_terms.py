"""Figures of satellites: what each alone sees of the targets."""

from __future__ import annotations

from simulator.glossary.terms import Term

SATELLITE_TERMS = (
    Term(
        "targets_seen",
        "targets that the satellite ever sees",
        ("satellite",),
        kind="count",
        better="more",
        heading="targets\nseen",
        definition="access",
    ),
    Term(
        "target_accesses_per_day",
        "accesses of a target over the days of the span, by this satellite alone; mean over the "
        "targets",
        ("satellite",),
        better="more",
        heading="accesses\nper day",
        definition="access",
    ),
    Term(
        "target_revisit_mean_h",
        "mean of the gaps between the accesses of a target by this satellite alone; mean over the "
        "targets",
        ("satellite",),
        better="less",
        heading="revisit\nmean",
        rule="gaps",
        definition="revisit",
    ),
    Term(
        "target_revisit_max_h",
        "longest gap between the accesses of any target by this satellite alone",
        ("satellite",),
        better="less",
        heading="revisit\nlongest",
        rule="gaps",
        definition="revisit",
    ),
    Term(
        "target_wait_mean_h",
        "mean wait from a random instant to the next access of a target by this satellite alone; "
        "mean over the targets",
        ("satellite",),
        better="less",
        heading="mean wait\nfor access",
        definition="wait for access",
    ),
)
