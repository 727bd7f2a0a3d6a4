"""Jobs of a server, which wait in queues of bounded length, can be stopped and take turns.

A job runs on a thread of its lane. Between two passes of the model, the computation calls
`check_job`, which ends it when it should stop; the model's lock, a `TurnLock`, does the same and
lets light jobs go before heavy ones. Outside a job, on the command line or in a notebook, none of
this has an effect.
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
"""Interval at which a waiting job checks whether it should stop or is no longer wanted."""

CLOSE_LOOK_SECONDS = 0.05
"""Interval at which a server that is closing checks whether its last jobs have ended."""

LIGHT_TURNS = 2.0
"""Time for which a heavy job lets light ones go first, as a multiple of its last turn."""


class RefusalError(Exception):
    """Refusal of a request; the text is one sentence for the visitor."""


class JobStoppedError(RefusalError):
    """End of a job that took too long, or whose result nobody waits for any more."""


class Job:
    """Computation of one request.

    Parameters
    ----------
    is_heavy : bool
        Whether light jobs go first.
    seconds : float
        Time for which it may run.

    Attributes
    ----------
    work_done : float
        Sum of what `note_work` was told.
    """

    def __init__(self, is_heavy: bool, seconds: float) -> None:
        self.is_heavy, self.seconds = is_heavy, seconds
        self.work_done = 0.0
        self._stopped = threading.Event()
        self._begun: float | None = None

    def stop(self) -> None:
        """Ask the job to stop at its next check."""
        self._stopped.set()

    @property
    def seconds_run(self) -> float:
        """Time since the job began; 0 while it waits."""
        return 0.0 if self._begun is None else time.monotonic() - self._begun

    def check(self) -> None:
        """Raise `JobStoppedError` when the job should stop."""
        if self._stopped.is_set():
            raise JobStoppedError("The request was stopped, as nobody waits for its result.")
        if self.seconds_run > self.seconds:
            raise JobStoppedError(
                f"The request was stopped after {self.seconds:g} s, the limit of this server: "
                "give a shorter protein or a smaller molecule."
            )

    def run(self, function: Callable[[], Result]) -> Result:
        """Run a function as this job."""
        self._begun = time.monotonic()
        token = _current.set(self)
        try:
            self.check()
            return function()
        finally:
            _current.reset(token)


_current: ContextVar[Job | None] = ContextVar("current_job", default=None)


def check_job() -> None:
    """Raise `JobStoppedError` when the job of this thread, if there is one, should stop."""
    job = _current.get()
    if job is not None:
        job.check()


def note_work(residues: float) -> None:
    """Count work as done for the job of this thread, if there is one, in residues read."""
    job = _current.get()
    if job is not None:
        job.work_done += residues


class TurnLock:
    """Lock that light jobs get before heavy ones, and that a stopped job never gets.

    A heavy job waits while light jobs are waiting, but at most `LIGHT_TURNS` times as long as its
    last turn took, so that it has a third of the time at least.
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
        """Let waiting light jobs have the lock for a while, between two parts of a long turn.

        The caller holds the lock before and after.

        Raises
        ------
        JobStoppedError
            When the job of this thread should stop; the lock is still held then.
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

    def _wait_while(self, holds: Callable[[], object], check: Callable[[], None]) -> None:
        while holds():
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
    """Limits of a lane.

    Attributes
    ----------
    threads : int
        Jobs that run at the same time.
    waiting, per_visitor : int
        Jobs that run or wait, of all visitors together and of each.
    seconds : float
        Time for which a job may run.
    is_heavy : bool
        Whether jobs of light lanes go before those of this one.
    """

    threads: int
    waiting: int
    per_visitor: int
    seconds: float
    is_heavy: bool = False


class Lane:
    """Queue of jobs with bounded length and its own threads.

    The threads are few, since torch keeps about 15 MB of buffers for each on which it has run.
    """

    def __init__(self, name: str, settings: LaneSettings) -> None:
        self.name, self.settings = name, settings
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
        watch: Callable[[Job], None] = lambda _: None,
    ) -> Result:
        """Run a function when its turn comes, and stop it when it is no longer wanted.

        Parameters
        ----------
        visitor : hashable
            The one who asks; each has a limit of jobs.
        function : callable
            Runs on a thread of the lane.
        is_wanted : callable
            Called every `LOOK_SECONDS`; False stops the job.
        watch : callable
            Called as often with the job, to say how far it has come.

        Raises
        ------
        RefusalError
            When the queue is full, or the job is stopped.
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
                watch(job)
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
        """Count a job in, or raise `RefusalError`."""
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
        """Number of jobs that run or wait."""
        with self._lock:
            return len(self._jobs)

    @property
    def is_closed(self) -> bool:
        """Whether every further job is refused."""
        return self._is_closed

    def refuse(self) -> None:
        """Refuse every further job."""
        with self._lock:
            self._is_closed = True

    def stop(self) -> None:
        """Stop the jobs that run and drop those that wait."""
        with self._lock:
            for job in self._jobs:
                job.stop()
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_at(future: asyncio.Future[Result]) -> None:
    """Retrieve the outcome of a job, which asyncio would otherwise log where nobody waits."""
    if not future.cancelled():
        future.exception()


def close_lanes(lanes: Sequence[Lane], seconds: float) -> None:
    """Refuse further jobs, let the others run for at most `seconds`, and stop the rest."""
    for lane in lanes:
        lane.refuse()
    end = time.monotonic() + seconds
    while any(map(len, lanes)) and time.monotonic() < end:
        time.sleep(CLOSE_LOOK_SECONDS)
    for lane in lanes:
        lane.stop()
