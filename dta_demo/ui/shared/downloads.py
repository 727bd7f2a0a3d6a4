"""Files that a visitor saves: made when a button is pressed, and never kept on the server."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypedDict

import gradio as gr

DOWNLOAD_SCRIPT = """
(file) => {
    const link = document.createElement("a");
    const content = file.is_base64
        ? Uint8Array.from(atob(file.content), (sign) => sign.charCodeAt(0))
        : file.content;
    link.href = URL.createObjectURL(new Blob([content], {type: file.type}));
    link.download = file.name;
    link.click();
    URL.revokeObjectURL(link.href);
}
"""


class TextFile(TypedDict):
    """A file: its name, its MIME type and its text."""

    name: str
    type: str
    content: str


class Download(TextFile, total=False):
    """A file, whose content is its text, or its bytes in base64."""

    is_base64: bool


def add_download(
    button: gr.Button,
    make: Callable[..., Awaitable[Download | None]],
    inputs: Sequence[gr.blocks.Block],
) -> None:
    """Let a button save a file that is made when it is pressed and never lies on the server.

    Parameters
    ----------
    button : gr.Button
        What is pressed.
    make : callable
        Given the inputs, returns the file.
    inputs : sequence of components
        What the file is made from.
    """
    file = gr.JSON(visible=False)
    button.click(make, inputs, file, api_visibility="private").success(
        None, file, None, js=DOWNLOAD_SCRIPT, api_visibility="private"
    )


def csv_file(name: str, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> Download:
    """Write rows as a file for `add_download`.

    Cells are numbers and words of our own; text from visitors belongs into the name only.
    """
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows(rows)
    return {"name": name, "type": "text/csv", "content": lines.getvalue()}


def safe_file_stem(name: str, fallback: str) -> str:
    """Reduce a name that a visitor gave to what a file may be called anywhere.

    Parameters
    ----------
    name : str
        Any text.
    fallback : str
        What to return when nothing of the name can be kept.

    Returns
    -------
    str
        At most 40 letters, digits, ``_`` and ``-``.
    """
    kept = re.sub(r"[^A-Za-z0-9_-]+", "_", name).strip("_-")[:40]
    return kept or fallback
