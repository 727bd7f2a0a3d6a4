"""Fits conformal intervals to held-out predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dta_demo.results.group import Group
from dta_demo.trust.calibration import Calibration, GroupCalibration, clip_to_floor

LEVEL = 0.9
BINS = 6
LEAST_PAIRS_A_BIN = 100
"""Below this a quantile of 90% is too uncertain, and bins are joined."""

LEAST_ACTIVE_COVERAGE = 0.89
"""Coverage of actives to reach on the calibration pairs; 0.85 is asked for on new ones, and with
0.87 here the actives of both new were covered at 0.847 in cross-fitting."""

FLOOR_SHARE = 0.9
"""Share of the pairs below `Calibration.floor_below` that were measured at the floor."""


def fit_calibration(
    held_out: Mapping[Group, tuple[np.ndarray, np.ndarray]], floor: float | None, active_from: float
) -> Calibration:
    """Fit the intervals of one label.

    Parameters
    ----------
    held_out : mapping of group to (measured, predicted)
        For each group pairs that the predicting members did not train on; predictions clipped.
    active_from : float
        Label from which a pair counts as active.
    """
    groups: dict[str, GroupCalibration] = {
        name: fit_group(measured, predicted, floor, active_from)
        for name, (measured, predicted) in held_out.items()
    }
    measured, predicted = held_out[Group.SEEN]
    below = find_floor(measured, predicted, floor) if floor is not None else -np.inf
    return Calibration(LEVEL, floor, float(below), groups)


def fit_group(
    measured: np.ndarray, predicted: np.ndarray, floor: float | None, active_from: float
) -> GroupCalibration:
    """Fit one group: quantiles of the signed error in bins of the prediction.

    Errors are not symmetric where most labels are at the floor: a missed active is far above
    its prediction. The share of misses allowed above is lowered from a half of them until
    actives are covered too; what is saved there is spent below.
    """
    edges = bin_edges(predicted)
    for missed_above in (0.05, 0.04, 0.03, 0.02, 0.015, 0.01, 0.005):
        fitted = _quantiles(measured - predicted, predicted, edges, missed_above)
        calibration = Calibration(LEVEL, floor, -np.inf, {"": fitted})
        low, high = calibration.interval(predicted, "")
        actives = measured >= active_from
        inside = (measured >= low) & (measured <= high)
        if not actives.any() or inside[actives].mean() >= LEAST_ACTIVE_COVERAGE:
            break
    return fitted


def cross_fit_intervals(
    folds: Sequence[tuple[np.ndarray, np.ndarray]], floor: float | None, active_from: float
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Intervals of each fold of one group, calibrated on all other folds.

    Parameters
    ----------
    folds : sequence of (measured, predicted)
        Two at least.
    """
    intervals = []
    for fold, (_, predicted) in enumerate(folds):
        others = [pair for number, pair in enumerate(folds) if number != fold]
        measured, others_predicted = (np.concatenate(side) for side in zip(*others, strict=True))
        fitted = fit_group(measured, others_predicted, floor, active_from)
        calibration = Calibration(LEVEL, floor, -np.inf, {"": fitted})
        intervals.append(calibration.interval(predicted, ""))
    return intervals


def bin_edges(predicted: np.ndarray) -> np.ndarray:
    """Cut the range of the predictions evenly, with enough pairs in every bin."""
    low, high = np.quantile(predicted, [0.01, 0.99])
    edges = list(np.linspace(low, high, BINS + 1)[1:-1])
    while edges:
        counts = np.bincount(np.searchsorted(edges, predicted), minlength=len(edges) + 1)
        scarce = int(counts.argmin())
        if counts[scarce] >= LEAST_PAIRS_A_BIN:
            break
        edges.pop(max(scarce - 1, 0))
    return np.array(edges)


def _quantiles(
    error: np.ndarray, predicted: np.ndarray, edges: np.ndarray, missed_above: float
) -> GroupCalibration:
    place = np.searchsorted(edges, predicted)
    low, high = [], []
    for number in range(len(edges) + 1):
        errors = np.sort(error[place == number])
        low.append(_order_statistic(errors, 1 - LEVEL - missed_above, upper=False))
        high.append(_order_statistic(errors, 1 - missed_above, upper=True))
    return GroupCalibration(tuple(map(float, edges)), tuple(low), tuple(high), len(error))


def _order_statistic(ordered: np.ndarray, level: float, upper: bool) -> float:
    """Quantile with the finite-sample correction of split conformal prediction."""
    n = len(ordered)
    rank = np.ceil((n + 1) * level) if upper else np.floor((n + 1) * level)
    return round(float(ordered[int(np.clip(rank, 1, n)) - 1]), 4)


def find_floor(measured: np.ndarray, predicted: np.ndarray, floor: float) -> float:
    """Find the prediction below which nine in ten pairs were measured at the floor."""
    order = np.argsort(predicted)
    share = np.cumsum(measured[order] <= floor) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero((share >= FLOOR_SHARE) & (np.arange(len(order)) >= LEAST_PAIRS_A_BIN))
    return float(predicted[order][enough[-1]]) if len(enough) else floor


def clip_label(predicted: np.ndarray, floor: float | None) -> np.ndarray:
    """Clip predictions where the label has a floor."""
    return predicted if floor is None else clip_to_floor(predicted, floor)
