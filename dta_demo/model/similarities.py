"""Similarities of the kernel regression: of targets, of molecules, and of interaction profiles.

Targets are compared by the residues of their pocket and by their mean ESM-2 embedding, molecules
by the Tanimoto similarity of their fragment counts, and both by their interaction profiles.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from Bio.Align import substitution_matrices
from scipy.sparse import csr_matrix

from dta_demo.encoders.drug import MOST_COUNTED
from dta_demo.model.region import AMINO_ACIDS, RESIDUE_CODES, ProteinRegion

COUNT_LEVELS = MOST_COUNTED
"""Levels in which counts are written: a count above the last is taken for it."""

PHOSPHORYLATION_STEPS = 4
"""Positions of the pocket by which a phosphorylated form differs from the plain one."""


def pocket_codes(regions: Sequence[ProteinRegion]) -> np.ndarray:
    """Residues of the pockets and phosphorylation: uint8, (proteins, positions)."""
    codes = np.stack([region.pocket_codes.cpu().numpy() for region in regions]).astype(np.uint8)
    flags = [phosphorylation_code(region.construct.phosphorylated) for region in regions]
    repeated = np.repeat(np.array(flags, dtype=np.uint8)[:, None], PHOSPHORYLATION_STEPS, axis=1)
    return np.concatenate([codes, repeated], axis=1)


def mean_embeddings(regions: Sequence[ProteinRegion]) -> np.ndarray:
    """Mean embeddings over the binding regions: float32, (proteins, hidden)."""
    return np.stack([region.mean_embedding for region in regions])


def phosphorylation_code(phosphorylated: bool) -> int:
    """Code in the place of a residue for a phosphorylated form, and that of a gap for others."""
    return 0 if phosphorylated else RESIDUE_CODES - 1


@cache
def substitution_distances() -> np.ndarray:
    """Distance of two residues by how seldom evolution exchanges them, 0 for equal ones.

    From BLOSUM62 (Henikoff and Henikoff 1992, doi:10.1073/pnas.89.22.10915) as the scores of both
    residues with themselves less twice that of their exchange, in units of its median; 1 between
    a residue and a gap.

    Returns
    -------
    numpy.ndarray of float32, shape (RESIDUE_CODES, RESIDUE_CODES)
    """
    blosum = substitution_matrices.load("BLOSUM62")
    scores = np.array([[blosum[one][other] for other in AMINO_ACIDS] for one in AMINO_ACIDS])
    own = np.diag(scores)
    apart = own[:, None] + own - 2 * scores
    distances = np.ones((RESIDUE_CODES, RESIDUE_CODES), dtype=np.float32)
    distances[:-1, :-1] = apart / np.median(apart[apart > 0])
    distances[-1, -1] = 0.0
    return distances


def code_distances(some: np.ndarray, others: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Sum the distances of the residues at all positions of two pockets: (some, others).

    Parameters
    ----------
    some, others : numpy.ndarray of uint8, shape (..., positions)
    weights : numpy.ndarray, shape (positions,)
        How much a distance at each position counts.
    """
    tables = substitution_distances() * weights.astype(np.float32)[:, None, None]
    positions = np.arange(len(weights))
    places = others + RESIDUE_CODES * positions
    apart = np.empty((len(some), len(others)), dtype=np.float32)
    for row, codes in enumerate(some):
        tables[positions, codes].ravel()[places].sum(axis=1, out=apart[row])
    return apart


class Points:
    """Points to measure squared distances to, whose own sizes are computed once."""

    def __init__(self, points: np.ndarray) -> None:
        self._points, self._sizes = points, (points**2).sum(axis=1)

    def squared_distances(self, some: np.ndarray) -> np.ndarray:
        """Squared distances of some other points (some, channels): (some, points)."""
        sizes = (some**2).sum(axis=1)[:, None] + self._sizes
        return np.asarray(np.maximum(sizes - 2 * some @ self._points.T, 0.0))


def squared_distances(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Squared distances: (some, others)."""
    return Points(others).squared_distances(some)


def unary_counts(counts: csr_matrix | np.ndarray) -> csr_matrix:
    """Write log counts in unary: a column for each fragment and level that its count reaches."""
    counts = csr_matrix(counts)
    times = np.minimum(np.rint(np.expm1(counts.data)), COUNT_LEVELS).astype(np.int64)
    ends = np.concatenate([[0], np.cumsum(times)])
    level = np.arange(ends[-1]) - np.repeat(ends[:-1], times)
    columns = np.repeat(counts.indices.astype(np.int64), times) * COUNT_LEVELS + level
    ones = np.ones(len(columns), dtype=np.float32)
    shape = (counts.shape[0], counts.shape[1] * COUNT_LEVELS)
    return csr_matrix((ones, columns, ends[counts.indptr]), shape=shape)


def log_counts(fragments: csr_matrix) -> np.ndarray:
    """Log fragment counts of what `unary_counts` wrote: float32, (molecules, bits)."""
    fragments = fragments.tocoo()
    shape = (fragments.shape[0], fragments.shape[1] // COUNT_LEVELS)
    counts = np.zeros(shape, dtype=np.float32)
    np.add.at(counts, (fragments.row, fragments.col // COUNT_LEVELS), 1.0)
    return np.log1p(counts)


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
