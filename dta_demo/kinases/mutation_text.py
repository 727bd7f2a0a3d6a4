"""Mutations as the field writes them, read from text.

Substitutions as ``T315I``, ``p.Thr315Ile`` or ``p.(T315I)``, deletions as ``E746_A750del`` or
``E746-A750del``, duplications as ``A767_V769dup``; several with commas, semicolons, slashes, plus
signs or spaces between them.
"""

from __future__ import annotations

import re

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.wording import quote
from dta_demo.kinases.targets import Deletion, Duplication, Stretch, Substitution

MAX_MUTATIONS = 50
"""Most mutations of one protein."""

MAX_LISTED = 5_000
"""Most substitutions of a list, each of which is one mutant; a pocket has 1,615."""

_THREE_LETTERS = {
    "ALA": "A", "CYS": "C", "ASP": "D", "GLU": "E", "PHE": "F", "GLY": "G", "HIS": "H",
    "ILE": "I", "LYS": "K", "LEU": "L", "MET": "M", "ASN": "N", "PRO": "P", "GLN": "Q",
    "ARG": "R", "SER": "S", "THR": "T", "VAL": "V", "TRP": "W", "TYR": "Y",
}  # fmt: skip
_RESIDUE = "(?:" + "|".join((*_THREE_LETTERS, "[ACDEFGHIKLMNPQRSTVWY]")) + ")"
_PLACE = rf"({_RESIDUE})([1-9]\d{{0,5}})"
_SUBSTITUTION = re.compile(rf"{_PLACE}({_RESIDUE})", re.IGNORECASE)
_STRETCH = re.compile(rf"{_PLACE}(?:[_-]?{_PLACE})?(del|dup)", re.IGNORECASE)
_PREFIX = re.compile(r"(?<![A-Za-z])p\.", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s,;/+&()\[\]]+")

Mutation = Substitution | Stretch


def split_words(text: str) -> list[str]:
    """Split a text at spaces, brackets and the signs that stand between mutations."""
    return [word for word in _SEPARATORS.split(_PREFIX.sub(" ", text)) if word]


def read_mutation(word: str) -> Mutation | None:
    """Read one mutation; None where the word is none."""
    found = _SUBSTITUTION.fullmatch(word)
    if found:
        reference, position, replacement = found.groups()
        return Substitution(_letter(reference), int(position), _letter(replacement))
    found = _STRETCH.fullmatch(word)
    if found is None:
        return None
    first, start, last, end, kind = found.groups()
    stretch = Deletion if kind.lower() == "del" else Duplication
    return stretch(_letter(first), int(start), _letter(last or first), int(end or start))


def read_substitutions(text: str) -> tuple[Substitution, ...]:
    """Read a list of substitutions: ``"T315I,E255K"`` or ``"p.Thr315Ile; E255K"``.

    Returns
    -------
    tuple of Substitution
        In their order, each once.

    Raises
    ------
    InputError
        If the text names none or more than `MAX_LISTED`, or a part of it is no substitution.
    """
    words = split_words(text)
    if not words:
        raise InputError("Name at least one substitution, such as T315I.")
    if len(words) > MAX_LISTED:
        raise InputError(
            f"{len(words):,} substitutions are named, and at most {MAX_LISTED:,} are read."
        )
    found = []
    for word in words:
        mutation = read_mutation(word)
        if not isinstance(mutation, Substitution):
            raise InputError(f"{quote(word)} is no substitution of one residue, such as T315I.")
        if mutation.reference == mutation.replacement:
            raise InputError(f"{quote(word)} replaces a residue by itself.")
        found.append(mutation)
    return tuple(dict.fromkeys(found))


def write_mutation(mutation: Mutation) -> str:
    """Write a mutation with one-letter codes: ``T315I``, ``E746_A750del``."""
    if isinstance(mutation, Substitution):
        return f"{mutation.reference}{mutation.position}{mutation.replacement}"
    kind = "del" if isinstance(mutation, Deletion) else "dup"
    last = f"_{mutation.last}{mutation.end}" if mutation.end != mutation.start else ""
    return f"{mutation.first}{mutation.start}{last}{kind}"


def _letter(residue: str) -> str:
    return _THREE_LETTERS.get(residue.upper(), residue.upper())
