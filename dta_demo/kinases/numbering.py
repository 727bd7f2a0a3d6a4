"""Mutations applied in the canonical numbering, and a sentence where they do not fit it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.protein import MIN_RESIDUES
from dta_demo.inputs.wording import count_of
from dta_demo.kinases.catalogue import CatalogueKinase
from dta_demo.kinases.mutation_text import Mutation, write_mutation
from dta_demo.kinases.targets import (
    Deletion,
    Duplication,
    Stretch,
    Substitution,
    TargetName,
    apply_mutations,
    find_offset,
)

OTHER_NUMBERINGS: dict[str, tuple[tuple[int, str], ...]] = {
    "ABL1": ((-19, "isoform 1b"), (-37, "the sequence of 1,167 residues in the Davis data")),
    "BRAF": ((1, "older work"),),
    "EGFR": ((24, "the protein without its signal peptide"),),
    "ERBB2": ((22, "the protein without its signal peptide"),),
    "INSR": ((27, "the protein without its signal peptide"),),
    "MET": ((-18, "isoform 2"),),
    "SRC": ((3, "the chicken protein"),),
}
"""Numberings in use beside the canonical one, as what is added to theirs, by gene: T334I of ABL1 is
T315I, L834R of EGFR is L858R, V599E of BRAF is V600E."""


def describe_mutations(gene: str, mutations: Sequence[Mutation]) -> TargetName:
    """Describe mutations as the name of a target does."""
    return TargetName(
        gene,
        tuple(each for each in mutations if isinstance(each, Substitution)),
        tuple(each for each in mutations if isinstance(each, Deletion)),
        tuple(each for each in mutations if isinstance(each, Duplication)),
    )


def mutate(kinase: CatalogueKinase, mutations: Sequence[Mutation]) -> str:
    """Apply mutations to the sequence of a kinase.

    Raises
    ------
    InputError
        If the sequence has another residue where a mutation names one, or two mutations meet.
    """
    for each in mutations:
        _refuse_senseless(each)
    name = describe_mutations(kinase.gene, mutations)
    wrong = sorted(
        (position, letter)
        for letter, position in name.anchors
        if kinase.sequence[position - 1 : position] != letter
    )
    if wrong:
        raise InputError(_say_what_stands(kinase, *wrong[0]) + _offer(kinase, mutations, name))
    _refuse_overlap(mutations)
    mutated = apply_mutations(kinase.sequence, name, 0)
    if len(mutated) < MIN_RESIDUES:
        raise InputError(
            f"What is deleted leaves {count_of(len(mutated), 'residue')} of {kinase.gene}, and a "
            f"protein target needs at least {MIN_RESIDUES}."
        )
    return mutated


def _refuse_senseless(mutation: Mutation) -> None:
    text = write_mutation(mutation)
    if isinstance(mutation, Substitution) and mutation.reference == mutation.replacement:
        raise InputError(f"{text} replaces a residue by itself.")
    if isinstance(mutation, Stretch) and mutation.end < mutation.start:
        raise InputError(f"{text} ends before it begins.")


def _refuse_overlap(mutations: Sequence[Mutation]) -> None:
    spans = sorted((*_span(each), write_mutation(each)) for each in mutations)
    for (_, end, one), (start, _, other) in pairwise(spans):
        if start <= end:
            raise InputError(f"{one} and {other} change the same residue: give one of them.")


def _span(mutation: Mutation) -> tuple[int, int]:
    if isinstance(mutation, Substitution):
        return mutation.position, mutation.position
    return mutation.start, mutation.end


def _say_what_stands(kinase: CatalogueKinase, position: int, letter: str) -> str:
    title = f"{kinase.gene} ({kinase.uniprot})"
    if position > len(kinase.sequence):
        return f"{title} has {len(kinase.sequence):,} residues, and no number {position:,}"
    return f"{title} has {kinase.sequence[position - 1]} at position {position:,}, not {letter}"


def _offer(kinase: CatalogueKinase, mutations: Sequence[Mutation], name: TargetName) -> str:
    """Offer the canonical numbering of mutations that are numbered in another one that is known.

    Several residues may also tell the numbering by themselves; one residue stands in too many
    places for that.
    """
    known = dict(OTHER_NUMBERINGS.get(kinase.gene, ()))
    found = find_offset(kinase.sequence, name.anchors)
    for offset in (*known, *([found] if found is not None else [])):
        if all(_stands(kinase.sequence, each, offset) for each in name.anchors):
            named = f" of {known[offset]}" if offset in known else ""
            where = f" (the numbering{named} differs by {abs(offset)})"
            moved = ", ".join(write_mutation(_move(each, offset)) for each in mutations)
            return f": give {moved}{where}."
    return "."


def _stands(sequence: str, anchor: tuple[str, int], offset: int) -> bool:
    letter, position = anchor
    return position + offset > 0 and sequence[position + offset - 1 : position + offset] == letter


def _move(mutation: Mutation, offset: int) -> Mutation:
    if isinstance(mutation, Substitution):
        return Substitution(mutation.reference, mutation.position + offset, mutation.replacement)
    return type(mutation)(
        mutation.first, mutation.start + offset, mutation.last, mutation.end + offset
    )
