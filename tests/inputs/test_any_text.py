"""Every text a visitor may type gives a checked record or one plain sentence."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.molecule import parse_molecule
from dta_demo.inputs.protein import parse_protein
from tests.support.inputs import is_kept, refusal

QUICK = settings(
    max_examples=300,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)

ODD = st.sampled_from(
    [">", "\n", "\r\n", "*", "-", ".", " ", "\x00", "\ufeff", "\u202e", "\xa0", "J"]
)
ANY_TEXT = st.text(max_size=200) | st.text(st.characters(), max_size=60)
PROTEIN_LIKE = st.lists(
    st.text("ACDEFGHIKLMNPQRSTVWYXBZUOJacx1", min_size=1, max_size=30) | ODD, max_size=12
).map("".join)
SMILES_TOKENS = r"""
C C C c1ccccc1 C(=O) O N n1 [nH] (C) ( ) = # . + - [ ] 1 1 2 % %12 / \ @ [C@H] [C@@H] [O-] [N+]
[NH3+] [Na+] [Na] [2H] [H] [H+] [13C] [CH3:1] [Pt] Cl Br F S P B I [Si] [Se] : * ~ > | $ X
[n+] [cH-] S(=O)(=O)
"""
SMILES_LIKE = st.lists(
    st.sampled_from([*SMILES_TOKENS.split(), "\n", " ", "\xa0", "\u2212"]), max_size=14
).map("".join)


@QUICK
@given(ANY_TEXT | PROTEIN_LIKE)
def test_any_text_gives_a_stable_protein_or_a_sentence(text):
    try:
        protein = parse_protein(text)
    except InputError:
        refusal(parse_protein, text)
        return
    assert re.fullmatch(r"[A-IK-Z]{10,40000}", protein.sequence)
    again = parse_protein(protein.sequence)
    assert again.sequence == protein.sequence
    assert all(map(is_kept, again.changes))


@QUICK
@given(ANY_TEXT | SMILES_LIKE)
def test_any_text_gives_a_stable_molecule_or_a_sentence(text):
    try:
        molecule = parse_molecule(text)
    except InputError:
        refusal(parse_molecule, text)
        return
    again = parse_molecule(molecule.smiles)
    assert again.smiles == molecule.smiles
    assert all(map(is_kept, again.changes))
