"""The log as lines of JSON."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from dta_demo.runtime.logs import set_up_logs, take_over
from dta_demo.runtime.requests import Request


@pytest.fixture
def lines() -> Iterator[Any]:
    """The log so far; afterwards logging is as it was."""
    root, own = logging.getLogger(), logging.getLogger("dta_demo")
    handlers, levels = root.handlers[:], (root.level, own.level)
    root.handlers = []
    stream = io.StringIO()
    set_up_logs(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers = handlers
    root.setLevel(levels[0])
    own.setLevel(levels[1])


def test_a_request_is_a_line_of_its_fields(lines: Any) -> None:
    Request("/predict", "light", "answered", 12.345).note()
    (line,) = lines()
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "info", "event": "request", "endpoint": "/predict", "lane": "light",
        "outcome": "answered", "milliseconds": 12.3,
    }  # fmt: skip


def test_a_message_of_this_package_is_one_line(lines: Any) -> None:
    logging.getLogger("dta_demo.ui.shared.guard").error("%s failed:\n  %s", "draw", "guard.py:1")
    (line,) = lines()
    assert (line["event"], line["level"]) == ("message", "error")
    assert line["message"] == "draw failed:\n  guard.py:1"


@pytest.mark.parametrize("name", [None, "mcp.server.lowlevel", "dta_demo_other"])
def test_of_a_library_only_the_place_is_written(lines: Any, name: str | None) -> None:
    try:
        raise ValueError("MKVLSECRET")
    except ValueError:
        logging.getLogger(name).exception("Failed to validate request: %s", "MKVLSECRET")
    (line,) = lines()
    assert (line["event"], line["failure"]) == ("library", "ValueError")
    assert line["place"].startswith("test_logs:")
    assert "SECRET" not in json.dumps(line)


def test_a_library_with_a_handler_of_its_own_is_taken_over(lines: Any) -> None:
    own = io.StringIO()
    library = logging.getLogger("library_with_handler")
    library.addHandler(logging.StreamHandler(own))
    library.propagate = False
    take_over("library_with_handler")
    library.warning("MKVLSECRET")
    assert own.getvalue() == ""
    (line,) = lines()
    assert (line["logger"], line["event"]) == ("library_with_handler", "library")
