"""Similarities of the kernel regression: of targets, of molecules, and of interaction profiles.

Targets are compared by the residues of their pocket and by their mean ESM-2 embedding, molecules
by the Tanimoto similarity of their fragment counts, and both by their interaction profiles.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix

from dta_demo.model.region import ProteinRegion

COUNT_LEVELS = 8
"""Counts of a fragment above this are taken for this: longer chains are not different."""

PHOSPHORYLATION_STEPS = 4
"""Residues of the pocket by which a phosphorylated form differs from the plain one."""


def pocket_codes(regions: Sequence[ProteinRegion]) -> np.ndarray:
    """Residues of the pockets and phosphorylation: uint8, (proteins, positions)."""
    codes = np.stack([region.pocket_codes.cpu().numpy() for region in regions]).astype(np.uint8)
    flags = [region.construct.phosphorylated for region in regions]
    repeated = np.repeat(np.array(flags, dtype=np.uint8)[:, None], PHOSPHORYLATION_STEPS, axis=1)
    return np.concatenate([codes, repeated], axis=1)


def mean_embeddings(regions: Sequence[ProteinRegion]) -> np.ndarray:
    """Mean embeddings over the binding regions: float32, (proteins, hidden)."""
    return np.stack([region.mean_embedding for region in regions])


def code_distances(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Count the positions at which pockets differ: (some, others)."""
    return np.stack([(row != others).sum(axis=1) for row in some]).astype(np.float32)


def squared_distances(some: np.ndarray, others: np.ndarray) -> np.ndarray:
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
    """Scale interaction profiles to a median distance of 1 between two of them."""
    return np.asarray(profiles / np.sqrt(median_distance(squared_distances(profiles, profiles))))


def profile_similarity(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Gaussian similarity of scaled interaction profiles: (some, others)."""
    return np.asarray(np.exp(-squared_distances(some, others)))


def mix(plain: np.ndarray, of_profiles: np.ndarray, weight: float) -> np.ndarray:
    """Weighted mean of two similarities; ``weight`` is that of the interaction profiles."""
    return (1 - weight) * plain + weight * of_profiles


def median_distance(distances: np.ndarray) -> float:
    """Median of the distances between what is not the same."""
    apart = distances[distances > 1e-6]
    return float(np.median(apart)) if len(apart) else 1.0
