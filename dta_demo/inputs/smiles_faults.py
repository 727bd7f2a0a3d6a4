"""Faults of a SMILES that RDKit refuses, each with its place.

RDKit's own words go to its log, differ between versions and often name no position, so the
grammar is read here and RDKit is asked only for chemistry.
"""

from __future__ import annotations

import re
from typing import Any

from rdkit import Chem

from dta_demo.inputs.wording import first_few, quote

_PERIODIC_TABLE = Chem.GetPeriodicTable()
_SYMBOLS = {_PERIODIC_TABLE.GetElementSymbol(number) for number in range(1, 119)}
_SYMBOLS |= {"b", "c", "n", "o", "p", "s", "se", "as", "te", "si"}
_TOKEN = re.compile(
    r"(?P<atom>Br|Cl|[BCNOPSFIbcnops]|\[[^\[\]]*\])"
    r"|(?P<bond>[-=#$:/\\])"
    r"|(?P<ring>\d|%\d\d|%\(\d{1,5}\))"
    r"|(?P<open>\()|(?P<close>\))|(?P<dot>\.)"
)
_BRACKET = re.compile(
    r"\[\d{0,3}(?P<symbol>[A-Z][a-z]?|[a-z]{1,2}?)(@{1,2}|@[A-Z]{2}\d{1,2})?(H\d?)?"
    r"(\++|-+|[+-]\d{1,2})?(:\d{1,4})?\]"
)
_AFTER_ATOM = frozenset({"atom", "bond", "ring", "open", "close", "dot", "end"})
_MAY_FOLLOW = {
    "start": frozenset({"atom"}),
    "atom": _AFTER_ATOM,
    "ring": _AFTER_ATOM,
    "close": _AFTER_ATOM,
    "bond": frozenset({"atom", "ring"}),
    "open": frozenset({"atom", "bond"}),
    "dot": frozenset({"atom"}),
}


def explain_fault(smiles: str) -> str:
    """Describe the fault of a SMILES that RDKit refuses, with its place: part of a sentence."""
    return _grammar_problem(smiles) or _chemistry_problem(smiles)


def _grammar_problem(smiles: str) -> str | None:
    previous, position = "start", 0
    branches: list[int] = []
    rings: dict[int, int] = {}
    while position < len(smiles):
        token = _TOKEN.match(smiles, position)
        position += 1  # From here on counted from 1, as the visitor does.
        if token is None:
            return _unknown_symbol(smiles, position)
        kind, text = str(token.lastgroup), token.group()
        if kind == "atom" and not _is_atom(text):
            return f"{quote(text)} at position {position:,} is no atom"
        if kind == "close" and not branches:
            return f"the parenthesis closed at position {position:,} was never opened"
        if kind not in _MAY_FOLLOW[previous]:
            return f"{quote(text)} at position {position:,} is out of place"
        if kind == "open":
            branches.append(position)
        elif kind == "close":
            branches.pop()
        elif kind == "ring":
            _toggle_ring(rings, int(text.strip("%()")), position)
        previous, position = kind, token.end()
    return _unfinished(smiles, previous, branches, rings)


def _toggle_ring(rings: dict[int, int], number: int, position: int) -> None:
    if number in rings:
        del rings[number]
    else:
        rings[number] = position


def _unfinished(
    smiles: str, previous: str, branches: list[int], rings: dict[int, int]
) -> str | None:
    """Say what the end of the SMILES leaves open."""
    if branches:
        return f"the parenthesis opened at position {branches[-1]:,} is never closed"
    if "end" not in _MAY_FOLLOW[previous]:
        return f"an atom is missing after '{smiles[-1]}' at position {len(smiles):,}, the end"
    for number, position in rings.items():
        return f"ring number {number}, opened at position {position:,}, is never closed"
    return None


def _unknown_symbol(smiles: str, position: int) -> str:
    symbol = smiles[position - 1]
    if symbol == "[":
        return f"the bracket opened at position {position:,} is never closed"
    return f"'{symbol}' at position {position:,} is no atom, bond or ring number"


def _is_atom(text: str) -> bool:
    if not text.startswith("["):
        return True
    bracket = _BRACKET.fullmatch(text)
    return bracket is not None and bracket["symbol"] in _SYMBOLS


def _chemistry_problem(smiles: str) -> str:
    """Say which atom breaks the rules of valence or aromaticity."""
    molecule = Chem.MolFromSmiles(smiles, sanitize=False)
    if molecule is None:
        return "a ring number joins an atom to itself or to an atom that it is already bonded to"
    try:
        Chem.SanitizeMol(molecule)
    except Chem.MolSanitizeException as error:
        return _sanitize_problem(smiles, molecule, error)
    except RuntimeError:  # RDKit counts bonds in a byte.
        return "an atom has more bonds than its element allows"
    return "RDKit finds its structure impossible"


def _sanitize_problem(smiles: str, molecule: Chem.Mol, error: Any) -> str:
    problem = error.cause
    places = [f"{token.start() + 1:,}" for token in _TOKEN.finditer(smiles) if token["atom"]]
    if problem.GetType() == "KekulizeException":
        ring = first_few([places[i] for i in problem.GetAtomIndices()])
        return (
            f"no alternating double bonds fit the aromatic atoms at positions {ring} "
            "(a nitrogen may need its hydrogen, as in [nH])"
        )
    index = problem.GetAtomIdx()
    symbol = molecule.GetAtomWithIdx(index).GetSymbol()
    atom = f"atom {index + 1:,} ({symbol}, at position {places[index]})"
    if problem.GetType() == "AtomKekulizeException":
        return f"{atom} is written as aromatic (lower case) but is in no ring"
    return f"{atom} has more bonds than its element and charge allow"
