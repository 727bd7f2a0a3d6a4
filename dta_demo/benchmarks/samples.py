"""Proteins and molecules to measure with, made from the example pairs."""

from __future__ import annotations

import json
import random

from rdkit import Chem, rdBase

from dta_demo.model.region import AMINO_ACIDS
from dta_demo.runtime.bundled import bundled_file

EXAMPLES = bundled_file("examples.json")

MUTATED_SHARE = 0.03
"""Fraction of the residues that are changed, so that no cache knows a protein and a kinase still
is one."""


def fresh_protein(residues: int, number: int) -> str:
    """Protein of a length that no cache has seen.

    Parameters
    ----------
    number : int
        Each number gives another protein.

    Returns
    -------
    str
        The start of the shortest example protein that is long enough, or the longest one
        repeated, with some residues changed.
    """
    proteins = sorted({row["sequence"] for row in _examples()}, key=lambda text: (len(text), text))
    base = next((text for text in proteins if len(text) >= residues), proteins[-1])
    letters = list((base * -(-residues // len(base)))[:residues])
    # As a text: a number gives the same draws as its negative, and warm-up rounds are negative.
    draw = random.Random(str(number))
    for place in draw.sample(range(residues), max(1, round(MUTATED_SHARE * residues))):
        letters[place] = draw.choice(AMINO_ACIDS)
    return "".join(letters)


def molecules() -> list[str]:
    """SMILES of the example pairs, each once."""
    return sorted({row["smiles"] for row in _examples()})


def new_molecules(count: int) -> list[str]:
    """SMILES of drug-sized molecules that are not in the training data.

    They are the example molecules with an ethyl group, each text another spelling and most of
    them another molecule.
    """
    found: list[str] = []
    with rdBase.BlockLogs():
        for number in range(count):
            for smiles in molecules():
                molecule = Chem.MolFromSmiles(smiles)
                (spelled,) = Chem.MolToRandomSmilesVect(molecule, 1, randomSeed=number + 1)
                # The first atom may have no room for another bond.
                if Chem.MolFromSmiles("CC" + spelled) is not None:
                    found.append("CC" + spelled)
                if len(found) == count:
                    return found
    return found


def fused_rings(rings: int = 50) -> str:
    """SMILES of benzene rings fused in a line, an acene."""
    inner = range(1, rings)
    opened = "".join(f"c%{10 + ring}c" for ring in inner)
    closed = "".join(f"c%{10 + ring}c" for ring in reversed(inner))
    return f"c1c{opened}ccc{closed}c1"


def _examples() -> list[dict[str, str]]:
    rows: list[dict[str, str]] = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return rows
