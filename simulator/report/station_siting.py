"""Where one more station would help the most, as text: the best place of each country by figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator import glossary
from simulator.report.listing import shown
from simulator.report.texttable import blocks, paragraph

if TYPE_CHECKING:
    from simulator.worth import Siting

_WIDTH = 80
_COUNTRIES = 6
_SEA = "at sea"


def siting_text(found: Siting, figures: tuple[str, ...]) -> str:
    """Return the best places for one more station, figure by figure."""
    head = paragraph(
        f"What one more station would add to {found.baseline}, at the {len(found.cells):,} cells "
        f"of {found.region}: it sees above {found.station.min_elevation_deg:g} degrees and has the "
        f"roles {' and '.join(found.station.roles)}; pictures share the network.",
        columns=_WIDTH,
    )
    return "\n\n".join([head, *(_of_figure(found, figure) for figure in figures)])


def _of_figure(found: Siting, figure: str) -> str:
    from simulator.worth import best_places

    name, text = glossary.full_label(figure), shown(figure)
    title = f"{name[0].upper()}{name[1:]}: {text(found.baseline_figures[figure])} with "
    title += f"{found.baseline} alone"
    best = best_places(found, figure, _COUNTRIES)
    if not len(best):
        return f"{title}; one more station gains nothing anywhere here."
    body = [
        [
            str(row["country"]) or _SEA,
            _degrees(row["latitude_deg"], "NS"),
            _degrees(row["longitude_deg"], "EW"),
            text(row[figure]),
        ]
        for row in best.to_dict(orient="records")
    ]
    heads = ["Best place in", "latitude", "longitude", "gain"]
    table = "\n".join(blocks(heads, body, texts=1, columns=_WIDTH))
    return f"{paragraph(f'{title}.', columns=_WIDTH)}\n\n{table}"


def _degrees(value: float, sides: str) -> str:
    return f"{abs(value):.1f} {sides[value < 0.0]}"
