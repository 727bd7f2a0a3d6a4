"""What is alike to the kernel regression: targets, molecules, and how they bind.

Targets are compared by the residues of their pocket and by ESM-2's mean state over it, molecules
by the Tanimoto similarity of their fragment counts, and both by their interaction profiles.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_matrix

from dta_demo.kinases.construct import Construct
from dta_demo.model.member import ProteinRegion
from dta_demo.molecules.fingerprints import FragmentIndex
from dta_demo.trust.reference import mean_state

COUNT_LEVELS = 8
"""Counts of a fragment above this are taken for this: longer chains are not different."""

PHOSPHORYLATION_STEPS = 4
"""Residues of the pocket by which a phosphorylated form differs from the plain one."""


@dataclass(frozen=True)
class GridSide:
    """What the grid keeps of its targets and drugs to compare others with.

    Attributes
    ----------
    target_keys, drug_keys : numpy.ndarray of int64, shape (targets,) and (drugs,)
        Digest of each target's form and each drug's canonical SMILES, by which it is recognised.
    codes : numpy.ndarray of uint8, shape (targets, positions)
        Residues of the pocket, as indices into `AMINO_ACIDS`, and the phosphorylation.
    states : numpy.ndarray of float32, shape (targets, hidden)
        Mean states over the binding region, each channel of unit variance.
    state_mean, state_scale : numpy.ndarray of float32, shape (hidden,)
    code_distance, state_distance : float
        Median distances between two of the targets, in which distances are measured.
    fragments : scipy.sparse.csr_matrix, shape (drugs, bits * levels)
        Fragment counts in unary, so that a product of two rows is the smaller count.
    """

    target_keys: np.ndarray
    drug_keys: np.ndarray
    codes: np.ndarray
    states: np.ndarray
    state_mean: np.ndarray
    state_scale: np.ndarray
    code_distance: float
    state_distance: float
    fragments: csr_matrix

    @classmethod
    def of(
        cls,
        forms: Sequence[Construct],
        regions: Sequence[ProteinRegion],
        smiles: Sequence[str],
        counts: np.ndarray,
    ) -> GridSide:
        """Describe the targets and drugs of a grid.

        Parameters
        ----------
        smiles : sequence of str
            Canonical.
        counts : numpy.ndarray, shape (drugs, bits)
            Log fragment counts, see `DescribedDrugs`.
        """
        codes, raw = read_codes(regions), read_states(regions)
        mean, scale = raw.mean(axis=0), raw.std(axis=0) + 1e-6
        states = (raw - mean) / scale
        return cls(
            np.array([form_key(form) for form in forms]),
            np.array([digest(text) for text in smiles]),
            codes,
            states,
            mean,
            scale,
            _median(code_distances(codes, codes)),
            _median(state_distances(states, states)),
            unary_counts(counts),
        )

    def find_targets(self, forms: Sequence[Construct]) -> np.ndarray:
        """Index of each protein among the grid's targets, -1 for others."""
        return find_keys([form_key(form) for form in forms], self._target_places)

    def find_drugs(self, smiles: Sequence[str]) -> np.ndarray:
        """Index of each canonical SMILES among the grid's drugs, -1 for others."""
        return find_keys([digest(text) for text in smiles], self._drug_places)

    def compare_targets(self, regions: Sequence[ProteinRegion], pocket_share: float) -> np.ndarray:
        """Similarity of proteins to the grid's targets: (proteins, targets), in [0, 1]."""
        states = (read_states(regions) - self.state_mean) / self.state_scale
        return self.compare(read_codes(regions), states, pocket_share)

    def compare(self, codes: np.ndarray, states: np.ndarray, pocket_share: float) -> np.ndarray:
        """Compare pocket residues and scaled states with those of the grid's targets."""
        pocket = np.exp(-code_distances(codes, self.codes) / self.code_distance)
        whole = np.exp(-state_distances(states, self.states) / self.state_distance)
        return np.asarray(pocket_share * pocket + (1 - pocket_share) * whole)

    def compare_drugs(self, counts: np.ndarray) -> np.ndarray:
        """Tanimoto similarity of fragment counts to the grid's drugs: (molecules, drugs)."""
        return self._index.tanimoto(unary_counts(counts))

    @cached_property
    def _index(self) -> FragmentIndex:
        return FragmentIndex(self.fragments)

    @cached_property
    def _target_places(self) -> dict[int, int]:
        return place_keys(self.target_keys)

    @cached_property
    def _drug_places(self) -> dict[int, int]:
        return place_keys(self.drug_keys)


def form_key(form: Construct) -> int:
    """Digest of what the model reads of a protein, as a signed integer of 64 bits."""
    return digest(f"{form.sequence} {form.domain} {form.phosphorylated}")


def digest(text: str) -> int:
    """Digest of a text, as a signed integer of 64 bits."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True)


def place_keys(keys: np.ndarray) -> dict[int, int]:
    """Note the place of each key."""
    return {key: place for place, key in enumerate(keys.tolist())}


def find_keys(keys: Sequence[int], places: dict[int, int]) -> np.ndarray:
    """Look up the place of each key, -1 for those that are not there."""
    return np.array([places.get(key, -1) for key in keys], dtype=np.int64)


def read_codes(regions: Sequence[ProteinRegion]) -> np.ndarray:
    """Residues of the pockets and phosphorylation: uint8, (proteins, positions)."""
    codes = np.stack([region.pocket_codes.cpu().numpy() for region in regions]).astype(np.uint8)
    form = np.array([region.phosphorylated for region in regions], dtype=np.uint8)
    return np.concatenate([codes, np.repeat(form[:, None], PHOSPHORYLATION_STEPS, axis=1)], axis=1)


def read_states(regions: Sequence[ProteinRegion]) -> np.ndarray:
    """Mean states over the binding regions: float32, (proteins, hidden)."""
    return np.stack([mean_state(region) for region in regions])


def code_distances(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Count the positions at which pockets differ: (some, others)."""
    return np.stack([(row != others).sum(axis=1) for row in some]).astype(np.float32)


def state_distances(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Squared distances: (some, others)."""
    squared = (some**2).sum(axis=1)[:, None] + (others**2).sum(axis=1) - 2 * some @ others.T
    return np.asarray(np.maximum(squared, 0.0))


def unary_counts(counts: np.ndarray) -> csr_matrix:
    """Write log counts in unary: a column for each fragment and level that its count reaches."""
    rows, bits = np.nonzero(counts)
    times = np.minimum(np.rint(np.expm1(counts[rows, bits])), COUNT_LEVELS).astype(np.int64)
    level = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    columns = np.repeat(bits, times) * COUNT_LEVELS + level
    ones = np.ones(len(columns), dtype=np.float32)
    shape = (len(counts), counts.shape[1] * COUNT_LEVELS)
    return csr_matrix((ones, (np.repeat(rows, times), columns)), shape=shape)


def scale_profiles(profiles: np.ndarray) -> np.ndarray:
    """Give interaction profiles in units of the median distance between two of them."""
    return np.asarray(profiles / np.sqrt(_median(state_distances(profiles, profiles))))


def profile_similarity(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Gaussian similarity of scaled interaction profiles: (some, others)."""
    return np.asarray(np.exp(-state_distances(some, others)))


def mix(plain: np.ndarray, of_profiles: np.ndarray, share: float) -> np.ndarray:
    """Mix two similarities."""
    return (1 - share) * plain + share * of_profiles


def _median(distances: np.ndarray) -> float:
    """Median of the distances between what is not the same."""
    apart = distances[distances > 1e-6]
    return float(np.median(apart)) if len(apart) else 1.0
