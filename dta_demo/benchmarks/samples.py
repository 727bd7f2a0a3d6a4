"""Proteins and molecules to measure with, made from the example pairs."""

from __future__ import annotations

import json
import random
from pathlib import Path

from rdkit import Chem

from dta_demo.heads import AMINO_ACIDS

EXAMPLES = Path(__file__).resolve().parents[2] / "assets" / "examples.json"

MUTATED_SHARE = 0.03
"""Residues that differ between two fresh proteins: no cache knows them, and a kinase stays one."""


def fresh_protein(residues: int, number: int) -> str:
    """Give a protein of a length that no cache has seen.

    Parameters
    ----------
    number : int
        Another number is another protein.

    Returns
    -------
    str
        The start of the shortest example protein that is long enough, or the longest one
        repeated, with some residues changed.
    """
    proteins = sorted({row["sequence"] for row in _examples()}, key=lambda text: (len(text), text))
    base = next((text for text in proteins if len(text) >= residues), proteins[-1])
    letters = list((base * -(-residues // len(base)))[:residues])
    draw = random.Random(number)
    for place in draw.sample(range(residues), max(1, round(MUTATED_SHARE * residues))):
        letters[place] = draw.choice(AMINO_ACIDS)
    return "".join(letters)


def molecules() -> list[str]:
    """Give the SMILES of the example pairs, each once."""
    return sorted({row["smiles"] for row in _examples()})


def spelled_anew(count: int) -> list[str]:
    """Give SMILES of the example molecules, each text another spelling.

    No molecule is recalled when it comes again, so that they cost what other molecules cost.
    """
    known = [Chem.MolFromSmiles(smiles) for smiles in molecules()]
    each = -(-count // len(known))
    spellings = [
        Chem.MolToRandomSmilesVect(molecule, each, randomSeed=number + 1)
        for number, molecule in enumerate(known)
    ]
    return [text for row in zip(*spellings, strict=True) for text in row][:count]


def _examples() -> list[dict[str, str]]:
    rows: list[dict[str, str]] = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return rows
