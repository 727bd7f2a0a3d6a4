"""Sources of a structure: an uploaded file, a database, or the one that comes with the code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr
from markupsafe import Markup

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.wording import count_of
from dta_demo.structures.bundled import BUNDLED, read_bundled
from dta_demo.structures.fetch import fetch_structure
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.lanes import Lanes
from dta_demo.ui.structure.store import GivenStructure, keep_structure
from dta_demo.ui.text import structure as text


def build_sources(given: gr.State, lanes: Lanes) -> None:
    """Lay out the file, the identifier and the example, and join what reads them."""
    with gr.Row(elem_id="structure-sources"):
        file = gr.File(
            label=text.FILE_LABEL, type="binary", height=160, min_width=260,
            elem_id="structure-file",
        )  # fmt: skip
        with gr.Column(min_width=260):
            identifier = gr.Textbox(
                label=text.ID_LABEL,
                placeholder=text.ID_PLACEHOLDER,
                max_lines=1,
                elem_id="structure-id",
            )
            fetch = gr.Button(text.FETCH, elem_id="structure-fetch")
            bundled = gr.Button(text.BUNDLED, elem_id="structure-bundled")
    note = gr.HTML(cards.note([text.HINT]), elem_id="structure-note")
    options: dict[str, Any] = {"outputs": [given, note], "api_visibility": "private"}
    file.upload(lanes.handler(read_file), [file, given], show_progress_on=note, **options)
    gr.on(
        [fetch.click, identifier.submit],
        lanes.fetcher(read_fetched),
        [identifier, given],
        show_progress_on=note,
        **options,
    )
    bundled.click(lanes.handler(read_bundled_structure), given, show_progress_on=note, **options)
    file.clear(forget, None, queue=False, **options)


def read_file(data: bytes | None, given: GivenStructure | None) -> tuple[Any, Markup]:
    """Read an uploaded file; one that cannot be read gets a sentence and replaces nothing."""

    def read() -> GivenStructure:
        if data is None:
            raise InputError(text.UPLOAD_GONE)
        return keep_structure(data, text.YOUR_FILE)

    return _read_or_keep(read, given)


def read_fetched(identifier: str, given: GivenStructure | None) -> tuple[Any, Markup]:
    """Fetch a structure; one that cannot be had gets a sentence and replaces nothing."""

    def fetch() -> GivenStructure:
        fetched = fetch_structure(identifier)
        return keep_structure(fetched.data, fetched.source)

    return _read_or_keep(fetch, given)


def read_bundled_structure(given: GivenStructure | None) -> tuple[Any, Markup]:
    """Read the structure that comes with the code."""
    return _read_or_keep(lambda: keep_structure(read_bundled(), BUNDLED), given)


def forget() -> tuple[None, Markup]:
    """Drop the structure."""
    return None, cards.note([text.HINT])


def _read_or_keep(
    read: Callable[[], GivenStructure], given: GivenStructure | None
) -> tuple[GivenStructure | None, Markup]:
    try:
        new = read()
    except InputError as error:
        return given, cards.note([str(error)], kind="error")
    chains = count_of(new.chains, text.PROTEIN_CHAIN)
    return new, cards.note([text.READ.format(source=new.source, chains=chains)])
