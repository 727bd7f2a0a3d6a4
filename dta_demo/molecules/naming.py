"""Molecules by name: the kinase inhibitors that come with the code, beside SMILES.

A SMILES is tried first, and no name of the list is one; so a stream of SMILES pays nothing for
names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from typing import TypeVar

from dta_demo.inputs.errors import InputError, NoSmilesError
from dta_demo.inputs.molecule import Molecule, ReadMolecule, parse_molecule, read_molecule
from dta_demo.inputs.text import visible_lines
from dta_demo.inputs.wording import first_few, quote
from dta_demo.molecules.inhibitors import Inhibitor, load_inhibitors

MAX_NAME_LENGTH = 40
"""Characters of a line that may be a name; the longest has 19."""

MAX_NEAREST, NEAR = 3, 0.7
"""Nearest names that a refusal offers, and their likeness, as `difflib` measures it."""

MAX_SHOWN = 40
"""Characters of a SMILES that the receipt shows."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]*")
_OTHER_LETTER = re.compile(r"[ADEGJKMQRTUVWXYZadefghijkmqtuvwxyz]")
"""Letters that stand for no atom in SMILES outside brackets: a word with one is no slip in it."""

_SIGNS = re.compile(r"[\s_-]+")

Read = TypeVar("Read", Molecule, ReadMolecule)


class InhibitorIndex:
    """Inhibitors by their names, whatever their case, hyphens and spaces."""

    def __init__(self, inhibitors: Sequence[Inhibitor]) -> None:
        # In reverse, so that the first of equal names stays: R-406 and R406 are one substance.
        self._by_name = {fold(each.name): each for each in reversed(inhibitors)}

    def find(self, name: str) -> Inhibitor | None:
        """Find an inhibitor by its name."""
        return self._by_name.get(fold(name))

    def nearest(self, name: str) -> list[str]:
        """Names that are nearest to what is none, the nearest first."""
        keys = get_close_matches(fold(name), self._by_name, n=MAX_NEAREST, cutoff=NEAR)
        return [self._by_name[key].name for key in keys]


def fold(name: str) -> str:
    """Reduce a name to what tells it from others: no case, hyphens or spaces."""
    return _SIGNS.sub("", name).casefold()


@cache
def load_names() -> InhibitorIndex:
    """Index the inhibitors that come with the code; once a process."""
    return InhibitorIndex(load_inhibitors())


def read_small_molecule(text: str | Molecule) -> Molecule:
    """Read a molecule from SMILES, or else from the name of a known inhibitor.

    Parameters
    ----------
    text : str or Molecule
        What `parse_molecule` takes, or a name: ``"imatinib"``, ``"GSK690693"``. A molecule that
        was read is given back.

    Returns
    -------
    Molecule
        Of a name, the inhibitor under that name; the first change says what was understood.

    Raises
    ------
    InputError
        If the text is neither; it offers the nearest names where it looks like one.
    """
    if isinstance(text, Molecule):
        return text
    try:
        return parse_molecule(text)
    except InputError as error:
        inhibitor = _find_named(text, error)
        return _name(parse_molecule(inhibitor.smiles), inhibitor)


def is_inhibitor_name(text: str) -> bool:
    """Whether a text is the name of a known inhibitor, and no SMILES."""
    return load_names().find(text) is not None


def read_among_many(text: str) -> ReadMolecule:
    """Read a molecule as `read_small_molecule` does, as fast as one of very many is read."""
    try:
        return read_molecule(text)
    except InputError as error:
        inhibitor = _find_named(text, error)
        return _name(read_molecule(inhibitor.smiles), inhibitor)


def _find_named(text: str, refusal: InputError) -> Inhibitor:
    """Find the inhibitor that a text names; raises the refusal of the SMILES where it is none."""
    lines = visible_lines(text, "molecule", [])
    if len(lines) != 1 or len(lines[0]) > MAX_NAME_LENGTH or not _NAME.fullmatch(lines[0]):
        raise refusal
    found = load_names().find(lines[0])
    if found is not None:
        return found
    near = load_names().nearest(lines[0]) if _OTHER_LETTER.search(lines[0]) else []
    if near:
        raise InputError(
            f"{quote(lines[0])} is neither a valid SMILES nor the name of a known inhibitor; "
            f"the nearest: {first_few(near)}."
        ) from refusal
    if isinstance(refusal, NoSmilesError):
        raise InputError(
            f"{quote(lines[0])} is the name of no known inhibitor: give the molecule as SMILES, "
            "such as CC(=O)Oc1ccccc1C(=O)O."
        ) from refusal
    raise refusal


def _name(molecule: Read, inhibitor: Inhibitor) -> Read:
    shown = inhibitor.smiles
    if len(shown) > MAX_SHOWN:
        shown = shown[: MAX_SHOWN - 1] + "…"
    changes = (f"Read as {inhibitor.name} ({shown}).", *molecule.changes)
    return replace(molecule, name=inhibitor.name, changes=changes)
