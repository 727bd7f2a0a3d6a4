"""What of a profile is shown, and the profiles that were computed last."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from dta_demo.inputs.molecule import Molecule
from dta_demo.molecules.naming import read_small_molecule
from dta_demo.results.profile import KinaseAffinity, KinomeProfile
from dta_demo.screening.profile import profile
from dta_demo.ui.shared.protein_files import Proteins

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor

KEPT_PROFILES = 16
"""Profiles that are kept, of half a megabyte each."""


@dataclass(frozen=True)
class Choice:
    """Which kinases of a profile are shown.

    Attributes
    ----------
    group : str
        Group of kinases; empty for all.
    least : float
        pKd from which they are shown.
    """

    group: str = ""
    least: float = 0.0
    only_inside: bool = False
    only_measured: bool = False

    def holds(self, kinase: KinaseAffinity) -> bool:
        """Whether a kinase is shown."""
        return (
            self.group in ("", kinase.kinase_group)
            and kinase.affinity >= self.least
            and (kinase.in_domain or not self.only_inside)
            and (kinase.measured or not self.only_measured)
        )

    def apply(self, found: KinomeProfile) -> list[KinaseAffinity]:
        """Kinases that are shown, tightest first."""
        return [each for each in found.ranked if self.holds(each)]


@lru_cache(maxsize=KEPT_PROFILES)
def recall_profile(
    predictor: AffinityPredictor, molecule: Molecule, proteins: Proteins
) -> KinomeProfile:
    """Compute the profile of a molecule, or recall it."""
    return profile(predictor, molecule, proteins)


def profile_other(
    predictor: AffinityPredictor, text: str, proteins: Proteins
) -> KinomeProfile | None:
    """Profile of the molecule to compare with, None for an empty text.

    Raises
    ------
    InputError
        When the text is no molecule.
    """
    if not text.strip():
        return None
    return recall_profile(predictor, read_small_molecule(text), proteins)
