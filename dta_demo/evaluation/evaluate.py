"""Evaluation of a checkpoint, and of what it is compared with, on a folder of measured pairs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dta_demo.data.affinities import AffinityData, load_affinities
from dta_demo.evaluation.alignment import AlignmentKernel
from dta_demo.evaluation.baselines import choose_training_pairs, predict_baselines
from dta_demo.evaluation.binding import describe_binding
from dta_demo.evaluation.figures import describe, describe_scored
from dta_demo.evaluation.folds import check_left_out, holds_a_training_fold
from dta_demo.evaluation.prediction import (
    encode_targets,
    predict_controls,
    predict_folds,
    rows_of_folds,
    score,
)
from dta_demo.evaluation.predictions_file import write_predictions
from dta_demo.inputs.protein import Protein
from dta_demo.model.labels import LABELS, PKD
from dta_demo.predictor.predictor import AffinityPredictor
from dta_demo.results.prediction import Binding
from dta_demo.trust.binding import BindingPrediction

WITHOUT_BINDING = (
    "The chance of binding is not scored on folds: it is predicted by all members together, and "
    "some trained on them. The model card has its figures on pairs that were left out."
)


@dataclass(frozen=True)
class Extras:
    """Measurements besides that of the model itself.

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
        Folder for figures of errors, of intervals and of the chance of binding.
    output : Path, optional
        CSV file for the predictions of the model.
    """

    baselines: bool = False
    train_data: Path | None = None
    controls: bool = False
    plots: Path | None = None
    output: Path | None = None


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
        Plain JSON types; None for a figure that the pairs do not define. Where the checkpoint
        tells a chance of binding, ``binding`` holds what `score_binding` gives.

    Raises
    ------
    DataError
        When the data cannot be read, a fold is not one that members left out, or nothing is
        there to fit the baselines on.
    ValueError
        When the checkpoint was not trained for the label of the data.
    """
    extras = extras or Extras()
    whole = load_affinities(folder)
    predictor.calibration(whole.label)  # Refuses a label that the checkpoint does not predict.
    for fold in folds:
        check_left_out(predictor, whole, fold)
    data = whole.take(np.isin(whole.fold, folds)) if folds else whole
    train = choose_training_pairs(whole, folds, extras.train_data) if extras.baselines else {}
    targets = encode_targets(predictor, data)
    scored = score(predictor, data, targets, predict_folds(predictor, data, targets, folds))
    if extras.output:
        write_predictions(extras.output, [scored])
    document = describe_scored(scored)
    document["left_out_folds"] = list(folds)
    document["trained_on"] = not folds and holds_a_training_fold(predictor, data)
    if extras.baselines:
        rows = _predict_baselines(predictor, data, train)
        document["baselines"] = {name: describe(data, values) for name, values in rows.items()}
    if extras.controls:
        rows = predict_controls(predictor, data, targets, folds)
        document["controls"] = {name: describe(data, values) for name, values in rows.items()}
    binding = score_binding(predictor, data, folds)
    if binding:
        document["binding"] = binding
    if extras.plots:
        from dta_demo.evaluation import plots  # Matplotlib takes its time to import.

        plots.save_plots(scored, extras.plots)
        if "binds" in binding:
            tables = {name: binding[name]["reliability"] for name in ("binds", "active")}
            plots.save_reliability(tables, extras.plots)
    return document


def score_binding(
    predictor: AffinityPredictor, data: AffinityData, folds: Sequence[int] = ()
) -> dict[str, Any]:
    """Score the chances that pairs bind and are active, and the affinity if bound.

    Returns
    -------
    dict
        By `describe_binding`; with folds ``left_out``, why they are not scored; empty where the
        checkpoint tells no chance of binding.
    """
    if data.label != LABELS[PKD]:
        return {}
    found = []
    for row, binding in _predict_binding(predictor, data):
        if binding is None:
            return {}
        if folds:
            return {"left_out": WITHOUT_BINDING}
        found.append(
            (
                row,
                binding.active_from,
                binding.probability_binds,
                binding.probability_active,
                binding.affinity_if_bound,
                *binding.interval_if_bound,
            )
        )
    rows, active_from, *columns = (np.array(column) for column in zip(*found, strict=True))
    floor = predictor.calibration(data.label).floor
    return describe_binding(
        data.affinity[rows],
        data.target_index[rows],
        BindingPrediction(*columns),
        -np.inf if floor is None else floor,
        float(active_from[0]),
    )


def _predict_binding(
    predictor: AffinityPredictor, data: AffinityData
) -> Iterator[tuple[int, Binding | None]]:
    """Yield the row of each pair and its binding, which all members together predict."""
    for number in np.unique(data.target_index):
        target, rows = data.targets[number], np.flatnonzero(data.target_index == number)
        smiles = [data.drugs[drug].smiles for drug in data.drug_index[rows]]
        protein = Protein(target.construct.sequence, target.name)
        for row, screened in zip(rows.tolist(), predictor.screen(protein, smiles), strict=True):
            yield row, screened.binding


def _predict_baselines(
    predictor: AffinityPredictor,
    data: AffinityData,
    train: Mapping[int | None, AffinityData],
) -> dict[str, np.ndarray]:
    """Predict every pair by each baseline, fitted for its fold."""
    kernel = AlignmentKernel(predictor.kinase_profile)
    floor = predictor.calibration(data.label).floor
    predicted: dict[str, np.ndarray] = {}
    for fold, rows in rows_of_folds(data, list(train)):
        for name, values in predict_baselines(train[fold], data.take(rows), floor, kernel).items():
            predicted.setdefault(name, np.zeros(len(data)))[rows] = values
    return predicted
