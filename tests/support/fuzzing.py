"""Clock and bounds of the property-based tests of everything that reads a visitor's text.

``python -m pytest -m fuzz`` runs 100 cases of each property, the same ones each time, and with
``--hypothesis-profile=thorough`` 10,000 at random.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings

from dta_demo.inputs.errors import InputError

ACCEPTED_SECONDS = 2.0
REFUSED_SECONDS = 0.5

CASES, THOROUGH_CASES = 100, 10_000

_QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile(
    "usual", max_examples=CASES, deadline=None, derandomize=True, database=None,
    suppress_health_check=_QUIET,
)  # fmt: skip
settings.register_profile(
    "thorough", max_examples=THOROUGH_CASES, deadline=None, suppress_health_check=_QUIET
)


def read_within_time(read: Callable[..., Any], *given: Any) -> Any:
    """Return what a parser makes of hostile input, or None where it refuses it.

    The clock is the processor time of this thread, so that a busy machine fails no test.

    Raises
    ------
    AssertionError
        When an accepted input takes more than `ACCEPTED_SECONDS`, a refused one more than
        `REFUSED_SECONDS`, or a refusal is no sentence.
    """
    start, refusal = time.thread_time(), None
    try:
        result = read(*given)
    except InputError as error:
        result, refusal = None, str(error)
    seconds = time.thread_time() - start
    bound = ACCEPTED_SECONDS if refusal is None else REFUSED_SECONDS
    assert seconds < bound, f"{seconds:.2f} s for {given!r:.500}"
    assert refusal is None or (refusal.endswith(".") and "\n" not in refusal), refusal
    return result
