"""Handlers of the page and of the endpoints, each run as a job of the light or the heavy lane."""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar, cast

import gradio as gr
from gradio.context import LocalContext

from dta_demo.runtime.jobs import Job, Lane, LaneSettings, RefusalError, close_lanes
from dta_demo.runtime.limits import Limits
from dta_demo.runtime.requests import noted
from dta_demo.ui.shared.guard import guarded
from dta_demo.ui.shared.progress import tell_progress
from dta_demo.ui.text import server as server_text

P = ParamSpec("P")
R = TypeVar("R")

Watch: TypeAlias = Callable[[Job], None]

RunIn: TypeAlias = Callable[[Lane, Callable[[], Any], Watch], Awaitable[Any]]

LOCAL_VISITOR = "local"
"""Who calls without a connection, such as a test."""

FETCH_THREADS = 4
"""Requests that wait for other servers at the same time; they compute next to nothing."""

_DONE = object()
"""Says that a generator has come to its end."""


@dataclass(frozen=True)
class _Heavy:
    """Says that a request was found to be heavy, with its work."""

    work: int


def _look_away(job: Job) -> None:
    """Watch a job without saying anything."""


def no_work(*inputs: Any) -> int:
    """Work of a handler that does not run the encoder."""
    return 0


class Lanes:
    """The lanes of a server: light requests pass, however many heavy ones there are.

    Every request starts on the light lane, where its inputs are read and its work is estimated.
    One with little work is answered there; one with more goes on to the heavy lane. What waits
    for another server has a lane of its own.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.light = Lane(
            "light",
            LaneSettings(
                limits.light_threads,
                limits.light_waiting,
                limits.light_per_visitor,
                limits.light_seconds,
            ),
        )
        self.heavy = Lane(
            "heavy",
            LaneSettings(
                1,
                limits.heavy_waiting,
                limits.heavy_per_visitor,
                limits.heavy_seconds,
                is_heavy=True,
            ),
        )
        self.fetch = Lane(
            "fetch",
            LaneSettings(
                FETCH_THREADS, limits.fetch_waiting, limits.fetch_per_visitor, limits.fetch_seconds
            ),
        )

    def handler(
        self,
        function: Callable[P, R],
        work: Callable[..., int] = no_work,
        *,
        for_page: bool = True,
    ) -> Callable[P, Awaitable[R]]:
        """Handler that runs a function in the lane that its inputs call for.

        What the function raises becomes a sentence, see `guarded`. When the visitor leaves,
        cancels or asks for something else, the function is stopped.

        Parameters
        ----------
        function : callable
        work : callable
            Given the same inputs, the work in residues read by the encoder, see
            `dta_demo.ui.shared.work_estimate`. It may refuse them.
        for_page : bool
            See `guarded`.
        """

        async def answer(run_in: RunIn, *args: P.args, **kwargs: P.kwargs) -> R:
            call = functools.partial(function, *args, **kwargs)

            def start() -> R | _Heavy:
                amount = work(*args, **kwargs)
                if amount < self.limits.heavy_from:
                    return call()
                refuse_excess(amount, self.limits.max_work)
                return _Heavy(amount)

            result = await run_in(self.light, start, _look_away)
            if not isinstance(result, _Heavy):
                return cast(R, result)
            return cast(R, await run_in(self.heavy, call, tell_progress(result.work)))

        return self._handle(function, answer, for_page)

    def stepper(
        self,
        function: Callable[P, Generator[R, None, None]],
        work: Callable[..., int] = no_work,
    ) -> Callable[P, AsyncIterator[R]]:
        """Handler that runs a generator in steps, each a job of the heavy lane by itself.

        Work that takes minutes so holds nobody up: others have their turn between two steps, and
        the limit of time is that of a step. When the visitor leaves or cancels, no further step is
        begun.

        Parameters
        ----------
        work : callable
            As in `handler`; more than the server takes on is refused before the first step.
        """
        name = getattr(function, "__name__", type(function).__name__)

        @functools.wraps(function)
        async def handle(*args: P.args, **kwargs: P.kwargs) -> AsyncIterator[R]:
            visitor, is_wanted = _visitor(self.limits.proxies), _watch_event()
            steps = function(*args, **kwargs)

            def admit() -> None:
                refuse_excess(work(*args, **kwargs), self.limits.max_work)

            with guarded(name), noted(name) as request:
                try:
                    request.lane = self.light.name
                    await self.light.run(visitor, admit, is_wanted)
                    request.lane = self.heavy.name
                    while is_wanted():
                        value = await self.heavy.run(visitor, lambda: next(steps, _DONE), is_wanted)
                        if value is _DONE:
                            return
                        yield cast(R, value)
                finally:
                    # A step that is stopped at this moment ends the generator by itself.
                    with suppress(ValueError):
                        steps.close()

        return handle

    def fetcher(self, function: Callable[P, R]) -> Callable[P, Awaitable[R]]:
        """Handler of what waits for another server: it holds up neither of the other lanes."""

        async def answer(run_in: RunIn, *args: P.args, **kwargs: P.kwargs) -> R:
            call = functools.partial(function, *args, **kwargs)
            return cast(R, await run_in(self.fetch, call, _look_away))

        return self._handle(function, answer, for_page=True)

    def _handle(
        self,
        function: Callable[P, R],
        answer: Callable[Concatenate[RunIn, P], Awaitable[R]],
        for_page: bool,
    ) -> Callable[P, Awaitable[R]]:
        """Handler with the name and the signature of a function.

        Parameters
        ----------
        answer : callable
            Runs the function in a lane by ``run_in(lane, call, watch)``, in the visitor's name.
        """
        name = getattr(function, "__name__", type(function).__name__)

        @functools.wraps(function)
        async def handle(*args: P.args, **kwargs: P.kwargs) -> R:
            visitor, is_wanted = _visitor(self.limits.proxies), _watch_event()

            async def run_in(lane: Lane, call: Callable[[], Any], watch: Watch) -> Any:
                request.lane = lane.name
                return await lane.run(visitor, call, is_wanted, watch)

            called = name if for_page else f"/{name}"
            with guarded(name, for_page=for_page), noted(called) as request:
                return await answer(run_in, *args, **kwargs)

        return handle

    @property
    def all(self) -> tuple[Lane, ...]:
        """The lanes."""
        return self.light, self.heavy, self.fetch

    def close(self) -> None:
        """Refuse what comes, let what runs finish for some time, and stop the rest."""
        close_lanes(self.all, self.limits.shutdown_seconds)


def refuse_excess(amount: int, limit: int) -> None:
    """Raise `RefusalError` for more work than a server takes on."""
    if amount > limit:
        raise RefusalError(server_text.TOO_MUCH_WORK.format(times=f"{amount / limit:.1f}"))


def tell_visitor(host: str, forwarded_for: str, proxies: int) -> str:
    """Network address by which the requests of a visitor are counted.

    Parameters
    ----------
    host : str
        Where the connection comes from.
    forwarded_for : str
        The header ``X-Forwarded-For``. Anyone may write into it, and each proxy appends the
        address that it was asked from, so that only the last ones can be trusted.
    proxies : int
        How many proxies of our own there are in front.

    Returns
    -------
    str
        Of IPv6 the first 64 bits, which one customer has all to himself.
    """
    hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()]
    address = hops[-min(proxies, len(hops))] if proxies and hops else host
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return host
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def _visitor(proxies: int) -> str:
    request: gr.Request | None = LocalContext.request.get(None)
    client = getattr(request, "client", None)
    if request is None or client is None:
        return LOCAL_VISITOR
    return tell_visitor(client.host, request.headers.get("x-forwarded-for") or "", proxies)


def _watch_event() -> Callable[[], bool]:
    """Function that says whether anyone still waits for the event that is handled here.

    Gradio marks an event when the visitor's connection ends, but lets its function run on.
    """
    blocks, name = LocalContext.blocks.get(None), LocalContext.event_id.get(None)
    event = blocks._queue.event_ids_to_events.get(name) if blocks and name else None
    return lambda: event is None or event.alive
