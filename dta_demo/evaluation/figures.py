"""Figures of an evaluation, as plain JSON types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dta_demo.data.affinities import AffinityData
from dta_demo.evaluation.metrics import (
    ACTIVE_FROM,
    diagnostic_metrics,
    errors_by_label,
    interval_metrics,
    regression_metrics,
)
from dta_demo.evaluation.scored import Scored


def describe_scored(scored: Scored) -> dict[str, Any]:
    """Figures of scored pairs: those of the contract at the top, the others below."""
    data = scored.data
    active_from = ACTIVE_FROM[data.label]
    errors = errors_by_label(data.affinity, scored.predicted, data.floor)
    return {
        "dataset": data.name,
        "n": len(data),
        **rounded(regression_metrics(data.affinity, scored.predicted)),
        **rounded(interval_metrics(data.affinity, scored.low, scored.high, active_from)),
        "groups": {
            str(group): int((scored.groups == group).sum()) for group in np.unique(scored.groups)
        },
        "diagnostics": {
            **rounded(diagnose(data, scored.predicted)),
            "errors_by_label": [rounded(bin_) for bin_ in errors],
        },
    }


def describe(data: AffinityData, predicted: np.ndarray) -> dict[str, float | None]:
    """All figures of point predictions, rounded; None where one is not defined."""
    return rounded({**regression_metrics(data.affinity, predicted), **diagnose(data, predicted)})


def diagnose(data: AffinityData, predicted: np.ndarray) -> dict[str, float]:
    """Figures that MSE and CI over all pairs hide, see `diagnostic_metrics`."""
    return diagnostic_metrics(
        data.affinity, predicted, data.target_index, data.drug_index, ACTIVE_FROM[data.label]
    )


def rounded(figures: Mapping[str, float]) -> dict[str, float | None]:
    """Round to what JSON should hold; None for NaN, which JSON does not know."""
    return {name: None if np.isnan(value) else round(value, 5) for name, value in figures.items()}
