"""Binding features: what the chance that a pair binds is computed from.

Training fits `dta_demo.trust.binding.BindingCalibration` to the features of held-out pairs, and the
predictor reads it with those of a query, so both stack them here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dta_demo.model.labels import BINDS, IF_BOUND

if TYPE_CHECKING:
    from dta_demo.model.ensemble import PairPredictions

FEATURES = ("blended", "networks", "kernel regression", "binds", "if bound", "above the floor")
"""The features in their order: three affinities, the networks' outputs for binding (a logit, and
the affinity if it binds), and the part of the blended affinity that lies above the floor."""

ABOVE = 5.5
"""pKd from which the last feature counts: chances rise with the affinity where something binds,
and hardly below."""


def stack_features(
    blended: np.ndarray,
    networks: np.ndarray,
    kernel: np.ndarray,
    binds: np.ndarray,
    if_bound: np.ndarray,
) -> np.ndarray:
    """Stack the binding features of pairs, each given as (pairs,): (pairs, features)."""
    above = np.maximum(blended - ABOVE, 0.0)
    return np.column_stack([blended, networks, kernel, binds, if_bound, above])


def binding_features(predicted: PairPredictions, label: int) -> np.ndarray:
    """Compute the binding features of pairs.

    Parameters
    ----------
    predicted : PairPredictions
        Of the pairs, unclipped.
    label : int
        Place of the label, `dta_demo.model.labels.PKD`.

    Returns
    -------
    numpy.ndarray of float64, shape (pairs, features)
        One column for each of `FEATURES`.
    """
    outputs = predicted.networks.mean(axis=(0, 1))
    networks = outputs[:, label]
    has_kernel = predicted.kernel_weight[:, label] > 0
    return stack_features(
        predicted.blended[:, label],
        networks,
        np.where(has_kernel, predicted.kernel[:, label], networks),
        outputs[:, BINDS],
        outputs[:, IF_BOUND],
    )
