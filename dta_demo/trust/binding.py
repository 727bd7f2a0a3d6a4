"""Chance that a pair binds, and the affinity that it has if it binds.

Most pairs of a kinase panel show no binding, so one expected value mixes two questions: whether a
pair binds, and how tightly. For each group of pairs, linear predictors on the binding features
(`dta_demo.model.binding_features`) answer them apart: two logistic regressions and, on the pairs
that bind, a linear one with a conformal interval.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dta_demo.checkpoint.checks import MAX_LABEL, CheckpointError, check_number, require
from dta_demo.checkpoint.reading import read_json
from dta_demo.trust.calibration import Calibration, GroupCalibration, read_group

MAX_FEATURES = 1000
MAX_VALUE = 1e6
"""Largest absolute mean, scale or coefficient of a feature; all lie far below it."""

LEAST_SCALE = 1e-9
MAX_LOGIT = 30.0
"""Logits are clipped here: what lies beyond is 0 or 1 to thirteen digits, and would overflow."""


@dataclass(frozen=True)
class LinearPredictor:
    """Intercept, and a weight for each standardised feature."""

    intercept: float
    weights: tuple[float, ...]

    def predict(self, features: np.ndarray) -> np.ndarray:
        """Value of each pair from its standardised features, shape (pairs, features)."""
        return np.asarray(self.intercept + features @ np.array(self.weights))


@dataclass(frozen=True)
class GroupBinding:
    """Linear predictors of one group.

    Attributes
    ----------
    mean, scale : tuple of float
        By which each feature is standardised.
    binds, active : LinearPredictor
        Logits of the chance that a pair binds, and that it is active.
    affinity : LinearPredictor
        Of the label if the pair binds.
    offsets : GroupCalibration
        Of the interval around the affinity if it binds.
    """

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    binds: LinearPredictor
    active: LinearPredictor
    affinity: LinearPredictor
    offsets: GroupCalibration

    def standardise(self, features: np.ndarray) -> np.ndarray:
        """Standardise the features of pairs, shape (pairs, features)."""
        return np.asarray((features - np.array(self.mean)) / np.array(self.scale))


@dataclass(frozen=True)
class BindingPrediction:
    """Predicted binding of pairs.

    Attributes
    ----------
    probability_binds, probability_active : numpy.ndarray, shape (pairs,)
        Chance of a label above the floor, and of one from which a pair counts as active, which is
        never the larger.
    affinity_if_bound, low, high : numpy.ndarray, shape (pairs,)
        Expected label if the pair binds, and the ends of its interval; none below the floor.
    """

    probability_binds: np.ndarray
    probability_active: np.ndarray
    affinity_if_bound: np.ndarray
    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True)
class BindingCalibration:
    """Binding of one label.

    Attributes
    ----------
    level : float
        Fraction of the labels of binders that the interval is meant to hold.
    floor : float
        Highest label that means "no binding seen".
    active_from : float
        Label from which a pair counts as active.
    """

    level: float
    floor: float
    active_from: float
    groups: Mapping[str, GroupBinding]

    def predict(self, features: np.ndarray, group: str) -> BindingPrediction:
        """Predict the binding of the pairs of one group.

        Parameters
        ----------
        features : numpy.ndarray, shape (pairs, features)
        """
        fitted = self.groups[group]
        standardised = fitted.standardise(features)
        binds = _sigmoid(fitted.binds.predict(standardised))
        active = np.minimum(_sigmoid(fitted.active.predict(standardised)), binds)
        affinity = np.maximum(fitted.affinity.predict(standardised), self.floor)
        low, high = fitted.offsets.interval(affinity, self.floor)
        return BindingPrediction(binds, active, affinity, low, high)

    def predict_pairs(self, features: np.ndarray, groups: Sequence[str]) -> BindingPrediction:
        """Predict the binding of pairs, each by its own group.

        Parameters
        ----------
        features : numpy.ndarray, shape (pairs, features)
        groups : sequence of str, of length pairs
        """
        found = np.empty((5, len(features)))
        names = np.array([str(group) for group in groups])
        for name in set(names.tolist()):
            own = names == name
            each = self.predict(features[own], name)
            found[:, own] = (
                each.probability_binds,
                each.probability_active,
                each.affinity_if_bound,
                each.low,
                each.high,
            )
        return BindingPrediction(*found)


def _sigmoid(logits: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -MAX_LOGIT, MAX_LOGIT))))


def save_bindings(bindings: Mapping[str, BindingCalibration], path: Path) -> None:
    """Write the binding calibration of every label as JSON."""
    text = json.dumps({label: asdict(each) for label, each in bindings.items()}, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def load_bindings(path: Path) -> dict[str, BindingCalibration]:
    """Read what `save_bindings` wrote.

    Raises
    ------
    CheckpointError
        When an entry is missing, a number is not finite or too large, predictors do not fit the
        features, or ends and edges are out of order.
    """
    return {label: _read_binding(path, entry) for label, entry in read_json(path).items()}


def _read_binding(path: Path, entry: Any) -> BindingCalibration:
    try:
        level, floor, active_from = (entry[name] for name in ("level", "floor", "active_from"))
        groups = {name: _read_group(path, group) for name, group in entry["groups"].items()}
    except (LookupError, TypeError, AttributeError) as error:
        raise CheckpointError(f"{path} is no calibration of binding.") from error
    check_number("level of the intervals", level, 0.5, 1.0)
    check_number("floor", floor, -MAX_LABEL, MAX_LABEL)
    check_number("label of actives", active_from, floor, MAX_LABEL)
    return BindingCalibration(level, floor, active_from, groups)


def _read_group(path: Path, entry: Any) -> GroupBinding:
    mean, scale = tuple(entry["mean"]), tuple(entry["scale"])
    require(0 < len(mean) <= MAX_FEATURES, path, f"a group has {len(mean):,} features")
    require(len(mean) == len(scale), path, "a feature lacks its mean or its scale")
    for value in mean:
        check_number("mean of a feature", value, -MAX_VALUE, MAX_VALUE)
    for value in scale:
        check_number("scale of a feature", value, LEAST_SCALE, MAX_VALUE)
    binds, active, affinity = (
        _read_predictor(path, entry[name], len(mean)) for name in ("binds", "active", "affinity")
    )
    return GroupBinding(mean, scale, binds, active, affinity, read_group(path, entry["offsets"]))


def _read_predictor(path: Path, entry: Any, features: int) -> LinearPredictor:
    found = LinearPredictor(entry["intercept"], tuple(entry["weights"]))
    require(len(found.weights) == features, path, "a predictor does not fit the features")
    for value in (found.intercept, *found.weights):
        check_number("coefficient", value, -MAX_VALUE, MAX_VALUE)
    return found


def check_bindings(
    bindings: Mapping[str, BindingCalibration],
    calibrations: Mapping[str, Calibration],
    label: str,
    features: int,
    path: Path,
) -> None:
    """Check that a label has binding for every entry of its intervals, and that the two fit.

    Parameters
    ----------
    features : int
        Number of binding features that the model gives.

    Raises
    ------
    CheckpointError
        When it has not, or the level or the floor is not that of the label's intervals.
    """
    require(label in bindings, path, f"{label} has no calibration of binding")
    binding, calibration = bindings[label], calibrations[label]
    same = (binding.level, binding.floor) == (calibration.level, calibration.floor)
    require(same, path, f"the level or the floor of {label} is not that of its intervals")
    for entry in calibration.groups:
        require(entry in binding.groups, path, f"{label} lacks the group {entry}")
        found = len(binding.groups[entry].mean)
        require(found == features, path, f"it has {found} features where the model has {features}")
