"""Explanation of a prediction, compared with bare passes of the encoder."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dta_demo.benchmarks.peers import build_sdpa
from dta_demo.benchmarks.records import Figure, Outcome, Settings
from dta_demo.benchmarks.samples import fresh_protein
from dta_demo.benchmarks.timing import time_side_by_side
from dta_demo.benchmarks.work import load_predictor
from dta_demo.explain import explain
from dta_demo.explain.attribution import (
    COMPLETE,
    SHARED_ATTRIBUTIONS,
    attribute,
    attribute_atoms,
    attribute_residues,
)
from dta_demo.explain.explained_pair import ExplainedPair
from dta_demo.explain.explanation import SHARED_CHECKS, SHARED_CURVES
from dta_demo.kinases.naming import read_protein
from dta_demo.molecules.naming import read_small_molecule

GENE, DRUG = "ABL1", "imatinib"
ROUNDS = 5

QUICK_RESIDUES = 40

BOUND = 4.0
"""Seconds that an explanation may take on two cores."""


def measure(settings: Settings) -> Iterator[Outcome]:
    """Time a whole explanation, and its parts, medians over rounds.

    The protein is encoded before, with its attention, as it is on the page. The bare pass reads
    the same letters: the kinase domain.
    """
    predictor = load_predictor(settings)
    name = fresh_protein(QUICK_RESIDUES, 0) if settings.quick else GENE
    protein, molecule = read_protein(name), read_small_molecule(DRUG)
    predictor.attention(protein)
    found = attribute(predictor, protein, molecule)
    pair = ExplainedPair(predictor, found.protein, molecule)
    letters, plain = predictor.encode(protein).read.form.letters, build_sdpa(predictor.encoder)
    allowed = COMPLETE * abs(found.value - found.baseline)

    def check(_: int) -> None:
        SHARED_CHECKS.clear()
        SHARED_CURVES.clear()
        explain(predictor, protein, molecule)

    def run(_: int) -> None:
        SHARED_ATTRIBUTIONS.clear()
        check(_)

    seconds = time_side_by_side(
        {
            "pass": lambda _: plain(letters),
            "all of it": run,
            "residues": lambda _: attribute_residues(pair, allowed),
            "atoms": lambda _: attribute_atoms(pair),
            "check": check,
        },
        rounds=1 if settings.quick else ROUNDS,
        warm_up=0 if settings.quick else 1,
    )
    median = {name: float(np.median(values)) for name, values in seconds.items()}
    one = median.pop("pass")
    what = f"{DRUG} with {protein.name or 'a protein'}, {len(protein.sequence):,} residues"
    yield Figure(f"{what}: all of it", median["all of it"], BOUND, "s", "a bound", 1.0)
    against = f"a bare SDPA pass of the {len(letters):,} residues that are read"
    for part, ours in median.items():
        yield Figure(f"{what}: {part}", ours, one, "s", against)
