"""Tables too long for memory, written block by block: CSV, or Parquet where the name ends so."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simulator.errors import InputError

# Decimals by the unit a name ends with; text and flags are written as they are.
_DECIMALS = {"_km": 6, "_km_s": 9, "_deg": 7, "_s": 6}


def write_blocks(blocks: Iterable[dict[str, Any]], place: Path) -> None:
    """Write blocks of columns (N,) of a table, the same columns each, instants as `time_utc`.

    Raises InputError for a table without a row, and where Parquet cannot be written.
    """
    write = _write_parquet if place.suffix == ".parquet" else _write_csv
    if not write((_rounded(block) for block in blocks), place):
        raise InputError("there is nothing to write: no satellite flies then, or nothing is seen")


def _rounded(block: dict[str, Any]) -> pd.DataFrame:
    """Return a block as a frame, numbers rounded to the decimals that are written."""
    columns = {}
    for name, values in block.items():
        endings = [ending for ending in _DECIMALS if name.endswith(ending)]
        if endings and np.asarray(values).dtype.kind == "f":
            # Adding zero turns -0.0 into 0.0.
            values = np.round(values, _DECIMALS[max(endings, key=len)]) + 0.0
        columns[name] = values
    return pd.DataFrame(columns)


def _write_csv(frames: Iterable[pd.DataFrame], place: Path) -> int:
    rows = 0
    with place.open("w", encoding="utf-8", newline="\n") as file:
        for frame in frames:
            at = frame["time_utc"].to_numpy(dtype="datetime64[ms]")
            told = np.datetime_as_string(at, unit="ms", timezone="UTC")
            frame = frame.assign(time_utc=told)
            frame.to_csv(file, index=False, header=not rows, lineterminator="\n")
            rows += len(frame)
    return rows


def _write_parquet(frames: Iterable[pd.DataFrame], place: Path) -> int:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ModuleNotFoundError as missing:
        raise InputError(
            f"{place.name}: needs the package {missing.name}: pip install '.[parquet]' in a clone "
            "of this repository"
        ) from missing
    rows, writer = 0, None
    try:
        for frame in frames:
            at = frame["time_utc"].to_numpy(dtype="datetime64[ms]")
            frame = frame.assign(time_utc=pd.Series(at).dt.tz_localize("UTC"))
            table = pa.Table.from_pandas(frame, preserve_index=False)
            if writer is None:
                writer = pq.ParquetWriter(place, table.schema, compression="zstd")
            writer.write_table(table)
            rows += len(frame)
    finally:
        if writer is not None:
            writer.close()
    return rows
