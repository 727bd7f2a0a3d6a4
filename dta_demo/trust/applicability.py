"""How far a prediction can be trusted: intervals, nearest training examples, applicability.

Intervals are split-conformal (Vovk et al. 2005; Lei et al. 2018, doi:10.1080/01621459.2017.1307116)
and Mondrian: calibrated by themselves for each group of queries (seen, new drug, new target, both
new) and for each bin of the prediction, on pairs that the predicting members did not train on.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from dta_demo.checkpoint.checks import (
    MAX_LABEL,
    CheckpointError,
    check_number,
    check_whole,
    require,
)
from dta_demo.checkpoint.reading import read_json
from dta_demo.molecules.fingerprints import FragmentIndex
from dta_demo.results.prediction import Applicability, Group, Neighbour, TrainingMean

GROUPS: tuple[Group, ...] = ("seen", "new drug", "new target", "both new")

DESCRIPTIONS: dict[Group, str] = {
    "seen": "Both were measured in the training panel, if not with each other.",
    "new drug": "The target was measured in the training panel, the molecule was not.",
    "new target": "The molecule was measured in the training panel, the target was not.",
    "both new": "Neither the molecule nor the target was measured in the training panel.",
}

SAME_DRUG = 0.999
"""Tanimoto similarity from which a molecule counts as one of the training molecules."""

SAME_TARGET = 0.995
"""Similarity from which a protein counts as a training target or its point mutant."""

MIN_DRUG_SIMILARITY = 0.3
"""Below this Tanimoto similarity to every training molecule that bound a kinase a query is out
of domain; random pairs of training molecules seldom reach it."""

MIN_TARGET_SIMILARITY = 0.5
"""Below this similarity to every training kinase a query is out of domain."""

MAX_PAIRS = 10**9
"""Pairs that a calibration may say it was made of."""

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


@dataclass(frozen=True)
class Calibration:
    """Intervals of one label.

    Attributes
    ----------
    floor_below : float
        Predictions below this mean "at the floor": nine in ten such held-out pairs were.
    """

    level: float
    floor: float | None
    floor_below: float
    groups: Mapping[str, GroupCalibration]

    def interval(self, predicted: np.ndarray, group: str) -> tuple[np.ndarray, np.ndarray]:
        """Give the ends of the interval around each prediction of a group."""
        table = self.groups[group]
        place = np.searchsorted(np.array(table.edges), predicted)
        low, high = predicted + np.array(table.low)[place], predicted + np.array(table.high)[place]
        if self.floor is not None:
            low, high = np.maximum(low, self.floor), np.maximum(high, self.floor)
        return low, high


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
    return {label: _read_calibration(path, entry) for label, entry in read_json(path).items()}


def _read_calibration(path: Path, entry: Any) -> Calibration:
    try:
        level, floor, below = (entry[name] for name in ("level", "floor", "floor_below"))
        groups = {
            name: GroupCalibration(
                tuple(group["edges"]), tuple(group["low"]), tuple(group["high"]), group["pairs"]
            )
            for name, group in entry["groups"].items()
        }
    except (LookupError, TypeError, AttributeError) as error:
        raise CheckpointError(f"{path} is no calibration of intervals.") from error
    check_number("level of the intervals", level, 0.5, 1.0)
    if floor is not None:
        check_number("floor", floor, -MAX_LABEL, MAX_LABEL)
    # Nothing is below a floor that is not there.
    lowest = -MAX_LABEL if floor is not None else -math.inf
    check_number("floor_below", below, lowest, MAX_LABEL)
    for group in groups.values():
        _check_group(path, group)
    return Calibration(level, floor, below, groups)


def _check_group(path: Path, group: GroupCalibration) -> None:
    for value in (*group.edges, *group.low, *group.high):
        check_number("calibration", value, -MAX_LABEL, MAX_LABEL)
    check_whole("number of pairs", group.pairs, 0, MAX_PAIRS)
    bins = len(group.edges) + 1
    require(len(group.low) == len(group.high) == bins, path, "a bin lacks an end of its interval")
    require(list(group.edges) == sorted(group.edges), path, "the edges of bins are out of order")
    ordered = all(low <= high for low, high in zip(group.low, group.high, strict=True))
    require(ordered, path, "the ends of an interval are out of order")


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


@dataclass(frozen=True)
class DrugNeighbours:
    """The training molecules most like a query.

    Attributes
    ----------
    nearest : Neighbour
        Of all training molecules.
    binder : Neighbour
        Of those that bound a kinase: one that was only seen not to, such as caffeine, tells
        nothing about how tightly its like would bind.
    """

    nearest: Neighbour
    binder: Neighbour


@dataclass(frozen=True)
class PairMeans:
    """Mean pKd of the training pairs of each molecule, or of each target.

    Attributes
    ----------
    mean : numpy.ndarray of float32, shape (molecules or targets,)
        pKd; NaN where there is no pair.
    pairs : numpy.ndarray of int32, shape (molecules or targets,)
    """

    mean: np.ndarray
    pairs: np.ndarray

    def of_nearest(
        self, names: tuple[str, ...], similarity: np.ndarray, same: float
    ) -> TrainingMean:
        """Take the mean of the most similar one that has a pair; from ``same`` on it is itself."""
        measured = np.where(self.pairs > 0, similarity, -np.inf)
        best = int(measured.argmax())
        nearest = _most_similar(names, measured)
        own = nearest.similarity >= same
        return TrainingMean(nearest, own, float(self.mean[best]), int(self.pairs[best]))


@dataclass(frozen=True)
class ReferenceSet:
    """What is kept of the training molecules and targets to find the nearest ones.

    Attributes
    ----------
    drugs : FragmentIndex
        Circular fragments (Morgan, radius 2) of the molecules.
    target_vectors : numpy.ndarray of float32, shape (targets, hidden)
        Mean states over the binding region, centred and of length 1.
    target_centre : numpy.ndarray of float32, shape (hidden,)
        Mean over the training targets, which was taken off.
    kinase : numpy.ndarray of bool, shape (targets,)
        Targets of the kinase panels, as against other proteins.
    binds_kinase : numpy.ndarray of bool, shape (drugs,)
        Molecules that bound one of these targets.
    drug_means, target_means : PairMeans
        Of the pKd that was measured, the assay's floor counted as it stands.
    mean_pkd : float
        Over all training pairs.
    """

    drug_names: tuple[str, ...]
    drugs: FragmentIndex
    target_names: tuple[str, ...]
    target_vectors: np.ndarray
    target_centre: np.ndarray
    kinase: np.ndarray
    binds_kinase: np.ndarray
    drug_means: PairMeans
    target_means: PairMeans
    mean_pkd: float

    def nearest_drugs(self, circles: csr_matrix) -> list[DrugNeighbours]:
        """Find the training molecules of highest Tanimoto similarity, for each molecule."""
        return [
            DrugNeighbours(
                nearest=_most_similar(self.drug_names, similarity),
                binder=_most_similar(self.drug_names, similarity * self.binds_kinase),
            )
            for similarity in self.drugs.tanimoto(circles)
        ]

    def nearest_target(self, mean_state: np.ndarray) -> tuple[Neighbour, bool]:
        """Find the training target whose states are most alike, and whether it is a kinase."""
        similarity = self._target_similarity(mean_state)
        nearest = _most_similar(self.target_names, similarity)
        return nearest, bool(self.kinase[similarity.argmax()])

    def mean_of_drug(self, circles: csr_matrix) -> TrainingMean:
        """Give the mean pKd of one molecule, or of the nearest one that has a measured pKd."""
        (similarity,) = self.drugs.tanimoto(circles)
        return self.drug_means.of_nearest(self.drug_names, similarity, SAME_DRUG)

    def mean_of_target(self, mean_state: np.ndarray) -> TrainingMean:
        """Give the mean pKd of a target, or of the nearest one that has a measured pKd."""
        similarity = self._target_similarity(mean_state)
        return self.target_means.of_nearest(self.target_names, similarity, SAME_TARGET)

    def _target_similarity(self, mean_state: np.ndarray) -> np.ndarray:
        """Cosine similarity to every training target, shape (targets,)."""
        vector = mean_state - self.target_centre
        similarity: np.ndarray = self.target_vectors @ (
            vector / max(float(np.linalg.norm(vector)), 1e-9)
        )
        return similarity


def _most_similar(names: tuple[str, ...], similarity: np.ndarray) -> Neighbour:
    best = int(similarity.argmax())
    return Neighbour(names[best], min(max(float(similarity[best]), 0.0), 1.0))


def group_of(new_target: bool, new_drug: bool) -> Group:
    """Name the group of a pair by what about it is new."""
    return GROUPS[new_drug + 2 * new_target]


def judge(
    drug: DrugNeighbours,
    target: Neighbour,
    target_is_kinase: bool,
    has_kinase_domain: bool,
    group: Group,
) -> Applicability:
    """Say whether the model may be believed about a query of a group.

    A query is in the domain when a kinase domain was found in the protein, or the protein is
    one of the panels' kinases without one; when the nearest training kinase is similar enough;
    and when the nearest training molecule that bound a kinase is.
    """
    known_target = target.similarity >= SAME_TARGET
    if not has_kinase_domain and not (known_target and target_is_kinase):
        reason = (
            "No protein kinase domain was found, and the model was trained almost only on "
            "kinases: the number is a guess."
        )
    elif target.similarity < MIN_TARGET_SIMILARITY:
        reason = (
            f"No training target is like this protein (similarity {target.similarity:.2f}, "
            f"{MIN_TARGET_SIMILARITY:.2f} needed): the number is a guess."
        )
    elif drug.binder.similarity < MIN_DRUG_SIMILARITY:
        reason = (
            "No training molecule that bound a kinase is like this one (Tanimoto similarity "
            f"{drug.binder.similarity:.2f}, {MIN_DRUG_SIMILARITY:.2f} needed): the number is a "
            "guess."
        )
    else:
        return Applicability(group, True, DESCRIPTIONS[group], drug.nearest, target)
    return Applicability(group, False, reason, drug.nearest, target)


def group_of_interval(applicability: Applicability) -> Group:
    """Choose the group whose interval a prediction gets.

    Out of the domain the intervals of seen molecules and targets are too narrow (in BindingDB's
    pairs of other proteins they hold three in four labels), so those of new ones are given.
    """
    return applicability.group if applicability.in_domain else "both new"
