"""Tables for data frames and spreadsheets, read back by pandas, pyarrow and openpyxl."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simulator import Results, report
from simulator.errors import InputError
from simulator.export import Choices, export, format_of, workbook
from simulator.glossary import decimals, unit
from simulator.results import TABLES


def exported(results: Results, name: str, place: Path, *tables: str) -> Path:
    return export(results, format_of(name, None), place, Choices(tables=tables))


def with_rows(results: Results) -> list[str]:
    return [name for name in TABLES if len(results[name])]


def test_a_value_of_the_long_table_is_found_by_what_it_is_of(
    results: Results, tmp_path: Path
) -> None:
    table = pd.read_csv(exported(results, "csv", tmp_path / "x.csv"), dtype=str)
    assert set(table["table"]) == set(with_rows(results))
    found = table.query("column == 'contact_minutes_per_day' and subject == 'network=dprk+russia'")
    stands = results.networks.set_index("network").loc["dprk+russia", "contact_minutes_per_day"]
    assert float(found["value"].item()) == pytest.approx(stands, rel=1e-9)
    wide = table.query("table == 'ages'").pivot(index="subject", columns="column", values="value")
    assert len(wide) == len(results.ages)
    assert "network=dprk; target=kadena" in wide.index


def test_instants_and_flags_of_the_long_table_have_one_form(
    results: Results, tmp_path: Path
) -> None:
    table = pd.read_csv(exported(results, "csv", tmp_path / "x.csv"), dtype=str)
    instants = table[table["column"].str.endswith("_utc")]
    assert instants["value"].str.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z").all()
    taken = instants.query("table == 'pictures' and column == 'taken_utc'")["value"]
    assert list(pd.to_datetime(taken)) == results.pictures["taken_utc"].tolist()
    flags = table.query("table == 'accesses' and column == 'cut_start'")["value"]
    assert len(flags) == len(results.accesses) and set(flags) <= {"true", "false"}


def test_tables_are_read_back_from_parquet_as_they_were(results: Results, tmp_path: Path) -> None:
    folder = exported(results, "parquet", tmp_path / "all.parquet")
    assert sorted(path.stem for path in folder.iterdir()) == sorted(with_rows(results))
    for name in with_rows(results):
        stands, found = results[name], pd.read_parquet(folder / f"{name}.parquet")
        assert list(found.columns) == list(stands.columns)
        for column in stands.columns:
            pd.testing.assert_series_equal(
                found[column].fillna("") if stands[column].dtype == "str" else found[column],
                stands[column],
                check_dtype=isinstance(stands[column].dtype, pd.DatetimeTZDtype),
            )


def test_a_parquet_file_tells_units_types_and_sources(results: Results, tmp_path: Path) -> None:
    table = pq.read_table(exported(results, "parquet", tmp_path / "x.parquet", "deliveries"))
    assert table.schema.field("delivered_utc").type == pa.timestamp("ms", tz="UTC")
    assert table.schema.field("hops").type == pa.int64()
    assert table.schema.field("latency_s").metadata[b"unit"] == b"s"
    assert table.schema.field("status").metadata[b"meaning"]
    assert table.schema.metadata[b"title"].decode() == results.title
    assert table.schema.metadata[b"sources"].decode() == results.source_line
    assert table.schema.metadata[b"row"] == b"one picture in one network"


def test_a_workbook_begins_with_answer_and_sources_and_holds_each_table(
    results: Results, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(exported(results, "xlsx", tmp_path / "x.xlsx"))
    assert book.sheetnames == ["about", "sources", *with_rows(results)]
    opening = [(row[0].value, row[1].value) for row in book["about"].iter_rows()]
    assert opening[0] == ("title", results.title)
    assert [text for label, text in opening if label == "answer"] == report.answer(results)
    assert dict(opening)["caution"] == results.provenance["caution"]
    addresses = {row[6].value for row in book["sources"].iter_rows(min_row=2)}
    assert "https://thespacereview.com/article/4753/1" in addresses


def test_a_sheet_has_names_units_and_values_as_the_table(results: Results, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(exported(results, "xlsx", tmp_path / "x.xlsx", "deliveries"))
    sheet, stands = book["deliveries"], results.deliveries
    head, units, *rows = sheet.iter_rows()
    assert sheet.freeze_panes == "A3" and len(rows) == len(stands)
    for index, name in enumerate(stands.columns):
        assert head[index].value == name
        assert (units[index].value or "") == ("UTC" if name.endswith("_utc") else unit(name))
        for row, value in zip(rows, stands[name].tolist(), strict=True):
            cell = row[index]
            if value == "" or pd.isna(value):
                assert cell.value is None
            elif isinstance(value, datetime):
                assert abs(cell.value - value.replace(tzinfo=None)) < timedelta(milliseconds=1)
            else:
                assert cell.value == value
    latency = rows[0][list(stands.columns).index("latency_s")]
    assert latency.number_format == "0." + "0" * decimals("latency_s")


def test_a_text_like_a_formula_stays_a_text(results: Results, tmp_path: Path) -> None:
    changed = replace(results, pictures=results.pictures.assign(target="=1+1"))
    book = openpyxl.load_workbook(exported(changed, "xlsx", tmp_path / "x.xlsx", "pictures"))
    cell = book["pictures"]["C3"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_a_table_longer_than_a_sheet_goes_on_in_the_next(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 4)
    book = openpyxl.load_workbook(exported(results, "xlsx", tmp_path / "x.xlsx", "deliveries"))
    assert book.sheetnames[2:] == ["deliveries", "deliveries (2)"]
    assert [book[name].max_row for name in book.sheetnames[2:]] == [
        6,
        2 + len(results.deliveries) - 4,
    ]
    assert book["deliveries (2)"]["B3"].value == results.deliveries["picture"].iloc[4]


@pytest.mark.parametrize("name", ["xlsx", "parquet"])
def test_the_same_results_give_the_same_bytes(results: Results, tmp_path: Path, name: str) -> None:
    first, second = (exported(results, name, tmp_path / f"{n}.{name}", "networks") for n in "12")
    assert first.read_bytes() == second.read_bytes()


def test_a_missing_package_is_told_with_what_installs_it(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    monkeypatch.delitem(sys.modules, "simulator.export.workbook")
    with pytest.raises(InputError, match=r"needs the package xlsxwriter.*\[xlsx\]"):
        exported(results, "xlsx", tmp_path / "x.xlsx")
