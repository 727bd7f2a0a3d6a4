"""Folds of the training data, recognised pair by pair by their digests."""

from __future__ import annotations

import hashlib

from dta_demo.data.affinities import AffinityData, DataError
from dta_demo.predictor.predictor import AffinityPredictor


def fold_digest(data: AffinityData, fold: int) -> str:
    """SHA-256 of the drug's and the target's names of every pair that a fold holds."""
    pairs = sorted(
        f"{data.drug_ids[drug]}\t{data.targets[target].name}"
        for drug, target, number in zip(data.drug_index, data.target_index, data.fold, strict=True)
        if number == fold
    )
    return hashlib.sha256("\n".join(pairs).encode()).hexdigest()


def check_left_out(predictor: AffinityPredictor, data: AffinityData, fold: int) -> None:
    """Check that a fold is, pair by pair, one that some members did not train on.

    Raises
    ------
    DataError
        When it is not, or has no pair.
    """
    recorded = predictor.fold_digests(data.name)
    if not (data.fold == fold).any():
        raise DataError(f"There is no pair of fold {fold} in this data.")
    if recorded.get(str(fold)) != fold_digest(data, fold):
        raise DataError(
            f"Fold {fold} of this data is not a fold that members of the checkpoint left out; "
            "leave --folds away to score all pairs by all members."
        )


def holds_a_training_fold(predictor: AffinityPredictor, data: AffinityData) -> bool:
    """Whether some fold of the data was trained on by members other than one."""
    return any(
        (data.fold == int(fold)).any() and fold_digest(data, int(fold)) == digest
        for fold, digest in predictor.fold_digests(data.name).items()
    )
