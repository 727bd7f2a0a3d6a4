"""Screen of many molecules against one protein, compared with RDKit alone reading them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator

from dta_demo.benchmarks.records import Figure, Outcome, Settings
from dta_demo.benchmarks.samples import fresh_protein, new_molecules
from dta_demo.benchmarks.timing import time_side_by_side
from dta_demo.benchmarks.work import load_predictor

MOLECULES, ROUNDS = 5000, 3
QUICK_MOLECULES, QUICK_ROUNDS = 300, 1
RESIDUES = 500


def measure(settings: Settings) -> Iterator[Outcome]:
    """Compare the rates of `AffinityPredictor.screen` and of RDKit, each the best of the rounds.

    RDKit parses each SMILES and computes one Morgan fingerprint of 2,048 bits, in one process,
    as is usual, and in a process for every core.
    """
    smiles = new_molecules(QUICK_MOLECULES if settings.quick else MOLECULES)
    predictor = load_predictor(settings)
    protein = fresh_protein(RESIDUES, 0)
    cores = os.cpu_count() or 1
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as workers:
        parts = [smiles[start::cores] for start in range(cores)]
        seconds = time_side_by_side(
            {
                "screen": lambda number: list(predictor.screen(protein, smiles)),
                "rdkit": lambda number: fingerprint(smiles),
                "every core": lambda number: list(workers.map(fingerprint, parts)),
            },
            QUICK_ROUNDS if settings.quick else ROUNDS,
            warm_up=1,
        )
    rate = {name: len(smiles) / float(np.min(values)) for name, values in seconds.items()}
    what = f"one protein with {len(smiles):,} molecules"
    for name, against in (
        ("rdkit", "RDKit alone, parsing and one Morgan fingerprint"),
        ("every core", f"the same in {cores} processes"),
    ):
        yield Figure(what, rate["screen"], rate[name], "molecules/s", against, 0.5, at_least=True)


def fingerprint(smiles: Sequence[str]) -> int:
    """Parse molecules and compute a fingerprint of each, keeping none; return their number."""
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
    return sum(generator.GetFingerprint(Chem.MolFromSmiles(text)) is not None for text in smiles)
