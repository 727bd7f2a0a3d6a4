"""Measured pairs with their predictions, for figures and plots."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dta_demo.data.affinities import AffinityData


@dataclass(frozen=True)
class Scored:
    """Pairs with what was predicted for them.

    Attributes
    ----------
    predicted, low, high : numpy.ndarray of float64, shape (pairs,)
        Clipped predictions and the ends of their intervals, in the label's unit.
    groups : numpy.ndarray of str, shape (pairs,)
        Group whose interval each pair got.
    level : float
        Fraction of the labels that the intervals are meant to hold.
    """

    data: AffinityData
    predicted: np.ndarray
    low: np.ndarray
    high: np.ndarray
    groups: np.ndarray
    level: float
