"""Crowd of light visitors beside heavy requests: waiting times, and memory that stays in use."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx
import numpy as np

from dta_demo.benchmarks.app_process import RunningApp, read_memory, run_app
from dta_demo.benchmarks.records import Figure, NotMeasured, Outcome
from dta_demo.benchmarks.samples import fresh_protein, fused_rings, molecules
from dta_demo.predictor.predictor import AffinityPredictor

VISITORS, QUICK_VISITORS = 64, 4
SECONDS, QUICK_SECONDS = 45.0, 1.0
ROUNDS, QUICK_ROUNDS = 4, 2
EXPLANATIONS, QUICK_EXPLANATIONS = 4, 1
EXPLAINED_RESIDUES, QUICK_EXPLAINED_RESIDUES = 700, 60
RESIDUES = (250, 750)
SLOWEST = 3.0
"""Time that a light request may take beside heavy ones, in units of its time without them."""

FLAT = 1.05
"""Memory after the later rounds, in units of that after the first."""

PATIENCE_SECONDS = 300
TOLERANCE = 1e-6
PUBLIC = {"DTA_PUBLIC": "1", "DTA_PROXIES": "1"}
"""Settings of the server; each visitor has an address of their own, as behind a proxy."""


@dataclass
class Tally:
    """Answers to the visitors of one round.

    Attributes
    ----------
    seconds : list of float
        From the request to the answer, of each light request.
    wrong : int
        Answers that were not right for the pair that was asked for.
    explained : int
        Explanations that were answered.
    refusals : list of float
        Seconds from each request with the fused rings to its refusal.
    """

    seconds: list[float] = field(default_factory=list)
    wrong: int = 0
    explained: int = 0
    refusals: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """One light request with its right answer."""

    protein: str
    smiles: str
    affinity: float


def measure_crowd(quick: bool) -> Iterator[Outcome]:
    """Measure light requests of many visitors, first alone and then beside explanations.

    The explanations are of proteins that nobody asked for before; beside them somebody sends a
    molecule of 50 fused rings again and again.
    """
    visitors = QUICK_VISITORS if quick else VISITORS
    seconds = QUICK_SECONDS if quick else SECONDS
    lists = prepare_requests(visitors)
    explanations = QUICK_EXPLANATIONS if quick else EXPLANATIONS
    residues = QUICK_EXPLAINED_RESIDUES if quick else EXPLAINED_RESIDUES
    with run_app(PUBLIC) as app:
        Round(app, lists, 0.0).run()  # From here on all proteins are known.
        alone = Round(app, lists, seconds).run()
        rounds, memory = [], []
        for number in range(QUICK_ROUNDS if quick else ROUNDS):
            heavy = [
                (fresh_protein(residues, -1 - number * explanations - n), molecules()[n])
                for n in range(explanations)
            ]
            rounds.append(Round(app, lists, seconds).run(heavy, is_fused=True))
            memory.append(read_memory(app.process, "VmRSS"))
    yield from _figures(alone, rounds, explanations, f"{visitors} visitors for {seconds:g} s")
    yield _memory_figure(memory)


def _figures(
    alone: Tally, rounds: Sequence[Tally], explanations: int, who: str
) -> Iterator[Figure]:
    answered = len(alone.seconds) + sum(len(each.seconds) for each in rounds)
    wrong = alone.wrong + sum(each.wrong for each in rounds)
    yield Figure(f"right answers, {who}", answered - wrong, answered, "answers", "asked", 1, True)
    without = float(np.median(alone.seconds))
    for name, quantile in (("median", 0.5), ("95th percentile", 0.95)):
        reference = float(np.quantile(alone.seconds, quantile))
        beside = float(np.quantile([x for each in rounds for x in each.seconds], quantile))
        yield Figure(
            f"{name} of a prediction beside explanations ({explanations}) and fused rings, {who}",
            beside, reference, "s", "the same without them", SLOWEST,
        )  # fmt: skip
    refusals = [x for each in rounds for x in each.refusals]
    yield Figure(
        f"median refusal of 50 fused rings, {who}",
        float(np.median(refusals)), without, "s", "a prediction without heavy requests", SLOWEST,
    )  # fmt: skip
    explained = sum(each.explained for each in rounds)
    asked = explanations * len(rounds)
    yield Figure(f"explanations beside {who}", explained, asked, "answers", "asked", 1, True)


def _memory_figure(memory: Sequence[float | None]) -> Outcome:
    what = "memory of the server after the later rounds"
    sizes = [size for size in memory if size is not None]
    if len(sizes) < len(memory):
        return NotMeasured(what, "this system does not tell a process's memory in /proc")
    return Figure(what, max(sizes[1:]), sizes[0], "MB", "after the first of them", FLAT)


def prepare_requests(visitors: int) -> list[list[Asked]]:
    """Requests of each visitor, for a protein of their own with five molecules, and the answers."""
    predictor = AffinityPredictor.load()
    lengths = np.linspace(*RESIDUES, visitors).round().astype(int).tolist()
    lists = []
    for number, length in enumerate(lengths):
        protein = fresh_protein(length, 10_000 + number)
        lists.append(
            [
                Asked(protein, smiles, predictor.predict(protein, smiles).to_dict()["affinity"])
                for smiles in molecules()[:5]
            ]
        )
    return lists


class Round:
    """Requests of all visitors for some time, each in a thread of its own.

    Parameters
    ----------
    lists : sequence of sequence of Asked
        Light requests of each visitor, who sends the next one as soon as the last is answered.
    seconds : float
        Time after which no light request and no fused rings are sent; each visitor sends one
        request at least.
    """

    def __init__(self, app: RunningApp, lists: Sequence[Sequence[Asked]], seconds: float) -> None:
        self.app, self.lists = app, lists
        self.end = time.perf_counter() + seconds
        self.tally, self.lock = Tally(), threading.Lock()

    def run(self, heavy: Sequence[tuple[str, str]] = (), is_fused: bool = False) -> Tally:
        """Run the round to its end.

        Parameters
        ----------
        heavy : sequence of (str, str)
            Pairs of sequence and SMILES to be explained meanwhile.
        is_fused : bool
            Whether somebody sends the fused rings meanwhile.
        """
        with ThreadPoolExecutor(len(self.lists) + len(heavy) + 1) as threads:
            jobs = [threads.submit(self._explain, n, *pair) for n, pair in enumerate(heavy)]
            jobs += [threads.submit(self._predict, visitor) for visitor in range(len(self.lists))]
            if is_fused:
                jobs.append(threads.submit(self._send_fused_rings))
            for job in jobs:
                job.result()
        return self.tally

    def _predict(self, visitor: int) -> None:
        with self._connect() as client:
            for turn in itertools.count():
                if turn and time.perf_counter() >= self.end:
                    break
                asked = self.lists[visitor][turn % len(self.lists[visitor])]
                start = time.perf_counter()
                event, data = ask(client, "predict", visitor, asked.protein, asked.smiles)
                took = time.perf_counter() - start
                is_right = event == "complete" and (
                    abs(data[0]["affinity"] - asked.affinity) < TOLERANCE
                )
                with self.lock:
                    self.tally.seconds.append(took)
                    self.tally.wrong += not is_right

    def _explain(self, number: int, protein: str, smiles: str) -> None:
        with self._connect() as client:
            event, _ = ask(client, "explain", 1_000 + number, protein, smiles)
        with self.lock:
            self.tally.explained += event == "complete"

    def _send_fused_rings(self) -> None:
        with self._connect() as client:
            while time.perf_counter() < self.end:
                start = time.perf_counter()
                ask(client, "predict", 2_000, self.lists[0][0].protein, fused_rings())
                with self.lock:
                    self.tally.refusals.append(time.perf_counter() - start)

    def _connect(self) -> httpx.Client:
        return httpx.Client(base_url=self.app.url, timeout=PATIENCE_SECONDS)


def ask(client: httpx.Client, name: str, visitor: int, *data: str) -> tuple[str, Any]:
    """Call an endpoint as one visitor, given by number; return the last event and its data."""
    headers = {"x-forwarded-for": f"10.0.{visitor // 250}.{visitor % 250 + 1}"}
    body = {"data": list(data)}
    joined = client.post(f"/gradio_api/call/{name}", json=body, headers=headers)
    if joined.status_code != httpx.codes.OK:
        return str(joined.status_code), None
    address = f"/gradio_api/call/{name}/{joined.json()['event_id']}"
    event, answer = "", None
    with client.stream("GET", address, headers=headers) as stream:
        for line in stream.iter_lines():
            if line.startswith("event: "):
                event = line.removeprefix("event: ")
            elif line.startswith("data: "):
                answer = json.loads(line.removeprefix("data: "))
    return event, answer
