"""Metrics of predictions against measured labels.

Every function takes labels and predictions as float arrays of shape (pairs,), in the label's
unit. A figure that is not defined for the pairs, such as the order of equal labels, is NaN.
"""

from __future__ import annotations

import numpy as np
from scipy import stats
from sklearn.metrics import average_precision_score

ACTIVE_PKD = 7.0
"""pKd from which a pair counts as active (Kd of 100 nM or less)."""

ACTIVE_FROM = {"pKd": ACTIVE_PKD, "KIBA score": 12.1}
"""Label from which a pair counts as active; for KIBA the threshold of Tang et al. (2014)."""


def mean_squared_error(measured: np.ndarray, predicted: np.ndarray) -> float:
    """Mean squared error in squared units of the label."""
    return float(np.mean((predicted - measured) ** 2))


def concordance_index(measured: np.ndarray, predicted: np.ndarray) -> float:
    """Share of the pairs with different labels whose predictions stand in the same order.

    Equal predictions count as half (Gonen and Heller 2005, doi:10.1093/biomet/92.4.965).
    Kendall's tau-b gives the numbers of concordant and discordant pairs in O(n log n).

    Returns
    -------
    float
        In [0, 1]; NaN when all labels are the same.
    """
    n = len(measured)
    pairs = n * (n - 1) / 2
    tied_label = _tied_pairs(measured)
    comparable = pairs - tied_label
    if comparable == 0:
        return float("nan")
    tied_prediction = _tied_pairs(predicted)
    if tied_prediction == pairs:
        return 0.5
    tau = stats.kendalltau(measured, predicted, variant="b").statistic
    difference = tau * np.sqrt(comparable) * np.sqrt(pairs - tied_prediction)
    return float(0.5 + difference / (2 * comparable))


def _tied_pairs(values: np.ndarray) -> float:
    """Count the pairs of equal values."""
    _, counts = np.unique(values, return_counts=True)
    return float(np.sum(counts * (counts - 1) / 2))


def rm2(measured: np.ndarray, predicted: np.ndarray) -> float:
    r"""Modified squared correlation :math:`r_m^2 = r^2 (1 - \sqrt{|r^2 - r_0^2|})`.

    The external validation of Roy et al. (2009, doi:10.1002/qsar.200860107), as DeepDTA's paper
    writes it: :math:`r_0^2` is that of the regression of the labels on the predictions through
    the origin. DeepDTA's code squares :math:`r^2` and :math:`r_0^2` once more under the root,
    and published values come from it; on Davis, at 0.725, that lowers the figure by 0.003.
    """
    if np.ptp(predicted) == 0 or np.ptp(measured) == 0:
        return float("nan")
    squared = float(np.corrcoef(measured, predicted)[0, 1]) ** 2
    slope = float(np.sum(measured * predicted) / np.sum(predicted**2))
    residual = np.sum((measured - slope * predicted) ** 2)
    through_origin = 1.0 - residual / np.sum((measured - measured.mean()) ** 2)
    return float(squared * (1.0 - np.sqrt(abs(squared - through_origin))))


def regression_metrics(measured: np.ndarray, predicted: np.ndarray) -> dict[str, float]:
    """All metrics of point predictions, by name."""
    constant = np.ptp(predicted) == 0 or np.ptp(measured) == 0
    return {
        "mse": mean_squared_error(measured, predicted),
        "ci": concordance_index(measured, predicted),
        "rm2": rm2(measured, predicted),
        "pearson": float("nan") if constant else float(stats.pearsonr(measured, predicted)[0]),
        "spearman": float("nan") if constant else float(stats.spearmanr(measured, predicted)[0]),
    }


def interval_metrics(
    measured: np.ndarray, low: np.ndarray, high: np.ndarray, active_from: float = ACTIVE_PKD
) -> dict[str, float]:
    """Fraction of labels inside their intervals, of all pairs and of actives."""
    inside = (measured >= low) & (measured <= high)
    actives = measured >= active_from
    return {
        "coverage": float(inside.mean()),
        "coverage_actives": float(inside[actives].mean()) if actives.any() else float("nan"),
        "mean_width": float(np.mean(high - low)),
    }


def average_precision(measured: np.ndarray, predicted: np.ndarray, active_from: float) -> float:
    """Area under the curve of precision against recall (AUPR) for finding actives.

    Summed in steps, without interpolation (Davis and Goadrich 2006,
    doi:10.1145/1143844.1143874). Predictions at random give the share of actives.
    """
    actives = measured >= active_from
    return float(average_precision_score(actives, predicted)) if actives.any() else float("nan")


def mean_ci_within(groups: np.ndarray, measured: np.ndarray, predicted: np.ndarray) -> float:
    """Mean of the concordance index inside each group, such as the pairs of one target.

    It asks what a user of one target asks, which molecule binds more tightly, and gives nothing
    for telling promiscuous molecules or easy targets apart. Groups whose labels are all the
    same have no order and do not count.

    Parameters
    ----------
    groups : numpy.ndarray of int, shape (pairs,)
    """
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order])) + 1
    indices = [
        concordance_index(measured[rows], predicted[rows]) for rows in np.split(order, starts)
    ]
    defined = [index for index in indices if not np.isnan(index)]
    return float(np.mean(defined)) if defined else float("nan")


def diagnostic_metrics(
    measured: np.ndarray,
    predicted: np.ndarray,
    target: np.ndarray,
    drug: np.ndarray,
    active_from: float = ACTIVE_PKD,
) -> dict[str, float]:
    """Metrics that MSE and CI over all pairs hide, where most labels stand at the floor.

    Parameters
    ----------
    target, drug : numpy.ndarray of int, shape (pairs,)
        Which target and which molecule each pair is of.

    Returns
    -------
    dict of str to float
        Mean CI within targets and within molecules, MSE and CI of the actives alone, and AUPR
        of finding them beside the share of actives, its value by chance.
    """
    is_active = measured >= active_from
    some = bool(is_active.any())
    actives = measured[is_active], predicted[is_active]
    return {
        "ci_per_target": mean_ci_within(target, measured, predicted),
        "ci_per_drug": mean_ci_within(drug, measured, predicted),
        "mse_actives": mean_squared_error(*actives) if some else float("nan"),
        "ci_actives": concordance_index(*actives) if some else float("nan"),
        "aupr": average_precision(measured, predicted, active_from),
        "base_rate": float(is_active.mean()),
    }


def errors_by_label(
    measured: np.ndarray, predicted: np.ndarray, floor: float | None
) -> list[dict[str, float]]:
    """Tabulate the error in bins of the label, one unit wide; pairs at the floor by themselves.

    Returns
    -------
    list of dict
        For each bin with pairs: its ends (``from`` included, ``to`` not; both the floor for
        the pairs at or below it), ``n``, ``mse`` and ``bias``, the mean of prediction minus
        label.
    """
    at_floor = np.zeros(len(measured), bool) if floor is None else measured <= floor
    unit = np.floor(measured)
    bins = [(low, low + 1.0, ~at_floor & (unit == low)) for low in np.unique(unit).tolist()]
    if floor is not None:
        bins.insert(0, (floor, floor, at_floor))
    return [
        {
            "from": low,
            "to": high,
            "n": int(rows.sum()),
            "mse": mean_squared_error(measured[rows], predicted[rows]),
            "bias": float(np.mean(predicted[rows] - measured[rows])),
        }
        for low, high, rows in bins
        if rows.any()
    ]
