"""Fits the kernel regression on measured pairs, by conjugate gradients on the grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dta_demo.model.kernel_regression import KernelFit, KernelSettings
from dta_demo.model.similarities import (
    GridSide,
    mix,
    profile_similarity,
    scale_profiles,
)
from dta_demo.molecules.fingerprints import FragmentIndex
from dta_demo.training.pairs import Source

SETTINGS = {
    "pKd": KernelSettings(
        drug_power=1.0,
        pocket_share=0.8,
        target_profile=0.4,
        drug_profile=0.7,
        constant=0.1,
        own=0.02,
        ridge=0.1,
        profile_ridge=0.1,
        components=48,
    ),
    "KIBA score": KernelSettings(
        drug_power=1.5,
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
"""What cross-validation on folds 0 to 4 chose; see the model card."""

PROFILE_ROUNDS = 2
"""How often the grid is completed: by the plain fit first, then by the fit on those profiles."""

TOLERANCE = 1e-3
MAX_ITERATIONS = 300
"""Conjugate gradients stop at this relative residual, which takes about 120 steps on KIBA; after
60, errors still differed by a tenth from fold to fold."""


@dataclass(frozen=True)
class Grid:
    """The measured pairs of one dataset, on the grid of its own targets and drugs.

    Attributes
    ----------
    targets, drugs : numpy.ndarray of int64
        The grid's targets and drugs, as indices into the table of pairs.
    row, column : numpy.ndarray of int64, shape (pairs,)
        Each pair's place in the grid.
    """

    targets: np.ndarray
    drugs: np.ndarray
    row: np.ndarray
    column: np.ndarray
    affinity: np.ndarray
    floor: float | None

    @classmethod
    def of(cls, source: Source, floor: float | None) -> Grid:
        """Lay out the pairs of a dataset."""
        targets, row = np.unique(source.protein, return_inverse=True)
        drugs, column = np.unique(source.drug, return_inverse=True)
        return cls(targets, drugs, row, column, source.affinity, floor)

    def spread(self, rows: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Lay values of some pairs on the grid: their mean, and how many stand at each place."""
        shape = (len(self.targets), len(self.drugs))
        total, count = np.zeros(shape), np.zeros(shape)
        np.add.at(total, (self.row[rows], self.column[rows]), values)
        np.add.at(count, (self.row[rows], self.column[rows]), 1)
        return total / np.maximum(count, 1), count


class KernelTrainer:
    """Fits one label's kernel regression on parts of its pairs."""

    def __init__(self, settings: KernelSettings, side: GridSide, grid: Grid) -> None:
        self.settings, self.side, self.grid = settings, side, grid
        self.mean = float(grid.affinity.mean())
        self.targets = side.compare(side.codes, side.states, settings.pocket_share)
        self.drugs = FragmentIndex(side.fragments).tanimoto(side.fragments) ** settings.drug_power

    def fit_plain(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Fit without profiles; return the coefficients and the prediction of the grid."""
        return self._solve(self.targets, self.drugs, rows, self.settings.ridge)

    def fit(self, rows: np.ndarray, left_out_fold: int) -> tuple[KernelFit, np.ndarray]:
        """Fit on some pairs (a mask), with profiles; return the fit and the grid's prediction."""
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
        return KernelFit(left_out_fold, plain, profiled, of_targets, of_drugs), predicted

    def _complete(self, rows: np.ndarray, predicted: np.ndarray) -> np.ndarray:
        """Fill the grid: measured where it was, predicted elsewhere, never below the floor."""
        measured, count = self.grid.spread(rows, self.grid.affinity[rows])
        if self.grid.floor is not None:
            predicted = np.maximum(predicted, self.grid.floor)
        return np.where(count > 0, measured, predicted)

    def _solve(
        self, targets: np.ndarray, drugs: np.ndarray, rows: np.ndarray, ridge: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Solve for the dual coefficients; return them and the prediction of the grid."""
        targets = targets + self.settings.common(np.arange(len(targets)), len(targets))
        drugs = drugs + self.settings.common(np.arange(len(drugs)), len(drugs))
        measured, count = self.grid.spread(rows, self.grid.affinity[rows] - self.mean)
        dual = solve_grid(targets, drugs, measured * (count > 0), count, ridge)
        return dual, targets @ dual @ drugs + self.mean


def solve_grid(
    targets: np.ndarray, drugs: np.ndarray, measured: np.ndarray, count: np.ndarray, ridge: float
) -> np.ndarray:
    r"""Ridge regression with the kernel :math:`K_T \otimes K_D` on a grid with gaps.

    Conjugate gradients, preconditioned by the solution for the grid without gaps, which the
    eigenvectors of the two kernels give at once.

    Parameters
    ----------
    targets, drugs : numpy.ndarray, shape (targets, targets) and (drugs, drugs)
    measured, count : numpy.ndarray, shape (targets, drugs)
        Mean label, less the overall mean, and number of the pairs at each place.

    Returns
    -------
    numpy.ndarray, shape (targets, drugs)
        The dual coefficients, zero where nothing was measured.
    """
    target_values, target_vectors = np.linalg.eigh(targets.astype(np.float32))
    drug_values, drug_vectors = np.linalg.eigh(drugs.astype(np.float32))
    targets, drugs, measured = (each.astype(np.float32) for each in (targets, drugs, measured))
    inverse = 1 / (np.outer(np.maximum(target_values, 0), np.maximum(drug_values, 0)) + ridge)
    mask = count > 0
    weight = (ridge / np.maximum(count, 1)).astype(np.float32)

    def precondition(residual: np.ndarray) -> np.ndarray:
        turned = (target_vectors.T @ residual @ drug_vectors) * inverse
        return np.asarray((target_vectors @ turned @ drug_vectors.T) * mask)

    dual = np.zeros_like(measured)
    residual = measured.copy()
    direction = scaled = precondition(residual)
    product = float((residual * scaled).sum())
    enough = TOLERANCE**2 * float((measured**2).sum())
    for _ in range(MAX_ITERATIONS):
        if float((residual**2).sum()) <= enough:
            break
        image = (targets @ direction @ drugs) * mask + weight * direction
        step = product / float((direction * image).sum())
        dual += step * direction
        residual -= step * image
        scaled = precondition(residual)
        renewed = float((residual * scaled).sum())
        direction = scaled + renewed / product * direction
        product = renewed
    return dual


def find_profiles(completed: np.ndarray, components: int) -> tuple[np.ndarray, np.ndarray]:
    """Principal components of the rows and of the columns of a completed grid, scaled."""
    both = (_scores(completed, components), _scores(completed.T, components))
    return scale_profiles(both[0]), scale_profiles(both[1])


def _scores(rows: np.ndarray, components: int) -> np.ndarray:
    left, size, _ = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    return np.asarray(left[:, :components] * size[:components])
