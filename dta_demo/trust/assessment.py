"""Assessment of predictions: group, interval, nearest training examples and applicability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dta_demo.results.applicability import Applicability
from dta_demo.results.group import Group
from dta_demo.trust.applicability import find_applicability, interval_group
from dta_demo.trust.calibration import Calibration, check_calibrated, load_calibrations
from dta_demo.trust.reference import DrugNeighbours, ReferenceSet
from dta_demo.trust.reference_file import load_reference


@dataclass(frozen=True)
class TargetQuery:
    """A protein to assess predictions of.

    Attributes
    ----------
    mean_embedding : numpy.ndarray of float32, shape (hidden,)
        Mean embedding of its region, by which it is compared with the training targets.
    has_domain : bool
        Whether a kinase domain was found in it.
    is_new : bool
        Whether it was not measured in the training panel.
    """

    mean_embedding: np.ndarray
    has_domain: bool
    is_new: bool


@dataclass(frozen=True)
class DrugQuery:
    """A molecule to assess predictions of.

    Attributes
    ----------
    is_new : bool
        Whether it was not measured in the training panel.
    """

    neighbours: DrugNeighbours
    is_new: bool


@dataclass(frozen=True)
class Assessment:
    """Assessed predictions of pairs.

    Attributes
    ----------
    applicability : list of Applicability
        Of each pair, with its group and its nearest training examples.
    interval_groups : list of Group
        Group whose interval each pair got.
    low, high : numpy.ndarray, shape (pairs,)
        Ends of the prediction intervals, in the unit of the label.
    """

    applicability: list[Applicability]
    interval_groups: list[Group]
    low: np.ndarray
    high: np.ndarray


class Trust:
    """Calibrated intervals and training examples of a checkpoint.

    Parameters
    ----------
    calibrations : dict of str to Calibration
        By label.
    """

    def __init__(self, calibrations: dict[str, Calibration], reference: ReferenceSet) -> None:
        self.calibrations, self.reference = calibrations, reference

    @classmethod
    def load(cls, folder: Path, hidden_size: int, label: str) -> Trust:
        """Read what a checkpoint knows of its errors.

        Parameters
        ----------
        hidden_size : int
            Channels of the embeddings that the training targets are compared by.
        label : str
            Label that must be calibrated.

        Raises
        ------
        CheckpointError
            When a file is not sound, or the label lacks intervals for a group.
        """
        path = folder / "calibration.json"
        calibrations = load_calibrations(path)
        check_calibrated(calibrations, label, path)
        return cls(calibrations, load_reference(folder, hidden_size))

    def assess(
        self,
        label: str,
        predicted: np.ndarray,
        targets: Sequence[TargetQuery],
        drugs: Sequence[DrugQuery],
        target_index: np.ndarray,
        drug_index: np.ndarray,
    ) -> Assessment:
        """Assess predictions of pairs.

        Parameters
        ----------
        predicted : numpy.ndarray, shape (pairs,)
            In the unit of the label, clipped to its floor.
        target_index, drug_index : numpy.ndarray of int64, shape (pairs,)
        """
        nearest = [self.reference.nearest_target(target.mean_embedding) for target in targets]
        applicability = [
            find_applicability(
                drugs[drug].neighbours,
                nearest[target],
                targets[target].has_domain,
                Group.of(targets[target].is_new, drugs[drug].is_new),
            )
            for target, drug in zip(target_index.tolist(), drug_index.tolist(), strict=True)
        ]
        groups = [interval_group(each) for each in applicability]
        low, high = self._intervals(label, predicted, groups)
        return Assessment(applicability, groups, low, high)

    def _intervals(
        self, label: str, predicted: np.ndarray, groups: Sequence[Group]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Ends of the intervals of predictions, each by its own group."""
        low, high = np.empty_like(predicted), np.empty_like(predicted)
        places = np.array([group.place for group in groups])
        for group in Group:
            own = places == group.place
            low[own], high[own] = self.calibrations[label].interval(predicted[own], group)
        return low, high
