"""Names of targets: mutations, kinase domain and phosphorylation, applied to the sequence.

In the Davis data, ``ABL1(T315I)`` and ``ABL1p`` have the sequence of the wild type, and
``JAK2(JH1domain-catalytic)`` that of the whole protein: only the names show the difference. PKIS2,
measured in the same way, spells some in full: ``ABL1-nonphosphorylated``,
``RSK1(Kin.Dom.1-N-terminal)``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from dta_demo.kinases.construct import Construct, DomainChoice

CHANCE_LIMIT = 0.01
"""Expected number of fits by chance below which an offset is accepted."""

PHOSPHORYLATED_AT_SOURCE = frozenset({"ABL1(E255K)", "ABL1(M351T)", "ABL1(Y253F)"})
"""Davis targets that were measured phosphorylated only. The DeepDTA release drops the mark from
their names, but their affinities are close to those of ``ABL1p`` and not to those of ``ABL1``."""

AUTOINHIBITED = "the autoinhibited form has the sequence of the other"
"""Why a target that stands for it gets the construct of the form that is not."""

_AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY"
_NAME = re.compile(r"(?P<gene>[^()]+)\((?P<body>.*)\)p?")
_STATE = re.compile(r"-(nonphosphorylated|phosphorylated|autoinhibited)$")
# "E746A750del" in the Davis data, "E746-A750del" where its laboratory spells it in full,
# "E746_A750del" and "E746del" in the HGVS nomenclature.
_STRETCH = rf"([{_AMINO_ACIDS}])(\d{{1,6}})(?:[_-]?([{_AMINO_ACIDS}])(\d{{1,6}}))?"
_DELETION = re.compile(_STRETCH + "del")
_DUPLICATION = re.compile(_STRETCH + "dup")
_SUBSTITUTION = re.compile(rf"([{_AMINO_ACIDS}])(\d{{1,6}})([{_AMINO_ACIDS}])(?!\d)")
_UNPLACED_DUPLICATION = re.compile(r"ITD")
_DOMAINS: tuple[tuple[re.Pattern[str], DomainChoice], ...] = (
    (re.compile(r"JH1domain(-catalytic)?"), "last"),
    (re.compile(r"JH2domain(-pseudokinase)?"), "first"),
    (re.compile(r"Kin\.?Dom\.?1(-N-terminal)?"), "first"),
    (re.compile(r"Kin\.?Dom\.?2(-C-terminal)?"), "last"),
)


@dataclass(frozen=True)
class Substitution:
    """Substitution of one residue, numbered as in the name: ``T315I``."""

    reference: str
    position: int
    replacement: str


@dataclass(frozen=True)
class Stretch:
    """Residues from ``start`` to ``end``, both included, numbered as in the name.

    ``first`` and ``last`` are the residues of the reference sequence at these numbers.
    """

    first: str
    start: int
    last: str
    end: int


class Deletion(Stretch):
    """Deletion of a stretch: ``E746A750del``."""


class Duplication(Stretch):
    """Tandem duplication of a stretch: ``A767_V769dup``."""


@dataclass(frozen=True)
class TargetName:
    """Parts of a target's name.

    Attributes
    ----------
    domain : {"", "first", "last"}
        Kinase domain that is meant where a protein has two.
    unplaced_duplication : bool
        Whether the name states an internal duplication, but not where it is.
    state : {"", "nonphosphorylated", "phosphorylated", "autoinhibited"}
        Form of the protein that the name spells in full.
    """

    gene: str
    substitutions: tuple[Substitution, ...] = ()
    deletions: tuple[Deletion, ...] = ()
    duplications: tuple[Duplication, ...] = ()
    domain: DomainChoice = ""
    unplaced_duplication: bool = False
    state: str = ""

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """All deletions and duplications."""
        return (*self.deletions, *self.duplications)

    @property
    def anchors(self) -> frozenset[tuple[str, int]]:
        """Residues that the reference sequence has to have, as (letter, position)."""
        single = {(change.reference, change.position) for change in self.substitutions}
        first = {(stretch.first, stretch.start) for stretch in self.stretches}
        last = {(stretch.last, stretch.end) for stretch in self.stretches}
        return frozenset(single | first | last)


@dataclass(frozen=True)
class Target:
    """A target of a dataset: its name there, and the construct that the name describes.

    Attributes
    ----------
    construct : Construct
        With the mutations that the name states.
    not_applied : str
        Why the construct lacks a mutation or a form that the name states, or empty.
    """

    name: str
    construct: Construct
    not_applied: str = ""

    @property
    def sequence(self) -> str:
        """Sequence of the construct."""
        return self.construct.sequence


def parse_target_name(name: str) -> TargetName:
    """Parse a target's name.

    Examples
    --------
    >>> parse_target_name("ABL1(T315I)").substitutions
    (Substitution(reference='T', position=315, replacement='I'),)
    >>> parse_target_name("JAK2(JH1domain-catalytic)").domain
    'last'
    """
    found_state = _STATE.search(name)
    state = found_state[1] if found_state else ""
    name = _STATE.sub("", name)
    match = _NAME.fullmatch(name)
    if match is None:
        return TargetName(name, state=state)
    body = match["body"]
    domain: DomainChoice = ""
    for pattern, meaning in _DOMAINS:
        body, found = pattern.subn("", body)
        if found:
            domain = meaning
    deletions = tuple(Deletion(*ends) for ends in _find_stretches(_DELETION, body))
    duplications = tuple(Duplication(*ends) for ends in _find_stretches(_DUPLICATION, body))
    rest = _DUPLICATION.sub("", _DELETION.sub("", body))
    substitutions = tuple(
        Substitution(reference, int(position), replacement)
        for reference, position, replacement in _SUBSTITUTION.findall(rest)
    )
    unplaced = bool(_UNPLACED_DUPLICATION.search(body)) and not duplications
    gene = match["gene"]
    return TargetName(gene, substitutions, deletions, duplications, domain, unplaced, state)


def _find_stretches(pattern: re.Pattern[str], text: str) -> Iterator[tuple[str, int, str, int]]:
    """Yield first residue, start, last residue and end, equal where only one is named."""
    for first, start, last, end in pattern.findall(text):
        yield first, int(start), last or first, int(end or start)


def find_offset(sequence: str, anchors: frozenset[tuple[str, int]]) -> int | None:
    """Find the offset between the numbering of a name and that of the sequence.

    Zero is taken if it fits. Another offset is accepted only if it is the only one that fits all
    anchors, and if the number of fits expected by chance, from the composition of the sequence, is
    below `CHANCE_LIMIT`.

    Parameters
    ----------
    anchors : frozenset of (str, int)
        Letter and position of residues, as in `TargetName.anchors`.

    Returns
    -------
    int or None
        Number to add to a position of the name; None when no offset is accepted.
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
    """Apply the substitutions, duplications and deletions of a name to a sequence.

    All of them are numbered as in the sequence without mutations.
    """
    residues = list(sequence)
    for change in name.substitutions:
        residues[change.position + offset - 1] = change.replacement
    for copied in name.duplications:
        # Appended to the last residue, so that no other residue moves.
        residues[copied.end + offset - 1] += "".join(
            residues[copied.start + offset - 1 : copied.end + offset]
        )
    for gap in name.deletions:
        first = gap.start + offset - 1
        residues[first : gap.end + offset] = [""] * (gap.end + offset - first)
    return "".join(residues)


def resolve_targets(names: Sequence[str], sequences: Sequence[str]) -> list[Target]:
    """Resolve the names of targets; all mutants of a gene share one numbering.

    Parameters
    ----------
    names, sequences : sequences of str
        The targets of one dataset, in one order.

    Returns
    -------
    list of Target
        In the same order; ``not_applied`` is the reason where a mutation was not applied.
    """
    parsed = [parse_target_name(name) for name in names]
    anchors: dict[tuple[str, str], set[tuple[str, int]]] = defaultdict(set)
    for name, sequence in zip(parsed, sequences, strict=True):
        anchors[name.gene, sequence] |= name.anchors
    offsets = {
        key: find_offset(key[1], frozenset(wanted)) for key, wanted in anchors.items() if wanted
    }
    known = frozenset(names)
    targets = []
    for text, name, sequence in zip(names, parsed, sequences, strict=True):
        mutated, not_applied = _mutate(name, sequence, offsets.get((name.gene, sequence)))
        construct = Construct(mutated, name.domain, is_phosphorylated(text, known))
        targets.append(Target(text, construct, not_applied))
    return targets


def is_phosphorylated(name: str, known: Collection[str]) -> bool:
    """Test whether a name means the phosphorylated form of a protein.

    In the Davis data such a name ends in ``p``, as ``ABL1p`` and ``ABL1(T315I)p``. The name without
    it must be in the dataset, too, since the name of a gene can end in ``p``. A name that spells it
    in full, as ``ABL1-phosphorylated``, stands by itself.

    Parameters
    ----------
    known : collection of str
        All names of the dataset.
    """
    if name.endswith("-phosphorylated") or name in PHOSPHORYLATED_AT_SOURCE:
        return True
    return name.endswith("p") and name[:-1] in known


def _mutate(name: TargetName, sequence: str, offset: int | None) -> tuple[str, str]:
    """Apply what a name states; returns the sequence, and the reason where it lacks something."""
    if name.unplaced_duplication:
        return sequence, "the name does not say which residues are duplicated"
    if any(stretch.end < stretch.start for stretch in name.stretches):
        return sequence, "a stretch that it names ends before it begins"
    if name.anchors and offset is None:
        return sequence, "the residues it names are not found in the sequence"
    mutated = apply_mutations(sequence, name, offset) if offset is not None else sequence
    return mutated, AUTOINHIBITED if name.state == "autoinhibited" else ""
