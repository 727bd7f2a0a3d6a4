"""Load of many visitors at once, each with a pair of its own, and of a crowd."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from gradio_client import Client

from dta_demo.benchmarks.app_process import MEGABYTE, read_memory, run_app
from dta_demo.benchmarks.crowd import measure_crowd
from dta_demo.benchmarks.records import Figure, NotMeasured, Outcome, Settings
from dta_demo.benchmarks.samples import fresh_protein, molecules
from dta_demo.predictor.encoding import CACHE_BYTES
from dta_demo.predictor.predictor import AffinityPredictor

VISITORS, QUICK_VISITORS = 32, 4
ROUNDS = 3
WARM_UP = 4
SHORTEST, LONGEST = 250, 750
TOLERANCE = 1e-6

Pair = tuple[str, str]
Document = dict[str, Any]


@dataclass(frozen=True)
class Rates:
    """Answers per second, one value per round."""

    at_once: list[float]
    in_turn: list[float]


def measure(settings: Settings) -> Iterator[Outcome]:
    """Send unseen pairs through the page's endpoint, at once and one after the other.

    Memory is compared with that after a few answers to visitors at once: the memory that torch
    keeps after any long protein is in both.

    Raises
    ------
    RuntimeError
        When a visitor got anything but the answer to its own pair.
    """
    visitors, rounds = (QUICK_VISITORS, 1) if settings.quick else (VISITORS, ROUNDS)
    rates = Rates([], [])
    asked: list[Pair] = []
    answers: list[Document] = []
    with run_app() as app:
        clients = [_connect(app.url) for _ in range(visitors)]
        ask_at_once(clients, choose_pairs(visitors, seed=0)[-WARM_UP:])
        before = read_memory(app.process, "VmRSS")
        for number in range(1, rounds + 1):
            pairs, others = (choose_pairs(visitors, seed=2 * number + turn) for turn in (0, 1))
            with _noting_rate(rates.at_once, visitors):
                answers += ask_at_once(clients, pairs)
            with _noting_rate(rates.in_turn, visitors):
                ask_in_turn(clients[0], others)
            asked += pairs
        peak = read_memory(app.process, "VmHWM")
    check_answers(asked, answers)
    yield from _figures(f"{visitors} visitors at once", len(answers), rates)
    yield compare_memory(f"peak memory of the server, {visitors} visitors at once", before, peak)
    yield from measure_crowd(settings.quick)


def _figures(who: str, right: int, rates: Rates) -> Iterator[Figure]:
    yield Figure(f"right answers, {who}", right, right, "answers", "asked", 1, at_least=True)
    yield Figure(
        f"throughput, {who}",
        float(np.median(rates.at_once)),
        float(np.median(rates.in_turn)),
        "answers/s",
        "one visitor who asks as often, one after the other",
        0.8,
        at_least=True,
    )


@contextmanager
def _noting_rate(rates: list[float], count: int) -> Iterator[None]:
    start = time.perf_counter()
    yield
    rates.append(count / (time.perf_counter() - start))


def choose_pairs(count: int, seed: int) -> list[Pair]:
    """Pairs of sequence and SMILES that no cache knows, of the same lengths for any seed."""
    drugs = molecules()
    lengths = np.linspace(SHORTEST, LONGEST, count).round().astype(int).tolist()
    return [
        (fresh_protein(length, seed * count + place), drugs[place % len(drugs)])
        for place, length in enumerate(lengths)
    ]


def ask_at_once(clients: Sequence[Client], pairs: Sequence[Pair]) -> list[Document]:
    """Send every visitor's pair at the same moment."""
    with ThreadPoolExecutor(len(clients)) as threads:
        return list(threads.map(_ask, clients, pairs))


def ask_in_turn(client: Client, pairs: Sequence[Pair]) -> list[Document]:
    """Send all pairs as one visitor, one after the other."""
    return [_ask(client, pair) for pair in pairs]


def check_answers(pairs: Sequence[Pair], answers: Sequence[Document]) -> None:
    """Compare each answer with that of a predictor of this process; see `measure`."""
    predictor = AffinityPredictor.load()
    for number, (pair, answer) in enumerate(zip(pairs, answers, strict=True)):
        if not agree(answer, predictor.predict(*pair).to_dict()):
            raise RuntimeError(f"Visitor {number} got a wrong answer, or that of another one.")


def agree(answer: Any, expected: Any) -> bool:
    """Whether two documents are equal, numbers to ``TOLERANCE``."""
    if isinstance(answer, dict) and isinstance(expected, dict):
        return answer.keys() == expected.keys() and all(
            agree(answer[key], expected[key]) for key in expected
        )
    if isinstance(answer, list) and isinstance(expected, list):
        return len(answer) == len(expected) and all(map(agree, answer, expected))
    if isinstance(answer, float) and isinstance(expected, float):
        return abs(answer - expected) <= TOLERANCE
    return bool(answer == expected)


def compare_memory(what: str, before: float | None, peak: float | None) -> Outcome:
    """Compare the peak with the memory before and what the cache may add, all in MB."""
    if before is None or peak is None:
        return NotMeasured(what, "this system does not tell a process's memory in /proc")
    bound = CACHE_BYTES / MEGABYTE
    return Figure(what, peak, before + bound, "MB", f"before, and the cache's {bound:.0f} MB", 1)


def _connect(url: str) -> Client:
    return Client(url, verbose=False, analytics_enabled=False)


def _ask(client: Client, pair: Pair) -> Document:
    answer: Document = client.predict(*pair, api_name="/predict")
    return answer
