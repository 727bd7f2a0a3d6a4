"""JSON in a file compressed by gzip, written reproducibly and read within limits."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

from dta_demo.inputs.wording import plain_line

MAX_FILE_BYTES, MAX_JSON_BYTES = 2_000_000, 20_000_000
"""Largest size of a file, compressed and not; the bundled ones have a tenth."""

MAX_REASON = 100
"""Characters of a fault that the message shows."""


def write_compressed_json(document: object, path: Path) -> None:
    """Write a document; equal documents give equal bytes."""
    text = json.dumps(document, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


def read_compressed_json(path: Path, what: str) -> Any:
    """Read a document.

    Parameters
    ----------
    what : str
        What it should hold, for the message.

    Raises
    ------
    ValueError
        When the file is unreadable, larger than the limits or no JSON.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ValueError(f"it is larger than {MAX_FILE_BYTES:,} bytes")
        with gzip.open(path) as file:
            text = file.read(MAX_JSON_BYTES + 1)
        if len(text) > MAX_JSON_BYTES:
            raise ValueError(f"it holds more than {MAX_JSON_BYTES:,} bytes")
        return json.loads(text)
    # Deep nesting ends in a RecursionError.
    except (OSError, EOFError, ValueError, RecursionError, zlib.error) as error:
        reason = plain_line(str(error), MAX_REASON)
        raise ValueError(f"{path} cannot be read as {what}: {reason}.") from error
