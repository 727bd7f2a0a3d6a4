from __future__ import annotations

import numpy as np
import pytest

from dta_demo.explain.fragments import MoleculeFragments
from dta_demo.molecules.fingerprints import fingerprint_smiles
from tests.support.outside import CAFFEINE, GLUCOSE, IMATINIB

BITS = 1024


def everything(fragments: MoleculeFragments) -> np.ndarray:
    return np.ones((1, len(fragments.symbols)), dtype=bool)


@pytest.mark.parametrize("smiles", [IMATINIB, CAFFEINE, GLUCOSE, "C", "[Na+].[Cl-]"])
def test_the_fragments_of_a_whole_molecule_are_those_that_the_model_counts(smiles):
    fragments = MoleculeFragments(smiles, BITS)
    counted = fingerprint_smiles([smiles], BITS).counts
    np.testing.assert_allclose(np.log1p(fragments.count(everything(fragments))), counted, atol=1e-5)


def test_without_any_atom_nothing_is_counted():
    fragments = MoleculeFragments(IMATINIB, BITS)
    assert not fragments.count(~everything(fragments)).any()


def test_an_atom_takes_the_fragments_around_it_away_and_no_others():
    fragments = MoleculeFragments("CCCCCCCCCCF", BITS)
    present = everything(fragments)
    present[0, 10] = False
    left = fragments.count(present).sum()
    around = sum(10 in fragment.atoms for fragment in fragments.fragments)
    assert 0 < around < len(fragments.fragments)
    assert left == len(fragments.fragments) - around
