"""Estimates of the work that a request takes, in residues read by the encoder.

The numbers are ratios of measured times: two cores of a CPU read 1,000 residues in about 0.13 s.
"""

from __future__ import annotations

from dta_demo.encoders.windows import plan_windows
from dta_demo.explain.attribution import is_attributed
from dta_demo.explain.explanation import is_checked
from dta_demo.inputs.molecule import Molecule
from dta_demo.inputs.protein import Protein
from dta_demo.predictor.predictor import AffinityPredictor
from dta_demo.trust.controls import DRAWS

ROLLOUT_READS = 5
"""Attention rollout, which multiplies full maps, in plain passes of the encoder."""

ATTRIBUTION_READS = 64
"""Attribution among residues: 16 steps, each a pass with its gradient, which takes four."""

CHECK_READS = 130
"""Hiding residues: 79 passes, each with the pocket and the heads."""

ATOM_RESIDUES = 150
"""Attribution to one atom, in residues read."""


class WorkEstimate:
    """Estimates of the work for one predictor; what it remembers costs nothing."""

    def __init__(self, predictor: AffinityPredictor) -> None:
        self.predictor = predictor

    def encoding(self, protein: Protein, with_attention: bool = False) -> int:
        """Work of encoding a protein, with the attention that residues receive or without."""
        return 0 if self.predictor.remembers(protein, with_attention) else _residues_read(protein)

    def controls(self, protein: Protein) -> int:
        """Work of predicting a protein and its shuffled copies."""
        return self.encoding(protein) + DRAWS * _residues_read(protein)

    def rollout(self, protein: Protein) -> int:
        """Work of attention rollout."""
        return self.encoding(protein, with_attention=True) + ROLLOUT_READS * _residues_read(protein)

    def attribution(self, protein: Protein, molecule: Molecule) -> int:
        """Work of attributing a prediction to residues and atoms."""
        work = self.encoding(protein, with_attention=True)
        if not is_attributed(self.predictor, protein, molecule):
            work += ATTRIBUTION_READS * self._residues_explained(protein)
            work += ATOM_RESIDUES * _count_atoms(molecule)
        return work

    def explanation(self, protein: Protein, molecule: Molecule) -> int:
        """Work of attributing a prediction and checking the attribution."""
        work = self.attribution(protein, molecule)
        if not is_checked(self.predictor, protein, molecule):
            work += CHECK_READS * self._residues_explained(protein)
        return work

    def _residues_explained(self, protein: Protein) -> int:
        """Residues of the windows that overlap the region which the poolings use."""
        found = self.predictor.kinase_profile.find(protein.sequence)
        windows = plan_windows(len(protein.sequence))
        if not found:
            return sum(end - start + 1 for start, end in windows)
        # Which of several domains is meant is known later: the one that takes most is assumed.
        return max(
            sum(
                end - start + 1
                for start, end in windows
                if start <= domain.end and end >= domain.start
            )
            for domain in found
        )


def _residues_read(protein: Protein) -> int:
    return sum(end - start + 1 for start, end in plan_windows(len(protein.sequence)))


def _count_atoms(molecule: Molecule) -> int:
    """Upper bound of the heavy atoms that a SMILES writes."""
    return sum(map(str.isalpha, molecule.smiles))
