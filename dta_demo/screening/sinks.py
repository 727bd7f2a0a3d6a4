"""Sinks of predicted rows: CSV, JSON Lines and Parquet, by the suffix of the file's name."""

from __future__ import annotations

import csv
import gzip
import importlib.util
import io
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from dta_demo.inputs.errors import InputError
from dta_demo.results.screening import SCREEN_FIELDS, ScreenRow

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""First characters by which a spreadsheet takes a cell for a formula."""

USERS = ("id", "smiles", "protein", "changes", "fault")
"""Columns that hold what a user wrote."""

ROWS_AT_ONCE = 20_000
"""Rows of a group of a Parquet file."""


def write_csv(rows: Sequence[ScreenRow]) -> str:
    """Write rows as CSV without a header, safe to open in a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows(_cells(row) for row in rows)
    return text.getvalue()


def write_csv_header() -> str:
    """Write the header of `write_csv`."""
    return ",".join(SCREEN_FIELDS) + "\n"


def _cells(row: ScreenRow) -> list[Any]:
    cells = {name: getattr(row, name) for name in SCREEN_FIELDS}
    cells["changes"] = " ".join(row.changes)
    return list((cells | {name: safe_cell(cells[name]) for name in USERS}).values())


def safe_cell(text: str) -> str:
    """Write what a user wrote so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def write_jsonl(rows: Sequence[ScreenRow]) -> str:
    """Write rows as JSON, one a line."""
    return "".join(json.dumps(row.to_dict(), ensure_ascii=False) + "\n" for row in rows)


def pack(text: str) -> bytes:
    """Pack text as a member of a gzip file, the same bytes at any time of day."""
    return gzip.compress(text.encode(), compresslevel=6, mtime=0)


class Sink:
    """Format of an output.

    Parameters
    ----------
    path : Path
        Named ``.csv``, ``.jsonl`` or ``.ndjson``, each also with ``.gz``, or ``.parquet``.

    Raises
    ------
    InputError
        When the name tells no format, or what writes it is not installed.
    """

    def __init__(self, path: Path) -> None:
        name = path.name.lower()
        self.is_parquet = name.endswith(".parquet")
        if self.is_parquet and importlib.util.find_spec("pyarrow") is None:
            raise InputError(
                "Parquet needs pyarrow, which is not installed: run pip install pyarrow, or write "
                ".csv or .jsonl."
            )
        self._encode: Callable[[str], bytes] = pack if name.endswith(".gz") else str.encode
        suffix = Path(name.removesuffix(".gz")).suffix
        if suffix not in (".csv", ".jsonl", ".ndjson") and not self.is_parquet:
            raise InputError(
                "The name of the output must end in .csv, .jsonl or .ndjson, each also with .gz, "
                "or in .parquet."
            )
        self._is_csv = suffix == ".csv"

    def head(self) -> bytes:
        """Bytes before the first row."""
        return self._encode(write_csv_header()) if self._is_csv else b""

    def write(self, rows: Sequence[ScreenRow]) -> bytes:
        """Bytes of some rows; a Parquet file is first written as JSON Lines."""
        return self._encode(write_csv(rows) if self._is_csv else write_jsonl(rows))


def write_parquet(lines: Iterable[str], path: Path) -> None:
    """Write a Parquet file from the lines of `write_jsonl`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    text, number, whole, flag = pa.string(), pa.float64(), pa.int64(), pa.bool_()
    kinds = {
        "line": whole, "id": text, "smiles": text, "protein": text, "group": text,
        "in_domain": flag, "reason": text, "nearest_drug": text, "changes": pa.list_(text),
        "fault": text,
    }  # fmt: skip
    schema = pa.schema([(name, kinds.get(name, number)) for name in SCREEN_FIELDS])
    with pq.ParquetWriter(path, schema) as writer:
        rows: list[dict[str, Any]] = []
        for line in lines:
            rows.append(json.loads(line))
            if len(rows) == ROWS_AT_ONCE:
                writer.write_table(pa.Table.from_pylist(rows, schema))
                rows = []
        writer.write_table(pa.Table.from_pylist(rows, schema))
