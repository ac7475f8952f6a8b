"""Conditions on a figure of a region's cells, to ask what share of the area meets them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from simulator import glossary
from simulator.scenario.table import ScenarioTable
from simulator.scenario.words import fault


def _figure_of_cells(name: str) -> str:
    figures = glossary.figures_of("cell")
    if name not in figures:
        raise fault(f"'{name}' is no figure of a cell{glossary.name_hint(name, figures)}")
    return name


def _with_choices(schema: dict[str, Any]) -> None:
    schema["enum"] = list(glossary.figures_of("cell"))


CellFigure = Annotated[
    str, AfterValidator(_figure_of_cells), Field(json_schema_extra=_with_choices)
]


class Threshold(ScenarioTable):
    """A figure of a cell, and what it must be at least, at most, or otherwise beside a value."""

    figure: CellFigure = Field(description="Figure of a cell, as the table of coverage has it.")
    relation: Literal["at least", "at most", "greater", "less", "equal"] = Field(
        description="What the figure must be beside the value."
    )
    value: float = Field(description="The value, in the unit of the figure's name.")
