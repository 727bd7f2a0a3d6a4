"""Pairs whose chance to bind is known, and the binding fitted to them."""

from __future__ import annotations

import numpy as np

from dta_demo.evaluation.binding import fit_binding
from dta_demo.results.group import GROUPS
from dta_demo.trust.binding import BindingCalibration

FLOOR, ACTIVE_FROM = 5.0, 7.0
WIDTH = 0.6
"""Standard deviation of the label of a binder around its expected value."""


def known_pairs(
    seed: int = 0, pairs: int = 6000, features: int = 2
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Labels, features, chance to bind and expected label if bound, of made-up pairs.

    The first feature is the logit of binding and the label if bound follows it; all others are
    noise on another scale.
    """
    random = np.random.default_rng(seed)
    logit = random.normal(-1.5, 2.0, pairs)
    chance = 1 / (1 + np.exp(-logit))
    expected = 7.2 + 0.3 * logit
    bound = np.maximum(expected + random.normal(0, WIDTH, pairs), FLOOR + 0.01)
    measured = np.where(random.random(pairs) < chance, bound, FLOOR)
    noise = random.normal(100.0, 30.0, (pairs, features - 1))
    return measured, np.column_stack([logit, noise]), chance, expected


def fitted(features: int = 2) -> BindingCalibration:
    """Binding of every group, fitted to made-up pairs."""
    groups = {group: known_pairs(group.place, 1500, features)[:2] for group in GROUPS}
    return fit_binding(groups, FLOOR, ACTIVE_FROM)
