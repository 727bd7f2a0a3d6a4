"""The few threads that run the model."""

from __future__ import annotations

import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

MODEL_THREADS = 4
"""Two run at a time; one whose visitor went on to the next pair still runs to its end."""

_threads = ThreadPoolExecutor(MODEL_THREADS, thread_name_prefix="model")


def on_model_thread(function: Callable[P, R]) -> Callable[P, R]:
    """Let a handler that asks the model run on one of a few threads, whoever calls it.

    Gradio calls handlers on up to 40 threads, and each thread on which torch has run keeps
    buffers of its own, about 15 MB. Those that wait here keep next to nothing.
    """

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        return _threads.submit(function, *args, **kwargs).result()

    return wrapper
