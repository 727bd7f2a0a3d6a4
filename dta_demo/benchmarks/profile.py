"""Kinome profile of a molecule, compared with a prediction of each kinase by itself."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from dta_demo.benchmarks.records import Figure, Outcome, Settings
from dta_demo.benchmarks.samples import molecules
from dta_demo.benchmarks.work import load_predictor
from dta_demo.inputs.molecule import parse_molecule
from dta_demo.screening.profile import profile

SAMPLE, QUICK_SAMPLE = 40, 3
REPEATS = 5

BOUND = 1.0
"""Seconds that a profile may take once the server has started."""


def measure(settings: Settings) -> Iterator[Outcome]:
    """Time profiles of new molecules, and a sample of the kinases predicted one by one.

    The kinases of the sample are encoded before, so that only what depends on the molecule is
    timed; its time is multiplied to that of all kinases.
    """
    predictor = load_predictor(settings)
    first, *others = [parse_molecule(text) for text in molecules()[: REPEATS + 1]]
    kinases = profile(predictor, first).kinases
    seconds = []
    for molecule in others:
        start = time.perf_counter()
        profile(predictor, molecule)
        seconds.append(time.perf_counter() - start)
    count = QUICK_SAMPLE if settings.quick else SAMPLE
    sample = [each for each in kinases if each.in_domain][:: len(kinases) // count][:count]
    for each in sample:
        predictor.predict(each.protein, first)
    start = time.perf_counter()
    for each in sample:
        predictor.predict(each.protein, others[0])
    alone = (time.perf_counter() - start) / len(sample) * len(kinases)
    ours, what = statistics.median(seconds), f"a new molecule with {len(kinases)} kinases"
    yield Figure(what, ours, BOUND, "s", "a bound", 1.0)
    yield Figure(
        what, ours, alone, "s", f"`predict` one by one, from {len(sample)}, encoded before"
    )
