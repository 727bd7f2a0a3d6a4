"""How well predictions fit measured labels: the field's metrics."""

from __future__ import annotations

import numpy as np
from scipy import stats

TIGHT_PKD = 7.0
"""pKd from which a pair counts as a binder (Kd of 100 nM or less)."""


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

    The external validation of Roy et al. (2009, doi:10.1002/qsar.200860107), as DeepDTA uses
    it: :math:`r_0^2` is that of the regression of the labels on the predictions through the
    origin.
    """
    if np.std(predicted) == 0 or np.std(measured) == 0:
        return float("nan")
    squared = float(np.corrcoef(measured, predicted)[0, 1]) ** 2
    slope = float(np.sum(measured * predicted) / np.sum(predicted**2))
    residual = np.sum((measured - slope * predicted) ** 2)
    through_origin = 1.0 - residual / np.sum((measured - measured.mean()) ** 2)
    return float(squared * (1.0 - np.sqrt(abs(squared - through_origin))))


def regression_metrics(measured: np.ndarray, predicted: np.ndarray) -> dict[str, float]:
    """Give all metrics of point predictions by name."""
    constant = np.std(predicted) == 0 or np.std(measured) == 0
    return {
        "mse": mean_squared_error(measured, predicted),
        "ci": concordance_index(measured, predicted),
        "rm2": rm2(measured, predicted),
        "pearson": float("nan") if constant else float(stats.pearsonr(measured, predicted)[0]),
        "spearman": float("nan") if constant else float(stats.spearmanr(measured, predicted)[0]),
    }


def interval_metrics(
    measured: np.ndarray, low: np.ndarray, high: np.ndarray, tight: float = TIGHT_PKD
) -> dict[str, float]:
    """Give the share of labels inside their intervals, for all and for binders."""
    inside = (measured >= low) & (measured <= high)
    binders = measured >= tight
    return {
        "coverage": float(inside.mean()),
        "coverage_actives": float(inside[binders].mean()) if binders.any() else float("nan"),
        "mean_width": float(np.mean(high - low)),
    }
