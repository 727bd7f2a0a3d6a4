"""Evaluation of a checkpoint, and of what it is compared with, on a folder of measured pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dta_demo.data.affinities import AffinityData, load_affinities
from dta_demo.evaluation.alignment import AlignmentKernel
from dta_demo.evaluation.baselines import choose_training_pairs, predict_baselines
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
from dta_demo.predictor.predictor import AffinityPredictor


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
        Folder for figures of errors and intervals.
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
        Plain JSON types; None for a figure that the pairs do not define.

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
    if extras.plots:
        from dta_demo.evaluation.plots import save_plots  # Matplotlib takes its time to import.

        save_plots(scored, extras.plots)
    return document


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
