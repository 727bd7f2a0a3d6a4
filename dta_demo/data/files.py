"""Checks, error and record that the readers of all layouts share."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.molecule import Molecule, parse_molecule
from dta_demo.inputs.protein import parse_protein
from dta_demo.inputs.wording import quote

Checked = TypeVar("Checked")


class DataError(ValueError):
    """Unreadable dataset; the text is one sentence that names the file and the fault."""


@dataclass(frozen=True)
class RawAffinities:
    """Checked content of a dataset's files, before the names of the targets are resolved.

    Attributes
    ----------
    label : str
        What was measured, one of `dta_demo.data.tidy.LABELS`.
    floor : float or None
        Label of pairs at or below the detection limit of the assay.
    drugs, sequences : dict
        Molecules and sequences by the identifiers of drugs and targets.
    drug_index, target_index : numpy.ndarray of int64, shape (pairs,)
        Indices into ``drugs`` and ``sequences``.
    affinity : numpy.ndarray of float64, shape (pairs,)
        Finite, in the unit of the label.
    fold : numpy.ndarray of int64, shape (pairs,)
        Training fold, from 0, or -1 for none.
    has_test_fold : bool
        Whether fold -1 is the published test fold.
    """

    name: str
    label: str
    floor: float | None
    drugs: dict[str, Molecule]
    sequences: dict[str, str]
    drug_index: np.ndarray
    target_index: np.ndarray
    affinity: np.ndarray
    fold: np.ndarray
    has_test_fold: bool


def read_text(path: Path) -> str:
    """Read a text file, without the byte-order mark that spreadsheets write.

    Raises
    ------
    DataError
        When the file is missing, unreadable or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not text in UTF-8.") from error


def read_json(path: Path) -> Any:
    """Read a JSON file in which no object has a name twice.

    Raises
    ------
    DataError
        When the file cannot be read, is not JSON, or repeats a name in one object.
    """

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        refuse_repeated(path, (name for name, _ in pairs))
        return dict(pairs)

    text = read_text(path)
    try:
        return json.loads(text, object_pairs_hook=unique)
    except DataError:
        raise
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path} is not a whole JSON document.") from error


def refuse_repeated(path: Path, names: Iterable[str]) -> None:
    """Raise `DataError` when a name occurs more than once."""
    for name, times in Counter(names).items():
        if times > 1:
            raise DataError(f"{path} has {quote(name)} more than once.")


def check_drugs(path: Path, smiles: dict[str, str]) -> dict[str, Molecule]:
    """Parse the molecules of a file; a `DataError` names the first that is invalid."""
    return _check(path, "molecule", smiles, parse_molecule)


def check_sequences(path: Path, sequences: dict[str, str]) -> dict[str, str]:
    """Parse the sequences of a file; a `DataError` names the first that is invalid."""
    proteins = _check(path, "target", sequences, parse_protein)
    return {name: protein.sequence for name, protein in proteins.items()}


def _check(
    path: Path, what: str, texts: dict[str, str], parse: Callable[[str], Checked]
) -> dict[str, Checked]:
    checked = {}
    for name, text in texts.items():
        try:
            checked[name] = parse(text)
        except InputError as error:
            raise DataError(
                f"{path} has a {what} {quote(name)} that cannot be read: {error}"
            ) from error
    return checked
