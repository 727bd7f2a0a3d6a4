"""Attention statistics beside the plain pass, other implementations and exact attention.

Times are the least of interleaved rounds: what else the machine does can only add to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import torch
from torch import Tensor

from dta_demo.benchmarks.memory_probe import PassMemory, measure_memory
from dta_demo.benchmarks.peers import PEERS, plain_model
from dta_demo.benchmarks.records import (
    Figure,
    NotMeasurableError,
    NotMeasured,
    Outcome,
    Settings,
    attempt,
)
from dta_demo.benchmarks.samples import fresh_protein
from dta_demo.benchmarks.timing import time_side_by_side
from dta_demo.benchmarks.work import Work, build_work, load_predictor, repeat
from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.predictor.predictor import AffinityPredictor

SIZES = (512, 1022)
QUICK_SIZES = (128,)

ROUNDS, QUICK_ROUNDS = 15, 2

OURS = {"received": "received attention", "map": "one full map"}

PLAIN = "EsmModel SDPA, no mask"

OTHERS = {
    "masked": "EsmModel SDPA with a mask of ones",
    "eager": "EsmModel eager, all maps",
    "fair-esm": "fair-esm, embeddings only",
    "esm-cpp": "esm-cpp, embeddings only",
}
"""Peers that the received attention is compared with; no ratio to them is asked for."""

ALLOWED_TIME = 1.2

ALLOWED_MB = 40.0
"""Memory that the collected attention may take on top of a plain pass."""

ALLOWED_DIFFERENCE = 1e-5


def measure(settings: Settings) -> Iterator[Outcome]:
    """Measure time, peak memory and exactness of the attention statistics."""
    predictor = load_predictor(settings)
    passes: dict[str, Work] = {name: build_work(name, predictor) for name in OURS}
    missing = []
    for name in PEERS:
        try:
            passes[name] = build_work(name, predictor)
        except NotMeasurableError as error:
            missing.append(NotMeasured(f"time beside {OTHERS[name]}", str(error)))
    for residues in QUICK_SIZES if settings.quick else SIZES:
        rounds = QUICK_ROUNDS if settings.quick else ROUNDS
        yield from compare_times(passes, residues, rounds)
        yield from compare_memory(residues, settings)
        yield from compare_with_eager(predictor, residues)
    yield from missing


def compare_times(passes: dict[str, Work], residues: int, rounds: int) -> Iterator[Figure]:
    """Time all passes over one sequence."""
    sequence = fresh_protein(residues, 0)
    contenders = {name: repeat(run, sequence) for name, run in passes.items()}
    seconds = time_side_by_side(contenders, rounds)
    best = {name: 1000 * float(times.min()) for name, times in seconds.items()}
    for name, said in OURS.items():
        what = f"time of {said}, {residues:,} residues"
        yield Figure(what, best[name], best["sdpa"], "ms", PLAIN, ALLOWED_TIME)
    for name in OTHERS:
        if name in best:
            what = f"time of received attention, {residues:,} residues"
            yield Figure(what, best["received"], best[name], "ms", OTHERS[name])


def compare_memory(residues: int, settings: Settings) -> Iterator[Outcome]:
    """Compare the growth of the peak memory in one pass, each in a process of its own."""
    known: dict[str, PassMemory] = {}

    def growth(work: str) -> float:
        if work not in known:
            known[work] = measure_memory(work, residues, settings)
        return known[work].growth

    def beside_plain(work: str, what: str) -> Figure:
        against = f"{PLAIN} + {ALLOWED_MB:g} MB"
        return Figure(what, growth(work), growth("sdpa") + ALLOWED_MB, "MB", against, 1.0)

    def beside_eager(work: str, what: str) -> Figure:
        return Figure(what, growth(work), growth("eager"), "MB", OTHERS["eager"])

    rows = [("received", beside_plain), ("map", beside_plain), ("received", beside_eager)]
    for work, compare in rows:
        what = f"peak memory over the start, {OURS[work]}, {residues:,} residues"
        yield attempt(what, partial(compare, work, what))


def compare_with_eager(predictor: AffinityPredictor, residues: int) -> Iterator[Figure]:
    """Compare with transformers' eager attention: the largest difference."""
    encoder = predictor.encoder
    sequence = fresh_protein(residues, 0)
    exact = eager_attention(encoder, sequence)
    encoded = encoder.encode_residues([sequence], received=True)[0]
    last = encoder.num_layers - 1
    full = encoder.get_attention_weights([sequence], layer=last, head=0)[0][0, 0]
    assert encoded.received is not None
    pairs = {"received": (encoded.received, exact.mean(dim=-2)), "map": (full, exact[last, 0])}
    for name, (ours, theirs) in pairs.items():
        what = f"largest difference from eager attention, {OURS[name]}, {residues:,} residues"
        difference = float((ours - theirs).abs().max())
        yield Figure(what, difference, ALLOWED_DIFFERENCE, "", "given bound", 1.0)


@torch.inference_mode()
def eager_attention(encoder: MemoryOptimizedESMEncoder, sequence: str) -> Tensor:
    """Compute all attention maps as transformers does, each row normalised over the residues.

    Returns
    -------
    Tensor, shape (layers, heads, residues, residues)
    """
    tokens = encoder.tokenizer([sequence]).to(encoder.device)
    found = plain_model(encoder, "eager")(tokens.ids, output_attentions=True).attentions
    maps = torch.cat(found)[..., 1:-1, 1:-1]
    return maps / maps.sum(dim=-1, keepdim=True)
