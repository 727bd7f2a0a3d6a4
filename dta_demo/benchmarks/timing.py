"""Timing of contenders side by side in one run."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping

import numpy as np
import torch


def time_side_by_side(
    contenders: Mapping[str, Callable[[int], object]], rounds: int, warm_up: int = 2
) -> dict[str, np.ndarray]:
    """Time contenders in turn, so that a disturbance of the machine affects them all.

    Parameters
    ----------
    contenders : mapping of str to callable
        Called with the number of the round, so that each round can have an input of its own.
    rounds, warm_up : int
        Rounds that are timed, and rounds before them that are not.

    Returns
    -------
    dict of str to numpy.ndarray, shape (rounds,)
        Seconds.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(-warm_up, rounds):
        for name, run in contenders.items():
            gc.collect()
            finish_queued_work()
            start = time.perf_counter()
            run(number)
            finish_queued_work()
            passed = time.perf_counter() - start
            if number >= 0:
                seconds[name].append(passed)
    return {name: np.array(values) for name, values in seconds.items()}


def finish_queued_work() -> None:
    """Wait for the accelerator, whose calls return before their work is done."""
    if torch.cuda.is_initialized():
        torch.cuda.synchronize()
    if torch.backends.mps.is_available():
        torch.mps.synchronize()
