"""Notes of requests: how they ended, and nothing of what was in them."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from dta_demo.inputs.errors import InputError
from dta_demo.runtime.jobs import JobStoppedError, RefusalError
from dta_demo.runtime.requests import Request, noted


@pytest.fixture
def notes(caplog: pytest.LogCaptureFixture) -> Any:
    caplog.set_level(logging.INFO, "dta_demo")
    return lambda: [record.request for record in caplog.records]


def test_an_answer_is_noted_with_its_time_and_its_lane(notes: Any) -> None:
    with noted("/predict") as request:
        request.lane = "light"
    (note,) = notes()
    assert (note.endpoint, note.lane, note.outcome) == ("/predict", "light", "answered")
    assert note.milliseconds > 0


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (InputError("MKVL"), "invalid"),
        (RefusalError("busy"), "refused"),
        (JobStoppedError("late"), "stopped"),
        (asyncio.CancelledError(), "left"),
        (GeneratorExit(), "left"),
        (KeyError("MKVL"), "failed"),
    ],
)
def test_what_was_raised_says_how_it_ended_and_is_raised_on(
    notes: Any, error: BaseException, outcome: str
) -> None:
    with pytest.raises(type(error)), noted("/predict"):
        raise error
    (note,) = notes()
    assert note.outcome == outcome
    assert "MKVL" not in str(note)


def test_one_that_comes_to_no_lane_is_noted_too(notes: Any) -> None:
    Request("http", outcome="413").note()
    assert notes() == [Request("http", "", "413", 0.0)]
