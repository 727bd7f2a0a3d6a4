"""Mutation scan: substitutions of a protein, each predicted with one molecule."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from dta_demo.inputs.molecule import Molecule
from dta_demo.inputs.protein import Protein
from dta_demo.kinases.landmarks import find_landmarks
from dta_demo.kinases.targets import Substitution
from dta_demo.predictor.variants import VARIANTS_AT_ONCE
from dta_demo.results.scan import Mutant, MutationScan
from dta_demo.results.variant import Variant
from dta_demo.screening.positions import ScanPlan, plan_scan

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor

MUTANTS_A_STEP = VARIANTS_AT_ONCE
"""Mutants of a step: as many as are read together."""


def scan(
    predictor: AffinityPredictor,
    protein: Protein,
    molecule: Molecule,
    region: tuple[int, int] | None = None,
    mutations: Sequence[Substitution] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> MutationScan:
    """Predict what substitutions change in the affinity of a protein for a molecule.

    See `scan_in_steps`, of which this runs all, and tells the progress of each.
    """
    steps = scan_in_steps(predictor, protein, molecule, region, mutations)
    while True:
        try:
            progress(*next(steps))
        except StopIteration as end:
            found: MutationScan = end.value
            return found


def scan_in_steps(
    predictor: AffinityPredictor,
    protein: Protein,
    molecule: Molecule,
    region: tuple[int, int] | None = None,
    mutations: Sequence[Substitution] | None = None,
) -> Generator[tuple[int, int], None, MutationScan]:
    """Predict what substitutions change, some mutants in each step; closing it ends the scan.

    Every mutant has the value that `AffinityPredictor.predict` gives for its sequence.

    Parameters
    ----------
    region : tuple of int, optional
        First and last residue, each exchanged for the 19 others; the pocket by default.
    mutations : sequence of Substitution, optional
        These in place of a region, each by itself.

    Yields
    ------
    tuple of int
        How many mutants are done, and of how many.

    Returns
    -------
    MutationScan

    Raises
    ------
    InputError
        When the region lies outside the sequence, the protein has no kinase pocket and no region
        was given, or a mutation does not fit the sequence.
    """
    plan = plan_scan(predictor, protein, region, mutations)
    sequence = protein.sequence
    sequences = (sequence, *(mutate(sequence, change) for change in plan.changes))
    found = predictor.variants.predict(protein, sequences, molecule)
    wild_type = next(found)
    roles = find_roles(predictor, protein, plan)
    mutants = []
    for change, variant in zip(plan.changes, found, strict=True):
        mutants.append(_compare(change, variant, wild_type, roles.get(change.position, "")))
        if len(mutants) % MUTANTS_A_STEP == 0:
            yield len(mutants), len(plan.changes)
    return MutationScan(protein, molecule, wild_type.affinity, plan.name, tuple(mutants), roles)


def mutate(sequence: str, change: Substitution) -> str:
    """Apply one substitution, numbered in the sequence as given."""
    return sequence[: change.position - 1] + change.replacement + sequence[change.position :]


def find_roles(predictor: AffinityPredictor, protein: Protein, plan: ScanPlan) -> dict[int, str]:
    """Landmark of each scanned residue that belongs to one."""
    landmarks = find_landmarks(predictor.encode(protein).domain, protein.sequence)
    wanted = {change.position for change in plan.changes}
    return {
        number: mark.name
        for mark in landmarks
        for number in range(mark.start, mark.end + 1)
        if number in wanted
    }


def _compare(change: Substitution, variant: Variant, wild_type: Variant, role: str) -> Mutant:
    by_member = np.subtract(variant.by_member, wild_type.by_member)
    return Mutant(
        name=f"{change.reference}{change.position}{change.replacement}",
        positions=(change.position,),
        affinity=variant.affinity,
        change=variant.affinity - wild_type.affinity,
        spread=float(by_member.std()),
        interval=variant.interval,
        role=role,
        measured_as=variant.measured_as,
    )
