from __future__ import annotations

import re

import pytest

from dta_demo.inputs.molecule import parse_molecule
from dta_demo.inputs.wording import MAX_QUOTE_CHARACTERS
from tests.support.inputs import KINASE, refusal


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Enter a molecule"),
        ("C" + "(C)" * 128, "more bonds than its element"),
        (".".join(["C"] * 51), "51 parts, and at most 50"),
        ("\u200b \n", "Enter a molecule"),
        (None, "as text"),
        (42, "as text"),
        ("C" * 10_000, "10,000 characters, and at most 2,000"),
        ("C" * 301, "301 atoms besides hydrogen, and at most 300"),
        ("C1CC", "ring number 1, opened at position 2, is never closed"),
        ("C%12CC", "ring number 12, opened at position 2"),
        ("CC(C(C)C", "the parenthesis opened at position 3 is never closed"),
        ("CC(=O", "the parenthesis opened at position 3 is never closed"),
        ("CC)C", "the parenthesis closed at position 3 was never opened"),
        ("CXC", "'X' at position 2 is no atom"),
        ("CC[Zz]", "'[Zz]' at position 3 is no atom"),
        ("C[CH4", "the bracket opened at position 2 is never closed"),
        ("CC=", "an atom is missing after '=' at position 3"),
        ("C=#C", "'#' at position 3 is out of place"),
        ("C..C", "'.' at position 3 is out of place"),
        ("()", "'(' at position 1 is out of place"),
        ("C1C1", "a ring number joins an atom"),
        ("C11", "a ring number joins an atom"),
        ("OC(C)(C)(C)C", "atom 2 (C, at position 2) has more bonds"),
        ("BrC[N](C)(C)C", "atom 3 (N, at position 4) has more bonds"),
        ("CC1=Cn(=CC=C1)C", "atom 4 (N, at position 6) has more bonds"),
        ("c1ccnc1", "aromatic atoms at positions 1, 3, 4, 5 and 6 (a nitrogen may need"),
        ("Cc", "atom 2 (C, at position 2) is written as aromatic (lower case) but is in no ring"),
        ("C:C", "aromatic bond (:) outside"),
        ("CC\u2212N", "'\u2212' (MINUS SIGN) at position 3"),
        ("éC", "(LATIN SMALL LETTER E WITH ACUTE) at position 1"),
        ("\ud800", "U+D800"),
        ("CCO>>CC=O", "arrow"),
        ("N->[Fe]", "arrow"),
        ("*CC", "'*' at position 1 is a placeholder"),
        ("C~C", "'~' at position 2"),
        ("CC[#6]", "'[#6]' at position 3"),
        ("[C,N]C", "'[C,N]' at position 1 is no atom"),
        ("O", "no carbon"),
        ("[Na+].[Cl-]", "no carbon"),
        ("[H][H]", "no carbon"),
        ("C[H+]C", "A hydrogen of the molecule is charged or bonded to two atoms"),
        ("CC(=O)O[Na]", "contains sodium (Na)"),
        ("N.N.[Cl-].[Cl-].[Pt+2]", "contains platinum (Pt)"),
        ("C1CC(C1)(C(=O)O)C(=O)O.[NH2-].[NH2-].[Pt+2]", "contains platinum (Pt)"),
        ("C[Hg]C", "contains mercury (Hg)"),
        ("InChI=1S/CH4/h1H4", "InChI"),
        ("BSYNRYMUTXBXSQ-UHFFFAOYSA-N", "InChI"),
        ("aspirin", "'aspirin' reads like a name"),
        ("ASPIRIN", "'ASPIRIN' reads like a name"),
        ("imatinib mesylate", "'imatinib mesylate' reads like a name"),
        ("CHEMBL25", "reads like a name"),
        ("50-78-2", "reads like a name, number"),
        ("2244", "reads like a name, number"),
        (KINASE, "This is a protein"),
        (KINASE.lower() + "*", "This is a protein"),
        (f">AAK1\n{KINASE}", "This is a protein ('>AAK1')"),
        ("\n  RDKit 2D\n\n  3 2  0  0  V2000\nM  END\n", "no structure in the record"),
        ("    1.0 0.0 0.0 C\nM  END\n", "a part of a mol or SD file"),
        ("/etc/passwd", "'/' at position 1"),
        ("https://pubchem.org/2244.sdf", "'h' at position 1"),
    ],
)
def test_refused_molecule_says_why(text, words):
    assert words in refusal(parse_molecule, text)


def test_quoted_text_is_short_and_unescaped():
    assert "'C&\"(script)'" in refusal(parse_molecule, 'C&"(script)')
    quoted = re.search(r"'(.*?)'", refusal(parse_molecule, "C" * 500 + "X"))
    assert quoted is not None
    assert len(quoted[1]) <= MAX_QUOTE_CHARACTERS
    assert "'X' at position 501" in refusal(parse_molecule, "C" * 500 + "X")
