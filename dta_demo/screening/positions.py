"""What a mutation scan reads: the pocket, a stretch of residues or a list of substitutions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.protein import Protein
from dta_demo.kinases.mutation_text import read_substitutions
from dta_demo.kinases.targets import Substitution, find_offset
from dta_demo.results.scan import RESIDUES

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor

NO_POCKET = (
    "No kinase domain was found in this protein, so it has no pocket to scan: name the residues."
)

_REGION = re.compile(r"\s*([0-9]{1,6})\s*(?:[-–:]|to|\.\.)\s*([0-9]{1,6})\s*")


@dataclass(frozen=True)
class ScanPlan:
    """Substitutions to predict, and the name of what they cover."""

    name: str
    changes: tuple[Substitution, ...]


def read_region(text: str) -> tuple[int, int]:
    """Read a region such as ``310-320``.

    Raises
    ------
    InputError
        When the text is no region.
    """
    match = _REGION.fullmatch(text)
    if match is None:
        raise InputError("Write the region as its first and last residue, such as 310-320.")
    return int(match[1]), int(match[2])


def read_choice(
    region: str, mutations: str
) -> tuple[tuple[int, int] | None, tuple[Substitution, ...] | None]:
    """Read what to scan from two texts, of which one at least is empty; both for the pocket.

    Raises
    ------
    InputError
        When both are given, or one cannot be read.
    """
    if region.strip() and mutations.strip():
        raise InputError("Give a region or a list of mutations, not both.")
    return (
        read_region(region) if region.strip() else None,
        read_substitutions(mutations) if mutations.strip() else None,
    )


def plan_scan(
    predictor: AffinityPredictor,
    protein: Protein,
    region: tuple[int, int] | None = None,
    mutations: Sequence[Substitution] | None = None,
) -> ScanPlan:
    """Plan a scan; the pocket where neither a region nor mutations are given.

    Raises
    ------
    InputError
        As `dta_demo.screening.scan.scan`.
    """
    sequence = protein.sequence
    if mutations is not None:
        check_references(sequence, mutations)
        return ScanPlan("list", tuple(mutations))
    if region is not None:
        first, last = region
        if not 1 <= first <= last <= len(sequence):
            raise InputError(
                f"The region {first:,}-{last:,} does not lie in the sequence, which has residues "
                f"1-{len(sequence):,}."
            )
        return ScanPlan(
            f"residues {first}-{last}", tuple(exchange(sequence, range(first, last + 1)))
        )
    pocket = predictor.variants.pocket(protein)
    if not pocket:
        raise InputError(NO_POCKET)
    return ScanPlan("pocket", tuple(exchange(sequence, pocket)))


def exchange(sequence: str, numbers: Iterable[int]) -> Iterable[Substitution]:
    """Exchange each residue for every other amino acid."""
    for number in numbers:
        letter = sequence[number - 1]
        for other in RESIDUES:
            if other != letter:
                yield Substitution(letter, number, other)


def check_references(sequence: str, mutations: Sequence[Substitution]) -> None:
    """Check that a sequence has the residues that mutations replace.

    Raises
    ------
    InputError
        When one stands elsewhere; the sentence says what stands there, and names the numbering
        that fits, if only one does.
    """
    for change in mutations:
        name = f"{change.reference}{change.position}{change.replacement}"
        if change.reference == change.replacement:
            raise InputError(f"{name} exchanges a residue for itself.")
        if not 1 <= change.position <= len(sequence):
            raise InputError(
                f"{name} lies outside the sequence, which has residues 1-{len(sequence):,}."
            )
        found = sequence[change.position - 1]
        if found != change.reference:
            raise InputError(
                f"{name} does not fit: residue {change.position:,} of the sequence is {found}."
                + _offer(sequence, mutations)
            )


def _offer(sequence: str, mutations: Sequence[Substitution]) -> str:
    """Say which numbering fits all mutations, if exactly one does beyond chance."""
    offset = find_offset(sequence, frozenset((each.reference, each.position) for each in mutations))
    if not offset:
        return ""
    return f" All of the list fit with numbers {abs(offset)} {'higher' if offset > 0 else 'lower'}."
