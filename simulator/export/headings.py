"""What a file says of the run that it was made from."""

from __future__ import annotations

from simulator.results import Results


def heading(results: Results) -> dict[str, str]:
    """Return title, question, start, length, source line and caution of a run, those it has."""
    days = "day" if results.days == 1.0 else "days"
    told = {
        "title": results.title,
        "question": results.question,
        "span": f"{results.start:%Y-%m-%dT%H:%M:%SZ}, {results.days:g} {days}",
        "source": results.source_line,
        "caution": str(results.provenance.get("caution", "")),
    }
    return {name: text for name, text in told.items() if text}
