"""Alignments of kinase domains with the profile as runs of columns, which a file holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class FaultError(Exception):
    """A fault of the file, as a clause."""


def check(holds: bool, fault: str) -> None:
    """Raise the fault of a file unless a condition holds."""
    if not holds:
        raise FaultError(fault)


def is_whole(value: object, low: int, high: int) -> bool:
    """Test whether a value of a file is a whole number from `low` to `high`."""
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def to_runs(residues: Sequence[int]) -> list[list[int]]:
    """Columns with consecutive residues, as [first column from 0, first residue, number]."""
    runs: list[list[int]] = []
    for column, residue in enumerate(residues):
        if residue and runs and runs[-1][0] + runs[-1][2] == column:
            first, number = runs[-1][1:]
            if first + number == residue:
                runs[-1][2] += 1
                continue
        if residue:
            runs.append([column, residue, 1])
    return runs


def from_runs(runs: Any, columns: int, length: int) -> tuple[int, ...]:
    """Residue of each column; inverse of `to_runs`, with every bound checked."""
    fault = "the alignment of a domain is wrong"
    check(isinstance(runs, list) and 0 < len(runs) <= columns, fault)
    residues = [0] * columns
    next_column, next_residue = 0, 1
    for run in runs:
        check(isinstance(run, list) and len(run) == 3, fault)
        column, residue, number = run
        check(is_whole(column, next_column, columns - 1), fault)
        check(is_whole(residue, next_residue, length), fault)
        check(is_whole(number, 1, min(columns - column, length - residue + 1)), fault)
        residues[column : column + number] = range(residue, residue + number)
        next_column, next_residue = column + number, residue + number
    return tuple(residues)
