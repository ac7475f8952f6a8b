"""What limits networks, in one sentence: the longest stages of the wait for a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from simulator.report.listing import records
from simulator.report.network_findings import stage_shares
from simulator.report.sentences import listed, percent_range
from simulator.text import duration

if TYPE_CHECKING:
    from simulator.results import Results

# Below this a further stage is not worth a word.
_WORTH_SAYING = 0.05
_WORDS = {
    "commanding": "until the command is on board",
    "no contact open": "until the picture can be sent down",
    "rate and antennas": "for its turn and for sending it",
    "forwarding": "for its way from the station to headquarters",
}

Shares = Mapping[str, Mapping[str, float]]


def limits_clause(results: Results) -> str:
    """Return which stages the wait for a picture mostly is; empty where nothing is asked for."""
    shares = {
        str(row["network"]): found
        for row in records(results.networks)
        if (found := stage_shares(results, row))
    }
    parts = list(_longest(shares, len(results.networks)))
    parts += _others(shares, len(results.networks))
    if not parts:
        return ""
    return f"of the wait for a picture, {listed(parts, len(parts))}{_savings(results)}"


def _savings(results: Results) -> str:
    """Return how much shorter that wait would be without any delay on the ground, as a clause."""
    saved_h = results.networks.get("response_saved_both_h")
    if saved_h is None or saved_h.isna().all():
        return ""
    low, high = duration(float(saved_h.min())), duration(float(saved_h.max()))
    amount = low if low == high else f"{low} to {high}"
    return f"; without any delay on the ground it would be {amount} shorter"


def _longest(shares: Shares, count: int) -> Iterator[str]:
    """Yield a part for each stage that is the longest in any network."""
    first = {name: next(iter(found)) for name, found in shares.items()}
    for stage in dict.fromkeys(first.values()):
        names = [name for name, longest in first.items() if longest == stage]
        yield _part(shares, stage, names, count)


def _others(shares: Shares, count: int) -> Iterator[str]:
    """Yield a part for each further stage that is worth a word in any network."""
    further: dict[str, list[str]] = {}
    for name, found in shares.items():
        for stage, part in list(found.items())[1:]:
            if part >= _WORTH_SAYING:
                further.setdefault(stage, []).append(name)
    for stage, names in further.items():
        yield _part(shares, stage, names, count)


def _part(shares: Shares, stage: str, names: Sequence[str], count: int) -> str:
    share = percent_range([shares[name][stage] for name in names])
    whose = "" if len(names) == count else f" (with {listed(names)})"
    return f"{share} is {_WORDS.get(stage, stage)}{whose}"
