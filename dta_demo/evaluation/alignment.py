"""Similarity of molecules by their structure, and of targets by their aligned sequences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from Bio.Align import PairwiseAligner, substitution_matrices
from scipy.sparse import csr_matrix
from tqdm import tqdm

from dta_demo.kinases.domains import KinaseProfile, choose_domain
from dta_demo.kinases.targets import Target
from dta_demo.molecules.fingerprints import MORGAN_BITS, fingerprint_smiles
from dta_demo.molecules.tanimoto import FragmentIndex

GAP_OPEN, GAP_EXTEND = -11.0, -1.0
"""Scores of the first and of each further residue of a gap; the usual pair for BLOSUM62."""

MAX_RESIDUES = 600
"""Residues read of a sequence without a kinase domain, from its start: an alignment's time grows
with the product of both lengths. No kinase domain in Davis, KIBA or BindingDB is longer."""


def compare_molecules(smiles: Sequence[str], others: Sequence[str]) -> np.ndarray:
    """Tanimoto similarity of circular fingerprints (Morgan, radius 2, 2,048 bits).

    Returns
    -------
    numpy.ndarray of float64, shape (smiles, others)
        In [0, 1]; 0 where neither molecule sets a bit.
    """
    return FragmentIndex(_morgan_bits(others)).tanimoto(_morgan_bits(smiles))


def _morgan_bits(smiles: Sequence[str]) -> csr_matrix:
    return fingerprint_smiles(smiles, MORGAN_BITS).morgan_bits.astype(np.float64)


class AlignmentKernel:
    """Normalised Smith-Waterman similarity of the targets' kinase domains.

    The score of the best local alignment of two sequences (Smith and Waterman 1981,
    doi:10.1016/0022-2836(81)90087-5; BLOSUM62, affine gaps) over the geometric mean of the
    scores of each with itself, as KronRLS is used in the field (Pahikkala et al. 2015,
    doi:10.1093/bib/bbu010), but on the domain that binds instead of the whole sequence.

    Every pair of distinct regions is aligned once in the life of the kernel.

    Parameters
    ----------
    profile : KinaseProfile, optional
        Finds the domain; without one, or without a domain, the sequence's start is compared.
    """

    def __init__(self, profile: KinaseProfile | None) -> None:
        self.profile = profile
        self.aligner = PairwiseAligner(mode="local")
        self.aligner.substitution_matrix = substitution_matrices.load("BLOSUM62")
        self.aligner.open_gap_score, self.aligner.extend_gap_score = GAP_OPEN, GAP_EXTEND
        self._region_of: dict[tuple[str, str], str] = {}
        self._place: dict[str, int] = {}
        self._scores = np.empty((0, 0))

    def similarity(self, targets: Sequence[Target], others: Sequence[Target]) -> np.ndarray:
        """Compare targets: float64, shape (targets, others), in [0, 1]."""
        rows, columns = self._places(targets), self._places(others)
        itself = np.sqrt(np.maximum(np.diag(self._scores), 1.0))
        normalised = self._scores / (itself[:, None] * itself)
        return np.asarray(normalised[np.ix_(rows, columns)])

    def _places(self, targets: Sequence[Target]) -> list[int]:
        """Find each target's region in the matrix of scores, which grows by those it lacks."""
        regions = [self._region(target) for target in targets]
        new = [region for region in dict.fromkeys(regions) if region not in self._place]
        if new:
            self._align(new)
        return [self._place[region] for region in regions]

    def _region(self, target: Target) -> str:
        key = (target.sequence, target.construct.domain)
        if key not in self._region_of:
            self._region_of[key] = self._cut(*key)
        return self._region_of[key]

    def _cut(self, sequence: str, which: str) -> str:
        domains = self.profile.find(sequence) if self.profile else []
        domain = choose_domain(domains, which)
        region = sequence[domain.start - 1 : domain.end] if domain else sequence[:MAX_RESIDUES]
        letters = self.aligner.substitution_matrix.alphabet
        return "".join(letter if letter in letters else "X" for letter in region)

    def _align(self, new: Sequence[str]) -> None:
        """Add rows and columns for new regions; the matrix is symmetric, so half is aligned."""
        known = len(self._place)
        regions = [*self._place, *new]
        scores = np.zeros((len(regions), len(regions)))
        scores[:known, :known] = self._scores
        for row in tqdm(range(known, len(regions)), "Aligning kinase domains"):
            for column in range(row + 1):
                score = self.aligner.score(regions[row], regions[column])
                scores[row, column] = scores[column, row] = score
        self._scores = scores
        self._place = {region: place for place, region in enumerate(regions)}
