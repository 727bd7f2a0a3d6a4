"""Requests as a server notes them: what was asked, how it ended and how long it took.

A note holds neither the input nor the address of who asked. It goes to a logger, whose handlers
write it (`dta_demo.runtime.logs`) and count it (`dta_demo.runtime.metrics`).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dta_demo.inputs.errors import InputError
from dta_demo.runtime.jobs import JobStoppedError, RefusalError

logger = logging.getLogger(__name__)

OUTCOMES: tuple[tuple[type[BaseException], str], ...] = (
    (InputError, "invalid"),
    (JobStoppedError, "stopped"),
    (RefusalError, "refused"),
    (asyncio.CancelledError, "left"),
    (GeneratorExit, "left"),
    (BaseException, "failed"),
)
"""How a request ended, by what was raised; the first that fits."""


@dataclass
class Request:
    """Note of a request.

    Attributes
    ----------
    endpoint : str
        Name of the endpoint, with a slash before it, or of the page's handler.
    lane : str
        The last lane that it came to; empty where it came to none.
    outcome : str
        "answered", one of `OUTCOMES`, or a status of HTTP.
    milliseconds : float
        Time from its start to its end, waiting included.
    """

    endpoint: str
    lane: str = ""
    outcome: str = "answered"
    milliseconds: float = 0.0

    def note(self) -> None:
        """Log the request."""
        logger.info("request", extra={"request": self})


@contextmanager
def noted(endpoint: str) -> Iterator[Request]:
    """Time what is done inside, and note how it ended; the lane is set by the one who does it."""
    request, start = Request(endpoint), time.perf_counter()
    try:
        yield request
    except BaseException as error:
        request.outcome = next(name for kind, name in OUTCOMES if isinstance(error, kind))
        raise
    finally:
        request.milliseconds = 1_000 * (time.perf_counter() - start)
        request.note()
