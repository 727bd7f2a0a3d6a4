"""How far a heavy request has come, told to who waits for it."""

from __future__ import annotations

from typing import Any

import gradio as gr
import pytest

from dta_demo.runtime.jobs import Job
from dta_demo.ui.shared.progress import tell_progress
from dta_demo.ui.text import shared as text


class JobAt(Job):
    """A job that has done some work in some time."""

    def __init__(self, done: float, seconds: float) -> None:
        super().__init__(True, 60)
        self.work_done, self._seconds_run = done, seconds

    @property
    def seconds_run(self) -> float:
        return self._seconds_run


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float | None, str]]:
    said: list[tuple[float | None, str]] = []

    def say(self: Any, share: float | None, desc: str) -> None:
        said.append((share, desc))

    monkeypatch.setattr(gr.Progress, "__call__", say)
    return said


def test_the_time_left_is_that_of_the_work_left(told) -> None:
    tell = tell_progress(1_000)
    tell(JobAt(250, 3))
    tell(JobAt(500, 90))
    tell(JobAt(10, 40))
    assert told == [
        (0.25, "about 9 s left"), (0.5, "about 90 s left"), (0.01, "about 66 min left"),
    ]  # fmt: skip


def test_a_job_that_waits_has_no_time(told) -> None:
    tell_progress(1_000)(JobAt(0, 0))
    assert told == [(None, text.WAITING)]


def test_nothing_is_said_before_a_rate_is_known(told) -> None:
    tell_progress(1_000)(JobAt(0, 5))
    tell_progress(1_000)(JobAt(300, 0.3))
    assert told == []


def test_more_work_than_was_estimated_is_nearly_done(told) -> None:
    tell_progress(1_000)(JobAt(1_700, 5))
    assert told == [(0.96, text.NEARLY_DONE)]
