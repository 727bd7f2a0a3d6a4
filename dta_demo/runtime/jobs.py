"""Jobs that give way to each other, can be stopped, and wait in lanes of bounded length.

A job runs on a thread of its lane. What it computes asks between two passes of the model, by
`check_job`, whether it should stop; the model's lock, a `TurnLock`, does so by itself and lets
light jobs pass before heavy ones. Outside any job, on the command line or in a notebook, nothing
of this is noticed.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

Result = TypeVar("Result")

LOOK_SECONDS = 0.25
"""How often a waiting job looks whether it should stop, and whether anyone still wants it."""

CLOSE_LOOK_SECONDS = 0.05
"""The same for a server that waits for its last jobs."""

LIGHT_TURNS = 2.0
"""A heavy job lets light ones pass for this many times as long as its last turn took."""


class RefusalError(Exception):
    """A request is not served; the text is one sentence for the visitor."""


class JobStoppedError(RefusalError):
    """A job was stopped: it took too long, or nobody waits for it any more."""


class Job:
    """One request's computation.

    Parameters
    ----------
    is_heavy : bool
        Whether light jobs go before it.
    seconds : float
        Time that it may run.
    """

    def __init__(self, is_heavy: bool, seconds: float) -> None:
        self.is_heavy, self.seconds = is_heavy, seconds
        self._stopped = threading.Event()
        self._end: float | None = None

    def stop(self) -> None:
        """Ask the job to stop at its next check."""
        self._stopped.set()

    def check(self) -> None:
        """Raise `JobStoppedError` when the job should stop."""
        if self._stopped.is_set():
            raise JobStoppedError("The request was stopped, as nobody waits for its result.")
        if self._end is not None and time.monotonic() > self._end:
            raise JobStoppedError(
                f"The request was stopped after {self.seconds:g} s, the limit of this server: "
                "give a shorter protein or a smaller molecule."
            )

    def run(self, function: Callable[[], Result]) -> Result:
        """Run a function as this job."""
        self._end = time.monotonic() + self.seconds
        token = _current.set(self)
        try:
            self.check()
            return function()
        finally:
            _current.reset(token)


_current: ContextVar[Job | None] = ContextVar("current_job", default=None)


def check_job() -> None:
    """Raise `JobStoppedError` when the job that runs here, if any, should stop."""
    job = _current.get()
    if job is not None:
        job.check()


class TurnLock:
    """A lock that light jobs get before heavy ones, and that a stopped job never gets.

    While light jobs wait, a heavy one waits too, but not for ever: it takes its next turn after
    `LIGHT_TURNS` times as long as its last one took, so that it keeps a third of the time.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._held = False
        self._light_waiting = self._heavy_due = 0
        self._since = 0.0
        self._heavy_turn = 0.0

    def __enter__(self) -> None:
        is_heavy = _is_heavy()
        with self._changed:
            self._light_waiting += not is_heavy
            try:
                self._wait(is_heavy, check_job)
                check_job()
            finally:
                self._light_waiting -= not is_heavy
            self._held, self._since = True, time.monotonic()

    def __exit__(self, *error: object) -> None:
        with self._changed:
            self._let_go()

    def give_way(self) -> None:
        """Let light jobs have the lock, which is held here, between two parts of a long turn.

        Raises
        ------
        JobStoppedError
            When the job that runs here should stop; the lock is still held then.
        """
        check_job()
        with self._changed:
            if _is_heavy() and self._light_waiting:
                self._let_go()
                self._wait(True, lambda: None)
                self._held, self._since = True, time.monotonic()

    def _wait(self, is_heavy: bool, check: Callable[[], None]) -> None:
        if not is_heavy:
            self._wait_while(lambda: self._held or self._heavy_due, check)
            return
        due = time.monotonic() + LIGHT_TURNS * self._heavy_turn
        self._wait_while(
            lambda: (self._held or self._light_waiting) and time.monotonic() < due, check
        )
        self._heavy_due += 1
        try:
            self._wait_while(lambda: self._held, check)
        finally:
            self._heavy_due -= 1

    def _wait_while(self, is_so: Callable[[], object], check: Callable[[], None]) -> None:
        while is_so():
            check()
            self._changed.wait(LOOK_SECONDS)

    def _let_go(self) -> None:
        if _is_heavy():
            self._heavy_turn = time.monotonic() - self._since
        self._held = False
        self._changed.notify_all()


def _is_heavy() -> bool:
    job = _current.get()
    return job is not None and job.is_heavy


@dataclass(frozen=True)
class LaneSettings:
    """What one lane may hold.

    Attributes
    ----------
    threads : int
        Jobs that run at the same time.
    waiting, per_visitor : int
        Jobs that run or wait, of all visitors and of one.
    seconds : float
        Time that a job may run.
    is_heavy : bool
        Whether jobs of other lanes go before those of this one.
    """

    threads: int
    waiting: int
    per_visitor: int
    seconds: float
    is_heavy: bool = False


class Lane:
    """A bounded line of jobs with threads of its own.

    Few threads, since each on which torch has run keeps buffers of its own, about 15 MB.
    """

    def __init__(self, name: str, settings: LaneSettings) -> None:
        self.settings = settings
        self._threads = ThreadPoolExecutor(settings.threads, thread_name_prefix=name)
        self._visitors: Counter[Hashable] = Counter()
        self._jobs: set[Job] = set()
        self._lock = threading.Lock()
        self._is_closed = False

    async def run(
        self,
        visitor: Hashable,
        function: Callable[[], Result],
        is_wanted: Callable[[], bool] = lambda: True,
    ) -> Result:
        """Run a function when its turn comes, and stop it when nobody wants it any more.

        Parameters
        ----------
        visitor : hashable
            Who asks.
        function : callable
            Runs on a thread of the lane.
        is_wanted : callable
            Asked now and then.

        Raises
        ------
        RefusalError
            When the line is too long, or the job is stopped.
        """
        job = Job(self.settings.is_heavy, self.settings.seconds)
        future = self._submit(visitor, job, function)
        waiting = asyncio.wrap_future(future)
        waiting.add_done_callback(_look_at)
        try:
            while not waiting.done():
                await asyncio.wait([waiting], timeout=LOOK_SECONDS)
                if not waiting.done() and not is_wanted():
                    job.stop()
                    future.cancel()
            if waiting.cancelled():
                job.check()
            return waiting.result()
        finally:
            job.stop()
            future.cancel()

    def _submit(
        self, visitor: Hashable, job: Job, function: Callable[[], Result]
    ) -> Future[Result]:
        with self._admit(visitor, job):
            future = self._threads.submit(job.run, function)
        future.add_done_callback(lambda _: self._leave(visitor, job))
        return future

    @contextmanager
    def _admit(self, visitor: Hashable, job: Job) -> Iterator[None]:
        """Count a job, or refuse it with a sentence."""
        with self._lock:
            if self._is_closed:
                raise RefusalError("The server is about to stop: try again in a minute.")
            if self._visitors[visitor] >= self.settings.per_visitor:
                raise RefusalError(
                    f"{self._visitors[visitor]} requests from your address are waiting already: "
                    "try again when one of them has been answered."
                )
            if self._visitors.total() >= self.settings.waiting:
                raise RefusalError(
                    "The server is busy with the requests of others: try again in a minute."
                )
            self._visitors[visitor] += 1
            self._jobs.add(job)
        try:
            yield
        except BaseException:
            self._leave(visitor, job)
            raise

    def _leave(self, visitor: Hashable, job: Job) -> None:
        with self._lock:
            self._jobs.discard(job)
            self._visitors[visitor] -= 1
            if not self._visitors[visitor]:
                del self._visitors[visitor]

    def __len__(self) -> int:
        """Jobs that run or wait."""
        with self._lock:
            return len(self._jobs)

    def refuse(self) -> None:
        """Admit nothing more."""
        with self._lock:
            self._is_closed = True

    def stop(self) -> None:
        """Stop what runs and drop what waits."""
        with self._lock:
            for job in self._jobs:
                job.stop()
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_at(future: asyncio.Future[Result]) -> None:
    """Take note of how a job ended, which asyncio would log where nobody waits for it."""
    if not future.cancelled():
        future.exception()


def close_lanes(lanes: Sequence[Lane], seconds: float) -> None:
    """Admit nothing more, let what is there finish for some time, and stop the rest."""
    for lane in lanes:
        lane.refuse()
    end = time.monotonic() + seconds
    while any(map(len, lanes)) and time.monotonic() < end:
        time.sleep(CLOSE_LOOK_SECONDS)
    for lane in lanes:
        lane.stop()
