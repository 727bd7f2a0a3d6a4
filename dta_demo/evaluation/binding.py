"""Fits binding to held-out pairs, and measures how well it tells binders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import average_precision_score
from sklearn.model_selection import KFold, cross_val_predict

from dta_demo.evaluation.calibration import LEVEL, fit_group
from dta_demo.evaluation.figures import rounded
from dta_demo.evaluation.metrics import interval_metrics, mean_squared_error
from dta_demo.trust.binding import (
    BindingCalibration,
    BindingPrediction,
    GroupBinding,
    LinearPredictor,
)

Name = TypeVar("Name", bound=str)

INVERSE_PENALTY = 10.0
"""Of the logistic regressions: only keeps coefficients finite where binders stand apart."""

PENALTY = 1.0
"""Of the linear regression, as weak: a pair more with every standardised feature at 0."""

RESIDUAL_FOLDS = 5
"""The interval is calibrated on errors of pairs that the linear regression was not fitted to."""

LEAST_PAIRS = 20
"""Binders, actives and pairs that do not bind which a group needs each at least."""

BINS = 10

OTHERS = "held-out"
"""Name under which the other folds of a group are fitted."""


def fit_binding(
    groups: Mapping[Name, tuple[np.ndarray, np.ndarray]], floor: float, active_from: float
) -> BindingCalibration:
    """Fit the binding of one label.

    Parameters
    ----------
    groups : mapping of group to (measured, features)
        For each group pairs that the predicting members did not train on: labels of shape
        (pairs,), and binding features of shape (pairs, features).
    floor : float
        Highest label that means "no binding seen".
    active_from : float
        Label from which a pair counts as active.

    Raises
    ------
    ValueError
        When a group has too few pairs of a kind, or a feature that is not finite.
    """
    fitted: dict[str, GroupBinding] = {
        name: _fit_group(str(name), measured, features, floor, active_from)
        for name, (measured, features) in groups.items()
    }
    return BindingCalibration(LEVEL, floor, active_from, fitted)


def cross_fit_binding(
    folds: Sequence[tuple[np.ndarray, np.ndarray]], floor: float, active_from: float
) -> list[BindingPrediction]:
    """Predict the binding of each fold of one group, fitted on all other folds.

    Parameters
    ----------
    folds : sequence of (measured, features)
        Two at least.
    """
    predictions = []
    for fold, (_, features) in enumerate(folds):
        others = [pairs for number, pairs in enumerate(folds) if number != fold]
        measured, others_features = (np.concatenate(side) for side in zip(*others, strict=True))
        fitted = fit_binding({OTHERS: (measured, others_features)}, floor, active_from)
        predictions.append(fitted.predict(features, OTHERS))
    return predictions


def _fit_group(
    name: str, measured: np.ndarray, features: np.ndarray, floor: float, active_from: float
) -> GroupBinding:
    """Fit the three predictors of one group, and the interval of its binders."""
    if not np.isfinite(features).all():
        raise ValueError(f"A binding feature of the group {name} is not finite.")
    binds, active = measured > floor, measured >= active_from
    kinds = {"that bind": binds, "that are active": active, "that do not bind": ~binds}
    for kind, rows in kinds.items():
        if rows.sum() < LEAST_PAIRS:
            raise ValueError(f"The {name} pairs {kind} are {rows.sum()}, fewer than {LEAST_PAIRS}.")
    mean, scale = features.mean(axis=0), features.std(axis=0)
    # A feature that does not vary says nothing; rounding leaves it a tiny deviation.
    scale = np.where(scale > 1e-9 * np.maximum(1.0, np.abs(mean)), scale, 1.0)
    standardised = (features - mean) / scale
    of_binders, labels = standardised[binds], measured[binds]
    folds = KFold(RESIDUAL_FOLDS, shuffle=True, random_state=0)
    held_out = cross_val_predict(Ridge(alpha=PENALTY), of_binders, labels, cv=folds)
    return GroupBinding(
        tuple(mean.tolist()),
        tuple(scale.tolist()),
        _fit_logit(standardised, binds),
        _fit_logit(standardised, active),
        _as_predictor(Ridge(alpha=PENALTY).fit(of_binders, labels)),
        fit_group(labels, np.maximum(held_out, floor), floor, active_from),
    )


def _fit_logit(standardised: np.ndarray, outcome: np.ndarray) -> LinearPredictor:
    regression = LogisticRegression(C=INVERSE_PENALTY, max_iter=1000)
    return _as_predictor(regression.fit(standardised, outcome))


def _as_predictor(fitted: LogisticRegression | Ridge) -> LinearPredictor:
    """Intercept and weights of a fitted regression as plain numbers."""
    intercept, weights = np.ravel(fitted.intercept_), np.ravel(fitted.coef_)
    return LinearPredictor(float(intercept[0]), tuple(weights.tolist()))


def binding_metrics(
    measured: np.ndarray,
    predicted: BindingPrediction,
    base_rates: tuple[np.ndarray, np.ndarray],
    floor: float,
    active_from: float,
) -> dict[str, dict[str, float]]:
    """Metrics of the chances that pairs bind and are active, and of the affinity of binders.

    Parameters
    ----------
    base_rates : tuple of numpy.ndarray, shape (pairs,)
        Share of the other pairs of each pair's target that bind, and that are active: what is
        known without the molecule.

    Returns
    -------
    dict of str to dict
        ``"binds"`` and ``"active"`` as by `probability_metrics`, ``"if_bound"`` as by
        `if_bound_metrics`.
    """
    return {
        "binds": probability_metrics(measured > floor, predicted.probability_binds, base_rates[0]),
        "active": probability_metrics(
            measured >= active_from, predicted.probability_active, base_rates[1]
        ),
        "if_bound": if_bound_metrics(measured, predicted, floor, active_from),
    }


def describe_binding(
    measured: np.ndarray,
    target: np.ndarray,
    predicted: BindingPrediction,
    floor: float,
    active_from: float,
) -> dict[str, dict[str, Any]]:
    """Metrics of `binding_metrics` beside the rates of each pair's target, as plain JSON types.

    Parameters
    ----------
    target : numpy.ndarray of int, shape (pairs,)
        Which target each pair is of.

    Returns
    -------
    dict of str to dict
        The chances also have ``"brier_base_rate"``, the Brier score of the rates, and
        ``"reliability"``, a `reliability_table`.
    """
    outcomes = {"binds": measured > floor, "active": measured >= active_from}
    chances = {"binds": predicted.probability_binds, "active": predicted.probability_active}
    rates = {name: rate_of_others(outcome, target) for name, outcome in outcomes.items()}
    metrics = binding_metrics(
        measured, predicted, (rates["binds"], rates["active"]), floor, active_from
    )
    figures: dict[str, dict[str, Any]] = {name: rounded(each) for name, each in metrics.items()}
    for name, outcome in outcomes.items():
        table = reliability_table(outcome, chances[name])
        figures[name] |= rounded({"brier_base_rate": brier_score(outcome, rates[name])})
        figures[name]["reliability"] = [rounded(each) for each in table]
    return figures


def rate_of_others(outcome: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Share of the other pairs of each pair's target that have an outcome: (pairs,).

    For the only pair of a target, the share of all other pairs.
    """
    pairs = np.bincount(target)[target] - 1
    hits = np.bincount(target, weights=outcome)[target] - outcome
    overall = (outcome.sum() - outcome) / max(len(outcome) - 1, 1)
    return np.where(pairs > 0, hits / np.maximum(pairs, 1), overall)


def probability_metrics(
    outcome: np.ndarray, probability: np.ndarray, baseline: np.ndarray
) -> dict[str, float]:
    """Metrics of predicted chances.

    Parameters
    ----------
    outcome : numpy.ndarray of bool, shape (pairs,)
    baseline : numpy.ndarray, shape (pairs,)
        Chances that the skill is measured against.

    Returns
    -------
    dict of str to float
        Brier score; its skill, 1 for certainty and 0 for no better than the baseline; expected
        calibration error; AUPR beside the share of outcomes, its value by chance.
    """
    score, reference = brier_score(outcome, probability), brier_score(outcome, baseline)
    defined = bool(outcome.any())
    return {
        "brier": score,
        "brier_skill": 1 - score / reference if reference else float("nan"),
        "ece": expected_calibration_error(outcome, probability),
        "aupr": float(average_precision_score(outcome, probability)) if defined else float("nan"),
        "base_rate": float(outcome.mean()),
    }


def brier_score(outcome: np.ndarray, probability: np.ndarray) -> float:
    """Mean squared difference of chance and outcome (Brier 1950)."""
    return float(np.mean((probability - outcome) ** 2))


def expected_calibration_error(outcome: np.ndarray, probability: np.ndarray) -> float:
    """Mean distance of chance and observed share over the bins of `reliability_table`."""
    table = reliability_table(outcome, probability)
    distances = [each["n"] * abs(each["mean_predicted"] - each["observed"]) for each in table]
    return float(sum(distances) / len(outcome))


def reliability_table(outcome: np.ndarray, probability: np.ndarray) -> list[dict[str, float]]:
    """Tabulate chances beside what came of them, in up to ten bins of equally many pairs.

    Pairs of one chance stay in one bin, so that their order makes no difference.

    Returns
    -------
    list of dict
        For each bin ``mean_predicted``, the share ``observed``, and ``n``.
    """
    edges = np.unique(np.quantile(probability, np.linspace(0, 1, BINS + 1)[1:-1]))
    place = np.searchsorted(edges, probability)
    return [
        {
            "mean_predicted": float(probability[place == number].mean()),
            "observed": float(outcome[place == number].mean()),
            "n": int((place == number).sum()),
        }
        for number in np.unique(place)
    ]


def if_bound_metrics(
    measured: np.ndarray, predicted: BindingPrediction, floor: float, active_from: float
) -> dict[str, float]:
    """Metrics of the affinity if bound and its interval, on the pairs that bind.

    Returns
    -------
    dict of str to float
        Number of binders, MSE, and those of `interval_metrics`; NaN without binders.
    """
    binds = measured > floor
    if not binds.any():
        names = ("mse", "coverage", "coverage_actives", "mean_width")
        return {"n": 0, **dict.fromkeys(names, float("nan"))}
    labels, low, high = measured[binds], predicted.low[binds], predicted.high[binds]
    return {
        "n": int(binds.sum()),
        "mse": mean_squared_error(labels, predicted.affinity_if_bound[binds]),
        **interval_metrics(labels, low, high, active_from),
    }
