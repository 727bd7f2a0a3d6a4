"""Proteins: a plain sequence, FASTA or a GenBank block to one checked sequence.

What is put right on the way is listed in ``changes``, one plain sentence each. A checked sequence
read again gives itself; the only changes then listed begin with "Kept" and point at something
unusual that is still there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dta_demo.inputs.errors import InputError, NoSequenceError
from dta_demo.inputs.formats import first_record, refuse_molecule, refuse_nucleotides, refuse_words
from dta_demo.inputs.text import visible_lines
from dta_demo.inputs.wording import count_of, describe_character, first_few, join_with_and, quote

MIN_RESIDUES = 10  # Shorter peptides have no fold, and a drug no pocket to bind to.
MAX_RESIDUES = 40_000  # Titin, the longest human protein, has 34,350.

# Spelled out in ASCII on purpose: \d and str.upper would let other alphabets in.
_NOT_A_LETTER = re.compile(r"[^A-Za-z]")
_LAYOUT = str.maketrans("", "", "0123456789-.")
_RARE_LETTERS = {
    "B": "aspartate or asparagine",
    "Z": "glutamate or glutamine",
    "X": "unknown residue",
    "U": "selenocysteine",
    "O": "pyrrolysine",
}


@dataclass(frozen=True)
class Protein:
    """A checked protein.

    Attributes
    ----------
    sequence : str
        Capital one-letter codes without ``J``, ``MIN_RESIDUES`` to ``MAX_RESIDUES`` of them.
    name : str
        The FASTA header as plain text, or empty.
    changes : tuple of str
        What was changed, or kept although unusual, one sentence each.
    """

    sequence: str
    name: str = ""
    changes: tuple[str, ...] = ()


def parse_protein(text: str) -> Protein:
    """Read a protein from a plain sequence, FASTA or the sequence block of a GenBank record.

    Parameters
    ----------
    text : str
        What the visitor gave. Of several FASTA records the first is read.

    Returns
    -------
    Protein
        The sequence in capitals, with the header as its name.

    Raises
    ------
    InputError
        If no protein can be read from the text.
    """
    changes: list[str] = []
    lines = visible_lines(text, "protein", changes)
    if not lines:
        raise InputError("Enter a protein as one-letter amino-acid codes or as FASTA.")
    name, body = first_record(lines, changes)
    refuse_molecule(body)
    letters = _remove_layout(body, not lines[0].startswith(">"), changes)
    letters = _remove_stop(letters, changes)
    _refuse_characters(letters)
    if letters != letters.upper():
        changes.append("Changed lower-case letters to capitals.")
        letters = letters.upper()
    _refuse_length(letters, body)
    refuse_molecule([letters])  # What is left without digits and dots may be one.
    refuse_nucleotides(letters)
    _refuse_unknown_residues(letters)
    refuse_words(letters, body)
    _note_rare_letters(letters, changes)
    return Protein(letters.replace("J", "X"), name, tuple(changes))


def _remove_layout(body: list[str], count_breaks: bool, changes: list[str]) -> str:
    """Join the lines of a sequence, without white space, numbering and gaps.

    A FASTA record is wrapped by its nature, so its line breaks are not worth a word.
    """
    text = "".join(body)
    gaps = text.count("-") + text.count(".")
    removed = [
        count_of(sum(map(str.isspace, text)), "space"),
        count_of(len(body) - 1 if count_breaks else 0, "line break"),
        count_of(sum(map(text.count, "0123456789")), "digit"),
        count_of(gaps, "gap") + " (- or .)",
    ]
    removed = [part for part in removed if not part.startswith("0 ")]
    if removed:
        changes.append(f"Removed {join_with_and(removed)}.")
    return "".join(text.split()).translate(_LAYOUT)


def _remove_stop(letters: str, changes: list[str]) -> str:
    stripped = letters.rstrip("*")
    if stripped != letters:
        changes.append("Removed the stop symbol (*) at the end.")
    if "*" in stripped:
        raise InputError(
            f"The sequence has a stop (*) at position {stripped.index('*') + 1:,}: "
            "give one protein chain without a stop inside."
        )
    return stripped


def _refuse_characters(letters: str) -> None:
    bad = _NOT_A_LETTER.search(letters)
    if bad:
        raise NoSequenceError(
            f"The character {describe_character(bad.group())} at position {bad.start() + 1:,} "
            "of the sequence is no amino-acid letter."
        )


def _refuse_length(letters: str, body: list[str]) -> None:
    if len(letters) < MIN_RESIDUES:
        raise NoSequenceError(
            f"{quote(' '.join(body))} gives {count_of(len(letters), 'residue')}, and a protein "
            f"target needs at least {MIN_RESIDUES}."
        )
    if len(letters) > MAX_RESIDUES:
        raise InputError(
            f"The protein has {len(letters):,} residues, and at most {MAX_RESIDUES:,} are read."
        )


def _refuse_unknown_residues(letters: str) -> None:
    if letters.count("X") + letters.count("J") > len(letters) / 2:
        raise InputError("More than half of the sequence is X, that is, unknown residues.")


def _note_rare_letters(letters: str, changes: list[str]) -> None:
    if "J" in letters:
        changes.append(
            f"Replaced J (leucine or isoleucine) {_where(letters, 'J')} by X: the protein "
            "model has no J."
        )
    for letter, meaning in _RARE_LETTERS.items():
        if letter in letters:
            changes.append(f"Kept {letter} ({meaning}) {_where(letters, letter)}.")


def _where(letters: str, letter: str) -> str:
    """Write out the positions, counted from 1, at which a letter stands."""
    positions = [f"{i:,}" for i, other in enumerate(letters, 1) if other == letter]
    return f"at position{'s' if len(positions) > 1 else ''} {first_few(positions)}"
