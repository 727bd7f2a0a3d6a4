"""Conformal prediction intervals, calibrated by group and by bins of the prediction.

Split-conformal (Vovk et al. 2005; Lei et al. 2018, doi:10.1080/01621459.2017.1307116) and Mondrian:
for each group of pairs and for each bin of the prediction, on pairs that the predicting members
did not train on.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dta_demo.checkpoint.checks import (
    MAX_LABEL,
    CheckpointError,
    check_number,
    check_whole,
    require,
)
from dta_demo.checkpoint.reading import read_json
from dta_demo.results.group import GROUPS

MAX_PAIRS = 10**9
"""Pairs that a calibration may say it was made of."""

MAX_SCALE = 10.0
"""Largest factor of the change by a mutation; a sound one is about 1."""

LEAK = 0.01
"""Slope of the clipped prediction below the floor: keeps the order of predictions there."""


def clip_to_floor(predicted: np.ndarray, floor: float) -> np.ndarray:
    """Press predictions below the floor against it, in their order.

    The assay tells nothing apart below its floor, so a prediction of 3 means what 5 means; a
    hundredth of the difference is kept so that ranking does not lose what the model knows.
    """
    return np.where(predicted < floor, floor + LEAK * (predicted - floor), predicted)


@dataclass(frozen=True)
class GroupCalibration:
    """Offsets of the interval's ends in each bin of the prediction, for one group.

    Attributes
    ----------
    edges : tuple of float
        Inner edges of the bins, ascending.
    low, high : tuple of float
        What to add to a prediction in each bin to get the interval's ends.
    pairs : int
        Held-out pairs it was calibrated on.
    """

    edges: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    pairs: int

    def interval(self, predicted: np.ndarray, floor: float | None) -> tuple[np.ndarray, np.ndarray]:
        """Ends of the interval around each prediction, none below the floor."""
        place = np.searchsorted(np.array(self.edges), predicted)
        low, high = predicted + np.array(self.low)[place], predicted + np.array(self.high)[place]
        if floor is not None:
            low, high = np.maximum(low, floor), np.maximum(high, floor)
        return low, high


@dataclass(frozen=True)
class Calibration:
    """Intervals of one label.

    Attributes
    ----------
    floor_below : float
        Predictions below this mean "at the floor": nine in ten such held-out pairs were.
    groups : mapping of str to GroupCalibration
        By the name of the group.
    mutant_scale : float
        Factor of the change that a mutation makes, see `dta_demo.model.mutants`.
    """

    level: float
    floor: float | None
    floor_below: float
    groups: Mapping[str, GroupCalibration]
    mutant_scale: float = 1.0

    def interval(self, predicted: np.ndarray, group: str) -> tuple[np.ndarray, np.ndarray]:
        """Ends of the interval around each prediction of a group."""
        return self.groups[group].interval(predicted, self.floor)


def save_calibrations(calibrations: dict[str, Calibration], path: Path) -> None:
    """Write the calibration of every label as JSON."""
    text = json.dumps({label: asdict(each) for label, each in calibrations.items()}, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def load_calibrations(path: Path) -> dict[str, Calibration]:
    """Read what `save_calibrations` wrote.

    Raises
    ------
    CheckpointError
        When an entry is missing, a number is not finite, or ends and edges are out of order.
    """
    return {label: read_calibration(path, entry) for label, entry in read_json(path).items()}


def read_calibration(path: Path, entry: Any) -> Calibration:
    """Read the intervals of one label from what JSON holds.

    Raises
    ------
    CheckpointError
        When an entry is missing, a number is not finite, or ends and edges are out of order.
    """
    try:
        level, floor, below = (entry[name] for name in ("level", "floor", "floor_below"))
        groups = {name: read_group(path, group) for name, group in entry["groups"].items()}
        scale = entry.get("mutant_scale", 1.0)
    except (LookupError, TypeError, AttributeError) as error:
        raise CheckpointError(f"{path} is no calibration of intervals.") from error
    check_number("level of the intervals", level, 0.5, 1.0)
    if floor is not None:
        check_number("floor", floor, -MAX_LABEL, MAX_LABEL)
    # Nothing is below a floor that is not there.
    lowest = -MAX_LABEL if floor is not None else -math.inf
    check_number("floor_below", below, lowest, MAX_LABEL)
    check_number("scale of mutations", scale, 0.0, MAX_SCALE)
    return Calibration(level, floor, below, groups, float(scale))


def read_group(path: Path, entry: Any) -> GroupCalibration:
    """Read the offsets of one group from what JSON holds.

    Raises
    ------
    CheckpointError
        When an entry is missing, a number is not finite, or ends and edges are out of order.
    """
    try:
        edges, low, high = (tuple(entry[name]) for name in ("edges", "low", "high"))
        group = GroupCalibration(edges, low, high, entry["pairs"])
    except (LookupError, TypeError) as error:
        raise CheckpointError(f"{path} is no calibration of intervals.") from error
    for value in (*group.edges, *group.low, *group.high):
        check_number("calibration", value, -MAX_LABEL, MAX_LABEL)
    check_whole("number of pairs", group.pairs, 0, MAX_PAIRS)
    bins = len(group.edges) + 1
    require(len(group.low) == len(group.high) == bins, path, "a bin lacks an end of its interval")
    require(list(group.edges) == sorted(group.edges), path, "the edges of bins are out of order")
    ordered = all(low <= high for low, high in zip(group.low, group.high, strict=True))
    require(ordered, path, "the ends of an interval are out of order")
    return group


def check_calibrated(calibrations: Mapping[str, Calibration], label: str, path: Path) -> None:
    """Check that a label has intervals for every group of queries.

    Raises
    ------
    CheckpointError
        When it has not.
    """
    require(label in calibrations, path, f"{label} is not calibrated")
    for group in GROUPS:
        require(group in calibrations[label].groups, path, f"{label} lacks the group {group}")
