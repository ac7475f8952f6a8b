"""An answer of this room as a folder keeps it: with its scenario and the sources of its input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from simulator.results import Answered
from simulator.scenario import Scenario, to_toml
from simulator.study import Study, provenance_of, source_line

if TYPE_CHECKING:
    import xarray as xr


def answered(
    scenario: Scenario,
    command: str,
    asked: Mapping[str, Any],
    text: str,
    tables: Mapping[str, pd.DataFrame],
    grids: Mapping[str, xr.Dataset] | None = None,
    *,
    others: Sequence[Scenario] = (),
) -> Answered:
    """Return what `results.write_answer` keeps.

    `asked` is what `command` was asked with besides the scenario, as JSON can hold it; `text` what
    it says of `tables` and `grids`. `others` are further scenarios that it rests on, as of rungs.
    """
    study = Study(scenario.resolve())
    return Answered(
        command=command,
        asked=dict(asked),
        text=text,
        scenario_toml=to_toml(study.scenario),
        title=study.scenario.title,
        question=study.scenario.question,
        start=study.span.start,
        days=study.span.days,
        source_line=source_line(study),
        provenance=provenance_of(scenario, study, others),
        tables=dict(tables),
        grids=dict(grids or {}),
    )
