"""Scan of a kinase's pocket, compared with a prediction of each mutant by itself."""

from __future__ import annotations

import time
from collections.abc import Iterator

from dta_demo.benchmarks.records import Figure, Outcome, Settings
from dta_demo.benchmarks.samples import molecules
from dta_demo.benchmarks.work import load_predictor
from dta_demo.inputs.molecule import parse_molecule
from dta_demo.inputs.protein import Protein
from dta_demo.kinases.naming import read_protein
from dta_demo.screening.positions import plan_scan
from dta_demo.screening.scan import mutate, scan

GENE = "ABL1"
SAMPLE, QUICK_SAMPLE, QUICK_MUTANTS = 48, 4, 16

BOUND = 60.0
"""Seconds that a scan of the pocket may take on two cores."""


def measure(settings: Settings) -> Iterator[Outcome]:
    """Time a scan of the pocket, and a sample of its mutants predicted one by one.

    The sample is spread over the pocket, and its time is multiplied to that of all mutants.
    """
    predictor = load_predictor(settings)
    protein, molecule = read_protein(GENE), parse_molecule(molecules()[0])
    predictor.predict(protein, molecule)
    changes = plan_scan(predictor, protein).changes
    if settings.quick:
        changes = changes[:QUICK_MUTANTS]
    count = QUICK_SAMPLE if settings.quick else SAMPLE
    sample = changes[:: max(1, len(changes) // count)][:count]
    start = time.perf_counter()
    scan(predictor, protein, molecule, mutations=changes)
    ours = time.perf_counter() - start
    start = time.perf_counter()
    for change in sample:
        predictor.predict(Protein(mutate(protein.sequence, change)), molecule)
    alone = (time.perf_counter() - start) / len(sample) * len(changes)
    what = f"{len(changes):,} mutants of {GENE}, {len(protein.sequence):,} residues"
    yield Figure(what, ours, BOUND, "s", "a bound", 1.0)
    yield Figure(what, ours, alone, "s", f"`predict` one by one, from {len(sample)}")
