"""Assessment of predictions: group, interval, nearest training examples and applicability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dta_demo.model.binding_features import FEATURES
from dta_demo.model.labels import LABELS
from dta_demo.results.applicability import Applicability
from dta_demo.results.group import Group
from dta_demo.trust.applicability import find_applicability, interval_entry, interval_group
from dta_demo.trust.binding import BindingCalibration, check_bindings, load_bindings
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
    mutation : str
        What parts a mutant that was not measured from its wild type, which was, such as
        ``"T315I"``; empty for every other protein.
    """

    mean_embedding: np.ndarray
    has_domain: bool
    is_new: bool
    mutation: str = ""


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
        Group that each pair counts to.
    entries : list of str
        Entry of the calibrations, of intervals and of binding, that each pair got: its group, or
        one of `MUTANTS`.
    low, high : numpy.ndarray, shape (pairs,)
        Ends of the prediction intervals, in the unit of the label.
    """

    applicability: list[Applicability]
    interval_groups: list[Group]
    entries: list[str]
    low: np.ndarray
    high: np.ndarray


class Trust:
    """Calibrated intervals and training examples of a checkpoint.

    Parameters
    ----------
    calibrations : dict of str to Calibration
        By label.
    bindings : mapping of str to BindingCalibration
        By label; empty where the checkpoint does not tell binding from affinity.
    """

    def __init__(
        self,
        calibrations: dict[str, Calibration],
        reference: ReferenceSet,
        bindings: Mapping[str, BindingCalibration] | None = None,
    ) -> None:
        self.calibrations, self.reference = calibrations, reference
        self.bindings = dict(bindings or {})

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
            When a file is not sound, or the label lacks intervals or, where the checkpoint has
            them, binding for a group.
        """
        path = folder / "calibration.json"
        calibrations = load_calibrations(path)
        check_calibrated(calibrations, label, path)
        bindings: dict[str, BindingCalibration] = {}
        if (path := folder / "binding.json").is_file():
            bindings = load_bindings(path)
            check_bindings(bindings, calibrations, label, len(FEATURES), path)
        return cls(calibrations, load_reference(folder, hidden_size), bindings)

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
                targets[target].mutation,
            )
            for target, drug in zip(target_index.tolist(), drug_index.tolist(), strict=True)
        ]
        groups = [interval_group(each) for each in applicability]
        calibrated = self.calibrations[label].groups
        entries = [
            interval_entry(each, bool(targets[target].mutation), calibrated)
            for each, target in zip(applicability, target_index.tolist(), strict=True)
        ]
        low, high = self._intervals(label, predicted, entries)
        return Assessment(applicability, groups, entries, low, high)

    @property
    def mutant_scales(self) -> tuple[float, ...]:
        """Factor of the change by a mutation, for each of `LABELS`."""
        of_label = {label: each.mutant_scale for label, each in self.calibrations.items()}
        return tuple(of_label.get(label, 1.0) for label in LABELS)

    def _intervals(
        self, label: str, predicted: np.ndarray, entries: Sequence[str]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Ends of the intervals of predictions, each by its own entry of the calibration."""
        low, high = np.empty_like(predicted), np.empty_like(predicted)
        names = np.array(entries)
        for name in dict.fromkeys(entries):
            own = names == name
            low[own], high[own] = self.calibrations[label].interval(predicted[own], name)
        return low, high
