"""Baselines on the same pairs: the bar that a model has to clear.

Means show what is learned from the name of a molecule or a target alone, and KronRLS what two
similarities add, without a network.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import LinearOperator, cg, lsqr

from dta_demo.data.affinities import AffinityData, DataError, load_affinities
from dta_demo.evaluation.alignment import AlignmentKernel, compare_molecules
from dta_demo.evaluation.calibration import clip_label
from dta_demo.kinases.targets import Target
from dta_demo.model.kronecker import predict_grid

SHRINKAGE = 1.0
"""Penalty of the additive fit: as if each molecule and target had one more pair, at the mean."""

RIDGE = 0.1
"""Penalty of KronRLS, fixed. Cross-validated inside the training folds, Davis preferred 0.03
(MSE 0.222 against 0.225 here) and BindingDB 0.3 (0.600 against 0.617)."""

TOLERANCE = 1e-3
"""Residual at which the conjugate gradient ends, as a share of the first; at a tenth of it no
MSE changed by 0.0001."""


class Baseline(ABC):
    """A method that is fitted to some pairs and predicts others.

    Molecules and targets are matched by what they are, not by their place in a table, so that
    pairs of one dataset can be predicted from those of another.
    """

    name: str

    @abstractmethod
    def fit(self, train: AffinityData) -> None:
        """Learn from measured pairs."""

    @abstractmethod
    def predict(self, data: AffinityData) -> np.ndarray:
        """Predict pairs in the label's unit, unclipped: float64, shape (pairs,)."""


class GlobalMean(Baseline):
    """The mean label of the training pairs."""

    name = "global mean"

    def fit(self, train: AffinityData) -> None:
        """Compute the mean."""
        self.mean = float(train.affinity.mean())

    def predict(self, data: AffinityData) -> np.ndarray:
        """Repeat the mean."""
        return np.full(len(data), self.mean)


class DrugMean(Baseline):
    """The mean label of a molecule's pairs; of all pairs for a new molecule."""

    name = "drug mean"

    def fit(self, train: AffinityData) -> None:
        """Compute the means."""
        self.mean = float(train.affinity.mean())
        self.known = Numbering(self.keys(train))
        place = self.known.find(self.keys(train))
        self.means = np.bincount(place, train.affinity) / np.bincount(place)

    def predict(self, data: AffinityData) -> np.ndarray:
        """Look the mean up."""
        place = self.known.find(self.keys(data))
        return np.where(place >= 0, self.means[place], self.mean)

    def keys(self, data: AffinityData) -> list[Hashable]:
        """Key by which each pair is grouped."""
        return drug_keys(data)


class TargetMean(DrugMean):
    """The mean label of a target's pairs; of all pairs for a new target."""

    name = "target mean"

    def keys(self, data: AffinityData) -> list[Hashable]:
        """Key by which each pair is grouped."""
        return target_keys(data)


class Additive(Baseline):
    """The mean, plus what is usual for the molecule, plus what is usual for the target.

    The best of a predictor in which the two sides do not interact. Both kinds of offsets are
    fitted together by ridge regression, so that gaps in the grid of pairs do not shift them.
    """

    name = "additive"

    def fit(self, train: AffinityData) -> None:
        """Fit the offsets."""
        self.mean = float(train.affinity.mean())
        self.drugs, self.targets = Numbering(drug_keys(train)), Numbering(target_keys(train))
        residual = train.affinity - self.mean
        self.offsets = lsqr(self._design(train), residual, damp=np.sqrt(SHRINKAGE))[0]

    def predict(self, data: AffinityData) -> np.ndarray:
        """Add the offsets up; a new molecule or target has none."""
        return np.asarray(self.mean + self._design(data) @ self.offsets)

    def _design(self, data: AffinityData) -> csr_matrix:
        """Mark the molecule and the target of each pair: shape (pairs, drugs + targets)."""
        drug, target = self.drugs.find(drug_keys(data)), self.targets.find(target_keys(data))
        column = np.concatenate([drug, target + len(self.drugs.keys)])
        known = np.concatenate([drug >= 0, target >= 0])
        row = np.tile(np.arange(len(data)), 2)
        shape = (len(data), len(self.drugs.keys) + len(self.targets.keys))
        return csr_matrix((np.ones(known.sum()), (row[known], column[known])), shape=shape)


class KronRLS(Baseline):
    r"""Regularised least squares with the product of a drug and a target kernel.

    Pahikkala et al. 2015, doi:10.1093/bib/bbu010. The dual problem
    :math:`(K + \lambda I) a = y - \bar y` over the measured pairs, with :math:`K` the Kronecker
    product of both kernels at those pairs, is solved by conjugate gradient. :math:`K` is never
    built: with a vector laid out on the grid of molecules and targets, its product with the
    vector is two small products.

    It has a solver of its own, not `dta_demo.model.kronecker.solve_grid`: at this tolerance the
    order of the sums shows in the fifth decimal place (on fold 0 of Davis an MSE of 0.21141 here,
    and of 0.21138 there), and published figures should stay reproducible.

    Parameters
    ----------
    kernel : AlignmentKernel
        Compares targets; molecules are compared by Tanimoto similarity.
    """

    name = "KronRLS"

    def __init__(self, kernel: AlignmentKernel) -> None:
        self.kernel = kernel

    def fit(self, train: AffinityData) -> None:
        """Solve for the dual weights."""
        self.mean = float(train.affinity.mean())
        self.smiles, drug = _smiles_of_pairs(train)
        self.targets, target = _targets_of_pairs(train)
        like_drugs = compare_molecules(self.smiles, self.smiles)
        like_targets = clip_eigenvalues(self.kernel.similarity(self.targets, self.targets))
        grid = len(self.smiles), len(self.targets)

        def multiply(dual: np.ndarray) -> np.ndarray:
            product = like_drugs @ _lay_out(dual, drug, target, grid) @ like_targets
            return np.asarray(product[drug, target] + RIDGE * dual)

        system = LinearOperator((len(train), len(train)), matvec=multiply, dtype=np.float64)
        dual, _ = cg(system, train.affinity - self.mean, rtol=TOLERANCE)
        self.dual = _lay_out(dual, drug, target, grid)

    def predict(self, data: AffinityData) -> np.ndarray:
        """Weigh the training pairs by how alike they are to each pair."""
        smiles, drug = _smiles_of_pairs(data)
        targets, target = _targets_of_pairs(data)
        like_drugs = compare_molecules(smiles, self.smiles)
        like_targets = self.kernel.similarity(targets, self.targets)
        return predict_grid(like_targets, self.dual.T, like_drugs, self.mean)[target, drug]


def make_baselines(kernel: AlignmentKernel) -> list[Baseline]:
    """All baselines, from the plainest to the strongest."""
    return [GlobalMean(), DrugMean(), TargetMean(), Additive(), KronRLS(kernel)]


def predict_baselines(
    train: AffinityData, data: AffinityData, floor: float | None, kernel: AlignmentKernel
) -> dict[str, np.ndarray]:
    """Fit every baseline to some pairs and predict others, clipped as the model's are.

    Returns
    -------
    dict of str to numpy.ndarray of float64, shape (pairs,)
    """
    predicted = {}
    for baseline in make_baselines(kernel):
        baseline.fit(train)
        predicted[baseline.name] = clip_label(baseline.predict(data), floor)
    return predicted


def choose_training_pairs(
    data: AffinityData, folds: Sequence[int], train_data: Path | None
) -> dict[int | None, AffinityData]:
    """Choose the pairs that the baselines are fitted on, for each fold that is scored.

    They are those of all other folds, as for the members; the published test fold, where the
    data has one, is no training data. Without folds they are a dataset of their own.

    Raises
    ------
    DataError
        When there are none, or scored pairs are among them.
    """
    if folds and train_data:
        raise DataError("Name --folds or --train-data: with folds, the other folds are fitted on.")
    if folds:
        train: dict[int | None, AffinityData] = {}
        for fold in folds:
            rows = (data.fold != fold) & ~data.is_test
            if not rows.any():
                raise DataError(f"There is no pair outside fold {fold} to fit the baselines on.")
            train[fold] = data.take(rows)
        return train
    if train_data is None:
        raise DataError(
            "The baselines need pairs to be fitted on: name the --folds to score, or a folder "
            "with other pairs by --train-data."
        )
    other = load_affinities(train_data)
    if other.label != data.label:
        raise DataError(f"The training data has the label {other.label!r}, not {data.label!r}.")
    shared = len(_names_of_pairs(data) & _names_of_pairs(other))
    if shared:
        raise DataError(f"{shared:,} of the pairs to score stand in the training data too.")
    return {None: other}


def _names_of_pairs(data: AffinityData) -> set[tuple[str, str]]:
    """Molecule and name of the target of every pair."""
    return {
        (data.drugs[drug].smiles, data.targets[target].name)
        for drug, target in zip(data.drug_index, data.target_index, strict=True)
    }


def drug_keys(data: AffinityData) -> list[Hashable]:
    """Canonical SMILES of the molecule of every pair."""
    return [data.drugs[number].smiles for number in data.drug_index]


def target_keys(data: AffinityData) -> list[Hashable]:
    """Construct of the target of every pair, which is what the model reads of it."""
    constructs = [target.construct for target in data.targets]
    return [constructs[number] for number in data.target_index]


class Numbering:
    """Numbers for distinct keys, in the order in which they come.

    Attributes
    ----------
    keys : list
        Each once; the place is the number.
    """

    def __init__(self, keys: Iterable[Hashable]) -> None:
        self.keys = list(dict.fromkeys(keys))
        self._number = {key: number for number, key in enumerate(self.keys)}

    def find(self, keys: Iterable[Hashable]) -> np.ndarray:
        """Number of each key, -1 for one that is not there: int64, shape (keys,)."""
        return np.array([self._number.get(key, -1) for key in keys], np.int64)


def clip_eigenvalues(kernel: np.ndarray) -> np.ndarray:
    """Make a symmetric similarity a kernel: alignment scores are nearly one, but not quite.

    Without it the problem may have no minimum, since the product with the molecules' kernel
    multiplies a negative eigenvalue (-0.001 on Davis) by the number of alike molecules.
    """
    values, vectors = np.linalg.eigh(kernel)
    return np.asarray((vectors * np.maximum(values, 0.0)) @ vectors.T)


def _smiles_of_pairs(data: AffinityData) -> tuple[list[str], np.ndarray]:
    """Molecules that the pairs name, and the place of each pair's molecule among them."""
    numbers, drug = np.unique(data.drug_index, return_inverse=True)
    return [data.drugs[number].smiles for number in numbers], drug


def _targets_of_pairs(data: AffinityData) -> tuple[list[Target], np.ndarray]:
    """Targets that the pairs name, and the place of each pair's target among them."""
    numbers, target = np.unique(data.target_index, return_inverse=True)
    return [data.targets[number] for number in numbers], target


def _lay_out(
    values: np.ndarray, drug: np.ndarray, target: np.ndarray, grid: tuple[int, int]
) -> np.ndarray:
    """Sum the values of pairs at their places in the grid of molecules and targets."""
    flat = np.bincount(drug * grid[1] + target, values, minlength=grid[0] * grid[1])
    return np.asarray(flat.reshape(grid))
