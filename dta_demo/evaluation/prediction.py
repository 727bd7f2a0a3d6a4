"""Predictions of measured pairs, each fold by the members that left it out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from tqdm import tqdm

from dta_demo.data.affinities import AffinityData
from dta_demo.evaluation.diagnostics import permute_molecules, permute_proteins, shuffle_proteins
from dta_demo.evaluation.scored import Scored
from dta_demo.predictor.panel import EncodedTarget, Pairs
from dta_demo.predictor.predictor import AffinityPredictor


def encode_targets(predictor: AffinityPredictor, data: AffinityData) -> dict[int, EncodedTarget]:
    """Encode every target that the pairs name, once; by its place in the data."""
    return {
        int(number): predictor.encode_target(data.targets[number])
        for number in tqdm(np.unique(data.target_index), "Encoding proteins")
    }


def rows_of_folds(
    data: AffinityData, folds: Sequence[int | None]
) -> Iterator[tuple[int | None, np.ndarray]]:
    """Yield the rows of each fold; all rows for the fold None."""
    for fold in folds:
        yield fold, np.arange(len(data)) if fold is None else np.flatnonzero(data.fold == fold)


def predict_folds(
    predictor: AffinityPredictor,
    data: AffinityData,
    encoded: dict[int, EncodedTarget],
    folds: Sequence[int],
) -> np.ndarray:
    """Predict every pair, each fold by the members that left it out; without folds, by all.

    Returns
    -------
    numpy.ndarray of float64, shape (pairs,)
        In the unit of the label, clipped to its floor.
    """
    predicted = np.zeros(len(data))
    for fold, rows in rows_of_folds(data, folds or (None,)):
        pairs = select_pairs(data, encoded, rows)
        predicted[rows] = predictor.predict_pairs(pairs, data.label, fold)
    return predicted


def select_pairs(data: AffinityData, encoded: dict[int, EncodedTarget], rows: np.ndarray) -> Pairs:
    """Select pairs of a dataset, with only the targets and molecules that they name."""
    targets, target_index = np.unique(data.target_index[rows], return_inverse=True)
    drugs, drug_index = np.unique(data.drug_index[rows], return_inverse=True)
    return Pairs(
        targets=[encoded[int(number)] for number in targets],
        smiles=[data.drugs[number].smiles for number in drugs],
        target_index=target_index,
        drug_index=drug_index,
    )


def predict_controls(
    predictor: AffinityPredictor,
    data: AffinityData,
    encoded: dict[int, EncodedTarget],
    folds: Sequence[int],
) -> dict[str, np.ndarray]:
    """Predict every pair with one of its sides made meaningless."""
    shuffled = shuffle_proteins(data, predictor.letters_read)
    cases = {
        "residues shuffled": (shuffled, encode_targets(predictor, shuffled)),
        "proteins permuted": (permute_proteins(data), encoded),
        "molecules permuted": (permute_molecules(data), encoded),
    }
    return {
        name: predict_folds(predictor, changed, targets, folds)
        for name, (changed, targets) in cases.items()
    }


def score(
    predictor: AffinityPredictor,
    data: AffinityData,
    encoded: dict[int, EncodedTarget],
    predicted: np.ndarray,
) -> Scored:
    """Assess each prediction, and put the interval of its group beside it."""
    pairs = select_pairs(data, encoded, np.arange(len(data)))
    assessed = predictor.assess_pairs(pairs, data.label, predicted)
    groups = np.array([group.value for group in assessed.interval_groups])
    level = predictor.calibration(data.label).level
    return Scored(data, predicted, assessed.low, assessed.high, groups, level)
