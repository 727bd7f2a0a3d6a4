"""The cold splits: pairs of molecules, targets or both that no training pair has.

The field's protocol: `KFold(5, shuffle=True, random_state=42)` over the distinct molecules, over
the distinct sequences, or over both. Sequences are those of the file, before mutations in the
names are applied, so that no mutant of a held-out protein is trained on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from sklearn.model_selection import KFold

from dta_demo.data.affinities import AffinityData, DataError
from dta_demo.training.jobs import FOLDS, SEED

Split = Literal["new-drug", "new-target", "both-new"]
SPLITS: tuple[Split, ...] = get_args(Split)


def split_rows(data: AffinityData, split: Split, fold: int) -> tuple[np.ndarray, np.ndarray]:
    """Choose the pairs to train on and the pairs to test in one fold of a cold split.

    Where both are new, pairs of a held-out molecule with a known target, and of a known
    molecule with a held-out target, are neither trained on nor tested.

    Returns
    -------
    tuple of numpy.ndarray of bool, shape (pairs,)
        Pairs to train on, pairs to test.

    Raises
    ------
    DataError
        When there are fewer molecules or sequences than folds, or a fold has no pair.
    """
    new_drug = _held_out([drug.smiles for drug in data.drugs], fold)[data.drug_index]
    new_target = _held_out(data.source_sequences, fold)[data.target_index]
    if split == "new-drug":
        train, test = ~new_drug, new_drug
    elif split == "new-target":
        train, test = ~new_target, new_target
    else:
        train, test = ~new_drug & ~new_target, new_drug & new_target
    if not train.any() or not test.any():
        raise DataError(f"Fold {fold} of the {split} split of {data.name} lacks pairs.")
    return train, test


def _held_out(keys: Sequence[str], fold: int) -> np.ndarray:
    """Tell which keys stand in a fold of the distinct keys, taken in their order in the file.

    That order, and not the sorted one, gives the reference figures of KronRLS.
    """
    distinct = np.array(list(dict.fromkeys(keys)))
    if len(distinct) < FOLDS:
        raise DataError(f"A cold split needs {FOLDS} molecules and {FOLDS} sequences at least.")
    folds = KFold(FOLDS, shuffle=True, random_state=SEED).split(distinct)
    chosen = set(distinct[list(folds)[fold][1]])
    return np.array([key in chosen for key in keys])
