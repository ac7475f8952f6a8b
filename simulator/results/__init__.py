"""The results of a study, and the folder that keeps them: written whole or not at all.

- `model`: `Results`, the tables and grids of a study with where they come from.
- `columns`: `TABLES`, the columns of every table with kind, unit and meaning.
- `writing`, `reading`: `write`, `check_folder` and `read`, a folder from results and back;
  `as_kept`, results as they come back; `grid_of`, a grid from its file.
- `answers`: `Answered`, answers beyond a run's, such as what members are worth; `write_answer`,
  `check_answer_folder`, `read_answer`, `is_answer`, their folders; `csv_text`, a table as CSV.
- `summary`: `FORMAT`, `SCHEMA_VERSION`, `sealed`, what marks a folder as one of results.
- `folders`: `check_file`, `check_inside`, and folders put in place whole.
- `grids`: `GridValues`, `Grids`, grids of which datasets are made when they are asked for.
- `digests`: `kept_files`, which files of a folder are not as they were written.
- `coordinates`: `COORDINATES`, what the coordinates of a grid are.
- `labels`: `Labels`, `labels_of`, what people call places and networks.
- `jsontext`: `encode`, `decode`, JSON whose bytes depend on the values alone.
- `tables`, `netcdf`: `columns_of`, what the columns of a table are; `framed`, a table as results
  hold it; `described_grid`, a grid with the attributes that its file has.
- `netcdf4`: `netcdf_bytes`, any labelled dataset as a file.

Behind these stand `discovery` (what a grid says of itself) and `readme` (the text in each folder).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.doors import door

if TYPE_CHECKING:
    from simulator.results.answers import (
        Answered,
        check_answer_folder,
        csv_text,
        is_answer,
        read_answer,
        write_answer,
    )
    from simulator.results.columns import TABLES, Column
    from simulator.results.coordinates import COORDINATES
    from simulator.results.digests import KeptFiles, kept_files
    from simulator.results.folders import check_file, check_inside
    from simulator.results.grids import Grids, GridValues
    from simulator.results.jsontext import decode, encode
    from simulator.results.labels import Labels, labels_of
    from simulator.results.model import Results
    from simulator.results.netcdf import described_grid
    from simulator.results.netcdf4 import netcdf_bytes
    from simulator.results.reading import grid_of, read
    from simulator.results.summary import FORMAT, SCHEMA_VERSION, sealed
    from simulator.results.tables import columns_of, framed
    from simulator.results.writing import as_kept, check_folder, write
else:
    __getattr__ = door(
        __name__,
        {
            "answers": "Answered check_answer_folder csv_text is_answer read_answer write_answer",
            "columns": "TABLES Column",
            "coordinates": "COORDINATES",
            "digests": "KeptFiles kept_files",
            "folders": "check_file check_inside",
            "grids": "Grids GridValues",
            "jsontext": "decode encode",
            "labels": "Labels labels_of",
            "model": "Results",
            "netcdf": "described_grid",
            "netcdf4": "netcdf_bytes",
            "reading": "grid_of read",
            "summary": "FORMAT SCHEMA_VERSION sealed",
            "tables": "columns_of framed",
            "writing": "as_kept check_folder write",
        },
    )

__all__ = [
    "COORDINATES",
    "FORMAT",
    "SCHEMA_VERSION",
    "TABLES",
    "Answered",
    "Column",
    "GridValues",
    "Grids",
    "KeptFiles",
    "Labels",
    "Results",
    "as_kept",
    "check_answer_folder",
    "check_file",
    "check_folder",
    "check_inside",
    "columns_of",
    "csv_text",
    "decode",
    "described_grid",
    "encode",
    "framed",
    "grid_of",
    "is_answer",
    "kept_files",
    "labels_of",
    "netcdf_bytes",
    "read",
    "read_answer",
    "sealed",
    "write",
    "write_answer",
]
