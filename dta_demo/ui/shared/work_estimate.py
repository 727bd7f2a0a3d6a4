"""Estimates of the work that a request takes, in residues read by the encoder.

The numbers are ratios of measured times: two cores of a CPU read 1,000 residues in about 0.13 s.
"""

from __future__ import annotations

from collections.abc import Sequence

from dta_demo.encoders.attention_maps import ROLLOUT_READS
from dta_demo.encoders.windows import plan_windows
from dta_demo.explain.attribution import ATOM_ORDERS, is_attributed
from dta_demo.explain.explained_pair import MOLECULE_READS
from dta_demo.explain.explanation import is_checked
from dta_demo.inputs.molecule import Molecule
from dta_demo.inputs.protein import Protein
from dta_demo.kinases.targets import Substitution
from dta_demo.predictor.predictor import AffinityPredictor
from dta_demo.screening.positions import plan_scan
from dta_demo.trust.controls import DRAWS

POOLING_READS = 13
"""Comparison of poolings: three sets of hidden residues, and five random ones of two sizes."""

HEAD_READS = 6
"""Statistics of every head, two passes with its map, in plain passes of one window."""

ATTRIBUTION_READS = 45
"""Attribution among residues: 18 passes in the mean with their gradients, each 2.5 plain ones."""

CHECK_READS = 85
"""Hiding residues: 79 passes, each with the pocket and the heads."""

ATOM_RESIDUES = round(MOLECULE_READS * (ATOM_ORDERS + 1))
"""Attribution to one atom, in residues read."""


class WorkEstimate:
    """Estimates of the work for one predictor; what it remembers costs nothing."""

    def __init__(self, predictor: AffinityPredictor) -> None:
        self.predictor = predictor

    def encoding(self, protein: Protein, with_attention: bool = False) -> int:
        """Work of encoding a protein: what the model reads of it, and all of it for attention."""
        work = 0 if self.predictor.remembers(protein) else self._residues_read(protein)
        if with_attention and not self.predictor.remembers(protein, with_attention=True):
            work += _all_residues(protein)
        return work

    def controls(self, protein: Protein) -> int:
        """Work of predicting a protein and its shuffled copies."""
        return self.encoding(protein) + DRAWS * self._residues_read(protein)

    def poolings(self, protein: Protein) -> int:
        """Work of comparing the poolings: passes with the residues hidden that each weighs most."""
        return self.encoding(protein) + POOLING_READS * self._residues_read(protein)

    def rollout(self, protein: Protein) -> int:
        """Work of attention rollout."""
        return self.encoding(protein, with_attention=True) + ROLLOUT_READS * _all_residues(protein)

    def heads(self, protein: Protein) -> int:
        """Work of the statistics of every head."""
        window = plan_windows(len(protein.sequence))[0][1]
        return self.encoding(protein, with_attention=True) + HEAD_READS * window

    def attribution(self, protein: Protein, molecule: Molecule) -> int:
        """Work of attributing a prediction to residues and atoms."""
        work = self.encoding(protein, with_attention=True)
        if not is_attributed(self.predictor, protein, molecule):
            work += ATTRIBUTION_READS * self._residues_read(protein)
            work += ATOM_RESIDUES * _count_atoms(molecule)
        return work

    def explanation(self, protein: Protein, molecule: Molecule) -> int:
        """Work of attributing a prediction and checking the attribution."""
        work = self.attribution(protein, molecule)
        if not is_checked(self.predictor, protein, molecule):
            work += CHECK_READS * self._residues_read(protein)
        return work

    def scan(
        self,
        protein: Protein,
        region: tuple[int, int] | None = None,
        mutations: Sequence[Substitution] | None = None,
    ) -> int:
        """Work of a mutation scan: what the model reads, once for each mutant."""
        changes = plan_scan(self.predictor, protein, region, mutations).changes
        return (1 + len(changes)) * self._residues_read(protein)

    def _residues_read(self, protein: Protein) -> int:
        """Residues that the model reads: of the kinase domain, or of all windows without one."""
        found = self.predictor.kinase_profile.find(protein.sequence)
        # Which of several domains is meant is known later: the one that takes most is assumed.
        sizes = [domain.end - domain.start + 1 for domain in found]
        return max(sizes, default=0) or _all_residues(protein)


def _all_residues(protein: Protein) -> int:
    """Residues of all windows in which the whole protein is read."""
    return sum(end - start + 1 for start, end in plan_windows(len(protein.sequence)))


def _count_atoms(molecule: Molecule) -> int:
    """Upper bound of the heavy atoms that a SMILES writes."""
    return sum(map(str.isalpha, molecule.smiles))
