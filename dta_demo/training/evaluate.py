"""Scores a checkpoint on a folder of measured pairs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from dta_demo.data.affinities import AffinityData, DataError, load_affinities
from dta_demo.heads import LABELS, ProteinRegion
from dta_demo.neighbours import drug_bits, mean_state
from dta_demo.predictor import AffinityPredictor
from dta_demo.results import Neighbour
from dta_demo.training.calibrate import clip_label
from dta_demo.training.metrics import TIGHT_PKD, interval_metrics, regression_metrics
from dta_demo.trust import group_of_interval, judge

TIGHT = {"pKd": TIGHT_PKD, "KIBA score": 12.1}
"""Label from which a pair counts as a binder; for KIBA the threshold of Tang et al. (2014)."""

PAIRS_AT_ONCE = 8192


def evaluate(
    predictor: AffinityPredictor, folder: str | Path, folds: Sequence[int] = ()
) -> dict[str, object]:
    """Score a checkpoint on a dataset.

    Parameters
    ----------
    folds : sequence of int
        Folds of the training data to score, each only by the members that left it out, which
        is checked against the pairs that the checkpoint recorded for the fold. Without a fold
        every pair is scored by all members.

    Raises
    ------
    DataError
        When the data cannot be read, or a fold is not one that members left out.
    """
    data = load_affinities(folder)
    if data.label not in predictor.calibrations:
        raise DataError(f"This checkpoint was not trained for the label {data.label!r}.")
    for fold in folds:
        check_left_out(predictor, data, fold)
    if folds:
        data = data.take(np.isin(data.fold, folds))
    targets = encode_targets(predictor, data)
    predicted = np.zeros(len(data))
    left_out: Sequence[int | None] = folds or (None,)
    for number in left_out:
        rows = np.arange(len(data)) if number is None else np.flatnonzero(data.fold == number)
        predicted[rows] = predict_rows(predictor, data, targets, rows, number)
    return _score(predictor, data, targets, predicted, not folds)


@dataclass(frozen=True)
class EvaluatedTarget:
    """A target of the data: what the heads read, and how far it is from the training targets."""

    region: ProteinRegion
    nearest: Neighbour
    is_kinase: bool
    has_domain: bool


def encode_targets(predictor: AffinityPredictor, data: AffinityData) -> dict[int, EvaluatedTarget]:
    """Encode every target that the pairs name, once."""
    encoded = {}
    for number in tqdm(np.unique(data.target_index), "Encoding proteins"):
        target = data.targets[number]
        region, domain = predictor.read_region(target.form)
        nearest, is_kinase = predictor.reference.nearest_target(mean_state(region))
        encoded[int(number)] = EvaluatedTarget(region, nearest, is_kinase, domain is not None)
    return encoded


def fold_digest(data: AffinityData, fold: int) -> str:
    """Fingerprint of which pairs a fold holds."""
    pairs = sorted(
        f"{data.drug_ids[drug]}\t{data.targets[target].name}"
        for drug, target, number in zip(data.drug_index, data.target_index, data.fold, strict=True)
        if number == fold
    )
    return hashlib.sha256("\n".join(pairs).encode()).hexdigest()


def check_left_out(predictor: AffinityPredictor, data: AffinityData, fold: int) -> None:
    """Make sure that a fold is, pair by pair, what some members did not train on."""
    recorded = predictor.record["fold_digests"].get(data.name, {})
    if not (data.fold == fold).any():
        raise DataError(f"There is no pair of fold {fold} in this data.")
    if recorded.get(str(fold)) != fold_digest(data, fold):
        raise DataError(
            f"Fold {fold} of this data is not a fold that members of the checkpoint left out; "
            "leave --folds away to score all pairs by all members."
        )


def predict_rows(
    predictor: AffinityPredictor,
    data: AffinityData,
    encoded: dict[int, EvaluatedTarget],
    rows: np.ndarray,
    left_out: int | None,
) -> np.ndarray:
    """Predict some pairs in the label's unit, clipped, members and poolings averaged."""
    targets, protein_index = np.unique(data.target_index[rows], return_inverse=True)
    drugs, drug_index = np.unique(data.drug_index[rows], return_inverse=True)
    ensemble = predictor.ensemble
    forms = [data.targets[number].form for number in targets]
    proteins = ensemble.encode(forms, [encoded[int(n)].region for n in targets], left_out)
    smiles = [data.drugs[number].smiles for number in drugs]
    parts = []
    for start in range(0, len(rows), PAIRS_AT_ONCE):
        part = slice(start, start + PAIRS_AT_ONCE)
        values = ensemble.predict_pairs(proteins, smiles, protein_index[part], drug_index[part])
        parts.append(values[..., LABELS.index(data.label)].mean(axis=(0, 1)))
    return clip_label(np.concatenate(parts), predictor.calibrations[data.label].floor)


def _score(
    predictor: AffinityPredictor,
    data: AffinityData,
    targets: dict[int, EvaluatedTarget],
    predicted: np.ndarray,
    all_members: bool,
) -> dict[str, object]:
    calibration = predictor.calibrations[data.label]
    groups = group_pairs(predictor, data, targets)
    low, high = np.zeros(len(data)), np.zeros(len(data))
    for group in np.unique(groups):
        rows = groups == group
        low[rows], high[rows] = calibration.interval(predicted[rows], str(group))
    figures = {
        **regression_metrics(data.affinity, predicted),
        **interval_metrics(data.affinity, low, high, TIGHT[data.label]),
    }
    trained_on = all_members and any(
        (data.fold == int(fold)).any() and fold_digest(data, int(fold)) == digest
        for fold, digest in predictor.record["fold_digests"].get(data.name, {}).items()
    )
    return {
        "dataset": data.name,
        "n": len(data),
        **{name: round(value, 5) for name, value in figures.items()},
        "groups": {str(group): int((groups == group).sum()) for group in np.unique(groups)},
        "trained_on": trained_on,
    }


def group_pairs(
    predictor: AffinityPredictor, data: AffinityData, targets: dict[int, EvaluatedTarget]
) -> np.ndarray:
    """Tell for every pair which group its interval is calibrated on."""
    drugs = {
        int(number): predictor.reference.nearest_drug(drug_bits(data.drugs[number].smiles))
        for number in np.unique(data.drug_index)
    }
    groups = []
    for drug, number in zip(data.drug_index.tolist(), data.target_index.tolist(), strict=True):
        target = targets[number]
        verdict = judge(drugs[drug], target.nearest, target.is_kinase, target.has_domain)
        groups.append(group_of_interval(verdict))
    return np.array(groups)
