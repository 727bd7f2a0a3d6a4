"""Predictions in this process, from text to the record, against the bare encoder."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dta_demo.benchmarks.peers import build_sdpa
from dta_demo.benchmarks.precision import measure_precision
from dta_demo.benchmarks.records import Figure, Outcome, Settings
from dta_demo.benchmarks.samples import fresh_protein, molecules
from dta_demo.benchmarks.timing import time_side_by_side
from dta_demo.benchmarks.work import load_predictor

RESIDUES, ROUNDS = 500, 40
QUICK_RESIDUES, QUICK_ROUNDS = 130, 3

SECONDS_ASKED = 0.010
"""Seconds that another molecule with a known protein may take."""


def measure(settings: Settings) -> Iterator[Outcome]:
    """Time predictions of new proteins and of new molecules, medians over rounds.

    Each round has a protein that was never seen, which the bare pass and the prediction both
    read; a prediction gathers the attention on the way, which the bare pass does not.
    """
    residues = QUICK_RESIDUES if settings.quick else RESIDUES
    predictor = load_predictor(settings)
    plain = build_sdpa(predictor.encoder)
    smiles, known = molecules(), fresh_protein(residues, -100)
    seconds = time_side_by_side(
        {
            "plain": lambda number: plain(fresh_protein(residues, number)),
            "new": lambda number: predictor.predict(
                fresh_protein(residues, number), smiles[number % len(smiles)]
            ),
            "known": lambda number: predictor.predict(known, smiles[number % len(smiles)]),
        },
        QUICK_ROUNDS if settings.quick else ROUNDS,
    )
    median = {name: float(np.median(values)) for name, values in seconds.items()}
    yield Figure(
        f"a new protein of {residues} residues with a new molecule, end to end",
        median["new"], median["plain"], "s", "bare SDPA pass of the encoder", 1.2,
    )  # fmt: skip
    yield Figure(
        "the same protein with another molecule",
        median["known"], SECONDS_ASKED, "s", "10 ms", 1.0,
    )  # fmt: skip
    yield from measure_precision(predictor, settings)
