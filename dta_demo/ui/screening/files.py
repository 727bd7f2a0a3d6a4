"""Files of a screen: CSV, JSON Lines and Parquet with every row, in the order of the list."""

from __future__ import annotations

import base64
import importlib.util
import tempfile
from collections.abc import Callable
from pathlib import Path

from dta_demo.inputs.errors import InputError
from dta_demo.screening.sinks import write_csv, write_csv_header, write_jsonl, write_parquet
from dta_demo.ui.screening.store import SCREENS
from dta_demo.ui.shared.downloads import Download
from dta_demo.ui.text import screening as text

STEM = "screen"


def csv_of(key: str | None) -> Download | None:
    """Write all rows as CSV; None where there are none."""
    kept = SCREENS.recall(key)
    if kept is None:
        return None
    content = write_csv_header() + write_csv(kept.rows)
    return {"name": f"{STEM}.csv", "type": "text/csv", "content": content}


def jsonl_of(key: str | None) -> Download | None:
    """Write all rows as JSON Lines; None where there are none."""
    kept = SCREENS.recall(key)
    if kept is None:
        return None
    content = write_jsonl(kept.rows)
    return {"name": f"{STEM}.jsonl", "type": "application/x-ndjson", "content": content}


def parquet_of(key: str | None) -> Download | None:
    """Write all rows as Parquet; None where there are none.

    Raises
    ------
    InputError
        When pyarrow is not installed.
    """
    kept = SCREENS.recall(key)
    if kept is None:
        return None
    if importlib.util.find_spec("pyarrow") is None:
        raise InputError(text.NO_PARQUET)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{STEM}.parquet"
        write_parquet(write_jsonl(kept.rows).split("\n")[:-1], path)
        content = base64.b64encode(path.read_bytes()).decode()
    return {
        "name": f"{STEM}.parquet", "type": "application/vnd.apache.parquet", "content": content,
        "is_base64": True,
    }  # fmt: skip


FILES: tuple[tuple[str, str, Callable[[str | None], Download | None]], ...] = (
    (text.CSV, "screen-csv", csv_of),
    (text.JSONL, "screen-jsonl", jsonl_of),
    (text.PARQUET, "screen-parquet", parquet_of),
)
"""Label and element of each button, and what makes its file."""
