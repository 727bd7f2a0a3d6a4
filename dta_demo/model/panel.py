"""The measured panel of a label: its targets and drugs, for queries to be compared with."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_matrix

from dta_demo.kinases.construct import Construct
from dta_demo.model.region import RESIDUE_CODES, ProteinRegion
from dta_demo.model.similarities import (
    PHOSPHORYLATION_STEPS,
    Points,
    code_distances,
    mean_embeddings,
    median_distance,
    mix,
    pocket_codes,
    squared_distances,
    unary_counts,
)
from dta_demo.molecules.tanimoto import FragmentIndex


@dataclass(frozen=True)
class ChannelScale:
    """Mean and spread of each channel of some embeddings: shape (channels,)."""

    mean: np.ndarray
    spread: np.ndarray

    @classmethod
    def of(cls, embeddings: np.ndarray) -> ChannelScale:
        """Measure embeddings (rows, channels)."""
        return cls(embeddings.mean(axis=0), embeddings.std(axis=0) + 1e-6)

    def apply(self, embeddings: np.ndarray) -> np.ndarray:
        """Scale embeddings to a mean of 0 and unit variance in each channel."""
        return np.asarray((embeddings - self.mean) / self.spread)


@dataclass(frozen=True)
class MeasuredPanel:
    """Targets and drugs of a label's measured pairs, described for comparison.

    Attributes
    ----------
    target_keys, drug_keys : numpy.ndarray of int64, shape (targets,) and (drugs,)
        Digest of each target's construct and each drug's canonical SMILES, by which they are
        recognised.
    codes : numpy.ndarray of uint8, shape (targets, positions)
        Residues of the pocket, as indices into `AMINO_ACIDS`, and the phosphorylation.
    embeddings : numpy.ndarray of float32, shape (targets, hidden)
        Mean embeddings over the binding region, each channel of unit variance.
    embedding_mean, embedding_scale : numpy.ndarray of float32, shape (hidden,)
    position_weights : numpy.ndarray of float32, shape (positions,)
        How much the residue at each position counts: two pockets are alike by the exponential of
        minus the weighted sum of the distances of their residues.
    embedding_distance : float
        Median distance between two of the targets, the unit in which these are measured.
    fragments : scipy.sparse.csr_matrix, shape (drugs, bits * levels)
        Fragment counts in unary, so that a product of two rows is the smaller count.
    drug_embeddings : numpy.ndarray of float32, shape (drugs, channels)
        From the drug encoder.
    measured : (int, int)
        How many of the targets and drugs, the first ones, the label itself was measured of; of
        the others a related quantity was, by which the panel knows them less well.
    """

    target_keys: np.ndarray
    drug_keys: np.ndarray
    codes: np.ndarray
    embeddings: np.ndarray
    embedding_mean: np.ndarray
    embedding_scale: np.ndarray
    position_weights: np.ndarray
    embedding_distance: float
    fragments: csr_matrix
    drug_embeddings: np.ndarray
    measured: tuple[int, int]

    @classmethod
    def of(
        cls,
        regions: Sequence[ProteinRegion],
        smiles: Sequence[str],
        counts: np.ndarray,
        drug_embeddings: np.ndarray,
        measured: tuple[int, int],
    ) -> MeasuredPanel:
        """Describe the targets and drugs of measured pairs; all positions count the same.

        Parameters
        ----------
        smiles : sequence of str
            Canonical.
        counts : numpy.ndarray, shape (drugs, bits)
            Log fragment counts, see `Fingerprints`.
        drug_embeddings : numpy.ndarray, shape (drugs, channels)
        """
        codes, raw = pocket_codes(regions), mean_embeddings(regions)
        mean, scale = raw.mean(axis=0), raw.std(axis=0) + 1e-6
        embeddings = (raw - mean) / scale
        return cls(
            np.array([construct_key(region.construct) for region in regions]),
            np.array([digest(text) for text in smiles]),
            codes,
            embeddings,
            mean,
            scale,
            equal_weights(codes),
            median_distance(squared_distances(embeddings, embeddings)),
            unary_counts(counts),
            drug_embeddings,
            measured,
        )

    @property
    def has_pocket(self) -> np.ndarray:
        """Whether a kinase pocket was found in each target: bool, shape (targets,)."""
        residues = self.codes[:, :-PHOSPHORYLATION_STEPS]
        return np.asarray((residues < RESIDUE_CODES - 1).any(axis=1))

    def find_targets(self, constructs: Sequence[Construct]) -> np.ndarray:
        """Index of each construct among the targets, -1 for others."""
        return find_keys([construct_key(each) for each in constructs], self._target_places)

    def find_drugs(self, smiles: Sequence[str]) -> np.ndarray:
        """Index of each canonical SMILES among the drugs, -1 for others."""
        return find_keys([digest(text) for text in smiles], self._drug_places)

    def is_new_target(self, places: np.ndarray) -> np.ndarray:
        """Whether the label was not measured of targets, by their index or -1: bool, (targets,)."""
        return np.asarray((places < 0) | (places >= self.measured[0]))

    def is_new_drug(self, places: np.ndarray) -> np.ndarray:
        """Whether the label was not measured of drugs, by their index or -1: bool, (drugs,)."""
        return np.asarray((places < 0) | (places >= self.measured[1]))

    def compare_targets(self, regions: Sequence[ProteinRegion], pocket_weight: float) -> np.ndarray:
        """Similarity of proteins to the targets: (proteins, targets), in [0, 1]."""
        embeddings = (mean_embeddings(regions) - self.embedding_mean) / self.embedding_scale
        return self.compare(pocket_codes(regions), embeddings, pocket_weight)

    def compare(
        self, codes: np.ndarray, embeddings: np.ndarray, pocket_weight: float
    ) -> np.ndarray:
        """Compare pocket residues and scaled embeddings with those of the targets."""
        pocket = np.exp(-code_distances(codes, self.codes, self.position_weights))
        apart = self._embedding_points.squared_distances(embeddings)
        whole = np.exp(-apart / self.embedding_distance)
        return np.asarray(pocket_weight * pocket + (1 - pocket_weight) * whole)

    def compare_drugs(
        self,
        counts: csr_matrix | np.ndarray,
        embeddings: np.ndarray,
        power: float,
        embedding_weight: float,
    ) -> np.ndarray:
        """Similarity of molecules to the drugs: (molecules, drugs), in [0, 1].

        Parameters
        ----------
        counts : scipy.sparse.csr_matrix or numpy.ndarray, shape (molecules, bits)
            Log fragment counts.
        embeddings : numpy.ndarray, shape (molecules, channels)
            Of the drug encoder.
        power, embedding_weight : float
            Exponent of the Tanimoto similarity of the fragments, and weight of the embeddings in
            the place of it, see `KernelSettings`.
        """
        return self.mix_drugs(
            self._index.tanimoto(unary_counts(counts)), embeddings, power, embedding_weight
        )

    def mix_drugs(
        self, fragments: np.ndarray, embeddings: np.ndarray, power: float, embedding_weight: float
    ) -> np.ndarray:
        """Mix the Tanimoto similarity of molecules to the drugs with that of embeddings."""
        apart = self._drug_points.squared_distances(self.drug_scale.apply(embeddings))
        return mix(fragments**power, np.exp(-apart / self.drug_distance), embedding_weight)

    @cached_property
    def drug_scale(self) -> ChannelScale:
        """Scale by which embeddings of molecules are compared."""
        return ChannelScale.of(self.drug_embeddings)

    @cached_property
    def scaled_drugs(self) -> np.ndarray:
        """Embeddings of the drugs, each channel of unit variance: (drugs, channels)."""
        return self.drug_scale.apply(self.drug_embeddings)

    @cached_property
    def drug_distance(self) -> float:
        """Median squared distance between two of the drugs, the unit of these distances."""
        return median_distance(squared_distances(self.scaled_drugs, self.scaled_drugs))

    @cached_property
    def _embedding_points(self) -> Points:
        return Points(self.embeddings)

    @cached_property
    def _drug_points(self) -> Points:
        return Points(self.scaled_drugs)

    @cached_property
    def _index(self) -> FragmentIndex:
        return FragmentIndex(self.fragments)

    @cached_property
    def _target_places(self) -> dict[int, int]:
        return place_keys(self.target_keys)

    @cached_property
    def _drug_places(self) -> dict[int, int]:
        return place_keys(self.drug_keys)


def equal_weights(codes: np.ndarray) -> np.ndarray:
    """Weights by which the median distance between two pockets is 1: float32, (positions,)."""
    ones = np.ones(codes.shape[1], dtype=np.float32)
    return np.asarray(ones / median_distance(code_distances(codes, codes, ones)))


def construct_key(construct: Construct) -> int:
    """Digest of a construct, as a signed integer of 64 bits."""
    return digest(f"{construct.sequence} {construct.domain} {construct.phosphorylated}")


def digest(text: str) -> int:
    """Digest of a text, as a signed integer of 64 bits."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True)


def place_keys(keys: np.ndarray) -> dict[int, int]:
    """Note the place of each key."""
    return {key: place for place, key in enumerate(keys.tolist())}


def find_keys(keys: Sequence[int], places: dict[int, int]) -> np.ndarray:
    """Look up the place of each key, -1 for those that are not there."""
    return np.array([places.get(key, -1) for key in keys], dtype=np.int64)
