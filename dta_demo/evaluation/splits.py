"""Cold splits: test pairs of molecules, targets or both that no training pair has.

The field's protocol: `KFold(5, shuffle=True, random_state=42)` over the distinct molecules, over
the distinct sequences, or over both. Sequences are those of the file, before mutations in the
names are applied, so that no mutant of a held-out protein is trained on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from sklearn.model_selection import KFold

from dta_demo.data.affinities import AffinityData, DataError
from dta_demo.results.group import GROUPS, Group

FOLDS = 5
SEED = 42

Split = str
"""Name of a cold split, as the command line has it: a key of `SPLITS`."""

SPLITS: dict[Split, Group] = {
    group.cold_split: group for group in GROUPS if group is not Group.SEEN
}
"""Group of queries that the test pairs of each cold split stand for."""


def assign_folds(keys: Iterable[str]) -> dict[str, int]:
    """Fold of every distinct key, of `FOLDS` folds.

    Keys are taken in their order in the file: that order, and not the sorted one, gives the
    reference figures of KronRLS.

    Raises
    ------
    DataError
        When there are fewer distinct keys than folds.
    """
    distinct = list(dict.fromkeys(keys))
    if len(distinct) < FOLDS:
        raise DataError(f"A cold split needs {FOLDS} molecules and {FOLDS} sequences at least.")
    splits = KFold(FOLDS, shuffle=True, random_state=SEED).split(distinct)
    return {
        distinct[place]: fold for fold, (_, held_out) in enumerate(splits) for place in held_out
    }


def cold_masks(
    group: Group, drug_held_out: np.ndarray, target_held_out: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Training pairs and test pairs of a cold split, by what of each pair is held out.

    Where both are new, pairs of a held-out molecule with a known target, and of a known
    molecule with a held-out target, are neither trained on nor tested.

    Parameters
    ----------
    group : Group
        What is new about a test pair; not `Group.SEEN`.
    drug_held_out, target_held_out : numpy.ndarray of bool, shape (pairs,)

    Returns
    -------
    tuple of numpy.ndarray of bool, shape (pairs,)
        Pairs to train on, pairs to test.
    """
    if group is Group.NEW_DRUG:
        return ~drug_held_out, drug_held_out
    if group is Group.NEW_TARGET:
        return ~target_held_out, target_held_out
    return ~drug_held_out & ~target_held_out, drug_held_out & target_held_out


def split_rows(data: AffinityData, split: Split, fold: int) -> tuple[np.ndarray, np.ndarray]:
    """Training pairs and test pairs in one fold of a cold split of a dataset.

    Returns
    -------
    tuple of numpy.ndarray of bool, shape (pairs,)
        Pairs to train on, pairs to test.

    Raises
    ------
    DataError
        When there are fewer molecules or sequences than folds, or a fold has no pair.
    """
    drug_held_out = _in_fold([drug.smiles for drug in data.drugs], fold)[data.drug_index]
    target_held_out = _in_fold(data.source_sequences, fold)[data.target_index]
    train, test = cold_masks(SPLITS[split], drug_held_out, target_held_out)
    if not train.any() or not test.any():
        raise DataError(f"Fold {fold} of the {split} split of {data.name} lacks pairs.")
    return train, test


def _in_fold(keys: Sequence[str], fold: int) -> np.ndarray:
    """Whether each key stands in a fold: bool, shape (keys,)."""
    folds = assign_folds(keys)
    return np.array([folds[key] == fold for key in keys])
