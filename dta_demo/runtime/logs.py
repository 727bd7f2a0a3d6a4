"""Log of a server: one line of JSON for each event, in which nothing of a visitor can stand.

A request is written by its fields. Of a record of a library only its place is written, since its
message may quote what was sent.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from datetime import datetime, timezone
from typing import Any, TextIO

OWN = "dta_demo"
"""Start of the names of this package's loggers, whose messages quote no input."""


class JsonLines(logging.Formatter):
    """Records as JSON, one a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        time = datetime.fromtimestamp(record.created, timezone.utc).isoformat("T", "milliseconds")
        line = {"time": time, "level": record.levelname.lower(), **_describe(record)}
        return json.dumps(line, ensure_ascii=False)


def _describe(record: logging.LogRecord) -> dict[str, Any]:
    request = getattr(record, "request", None)
    if request is not None:
        fields = asdict(request)
        return {"event": "request", **fields, "milliseconds": round(fields["milliseconds"], 1)}
    if record.name.split(".")[0] == OWN:
        return {"event": "message", "message": record.getMessage()}
    place: dict[str, Any] = {
        "event": "library", "logger": record.name, "place": f"{record.module}:{record.lineno}"
    }  # fmt: skip
    failure = record.exc_info[0] if record.exc_info else None
    return place if failure is None else {**place, "failure": failure.__name__}


def set_up_logs(stream: TextIO) -> None:
    """Write the log of this process to a stream."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(OWN).setLevel(logging.INFO)


def take_over(*names: str) -> None:
    """Write what loggers with handlers of their own have to say into this log, and nowhere else."""
    for name in names:
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
