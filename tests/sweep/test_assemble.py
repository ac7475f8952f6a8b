"""Tables of sweeps as text: what another writer of CSV would make of them."""

import io
import math

import pandas as pd

from simulator.sweep.assemble import to_csv


def test_a_table_reads_as_another_writer_of_csv_has_it():
    table = pd.DataFrame(
        {
            "point": [0, 1, 2, 3],
            "lit": [True, False, True, False],
            "name": ["plain", 'with "quotes"', "two, and\na line", ""],
            "value[a,b]": [1.0 / 3.0, math.nan, -0.0, 123456789012.0],
            "far": [math.inf, -1e-300, 5e16, 1e300],
        }
    )
    other = io.StringIO()
    table.to_csv(other, index=False, lineterminator="\n", float_format="%.9g")
    assert to_csv(table).decode() == other.getvalue()


def test_instants_and_absent_texts_stand_as_they_are_called():
    begun = pd.to_datetime(["2023-11-22T00:00:00", "2023-11-23T12:30:00"], utc=True)
    lines = to_csv(pd.DataFrame({"span.start": begun, "error": ["=1+1", ""]})).decode()
    assert (
        lines == "span.start,error\n2023-11-22T00:00:00+00:00,'=1+1\n2023-11-23T12:30:00+00:00,\n"
    )


def test_a_table_without_rows_has_its_heading():
    assert to_csv(pd.DataFrame({"point": [], "value": []})) == b"point,value\n"
