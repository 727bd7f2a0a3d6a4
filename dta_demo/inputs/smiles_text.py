"""SMILES as text: the name after it, and signs refused or dropped before RDKit reads it."""

from __future__ import annotations

import re

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.text import MAX_NAME_CHARACTERS
from dta_demo.inputs.wording import count_of, describe_character, plain_line, quote

MAX_SMILES_CHARACTERS = 2_000
MAX_PARTS = 50  # Of a mixture: a salt of the data has 10, and 1,000 would take 1 s.

_EXTENSION = re.compile(r"\|[^|]*\|\s*")
_NOT_ASCII = re.compile(r"[^!-~]")
_PATTERN_SIGN = re.compile(r"\*|~|\[\d*#\d*\]?")
_ORDINARY_BRACKET = re.compile(r"\[(?:nH|C@@?H?)\]")  # With nothing to put right.
# Square-planar, trigonal-bipyramidal, octahedral and, on one atom, allene-like.
_OTHER_GEOMETRY = re.compile(r"(?<=[A-Za-z])@(?:SP|TB|OH|AL)\d{1,2}(?=[H+:\]-])")


def split_name(line: str, changes: list[str]) -> tuple[str, str]:
    """Split a line into its SMILES and the name after it."""
    smiles, *rest = line.split(None, 1)
    name = rest[0] if rest else ""
    extension = _EXTENSION.match(name)
    if extension:
        changes.append("Ignored the extension between bars (|) after the SMILES.")
        name = name[extension.end() :]
    return smiles, plain_line(name, MAX_NAME_CHARACTERS)


def refuse_unsupported_smiles(smiles: str) -> None:
    """Refuse what RDKit would read, or skip over, but the model cannot use."""
    if len(smiles) > MAX_SMILES_CHARACTERS:
        raise InputError(
            f"The SMILES has {len(smiles):,} characters, and at most "
            f"{MAX_SMILES_CHARACTERS:,} are read."
        )
    foreign = _NOT_ASCII.search(smiles)
    if foreign:
        raise InputError(
            f"The character {describe_character(foreign.group())} at position "
            f"{foreign.start() + 1:,} is not used in SMILES."
        )
    if ">" in smiles or "<" in smiles:
        raise InputError(
            "The SMILES holds an arrow (> or <), as reactions and metal complexes do: give one "
            "molecule without it."
        )
    pattern = _PATTERN_SIGN.search(smiles)
    if pattern:
        raise InputError(
            f"{quote(pattern.group())} at position {pattern.start() + 1:,} is a placeholder or "
            "a pattern (SMARTS), not a definite atom or bond: give one definite molecule."
        )
    parts = smiles.count(".") + 1
    if parts > MAX_PARTS:
        raise InputError(f"The SMILES has {parts:,} parts, and at most {MAX_PARTS} are read.")


def drop_other_geometries(smiles: str, changes: list[str]) -> str:
    """Remove tags such as ``@SP1``: of metals, and not written by RDKit as they were read."""
    plain, tags = _OTHER_GEOMETRY.subn("", smiles)
    if tags:
        changes.append(
            f"Removed {count_of(tags, 'tag')} of a geometry that organic molecules do not have, "
            "such as square-planar: only @ and @@ are read."
        )
    return plain


def has_special_brackets(smiles: str) -> bool:
    """Tell whether brackets hold more than a stereocentre or a pyrrole's nitrogen.

    Only such brackets can hold a metal, a charge, an isotope, an atom-map number or a hydrogen.
    """
    return "[" in _ORDINARY_BRACKET.sub("", smiles)
