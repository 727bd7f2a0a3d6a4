"""Links that open a pair as it was, and the last inputs, which the visitor's browser keeps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from string import Template
from typing import Any

import gradio as gr

from dta_demo.kinases.naming import is_kinase_name
from dta_demo.molecules.naming import is_inhibitor_name
from dta_demo.ui.shared.events import PRIVATE
from dta_demo.ui.shared.lanes import Lanes
from dta_demo.ui.static.files import LINKS_SCRIPT
from dta_demo.ui.text import links as text

STORAGE_KEY, SECRET = "dta-last-inputs", "dta"
"""Place in the browser's storage. The secret must be the same after a restart, and hides nothing:
what the browser keeps is its visitor's own."""

COPY = "async (...given) => await window.dtaLinks.copy(...given)"
KEEP = "(protein, molecule) => ({protein: protein || '', molecule: molecule || ''})"
FOLLOW = "() => window.dtaLinks.follow()"
DELETE = f"() => {{ setTimeout(() => localStorage.removeItem('{STORAGE_KEY}'), 200); }}"
"""Nothing stays in the storage, not even that there was something."""


@dataclass(frozen=True)
class Links:
    """The buttons, the words below them, which inputs are names, and what the browser keeps."""

    copy: gr.Button
    forget: gr.Button
    note: gr.HTML
    named: gr.JSON
    kept: gr.BrowserState


def build_links() -> Links:
    """Lay out the buttons."""
    with gr.Row(elem_classes="dta-molecule-tools"):
        copy = gr.Button(text.COPY, size="sm", scale=0, min_width=110, elem_id="copy-link")
        forget = gr.Button(text.FORGET, size="sm", scale=0, min_width=150, elem_id="forget")
    note = gr.HTML(elem_id="link-note", html_template=NOTE)
    kept = gr.BrowserState(None, storage_key=STORAGE_KEY, secret=SECRET)
    return Links(copy, forget, note, gr.JSON(visible=False), kept)


NOTE = '<div role="status" class="dta-link-note">${value}</div>'
"""Template of the words below the buttons, which are none of a visitor's."""


def join_links(
    page: gr.Blocks,
    links: Links,
    protein: gr.Textbox,
    molecule: gr.Textbox,
    predict: gr.Button,
    tabs: Mapping[str, str],
    lanes: Lanes,
) -> None:
    """Open what a link or the browser holds, copy links, and keep the inputs of a prediction.

    Parameters
    ----------
    tabs : mapping of str to str
        Label of each tab by its name in links.
    """
    pair: list[Any] = [protein, molecule]
    page.load(
        None, [links.kept, *pair], [*pair, links.note], js=opening_script(tabs), **PRIVATE
    ).then(None, None, None, js=FOLLOW, **PRIVATE)
    links.copy.click(lanes.handler(find_names), pair, links.named, **PRIVATE).success(
        None, [*pair, links.named], links.note, js=COPY, **PRIVATE
    )
    predict.click(None, pair, links.kept, js=KEEP, **PRIVATE)
    forget = f"() => [{{}}, {json.dumps(text.FORGOTTEN)}]"
    links.forget.click(None, None, [links.kept, links.note], js=forget, **PRIVATE).then(
        None, None, None, js=DELETE, **PRIVATE
    )


def find_names(protein: str, molecule: str) -> dict[str, bool]:
    """Say which of the inputs are names, and may stand in an address that servers write down."""
    return {"protein": is_kinase_name(protein), "molecule": is_inhibitor_name(molecule)}


def opening_script(tabs: Mapping[str, str]) -> str:
    """Script that reads the link or the kept inputs when the page is opened."""
    words = {
        "copied": text.COPIED,
        "in_address": text.IN_ADDRESS,
        "unreadable": text.UNREADABLE,
        "restored": text.RESTORED,
    }
    script = Template(LINKS_SCRIPT.read_text(encoding="utf-8"))
    return script.substitute(tabs=json.dumps(dict(tabs)), words=json.dumps(words))
