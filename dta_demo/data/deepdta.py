"""The layout of the DeepDTA release (Öztürk et al. 2018) of the Davis and KIBA data.

A folder holds

- ``ligands_iso.txt`` and ``ligands_can.txt``: JSON objects of drug identifier to SMILES, with
  and without stereochemistry;
- ``proteins.txt``: a JSON object of target name to sequence;
- ``Y``: a pickled matrix, drugs x targets in the order of these objects, NaN for pairs that were
  not measured: Kd in nM for Davis, the KIBA score for KIBA;
- ``folds/train_fold_setting1.txt``: a JSON list with one list for each fold, of positions in the
  list of measured entries of ``Y``, row by row;
- ``folds/test_fold_setting1.txt``: a JSON list of such positions.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from dta_demo.data.files import DataError, RawAffinities, check_drugs, check_sequences, read_json
from dta_demo.data.safe_pickle import load_float_matrix

Release = Literal["davis", "kiba"]

LIGANDS, LIGANDS_WITHOUT_STEREO = "ligands_iso.txt", "ligands_can.txt"
PROTEINS = "proteins.txt"
AFFINITIES = "Y"
TRAIN_FOLDS = "folds/train_fold_setting1.txt"
TEST_FOLDS = "folds/test_fold_setting1.txt"
RELEASE_FILES = (
    LIGANDS,
    LIGANDS_WITHOUT_STEREO,
    PROTEINS,
    AFFINITIES,
    TRAIN_FOLDS,
    TEST_FOLDS,
)

TEST_FOLD = -1
"""Number that stands for the published test fold."""

PKD_FLOOR = 5.0
"""pKd of 10,000 nM, the detection limit of the Davis assay."""

HIGHEST_SCORE = 20.0
"""Value above which a label is a Kd in nM: KIBA scores end at 17.2, and no pKd is near 20."""

HIGHEST_MEDIAN_PKD = 9.0
"""Median above which labels are KIBA scores, whose median is above 11; a pKd of 9 is 1 nM."""


def read_deepdta(folder: Path) -> RawAffinities:
    """Read a folder of the release, with the Kd of Davis as pKd and KIBA scores unchanged.

    Pairs of the published test fold have the fold `TEST_FOLD`.

    Raises
    ------
    DataError
        When a file is missing, unreadable or inconsistent with the others, or when the values
        could be either Davis or KIBA.
    """
    ligands = _find_ligands(folder)
    drugs = check_drugs(ligands, _read_table(ligands))
    path = folder / PROTEINS
    sequences = check_sequences(path, _read_table(path))
    path = folder / AFFINITIES
    matrix = load_float_matrix(path)
    if matrix.shape != (len(drugs), len(sequences)):
        raise DataError(
            f"{path} is a matrix of {matrix.shape[0]} x {matrix.shape[1]}, but {ligands.name} has "
            f"{len(drugs)} drugs and {PROTEINS} has {len(sequences)} targets."
        )
    drug_index, target_index = np.nonzero(~np.isnan(matrix))
    values = matrix[drug_index, target_index]
    release = tell_release(path, values)
    return RawAffinities(
        name=release,
        label="pKd" if release == "davis" else "KIBA score",
        floor=PKD_FLOOR if release == "davis" else None,
        drugs=drugs,
        sequences=sequences,
        drug_index=drug_index.astype(np.int64),
        target_index=target_index.astype(np.int64),
        affinity=pkd_of(values) if release == "davis" else values,
        fold=_read_folds(folder, len(values)),
        has_test_fold=True,
    )


def pkd_of(kd_nm: np.ndarray) -> np.ndarray:
    """Compute the pKd, 9 - log10(Kd), of Kd in nM, at least `PKD_FLOOR`; same shape."""
    # As a difference, because 10,000 nM are then exactly at the floor.
    return np.maximum(9 - np.log10(kd_nm), PKD_FLOOR)


def tell_release(path: Path, values: np.ndarray) -> Release:
    """Decide by its values whether a dataset is Davis or KIBA.

    The files do not name the dataset, and a folder may have any name. So the name decides only
    where the values could be KIBA scores as well as pKd.

    Parameters
    ----------
    path : Path
        File of the values, in a folder whose name may contain that of the dataset.
    values : numpy.ndarray of float64, shape (pairs,)
        Measured entries.

    Raises
    ------
    DataError
        When the values are of neither, or could be of both.
    """
    if not len(values):
        raise DataError(f"{path} holds no pairs.")
    if not np.isfinite(values).all():
        raise DataError(f"{path} holds a value that is infinite.")
    folder = path.resolve().parent.name
    named = [name for name in ("davis", "kiba") if name in folder.lower()]
    if values.max() > HIGHEST_SCORE:
        if named == ["kiba"]:
            raise DataError(f"{path} goes up to {values.max():g}, which no KIBA score does.")
        if values.min() <= 0:
            raise DataError(f"{path} holds a Kd of {values.min():g} nM; a Kd is above 0.")
        return "davis"
    if named == ["davis"]:
        raise DataError(
            f"{path} goes up to {values.max():g} only, which is no Kd in nM; "
            "the release has it untransformed."
        )
    if values.min() < 0:
        raise DataError(f"{path} holds {values.min():g}; a KIBA score is not below 0.")
    if named == ["kiba"] or np.median(values) > HIGHEST_MEDIAN_PKD:
        return "kiba"
    raise DataError(
        f"{path} could hold KIBA scores or pKd values; give the folder a name with 'kiba' if "
        "it is the KIBA release."
    )


def _find_ligands(folder: Path) -> Path:
    """Path of the SMILES, preferably those with stereochemistry."""
    path = folder / LIGANDS
    without = folder / LIGANDS_WITHOUT_STEREO
    return without if without.exists() and not path.exists() else path


def _read_table(path: Path) -> dict[str, str]:
    """Read a JSON object of texts by identifier, in its order."""
    table = read_json(path)
    if not isinstance(table, dict) or not all(isinstance(text, str) for text in table.values()):
        raise DataError(f"{path} is not an object of names and texts.")
    return table


def _read_folds(folder: Path, pairs: int) -> np.ndarray:
    """Fold of each measured pair: int64, shape (pairs,)."""
    train, test = folder / TRAIN_FOLDS, folder / TEST_FOLDS
    lists = read_json(train)
    if not isinstance(lists, list) or not lists:
        raise DataError(f"{train} is not a list of folds.")
    unassigned = TEST_FOLD - 1
    fold = np.full(pairs, unassigned, np.int64)
    for number, positions in enumerate(lists):
        _assign(train, fold, positions, number, unassigned)
    _assign(test, fold, read_json(test), TEST_FOLD, unassigned)
    left = int((fold == unassigned).sum())
    if left:
        raise DataError(f"{folder / 'folds'} gives no fold for {left:,} of {pairs:,} pairs.")
    return fold


def _assign(path: Path, fold: np.ndarray, positions: Any, number: int, unassigned: int) -> None:
    """Write the number of a fold to its positions, after checking them."""
    if not _are_whole_numbers(positions):
        raise DataError(f"{path} is not made of lists of whole numbers.")
    for position in positions:
        if not 0 <= position < len(fold):
            raise DataError(
                f"{path} names the pair {position}; the pairs are 0 to {len(fold) - 1}."
            )
        if fold[position] != unassigned:
            raise DataError(f"{path} names the pair {position}, which is in a fold already.")
        fold[position] = number


def _are_whole_numbers(values: object) -> bool:
    # A bool counts as an int for isinstance.
    return isinstance(values, Sequence) and all(type(value) is int for value in values)
