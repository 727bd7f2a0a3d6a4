"""Few measured pairs to tune on: the example pairs, or a table of a user's own."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from dta_demo.encoders.truncation import truncate
from dta_demo.inputs.errors import InputError
from dta_demo.inputs.protein import Protein
from dta_demo.inputs.wording import quote
from dta_demo.kinases.construct import Construct
from dta_demo.kinases.naming import read_protein
from dta_demo.kinases.targets import Target, parse_target_name
from dta_demo.molecules.naming import read_small_molecule
from dta_demo.runtime.bundled import bundled_file
from dta_demo.runtime.limits import Limits
from dta_demo.screening.sources import MEASURED, InputRow, Source

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor

MAX_PAIRS, MIN_PAIRS = 300, 8

MAX_LETTERS = 512
"""Letters that are read of a protein; a kinase domain has some 280."""

MAX_RESIDUES = 60_000
"""Letters of all proteins together, whose hidden states take 77 MB in the bundled encoder."""

MAX_TABLE_BYTES = 2_000_000

HIGHEST_PKD = 15.0

MIN_GROUPS = 4
"""Molecules, or else proteins, of which a fourth can be left out."""

VALIDATION_SHARE = 0.25

ReadLetters = Callable[[Protein], str]


def letters_read_by(predictor: AffinityPredictor) -> ReadLetters:
    """Function that tells what a predictor reads of a protein: its kinase domain as a rule."""

    def read(protein: Protein) -> str:
        domain = parse_target_name(protein.name).domain
        return predictor.letters_read(Target(protein.name, Construct(protein.sequence, domain)))

    return read


@dataclass(frozen=True)
class TuningPair:
    """A measured pair: the letters that are read of its protein, canonical SMILES, and pKd."""

    letters: str
    smiles: str
    affinity: float


@dataclass(frozen=True)
class SplitPairs:
    """Pairs to train on, and pairs whose molecule or protein none of these has.

    Attributes
    ----------
    left_out : {"molecule", "protein"}
    """

    training: tuple[TuningPair, ...]
    validation: tuple[TuningPair, ...]
    left_out: str

    def group(self, pair: TuningPair) -> str:
        """Molecule or protein of a pair, whichever is left out."""
        return pair.smiles if self.left_out == "molecule" else pair.letters


def example_pairs(read_letters: ReadLetters) -> list[TuningPair]:
    """Read the example pairs that come with the package, with their measured values.

    Parameters
    ----------
    read_letters : callable
        What is read of a protein.
    """
    rows = json.loads(bundled_file("examples.json").read_text(encoding="utf-8"))
    return [
        TuningPair(
            read_letters(Protein(row["sequence"], row["gene"])),
            read_small_molecule(row["smiles"]).smiles,
            float(row["measured_pkd"]),
        )
        for row in rows
    ]


def most_pairs(limits: Limits) -> int:
    """Most pairs that a visitor of a server may give; 0 where nobody tunes there."""
    return min(limits.tuning_pairs, MAX_PAIRS)


def read_table(
    file: Path | BinaryIO, read_letters: ReadLetters, most: int = MAX_PAIRS
) -> list[TuningPair]:
    """Read a table with columns of a protein, a molecule and an affinity in pKd.

    Parameters
    ----------
    read_letters : callable
        What is read of a protein.
    most : int
        Most pairs that are read.

    Raises
    ------
    InputError
        When it is no such table, has too many rows, or one of them cannot be read.
    """
    source = Source(file, MEASURED, limit_bytes=MAX_TABLE_BYTES)
    try:
        return _read_rows(source, read_letters, most)
    finally:
        source.close()


def _read_rows(rows: Iterable[InputRow], read_letters: ReadLetters, most: int) -> list[TuningPair]:
    known: dict[str, str] = {}
    pairs: list[TuningPair] = []
    for row in rows:
        if len(pairs) == most:
            raise InputError(f"The table has more than {most} pairs, the most that are read.")
        try:
            if row.fault:
                raise InputError(row.fault)
            if row.protein not in known:
                known[row.protein] = read_letters(read_protein(row.protein))
            smiles = read_small_molecule(row.smiles).smiles
            pairs.append(TuningPair(known[row.protein], smiles, _read_affinity(row.affinity)))
        except InputError as error:
            raise InputError(f"Line {row.line:,}: {error}") from None
    return pairs


def _read_affinity(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= HIGHEST_PKD:
        raise InputError(
            f"The affinity {quote(text)} is no pKd from 0 to {HIGHEST_PKD:g}: pKd is "
            "-log10 of Kd in mol/L, so that 10 nM is 8."
        )
    return value


def split_pairs(pairs: Sequence[TuningPair], seed: int) -> SplitPairs:
    """Leave out a fourth of the pairs, by whole molecules, or by proteins where there are few.

    Raises
    ------
    InputError
        When the pairs are too few, too many, or neither their molecules nor proteins are enough.
    """
    if not MIN_PAIRS <= len(pairs) <= MAX_PAIRS:
        raise InputError(
            f"{MIN_PAIRS} to {MAX_PAIRS} pairs are needed, and these are {len(pairs)}."
        )
    residues = sum(map(len, {pair.letters for pair in cut_letters(pairs)[0]}))
    if residues > MAX_RESIDUES:
        raise InputError(
            f"The proteins have {residues:,} residues together, and at most {MAX_RESIDUES:,} are "
            "read: give fewer proteins."
        )
    by_molecule = len({pair.smiles for pair in pairs}) >= MIN_GROUPS
    if not by_molecule and len({pair.letters for pair in pairs}) < MIN_GROUPS:
        raise InputError(
            f"At least {MIN_GROUPS} different molecules or proteins are needed, so that some can "
            "be left out of training."
        )
    split = SplitPairs((), tuple(pairs), "molecule" if by_molecule else "protein")
    sizes: dict[str, int] = {}
    for pair in pairs:
        sizes[split.group(pair)] = sizes.get(split.group(pair), 0) + 1
    names = sorted(sizes)
    random.Random(seed).shuffle(names)
    # A group that most pairs have stays in training.
    names = [name for name in names if sizes[name] <= len(pairs) / 2]
    chosen: set[str] = set()
    for name in names:
        if sum(sizes[each] for each in chosen) >= VALIDATION_SHARE * len(pairs):
            break
        chosen.add(name)
    return SplitPairs(
        tuple(pair for pair in pairs if split.group(pair) not in chosen),
        tuple(pair for pair in pairs if split.group(pair) in chosen),
        split.left_out,
    )


def cut_letters(pairs: Sequence[TuningPair]) -> tuple[list[TuningPair], int]:
    """Cut proteins to `MAX_LETTERS`; return the pairs, and how many proteins were longer."""
    kept, cut = truncate([pair.letters for pair in pairs], MAX_LETTERS)
    longer = {pairs[each.index].letters for each in cut}
    return [
        TuningPair(letters, pair.smiles, pair.affinity)
        for letters, pair in zip(kept, pairs, strict=True)
    ], len(longer)
