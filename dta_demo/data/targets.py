"""What a target's name says about its sequence: named mutations and the kinase domain meant.

In the Davis data ``ABL1(T315I)`` carries the wild type's sequence and ``JAK2(JH1domain-
catalytic)`` the whole protein's: the name is the only place where the difference stands.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Domain = Literal["", "first", "last"]

CHANCE_LIMIT = 0.01
"""An offset is believed when chance alone would give such a fit less often than this."""

_AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY"
_NAME = re.compile(r"(?P<gene>[^()]+)\((?P<body>.*)\)(?P<phosphorylated>p?)")
_DELETION = re.compile(rf"([{_AMINO_ACIDS}])(\d+)([{_AMINO_ACIDS}])(\d+)del")
_SUBSTITUTION = re.compile(rf"([{_AMINO_ACIDS}])(\d+)([{_AMINO_ACIDS}])(?!\d)")
_DUPLICATION = re.compile(r"ITD")
_DOMAINS: tuple[tuple[re.Pattern[str], Domain], ...] = (
    (re.compile(r"JH1domain(-catalytic)?"), "last"),
    (re.compile(r"JH2domain(-pseudokinase)?"), "first"),
    (re.compile(r"KinDom\.?1(-N-terminal)?"), "first"),
    (re.compile(r"KinDom\.?2(-C-terminal)?"), "last"),
)


@dataclass(frozen=True)
class Substitution:
    """One residue replaced, numbered as in the name: ``T315I``."""

    reference: str
    position: int
    replacement: str


@dataclass(frozen=True)
class Deletion:
    """The residues from ``start`` to ``end``, both included, taken out: ``E746A750del``."""

    first: str
    start: int
    last: str
    end: int


@dataclass(frozen=True)
class TargetName:
    """A target's name, read.

    Attributes
    ----------
    domain : {"", "first", "last"}
        Which kinase domain is meant where a protein has two.
    duplication : bool
        Whether the name tells of an internal duplication without saying where it lies.
    """

    gene: str
    substitutions: tuple[Substitution, ...] = ()
    deletions: tuple[Deletion, ...] = ()
    domain: Domain = ""
    duplication: bool = False

    @property
    def anchors(self) -> frozenset[tuple[str, int]]:
        """Residues that the reference sequence must have, as (letter, position)."""
        single = {(change.reference, change.position) for change in self.substitutions}
        first = {(gap.first, gap.start) for gap in self.deletions}
        last = {(gap.last, gap.end) for gap in self.deletions}
        return frozenset(single | first | last)


@dataclass(frozen=True)
class Target:
    """A target as the model should read it, with what of its name could not be applied."""

    name: str
    sequence: str
    domain: Domain = ""
    not_applied: str = ""


def parse_target_name(name: str) -> TargetName:
    """Read a target's name.

    Examples
    --------
    >>> parse_target_name("ABL1(T315I)").substitutions
    (Substitution(reference='T', position=315, replacement='I'),)
    >>> parse_target_name("JAK2(JH1domain-catalytic)").domain
    'last'
    """
    match = _NAME.fullmatch(name)
    if match is None:
        return TargetName(name)
    body = match["body"]
    domain: Domain = ""
    for pattern, meaning in _DOMAINS:
        body, found = pattern.subn("", body)
        if found:
            domain = meaning
    deletions = tuple(
        Deletion(first, int(start), last, int(end))
        for first, start, last, end in _DELETION.findall(body)
    )
    substitutions = tuple(
        Substitution(reference, int(position), replacement)
        for reference, position, replacement in _SUBSTITUTION.findall(_DELETION.sub("", body))
    )
    return TargetName(
        match["gene"], substitutions, deletions, domain, bool(_DUPLICATION.search(body))
    )


def find_offset(sequence: str, anchors: frozenset[tuple[str, int]]) -> int | None:
    """Find what to add to the positions of a name to get positions in the sequence.

    Zero is taken where it fits. Another offset is taken only when it is the only one that fits
    every anchor of the gene and when chance would seldom give such a fit: the expected number
    of fitting offsets, from the sequence's composition, is below `CHANCE_LIMIT`.

    Returns
    -------
    int or None
        None when no offset can be believed.
    """

    def fits(offset: int) -> bool:
        return all(
            0 < position + offset <= len(sequence) and sequence[position + offset - 1] == letter
            for letter, position in anchors
        )

    if fits(0):
        return 0
    positions = [position for _, position in anchors]
    candidates = range(1 - min(positions), len(sequence) - max(positions) + 1)
    fitting = [offset for offset in candidates if fits(offset)]
    by_chance = float(len(candidates))
    for letter, _ in anchors:
        by_chance *= sequence.count(letter) / len(sequence)
    return fitting[0] if len(fitting) == 1 and by_chance < CHANCE_LIMIT else None


def apply_mutations(sequence: str, name: TargetName, offset: int) -> str:
    """Return the sequence with the name's substitutions and deletions made."""
    residues = list(sequence)
    for change in name.substitutions:
        residues[change.position + offset - 1] = change.replacement
    for gap in name.deletions:
        first = gap.start + offset - 1
        residues[first : gap.end + offset] = [""] * (gap.end + offset - first)
    return "".join(residues)


def resolve_targets(names: Sequence[str], sequences: Sequence[str]) -> list[Target]:
    """Apply to every target what its name says; all mutants of a gene share one numbering.

    Parameters
    ----------
    names, sequences : sequences of str
        The targets of one dataset, in one order.

    Returns
    -------
    list of Target
        In the same order; ``not_applied`` tells what was left as it is, and why.
    """
    parsed = [parse_target_name(name) for name in names]
    anchors: dict[tuple[str, str], set[tuple[str, int]]] = defaultdict(set)
    for name, sequence in zip(parsed, sequences, strict=True):
        anchors[name.gene, sequence] |= name.anchors
    offsets = {
        key: find_offset(key[1], frozenset(wanted)) for key, wanted in anchors.items() if wanted
    }
    return [
        _resolve(text, name, sequence, offsets.get((name.gene, sequence)))
        for text, name, sequence in zip(names, parsed, sequences, strict=True)
    ]


def _resolve(text: str, name: TargetName, sequence: str, offset: int | None) -> Target:
    """Apply one name, or say why it was not."""
    if name.duplication:
        reason = "the name does not say which residues are duplicated"
        return Target(text, sequence, name.domain, reason)
    if not name.anchors:
        return Target(text, sequence, name.domain)
    if offset is None:
        reason = "the residues it names are not found in the sequence"
        return Target(text, sequence, name.domain, reason)
    return Target(text, apply_mutations(sequence, name, offset), name.domain)
