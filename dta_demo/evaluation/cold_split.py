"""Scores of the recipe and the baselines on a cold split, for which all are fitted anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from dta_demo.data.affinities import AffinityData, load_affinities
from dta_demo.evaluation.alignment import AlignmentKernel
from dta_demo.evaluation.baselines import predict_baselines
from dta_demo.evaluation.calibration import LEVEL, clip_label, cross_fit_intervals
from dta_demo.evaluation.figures import diagnose, rounded
from dta_demo.evaluation.metrics import ACTIVE_FROM, interval_metrics, regression_metrics
from dta_demo.evaluation.predictions_file import write_predictions
from dta_demo.evaluation.scored import Scored
from dta_demo.evaluation.splits import FOLDS, SPLITS, Split, split_rows
from dta_demo.predictor.predictor import AffinityPredictor

SplitTrainer = Callable[[AffinityData, np.ndarray, np.ndarray, Split, int], np.ndarray]
"""Trains on some pairs and predicts others: ``(data, train mask, test mask, split, fold)`` to
predictions in the label's unit, shape (test pairs,)."""

MODEL = "model"
AT_THE_TOP = (
    "mse", "ci", "rm2", "pearson", "spearman", "coverage", "coverage_actives", "mean_width",
)  # fmt: skip
"""Figures that stand at the top of every evaluation; the others are below ``diagnostics``."""


def evaluate_split(
    predictor: AffinityPredictor,
    folder: str | Path,
    split: Split,
    train_split_predictions: SplitTrainer | None = None,
    output: Path | None = None,
) -> dict[str, Any]:
    """Score the baselines, and the recipe where it is given, on every fold of a cold split.

    The published test fold, where the data has one, is neither trained on nor scored.

    Parameters
    ----------
    predictor : AffinityPredictor
        Gives the kinase profile and the floor. Its members predict nothing here: they have seen
        the molecules and the targets that a split holds out.
    train_split_predictions : SplitTrainer, optional
        Without it the figures of the model are None.
    output : Path, optional
        CSV file for the predictions of the recipe, with the folds of the split.

    Returns
    -------
    dict
        What `dta_demo.evaluation.evaluate.evaluate` gives, each figure the mean over the folds,
        and the figures of each fold below ``folds``.
    """
    whole = load_affinities(folder)
    floor = predictor.calibration(whole.label).floor
    data = whole.take(~whole.is_test)
    kernel = AlignmentKernel(predictor.kinase_profile)
    masks = [split_rows(data, split, fold) for fold in range(FOLDS)]
    tests = [data.take(test) for _, test in masks]
    predicted: dict[str, list[np.ndarray]] = {}
    for fold, (train, test) in enumerate(masks):
        by_name = predict_baselines(data.take(train), tests[fold], floor, kernel)
        if train_split_predictions:
            values = train_split_predictions(data, train, test, split, fold)
            by_name[MODEL] = clip_label(values, floor)
        for name, values in by_name.items():
            predicted.setdefault(name, []).append(values)
    if output and MODEL in predicted:
        write_predictions(output, _list_scored(tests, predicted[MODEL], split, floor))
    summaries = {name: summarise(tests, values, floor) for name, values in predicted.items()}
    model = summaries.pop(MODEL, {})
    return {
        "dataset": data.name,
        "n": sum(len(test) for test in tests),
        **{name: model.pop(name, None) for name in AT_THE_TOP},
        "split": split,
        "folds": model.pop("folds", []),
        "diagnostics": model,
        "baselines": summaries,
    }


def _list_scored(
    tests: Sequence[AffinityData],
    predicted: Sequence[np.ndarray],
    split: Split,
    floor: float | None,
) -> Iterator[Scored]:
    """Yield the test pairs of each fold, with the fold's number, predictions and intervals."""
    intervals = _cross_fit(tests, predicted, floor)
    for fold, (test, values, (low, high)) in enumerate(
        zip(tests, predicted, intervals, strict=True)
    ):
        numbered = replace(test, fold=np.full(len(test), fold))
        groups = np.full(len(test), SPLITS[split].value)
        yield Scored(numbered, values, low, high, groups, LEVEL)


def _cross_fit(
    tests: Sequence[AffinityData], predicted: Sequence[np.ndarray], floor: float | None
) -> list[tuple[np.ndarray, np.ndarray]]:
    pairs = [(test.affinity, values) for test, values in zip(tests, predicted, strict=True)]
    return cross_fit_intervals(pairs, floor, ACTIVE_FROM[tests[0].label])


def summarise(
    tests: Sequence[AffinityData], predicted: Sequence[np.ndarray], floor: float | None
) -> dict[str, Any]:
    """Mean of every figure over the folds, and the figures of each fold."""
    intervals = _cross_fit(tests, predicted, floor)
    folds = [
        {
            **regression_metrics(test.affinity, values),
            **interval_metrics(test.affinity, low, high, ACTIVE_FROM[test.label]),
            **diagnose(test, values),
        }
        for test, values, (low, high) in zip(tests, predicted, intervals, strict=True)
    ]
    return {
        **rounded({name: mean_of_defined([fold[name] for fold in folds]) for name in folds[0]}),
        "folds": [
            {"fold": number, "n": len(test), **rounded(figures)}
            for number, (test, figures) in enumerate(zip(tests, folds, strict=True))
        ],
    }


def mean_of_defined(values: Sequence[float]) -> float:
    """Average over the folds in which a figure is defined; NaN where it is in none."""
    defined = [value for value in values if not np.isnan(value)]
    return float(np.mean(defined)) if defined else float("nan")
