"""The tidy layout: one folder with its pairs, drugs, targets and what the label means."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dta_demo.data.targets import Target, resolve_targets
from dta_demo.inputs import Drug, InputError, parse_drug, parse_protein

LABELS = ("pKd", "KIBA score")


class DataError(ValueError):
    """A dataset cannot be read; the text is one sentence that names the file and the fault."""


@dataclass(frozen=True)
class AffinityData:
    """Measured pairs of drugs and targets.

    Attributes
    ----------
    label : {"pKd", "KIBA score"}
    floor : float or None
        Label of a pair that is "at or below": the limit of the assay.
    drugs, targets : tuple
        Checked molecules, and targets with their named mutations applied.
    drug_index, target_index : numpy.ndarray of int64, shape (pairs,)
        Into ``drugs`` and ``targets``.
    affinity : numpy.ndarray of float64, shape (pairs,)
    fold : numpy.ndarray of int64, shape (pairs,)
        -1 where the file names none.
    """

    name: str
    label: str
    floor: float | None
    drug_ids: tuple[str, ...]
    drugs: tuple[Drug, ...]
    targets: tuple[Target, ...]
    source_sequences: tuple[str, ...]
    drug_index: np.ndarray
    target_index: np.ndarray
    affinity: np.ndarray
    fold: np.ndarray

    def __len__(self) -> int:
        return len(self.affinity)

    def take(self, rows: np.ndarray) -> AffinityData:
        """Return the same drugs and targets with only these pairs (a mask or indices)."""
        return AffinityData(
            self.name,
            self.label,
            self.floor,
            self.drug_ids,
            self.drugs,
            self.targets,
            self.source_sequences,
            self.drug_index[rows],
            self.target_index[rows],
            self.affinity[rows],
            self.fold[rows],
        )


def load_affinities(folder: str | Path) -> AffinityData:
    """Read a folder in the tidy layout.

    Raises
    ------
    DataError
        When a file is missing, unreadable or does not fit the others.
    """
    folder = Path(folder)
    label, floor, name = _read_description(folder)
    drug_ids, smiles = _read_pairs_of_columns(folder / "drugs.csv", "drug_id", "smiles")
    target_ids, sequences = _read_pairs_of_columns(folder / "targets.csv", "target_id", "sequence")
    drugs = tuple(_checked_drugs(folder / "drugs.csv", drug_ids, smiles))
    sequences = list(_checked_sequences(folder / "targets.csv", target_ids, sequences))
    rows = list(_read_rows(folder / "affinities.csv", ("drug_id", "target_id", "affinity")))
    if not rows:
        raise DataError(f"{folder / 'affinities.csv'} holds no pairs.")
    path = folder / "affinities.csv"
    return AffinityData(
        name=name,
        label=label,
        floor=floor,
        drug_ids=tuple(drug_ids),
        drugs=drugs,
        targets=tuple(resolve_targets(target_ids, sequences)),
        source_sequences=tuple(sequences),
        drug_index=_look_up(path, [row["drug_id"] for row in rows], drug_ids, "drug"),
        target_index=_look_up(path, [row["target_id"] for row in rows], target_ids, "target"),
        affinity=np.array([_number(path, line, row) for line, row in enumerate(rows, 2)]),
        fold=np.array([_fold(path, line, row) for line, row in enumerate(rows, 2)], np.int64),
    )


def _read_description(folder: Path) -> tuple[str, float | None, str]:
    """Read label, floor and name from ``dataset.json``."""
    path = folder / "dataset.json"
    try:
        description = json.loads(path.read_text(encoding="utf-8"))
        label, floor = description["label"], description.get("floor")
        name = str(description.get("name", folder.name))
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{path} is not a description of a dataset with a label.") from error
    if label not in LABELS:
        raise DataError(f"{path} has the label {label!r}; it must be {' or '.join(LABELS)}.")
    if floor is not None and not isinstance(floor, int | float):
        raise DataError(f"{path} has a floor that is not a number.")
    return label, None if floor is None else float(floor), name


def _read_rows(path: Path, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file that must have these columns."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            missing = [column for column in columns if column not in (reader.fieldnames or ())]
            if missing:
                raise DataError(f"{path} lacks the column {missing[0]!r}.")
            for line, row in enumerate(reader, 2):
                if any(row[column] is None for column in columns):
                    raise DataError(f"{path} has too few columns in line {line}.")
                yield row
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} is not a CSV file in UTF-8.") from error


def _read_pairs_of_columns(path: Path, key: str, value: str) -> tuple[list[str], list[str]]:
    """Read a table of names, each of which may stand once."""
    rows = list(_read_rows(path, (key, value)))
    keys = [row[key] for row in rows]
    if len(set(keys)) != len(keys):
        twice = next(name for name in keys if keys.count(name) > 1)
        raise DataError(f"{path} has {twice!r} more than once.")
    return keys, [row[value] for row in rows]


def _checked_drugs(path: Path, names: list[str], smiles: list[str]) -> Iterator[Drug]:
    for name, text in zip(names, smiles, strict=True):
        try:
            yield parse_drug(text)
        except InputError as error:
            raise DataError(
                f"{path} has a molecule {name!r} that cannot be read: {error}"
            ) from error


def _checked_sequences(path: Path, names: list[str], sequences: list[str]) -> Iterator[str]:
    for name, text in zip(names, sequences, strict=True):
        try:
            yield parse_protein(text).sequence
        except InputError as error:
            raise DataError(f"{path} has a target {name!r} that cannot be read: {error}") from error


def _look_up(path: Path, wanted: list[str], known: list[str], what: str) -> np.ndarray:
    """Return the index of each name, or say which one is not in its table."""
    index = {name: number for number, name in enumerate(known)}
    for line, name in enumerate(wanted, 2):
        if name not in index:
            raise DataError(f"{path} names the {what} {name!r} in line {line}, which is unknown.")
    return np.array([index[name] for name in wanted], np.int64)


def _number(path: Path, line: int, row: dict[str, str]) -> float:
    try:
        value = float(row["affinity"])
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise DataError(f"{path} has an affinity in line {line} that is not a number.")
    return value


def _fold(path: Path, line: int, row: dict[str, str]) -> int:
    text = row.get("fold") or "-1"
    try:
        return int(text)
    except ValueError as error:
        raise DataError(f"{path} has a fold in line {line} that is not a number.") from error
