"""Crews that predict batches: this process, several, or a Ray cluster, in the same order."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from typing import Any, Protocol

import torch

from dta_demo.predictor.predictor import AffinityPredictor
from dta_demo.results.screening import ScreenRow
from dta_demo.screening.batches import ModelSettings, Partner, load_once, screen_batch
from dta_demo.screening.sources import InputRow

AHEAD = 2
"""Batches that wait for each worker, so that none is idle, and memory does not grow."""

MOST_DEATHS = 3
"""Times in a row that workers may die over the same batches: what kills them may be in these."""

Batch = list[InputRow]


class Crew(Protocol):
    """Predicts batches of rows in their order."""

    def run(self, partner: Partner, batches: Iterator[Batch]) -> Iterator[list[ScreenRow]]:
        """Predict batches, each when its turn has come; closing the iterator stops the crew."""
        ...


class OneProcess:
    """The process itself, alone.

    Parameters
    ----------
    predictor : AffinityPredictor or ModelSettings
        A loaded model, or what to load when the first row is asked for.
    """

    def __init__(self, predictor: AffinityPredictor | ModelSettings) -> None:
        self._predictor = predictor

    def run(self, partner: Partner, batches: Iterator[Batch]) -> Iterator[list[ScreenRow]]:
        """Predict batches one after the other."""
        found = self._predictor
        predictor = load_once(found) if isinstance(found, ModelSettings) else found
        for batch in batches:
            yield screen_batch(predictor, partner, batch)


class SeveralProcesses:
    """Processes of this machine, each with the model and one thread.

    A batch whose process was killed is predicted again by a new one.
    """

    def __init__(self, settings: ModelSettings, workers: int) -> None:
        self._settings, self._workers = settings, workers

    def run(self, partner: Partner, batches: Iterator[Batch]) -> Iterator[list[ScreenRow]]:
        """Predict batches side by side.

        Raises
        ------
        OSError
            When workers die again and again over the same batches.
        """
        waiting: deque[tuple[Batch, Future[list[ScreenRow]] | None]] = deque()
        pool, deaths = self._open(), 0
        try:
            while True:
                try:
                    self._fill(pool, partner, waiting, batches)
                    if not waiting:
                        return
                    future = waiting[0][1]
                    assert future is not None
                    rows = future.result()
                except BrokenProcessPool:
                    deaths += 1
                    if deaths >= MOST_DEATHS:
                        raise OSError(
                            f"Worker processes died {deaths} times over the same rows, for want "
                            "of memory perhaps: use fewer of them."
                        ) from None
                    pool.shutdown(wait=False, cancel_futures=True)
                    pool = self._open()
                    waiting = deque((batch, None) for batch, _ in waiting)
                    continue
                waiting.popleft()
                deaths = 0
                yield rows
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _fill(
        self,
        pool: ProcessPoolExecutor,
        partner: Partner,
        waiting: deque[tuple[Batch, Future[list[ScreenRow]] | None]],
        batches: Iterator[Batch],
    ) -> None:
        """Submit what was not submitted to this pool, and further batches while there is room."""
        while len(waiting) < AHEAD * self._workers and (batch := next(batches, None)):
            waiting.append((batch, None))
        for place, (batch, future) in enumerate(waiting):
            if future is None:
                waiting[place] = (batch, pool.submit(_run, partner, batch))

    def _open(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._workers, get_context("spawn"), _start_worker, (self._settings,)
        )


_settings = ModelSettings()
"""Settings of a worker process."""


def _start_worker(settings: ModelSettings) -> None:
    global _settings
    threading.Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that writes.
    torch.set_num_threads(1)
    _settings = settings
    load_once(settings)


def _end_with_parent() -> None:
    """End this process when the one that started it was killed and cannot say so."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _run(partner: Partner, batch: Batch) -> list[ScreenRow]:
    return screen_batch(load_once(_settings), partner, batch)


class RayCluster:
    """Processes of a Ray cluster; Ray runs the task of one that died again.

    Parameters
    ----------
    address : str
        Of the cluster; ``"local"`` starts one on this machine.
    workers : int or None
        Tasks at the same time; as many as the cluster has cores where None.

    Raises
    ------
    ValueError
        When Ray is not installed.
    """

    def __init__(self, settings: ModelSettings, address: str, workers: int | None = None) -> None:
        try:
            import ray
        except ImportError as error:
            raise ValueError(
                "Ray is not installed: run pip install -r requirements-ray.txt."
            ) from error
        self._ray: Any = ray
        self._settings, self._address, self._workers = settings, address, workers

    def run(self, partner: Partner, batches: Iterator[Batch]) -> Iterator[list[ScreenRow]]:
        """Predict batches side by side."""
        ray = self._ray
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        started = not ray.is_initialized()
        if started:
            cores = {"num_cpus": self._workers} if self._address == "local" else {}
            ray.init(
                self._address, include_dashboard=False if cores else None, log_to_driver=False,
                logging_level="error", configure_logging=True, **cores,
            )  # fmt: skip
        try:
            task = ray.remote(num_cpus=1, max_retries=MOST_DEATHS)(_run_on_ray)
            constants = ray.put((self._settings, partner))
            workers = self._workers or int(ray.cluster_resources().get("CPU", 1))
            submit = lambda batch: task.remote(constants, batch)  # noqa: E731
            yield from in_order(submit, ray.get, batches, AHEAD * workers)
        finally:
            if started:
                ray.shutdown()


def _run_on_ray(constants: tuple[ModelSettings, Partner], batch: Batch) -> list[ScreenRow]:
    settings, partner = constants
    return screen_batch(load_once(settings), partner, batch)


def in_order(
    submit: Callable[[Batch], Any],
    fetch: Callable[[Any], list[ScreenRow]],
    batches: Iterator[Batch],
    ahead: int,
) -> Iterator[list[ScreenRow]]:
    """Submit batches while there is room, and fetch what they give in their order."""
    waiting: deque[Any] = deque()
    while True:
        while len(waiting) < ahead and (batch := next(batches, None)):
            waiting.append(submit(batch))
        if not waiting:
            return
        yield fetch(waiting.popleft())


def make_crew(settings: ModelSettings, workers: int | None = None, ray: str | None = None) -> Crew:
    """Make the crew that options ask for; ``ray`` is the address of a cluster.

    Raises
    ------
    ValueError
        When there are no workers, or Ray is asked for and not installed.
    """
    if workers is not None and workers < 1:
        raise ValueError("There must be 1 worker at least.")
    if ray is not None:
        return RayCluster(settings, ray, workers)
    if workers is None or workers == 1:
        return OneProcess(settings)
    return SeveralProcesses(settings, workers)
