"""Growth of time and memory with the protein's length.

Up to 1,022 residues are read at once; a longer protein is read in overlapping windows, so that
some of its residues are read twice (4,000 residues in five windows of 960, which is 1.2 times
as many).  From there on time should grow with the length and memory hardly at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dta_demo.benchmarks.memory_probe import measure_memory
from dta_demo.benchmarks.records import Figure, NotMeasured, Outcome, Settings, attempt
from dta_demo.benchmarks.samples import fresh_protein
from dta_demo.benchmarks.timing import time_side_by_side
from dta_demo.benchmarks.work import build_work, load_predictor, repeat
from dta_demo.encoders.windows import WINDOW_RESIDUES
from dta_demo.predictor.predictor import AffinityPredictor

TITIN = 35_000
"""Residues of titin, about the longest protein there is."""

ALLOWED_GROWTH = 1.1
"""Time for twice the residues, in units of twice the time."""

ALLOWED_TITIN = 1.2

ALLOWED_MEMORY = 1.2


@dataclass(frozen=True)
class Plan:
    """Residues of a long protein, which is read at twice its length too, and rounds of timing."""

    long: int = 4000
    rounds: int = 7
    titin_rounds: int = 2


QUICK = Plan(long=1200, rounds=1)


def measure(settings: Settings) -> Iterator[Outcome]:
    """Measure long proteins beside shorter ones."""
    plan = QUICK if settings.quick else Plan()
    predictor = load_predictor(settings)
    yield from compare_times(predictor, plan)
    yield compare_memory(plan, settings)
    if settings.quick:
        yield NotMeasured(f"prediction, {TITIN:,} residues", "left out of a quick run")
        return
    yield time_titin(predictor, plan)
    yield compare_titin_memory(plan, settings)


def compare_times(predictor: AffinityPredictor, plan: Plan) -> Iterator[Figure]:
    """Time embeddings and received attention of one window, a long protein and twice its length."""
    read = build_work("received", predictor)
    sizes = (WINDOW_RESIDUES, plan.long, 2 * plan.long)
    proteins = {residues: fresh_protein(residues, 0) for residues in sizes}
    contenders = {str(size): repeat(read, protein) for size, protein in proteins.items()}
    times = time_side_by_side(contenders, plan.rounds, warm_up=1)
    window, once, twice = (float(times[str(residues)].min()) for residues in sizes)
    yield Figure(
        what=f"time of received attention, {2 * plan.long:,} residues",
        ours=twice,
        reference=2 * once,
        unit="s",
        against=f"twice the time of {plan.long:,}",
        asked=ALLOWED_GROWTH,
    )
    yield Figure(
        what=f"time per residue of received attention, {plan.long:,} residues",
        ours=1000 * once / plan.long,
        reference=1000 * window / WINDOW_RESIDUES,
        unit="ms",
        against=f"{WINDOW_RESIDUES:,} residues, one window; in more, some are read twice",
    )


def compare_memory(plan: Plan, settings: Settings) -> Outcome:
    """Compare the peak memory with that of one window."""
    what = f"peak memory over the start, received attention, {plan.long:,} residues"

    def compare() -> Figure:
        ours = measure_memory("received", plan.long, settings).growth
        reference = measure_memory("received", WINDOW_RESIDUES, settings).growth
        against = f"{WINDOW_RESIDUES:,} residues"
        return Figure(what, ours, reference, "MB", against, ALLOWED_MEMORY)

    return attempt(what, compare)


def time_titin(predictor: AffinityPredictor, plan: Plan) -> Figure:
    """Time the whole prediction of the longest protein, fresh proteins in every round."""
    predict = build_work("predict", predictor)
    contenders = {
        str(residues): lambda number, residues=residues: predict(fresh_protein(residues, number))
        for residues in (plan.long, TITIN)
    }
    times = time_side_by_side(contenders, plan.titin_rounds, warm_up=1)
    return Figure(
        what=f"prediction, {TITIN:,} residues",
        ours=float(times[str(TITIN)].min()),
        reference=float(times[str(plan.long)].min()) * TITIN / plan.long,
        unit="s",
        against=f"{TITIN / plan.long:g} times the time of {plan.long:,}",
        asked=ALLOWED_TITIN,
    )


def compare_titin_memory(plan: Plan, settings: Settings) -> Outcome:
    """Compare the peak memory of the process that predicts the longest protein."""
    what = f"peak memory of the process, prediction, {TITIN:,} residues"

    def compare() -> Figure:
        ours = measure_memory("predict", TITIN, settings).total
        reference = measure_memory("predict", plan.long, settings).total
        return Figure(what, ours, reference, "MB", f"{plan.long:,} residues")

    return attempt(what, compare)
