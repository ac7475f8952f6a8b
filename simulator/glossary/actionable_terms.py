"""Terms of pictures that can be acted on in time, and of the links on the way to one."""

from __future__ import annotations

from simulator.glossary.terms import Term

_CHAIN = ("target by network by stay",)
_NETWORK = ("network",)
_SECTION = "What stays in the open for a while"

ACTIONABLE_TERMS = (
    Term(
        "actionable_share",
        "chance that what stays in the open at a target is in a picture that shows it well enough "
        "and is acted on before it is gone",
        (*_NETWORK, *_CHAIN),
        better="more",
        words="chance to act before it is gone",
        label="acted on before it is gone",
        section=_SECTION,
        definition="actionable",
    ),
    Term(
        "looked_at_share",
        "chance that an access is open while it stays: it could be looked at",
        _CHAIN,
        words="could be looked at",
        definition="actionable",
    ),
    Term(
        "imaged_share",
        "chance that a picture is taken while it stays: it is imaged",
        _CHAIN,
        words="imaged",
        definition="actionable",
    ),
    Term(
        "good_enough_share",
        "chance that such a picture is good enough for what the target needs",
        _CHAIN,
        words="good enough",
        definition="actionable",
    ),
    Term(
        "cloud_free_share",
        "chance that such a picture is good enough and free of clouds",
        _CHAIN,
        words="free of clouds",
        definition="actionable",
    ),
    Term(
        "home_in_time_share",
        "chance that such a picture is good enough, free of clouds and at headquarters before it "
        "is gone",
        _CHAIN,
        words="at headquarters in time",
        definition="actionable",
    ),
)
