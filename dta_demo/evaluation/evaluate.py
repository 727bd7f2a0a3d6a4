"""Scores a checkpoint, and what it is compared with, on a folder of measured pairs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from dta_demo.data.affinities import AffinityData, DataError, load_affinities
from dta_demo.evaluation.alignment import AlignmentKernel
from dta_demo.evaluation.baselines import choose_training_pairs, predict_baselines
from dta_demo.evaluation.calibration import clip_label
from dta_demo.evaluation.diagnostics import permute_molecules, permute_proteins, shuffle_proteins
from dta_demo.evaluation.metrics import (
    TIGHT_PKD,
    diagnostic_metrics,
    errors_by_label,
    interval_metrics,
    regression_metrics,
)
from dta_demo.model.member import LABELS, ProteinRegion
from dta_demo.predictor.predictor import AffinityPredictor
from dta_demo.results.prediction import Neighbour
from dta_demo.trust.applicability import group_of, group_of_interval, judge
from dta_demo.trust.reference import mean_state

TIGHT = {"pKd": TIGHT_PKD, "KIBA score": 12.1}
"""Label from which a pair counts as a binder; for KIBA the threshold of Tang et al. (2014)."""


@dataclass(frozen=True)
class Extras:
    """What to measure besides the model itself.

    Attributes
    ----------
    baselines : bool
        Score the simple methods of `dta_demo.evaluation.baselines` on the same pairs. A mean is
        best compared in one fold: a high pair lowers the mean that predicts it when its fold is
        left out, so that over five folds of Davis the CI of the target mean inside targets is
        0.38, and 0.50 in each of them.
    train_data : Path, optional
        Folder of the pairs to fit them on where no folds are named.
    controls : bool
        Score the model with one side made meaningless (`dta_demo.evaluation.diagnostics`).
    plots : Path, optional
        Folder for figures of errors and intervals.
    """

    baselines: bool = False
    train_data: Path | None = None
    controls: bool = False
    plots: Path | None = None


@dataclass(frozen=True)
class Scored:
    """Pairs with what was predicted for them.

    Attributes
    ----------
    predicted, low, high : numpy.ndarray of float64, shape (pairs,)
        Clipped predictions and the ends of their intervals, in the label's unit.
    groups : numpy.ndarray of str, shape (pairs,)
        Group whose interval each pair got.
    level : float
        Share of the labels that the intervals are meant to hold.
    """

    data: AffinityData
    predicted: np.ndarray
    low: np.ndarray
    high: np.ndarray
    groups: np.ndarray
    level: float


def evaluate(
    predictor: AffinityPredictor,
    folder: str | Path,
    folds: Sequence[int] = (),
    extras: Extras | None = None,
) -> dict[str, Any]:
    """Score a checkpoint on a dataset.

    Parameters
    ----------
    folds : sequence of int
        Folds of the training data to score, each only by the members that left it out. That is
        checked: training records a digest of the drug's and the target's names of every pair of
        the fold that a member leaves out, and a fold that does not hold exactly these pairs is
        refused. Without a fold every pair is scored by all members.

    Returns
    -------
    dict
        Plain JSON types; None for a figure that the pairs do not define.

    Raises
    ------
    DataError
        When the data cannot be read, a fold is not one that members left out, or nothing is
        there to fit the baselines on.
    """
    extras = extras or Extras()
    whole = load_affinities(folder)
    check_label(predictor, whole)
    for fold in folds:
        check_left_out(predictor, whole, fold)
    data = whole.take(np.isin(whole.fold, folds)) if folds else whole
    train = choose_training_pairs(whole, folds, extras.train_data) if extras.baselines else {}
    targets = encode_targets(predictor, data)
    scored = _score(predictor, data, targets, predict_folds(predictor, data, targets, folds))
    document = _describe_model(scored)
    document["left_out_folds"] = list(folds)
    document["trained_on"] = not folds and holds_a_training_fold(predictor, data)
    if extras.baselines:
        rows = _predict_baselines(predictor, data, train)
        document["baselines"] = {name: describe(data, values) for name, values in rows.items()}
    if extras.controls:
        rows = _predict_controls(predictor, data, targets, folds)
        document["controls"] = {name: describe(data, values) for name, values in rows.items()}
    if extras.plots:
        from dta_demo.evaluation.plots import save_plots

        save_plots(scored, extras.plots)
    return document


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
        region, domain = predictor.read_region(target.construct)
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


def check_label(predictor: AffinityPredictor, data: AffinityData) -> None:
    """Make sure that the checkpoint predicts the label of the data."""
    if data.label not in predictor.calibrations:
        raise DataError(f"This checkpoint was not trained for the label {data.label!r}.")


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


def holds_a_training_fold(predictor: AffinityPredictor, data: AffinityData) -> bool:
    """Tell whether some fold of the data was trained on by members other than one."""
    recorded = predictor.record["fold_digests"].get(data.name, {})
    return any(
        (data.fold == int(fold)).any() and fold_digest(data, int(fold)) == digest
        for fold, digest in recorded.items()
    )


def predict_folds(
    predictor: AffinityPredictor,
    data: AffinityData,
    encoded: dict[int, EvaluatedTarget],
    folds: Sequence[int],
) -> np.ndarray:
    """Predict every pair, each fold by the members that left it out; without folds, by all."""
    predicted = np.zeros(len(data))
    for fold, rows in _parts(data, folds or (None,)):
        predicted[rows] = predict_rows(predictor, data, encoded, rows, fold)
    return predicted


def _parts(
    data: AffinityData, folds: Sequence[int | None]
) -> Iterator[tuple[int | None, np.ndarray]]:
    """Yield the rows of each fold; all rows for the fold None."""
    for fold in folds:
        yield fold, np.arange(len(data)) if fold is None else np.flatnonzero(data.fold == fold)


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
    forms = [data.targets[number].construct for number in targets]
    proteins = ensemble.encode(forms, [encoded[int(n)].region for n in targets], left_out)
    described = ensemble.describe_smiles([data.drugs[number].smiles for number in drugs])
    values = ensemble.predict_pairs(
        proteins, described, protein_index, drug_index, (data.label,)
    ).blended[:, LABELS.index(data.label)]
    return clip_label(values, predictor.calibrations[data.label].floor)


def _predict_baselines(
    predictor: AffinityPredictor,
    data: AffinityData,
    train: Mapping[int | None, AffinityData],
) -> dict[str, np.ndarray]:
    """Predict every pair by each baseline, fitted for its fold."""
    kernel = AlignmentKernel(predictor.profile)
    floor = predictor.calibrations[data.label].floor
    predicted: dict[str, np.ndarray] = {}
    for fold, rows in _parts(data, list(train)):
        for name, values in predict_baselines(train[fold], data.take(rows), floor, kernel).items():
            predicted.setdefault(name, np.zeros(len(data)))[rows] = values
    return predicted


def _predict_controls(
    predictor: AffinityPredictor,
    data: AffinityData,
    encoded: dict[int, EvaluatedTarget],
    folds: Sequence[int],
) -> dict[str, np.ndarray]:
    """Predict every pair with one of its sides made meaningless."""
    shuffled = shuffle_proteins(data)
    cases = {
        "residues shuffled": (shuffled, encode_targets(predictor, shuffled)),
        "proteins permuted": (permute_proteins(data), encoded),
        "molecules permuted": (permute_molecules(data), encoded),
    }
    return {
        name: predict_folds(predictor, changed, targets, folds)
        for name, (changed, targets) in cases.items()
    }


def _score(
    predictor: AffinityPredictor,
    data: AffinityData,
    targets: dict[int, EvaluatedTarget],
    predicted: np.ndarray,
) -> Scored:
    """Add the interval of each pair's group."""
    calibration = predictor.calibrations[data.label]
    groups = group_pairs(predictor, data, targets)
    low, high = np.zeros(len(data)), np.zeros(len(data))
    for group in np.unique(groups):
        rows = groups == group
        low[rows], high[rows] = calibration.interval(predicted[rows], str(group))
    return Scored(data, predicted, low, high, groups, calibration.level)


def _describe_model(scored: Scored) -> dict[str, Any]:
    """Give the figures of the model: the contract's at the top, the others below."""
    data = scored.data
    tight = TIGHT[data.label]
    errors = errors_by_label(data.affinity, scored.predicted, data.floor)
    return {
        "dataset": data.name,
        "n": len(data),
        **rounded(regression_metrics(data.affinity, scored.predicted)),
        **rounded(interval_metrics(data.affinity, scored.low, scored.high, tight)),
        "groups": {
            str(group): int((scored.groups == group).sum()) for group in np.unique(scored.groups)
        },
        "diagnostics": {
            **rounded(diagnose(data, scored.predicted)),
            "errors_by_label": [rounded(bin_) for bin_ in errors],
        },
    }


def describe(data: AffinityData, predicted: np.ndarray) -> dict[str, float | None]:
    """Give all figures of point predictions, rounded, None where one is not defined."""
    return rounded({**regression_metrics(data.affinity, predicted), **diagnose(data, predicted)})


def diagnose(data: AffinityData, predicted: np.ndarray) -> dict[str, float]:
    """Give what MSE and CI over all pairs hide; see `diagnostic_metrics`."""
    return diagnostic_metrics(
        data.affinity, predicted, data.target_index, data.drug_index, TIGHT[data.label]
    )


def rounded(figures: Mapping[str, float]) -> dict[str, float | None]:
    """Round to what JSON should hold; None for NaN, which JSON does not know."""
    return {name: None if np.isnan(value) else round(value, 5) for name, value in figures.items()}


def group_pairs(
    predictor: AffinityPredictor, data: AffinityData, targets: dict[int, EvaluatedTarget]
) -> np.ndarray:
    """Tell for every pair which group its interval is calibrated on."""
    numbers = np.unique(data.drug_index)
    described = predictor.ensemble.describe_smiles(
        [data.drugs[number].smiles for number in numbers]
    )
    nearest = predictor.reference.nearest_drugs(described.circles)
    drugs = dict(zip(numbers.tolist(), nearest, strict=True))
    new_target, new_drug = predictor.ensemble.find_new(
        data.label,
        [target.construct for target in data.targets],
        [drug.smiles for drug in data.drugs],
    )
    groups = []
    for drug, number in zip(data.drug_index.tolist(), data.target_index.tolist(), strict=True):
        target = targets[number]
        group = group_of(new_target[number], new_drug[drug])
        verdict = judge(drugs[drug], target.nearest, target.is_kinase, target.has_domain, group)
        groups.append(group_of_interval(verdict))
    return np.array(groups)
