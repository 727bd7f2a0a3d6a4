"""Fit of the kernel regression to the measured pairs of one label."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dta_demo.model.kernel_regression import KernelFit, KernelSettings
from dta_demo.model.kronecker import predict_grid, solve_grid
from dta_demo.model.panel import MeasuredPanel
from dta_demo.model.similarities import mix, profile_similarity, scale_profiles
from dta_demo.molecules.tanimoto import FragmentIndex
from dta_demo.training.pairs import Source
from dta_demo.training.position_weights import learn_position_weights

SETTINGS = {
    "pKd": KernelSettings(
        drug_power=1.5,
        embedding_weight=0.5,
        pocket_share=0.8,
        target_profile=0.4,
        drug_profile=0.7,
        constant=0.1,
        own=0.02,
        ridge=0.1,
        profile_ridge=0.1,
        components=96,
    ),
    "KIBA score": KernelSettings(
        drug_power=1.5,
        embedding_weight=0.25,
        pocket_share=0.8,
        target_profile=0.4,
        drug_profile=0.3,
        constant=0.1,
        own=0.1,
        ridge=0.2,
        profile_ridge=0.1,
        components=48,
    ),
}
"""Settings of each label that cross-validation on folds 0 to 4 chose; see the model card."""

PROFILE_ROUNDS = 2
"""Times that the grid is completed: by the plain fit first, then by the fit on those profiles."""


@dataclass(frozen=True)
class Grid:
    """The measured pairs of some datasets of one label, on the grid of their targets and drugs.

    Attributes
    ----------
    targets, drugs : numpy.ndarray of int64
        The grid's targets and drugs, as indices into the table of pairs.
    row, column : numpy.ndarray of int64, shape (pairs,)
        Each pair's place in the grid.
    affinity : numpy.ndarray of float64, shape (pairs,)
    first : int
        Number of pairs of the first dataset, which come first.
    """

    targets: np.ndarray
    drugs: np.ndarray
    row: np.ndarray
    column: np.ndarray
    affinity: np.ndarray
    floor: float | None
    first: int

    @classmethod
    def of(cls, sources: Sequence[Source], floor: float | None) -> Grid:
        """Place the pairs of datasets on the grid of their targets and drugs."""
        protein, drug, affinity = (
            np.concatenate([getattr(source, name) for source in sources])
            for name in ("protein", "drug", "affinity")
        )
        first = len(sources[0].affinity)
        targets, row = _number(protein, first)
        drugs, column = _number(drug, first)
        return cls(targets, drugs, row, column, affinity, floor, first)

    @property
    def measured(self) -> tuple[int, int]:
        """Number of targets and of drugs of the first dataset, with which the grid begins."""
        return (int(self.row[: self.first].max()) + 1, int(self.column[: self.first].max()) + 1)

    def lay_out(self, rows: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and number of the values of some pairs at each place: (targets, drugs)."""
        shape = (len(self.targets), len(self.drugs))
        total, count = np.zeros(shape), np.zeros(shape)
        np.add.at(total, (self.row[rows], self.column[rows]), values)
        np.add.at(count, (self.row[rows], self.column[rows]), 1)
        return total / np.maximum(count, 1), count


def _number(indices: np.ndarray, first: int) -> tuple[np.ndarray, np.ndarray]:
    """Distinct indices, those of the first pairs first, and the place of each pair's among them."""
    own = np.unique(indices[:first])
    distinct = np.concatenate([own, np.setdiff1d(indices[first:], own)])
    order = np.argsort(distinct)
    return distinct, order[np.searchsorted(distinct[order], indices)]


class KernelTrainer:
    """Kernel regression of one label, to be fitted to parts of its pairs."""

    def __init__(self, settings: KernelSettings, panel: MeasuredPanel, grid: Grid) -> None:
        self.settings, self.panel, self.grid = settings, panel, grid
        self.mean = float(grid.affinity[: grid.first].mean())
        self.targets = compare_panel(panel, settings)
        self.drugs = panel.mix_drugs(
            FragmentIndex(panel.fragments).tanimoto(panel.fragments),
            panel.drug_embeddings,
            settings.drug_power,
            settings.embedding_weight,
        )

    def weigh_positions(self, rows: np.ndarray) -> KernelTrainer:
        """Trainer that weighs the positions of the pocket by what some pairs (a mask) show.

        The weights are learned on the drugs of the first dataset. Where a pair of them is missing,
        it is filled in by a plain fit.
        """
        grid, drugs = self.grid, self.grid.measured[1]
        trained = np.unique(grid.row[rows])
        completed = self._complete(rows, self.fit_plain(rows)[1])[trained, :drugs]
        _, count = grid.lay_out(rows, grid.affinity[rows])
        weights = learn_position_weights(
            self.panel, self.settings, trained, completed, count[trained, :drugs] > 0
        )
        weighed = copy.copy(self)
        weighed.panel = replace(self.panel, position_weights=weights)
        weighed.targets = compare_panel(weighed.panel, self.settings)
        return weighed

    def fit_plain(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Fit some pairs (a mask) without profiles; return coefficients, the grid's prediction."""
        return self._solve(self.targets, self.drugs, rows, self.settings.ridge)

    def mean_without_pocket(self, rows: np.ndarray) -> float:
        """Mean label of those pairs of the first dataset (a mask) whose target has no pocket.

        Of all pairs where there are none.
        """
        own = np.arange(len(rows)) < self.grid.first
        without = rows & own & ~self.panel.has_pocket[self.grid.row]
        return float(self.grid.affinity[without if without.any() else rows & own].mean())

    def fit(self, rows: np.ndarray) -> tuple[KernelFit, np.ndarray]:
        """Fit some pairs (a mask) with profiles; return the fit and the grid's prediction."""
        plain, predicted = self.fit_plain(rows)
        settings = self.settings
        for _ in range(PROFILE_ROUNDS):
            completed = self._complete(rows, predicted)
            of_targets, of_drugs = find_profiles(completed, settings.components)
            alike_targets = profile_similarity(of_targets, of_targets)
            alike_drugs = profile_similarity(of_drugs, of_drugs)
            targets = mix(self.targets, alike_targets, settings.target_profile)
            drugs = mix(self.drugs, alike_drugs, settings.drug_profile)
            profiled, predicted = self._solve(targets, drugs, rows, settings.profile_ridge)
        without_pocket = self.mean_without_pocket(rows)
        return KernelFit(plain, profiled, of_targets, of_drugs, without_pocket), predicted

    def _complete(self, rows: np.ndarray, predicted: np.ndarray) -> np.ndarray:
        """Fill the grid: measured labels where there are some, predictions elsewhere."""
        measured, count = self.grid.lay_out(rows, self.grid.affinity[rows])
        if self.grid.floor is not None:
            predicted = np.maximum(predicted, self.grid.floor)
        return np.where(count > 0, measured, predicted)

    def _solve(
        self, targets: np.ndarray, drugs: np.ndarray, rows: np.ndarray, ridge: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Solve for the dual coefficients; return them and the grid's prediction."""
        targets = targets + self.settings.intercepts(np.arange(len(targets)), len(targets))
        drugs = drugs + self.settings.intercepts(np.arange(len(drugs)), len(drugs))
        measured, count = self.grid.lay_out(rows, self.grid.affinity[rows] - self.mean)
        dual = solve_grid(targets, drugs, measured * (count > 0), count, ridge)
        return dual, predict_grid(targets, dual, drugs, self.mean)


def compare_panel(panel: MeasuredPanel, settings: KernelSettings) -> np.ndarray:
    """Similarity of a panel's targets to each other: (targets, targets)."""
    return panel.compare(panel.codes, panel.embeddings, settings.pocket_share)


def find_profiles(completed: np.ndarray, components: int) -> tuple[np.ndarray, np.ndarray]:
    """Principal components of the rows and of the columns of a completed grid, scaled."""
    both = (_scores(completed, components), _scores(completed.T, components))
    return scale_profiles(both[0]), scale_profiles(both[1])


def _scores(rows: np.ndarray, components: int) -> np.ndarray:
    left, size, _ = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    return np.asarray(left[:, :components] * size[:components])
