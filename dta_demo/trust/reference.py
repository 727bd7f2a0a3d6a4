"""The training molecules and targets that a query is compared with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from dta_demo.molecules.tanimoto import FragmentIndex
from dta_demo.results.applicability import Neighbour
from dta_demo.results.controls import TrainingMean

SAME_DRUG = 0.999
"""Tanimoto similarity from which a molecule counts as one of the training molecules."""

MOLECULES_AT_ONCE = 64
"""Molecules that are compared together: more would not stay in the processor's cache."""

SAME_TARGET = 0.995
"""Similarity from which a protein counts as a training target or its point mutant."""


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
class TargetNeighbour:
    """The training target most like a query, and whether it is a kinase of the panels."""

    nearest: Neighbour
    is_kinase: bool


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
        """Mean of the most similar one with a pair; from similarity ``same`` on it is the query."""
        measured = np.where(self.pairs > 0, similarity, -np.inf)
        best = int(measured.argmax())
        nearest = _most_similar(names, measured)
        own = nearest.similarity >= same
        return TrainingMean(nearest, own, float(self.mean[best]), int(self.pairs[best]))


@dataclass(frozen=True)
class ReferenceSet:
    """Training molecules and targets, described to find those nearest to a query.

    Attributes
    ----------
    drugs : FragmentIndex
        Circular fragments (Morgan, radius 2) of the molecules.
    target_vectors : numpy.ndarray of float32, shape (targets, hidden)
        Mean embeddings over the binding region, centred and of length 1.
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

    def nearest_drugs(self, morgan_bits: csr_matrix) -> list[DrugNeighbours]:
        """Find the training molecules of highest Tanimoto similarity, for each molecule."""
        found: list[DrugNeighbours] = []
        for start in range(0, morgan_bits.shape[0], MOLECULES_AT_ONCE):
            similarity = self.drugs.tanimoto(morgan_bits[start : start + MOLECULES_AT_ONCE])
            nearest = self._most_similar_drugs(similarity)
            found += map(
                DrugNeighbours, nearest, self._most_similar_drugs(similarity * self.binds_kinase)
            )
        return found

    def _most_similar_drugs(self, similarity: np.ndarray) -> Iterator[Neighbour]:
        """Most similar training molecule in each row of similarities (molecules, drugs)."""
        best = similarity.argmax(axis=1)
        value = similarity[np.arange(len(best)), best].clip(0.0, 1.0)
        return map(Neighbour, [self.drug_names[place] for place in best.tolist()], value.tolist())

    def nearest_target(self, mean_embedding: np.ndarray) -> TargetNeighbour:
        """Find the training target whose mean embedding is most similar."""
        similarity = self._target_similarity(mean_embedding)
        nearest = _most_similar(self.target_names, similarity)
        return TargetNeighbour(nearest, bool(self.kinase[similarity.argmax()]))

    def mean_of_drug(self, morgan_bits: csr_matrix) -> TrainingMean:
        """Mean pKd of one molecule, or of the nearest one that has a measured pKd."""
        (similarity,) = self.drugs.tanimoto(morgan_bits)
        return self.drug_means.of_nearest(self.drug_names, similarity, SAME_DRUG)

    def mean_of_target(self, mean_embedding: np.ndarray) -> TrainingMean:
        """Mean pKd of a target, or of the nearest one that has a measured pKd."""
        similarity = self._target_similarity(mean_embedding)
        return self.target_means.of_nearest(self.target_names, similarity, SAME_TARGET)

    def _target_similarity(self, mean_embedding: np.ndarray) -> np.ndarray:
        """Cosine similarity to every training target, shape (targets,)."""
        vector = mean_embedding - self.target_centre
        similarity: np.ndarray = self.target_vectors @ (
            vector / max(float(np.linalg.norm(vector)), 1e-9)
        )
        return similarity


def _most_similar(names: tuple[str, ...], similarity: np.ndarray) -> Neighbour:
    best = int(similarity.argmax())
    return Neighbour(names[best], min(max(float(similarity[best]), 0.0), 1.0))
