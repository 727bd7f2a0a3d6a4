"""The tidy layout: a folder with pairs, drugs, targets and a description of the label."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dta_demo.data.files import (
    DataError,
    RawAffinities,
    check_drugs,
    check_sequences,
    read_json,
    read_text,
    refuse_repeated,
)
from dta_demo.inputs.wording import quote

DESCRIPTION = "dataset.json"
"""File by which a folder in this layout is recognised."""

LABELS = ("pKd", "KIBA score", "percent displacement", "pChEMBL")
"""Labels that a dataset may have; those that the model predicts are in `dta_demo.model.labels`."""

RANGES = {"percent displacement": (0.0, 100.0)}
"""Lowest and highest value of a label that has both."""

NO_FOLD = -1

_ALTERNATIVES = f"{', '.join(LABELS[:-1])} or {LABELS[-1]}"

_FOLD = re.compile(r"-1|[0-9]{1,9}")


@dataclass(frozen=True)
class Row:
    """Row of a CSV file: the number of its last line, and its cells by column."""

    line: int
    cells: dict[str, str]


def read_tidy(folder: Path) -> RawAffinities:
    """Read a folder with ``dataset.json``, ``drugs.csv``, ``targets.csv`` and ``affinities.csv``.

    Columns are found by their names, in any order. A pair may occur only once: with two values it
    would be ambiguous, and in two folds it would be both in training and in test.

    Raises
    ------
    DataError
        When a file is missing, unreadable or inconsistent with the others.
    """
    label, floor, name = _read_description(folder)
    path = folder / "drugs.csv"
    drugs = check_drugs(path, _read_table(path, "drug_id", "smiles"))
    path = folder / "targets.csv"
    sequences = check_sequences(path, _read_table(path, "target_id", "sequence"))
    path = folder / "affinities.csv"
    rows = _read_rows(path, ("drug_id", "target_id", "affinity"))
    if not rows:
        raise DataError(f"{path} holds no pairs.")
    drug_index = _look_up(path, rows, "drug", drugs)
    target_index = _look_up(path, rows, "target", sequences)
    _refuse_repeated_pairs(path, rows)
    return RawAffinities(
        name=name,
        label=label,
        floor=floor,
        drugs=drugs,
        sequences=sequences,
        drug_index=drug_index,
        target_index=target_index,
        affinity=np.array([_number(path, row, label) for row in rows]),
        fold=np.array([_fold(path, row) for row in rows], np.int64),
        has_test_fold=False,
    )


def _read_description(folder: Path) -> tuple[str, float | None, str]:
    """Read label, floor and name."""
    path = folder / DESCRIPTION
    description = read_json(path)
    if not isinstance(description, dict) or "label" not in description:
        raise DataError(f"{path} is not a description of a dataset with a label.")
    label, floor = description["label"], description.get("floor")
    if label not in LABELS:
        raise DataError(f"{path} has the label {label!r}; it must be {_ALTERNATIVES}.")
    if floor is not None and (type(floor) not in (int, float) or not math.isfinite(floor)):
        raise DataError(f"{path} has a floor that is not a number.")
    name = str(description.get("name", folder.name))
    return label, None if floor is None else float(floor), name


def _read_rows(path: Path, columns: Sequence[str]) -> list[Row]:
    """Read a CSV file and check that it has the columns."""
    text = read_text(path)
    if not text.strip():
        raise DataError(f"{path} is empty.")
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        header = reader.fieldnames or ()
        for column in columns:
            if header.count(column) != 1:
                fault = "lacks" if column not in header else "has more than once"
                raise DataError(f"{path} {fault} the column {column!r}.")
        rows = [Row(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        raise DataError(f"{path} is not a CSV file: {error}.") from error
    for row in rows:
        # The csv module fills missing cells with None, and stores surplus cells under None.
        if None in row.cells:
            raise DataError(f"{path} has too many columns in line {row.line}.")
        if None in row.cells.values():
            raise DataError(f"{path} has too few columns in line {row.line}.")
    return rows


def _read_table(path: Path, key: str, value: str) -> dict[str, str]:
    """Read a table of two columns, whose keys must be unique."""
    rows = _read_rows(path, (key, value))
    refuse_repeated(path, (row.cells[key] for row in rows))
    return {row.cells[key]: row.cells[value] for row in rows}


def _refuse_repeated_pairs(path: Path, rows: Sequence[Row]) -> None:
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        drug, target = row.cells["drug_id"], row.cells["target_id"]
        first = seen.setdefault((drug, target), row.line)
        if first != row.line:
            raise DataError(
                f"{path} has the drug {quote(drug)} with the target {quote(target)} twice, in "
                f"lines {first} and {row.line}."
            )


def _look_up(path: Path, rows: Sequence[Row], what: str, known: Iterable[str]) -> np.ndarray:
    """Index of the drug or target of each row in its table: int64, shape (rows,)."""
    index = {name: number for number, name in enumerate(known)}
    for row in rows:
        name = row.cells[f"{what}_id"]
        if name not in index:
            raise DataError(
                f"{path} names the {what} {quote(name)} in line {row.line}, which is unknown."
            )
    return np.array([index[row.cells[f"{what}_id"]] for row in rows], np.int64)


def _number(path: Path, row: Row, label: str) -> float:
    try:
        value = float(row.cells["affinity"])
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise DataError(f"{path} has an affinity in line {row.line} that is not a number.")
    low, high = RANGES.get(label, (-math.inf, math.inf))
    if not low <= value <= high:
        raise DataError(
            f"{path} has an affinity in line {row.line} that is no {label}: those go from {low:g} "
            f"to {high:g}."
        )
    return value


def _fold(path: Path, row: Row) -> int:
    """Parse the fold of a row, `NO_FOLD` when it has none."""
    text = row.cells.get("fold", "").strip()
    if text and not _FOLD.fullmatch(text):
        raise DataError(
            f"{path} has a fold in line {row.line} that is not a whole number from 0 up."
        )
    return int(text) if text else NO_FOLD
