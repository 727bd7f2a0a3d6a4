"""The sketcher: OpenChemLib's editor in a sandboxed frame, opened on request.

The script is loaded by the visitor's browser when the frame is opened. The frame may run scripts
and nothing else: it has no access to the page, its storage or its address, and what it tells the
page is read as any other text of a visitor.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from string import Template
from typing import Any

import gradio as gr
from markupsafe import Markup

from dta_demo.inputs.errors import InputError
from dta_demo.molecules.naming import read_small_molecule
from dta_demo.ui.shared.events import PRIVATE
from dta_demo.ui.shared.lanes import Lanes
from dta_demo.ui.static.files import SKETCHER_FRAME, SKETCHER_LISTEN
from dta_demo.ui.text import inputs as text

SCRIPT_VARIABLE = "DTA_OPENCHEMLIB_JS"
SCRIPT = "https://cdn.jsdelivr.net/npm/openchemlib@9.25.0/dist/openchemlib.js"

TAKE = "(typed) => window.dtaSketched || typed"
"""The drawn molecule in the box, which stays as it is where nothing was drawn."""


@dataclass(frozen=True)
class Sketcher:
    """The button that opens the frame, and what is shown then."""

    draw: gr.Button
    body: gr.Column
    frame: gr.HTML
    take: gr.Button
    close: gr.Button


def sketcher_address() -> str:
    """Address of OpenChemLib: in the environment as `SCRIPT_VARIABLE`, or on a CDN."""
    return os.environ.get(SCRIPT_VARIABLE) or SCRIPT


def build_sketcher(draw: gr.Button) -> Sketcher:
    """Lay out the sketcher that a button opens, closed."""
    with gr.Column(visible=False) as body:
        frame = gr.HTML(elem_id="sketcher")
        with gr.Row():
            close = gr.Button(text.CLOSE_SKETCHER, size="sm", min_width=80, elem_id="sketch-close")
            take = gr.Button(
                text.TAKE_SKETCH, size="sm", variant="primary", min_width=140, elem_id="sketch-take"
            )
    return Sketcher(draw, body, frame, take, close)


def join_sketcher(sketcher: Sketcher, box: gr.Textbox, lanes: Lanes) -> None:
    """Open the frame with the molecule of the box, and take what is drawn into it."""
    listen = SKETCHER_LISTEN.read_text(encoding="utf-8")
    sketcher.draw.click(
        lanes.handler(open_frame), box, [sketcher.body, sketcher.frame], js=listen, **PRIVATE
    )
    closed = (gr.update(visible=False), "")
    sketcher.close.click(
        lambda: closed, None, [sketcher.body, sketcher.frame], queue=False, **PRIVATE
    )
    sketcher.take.click(None, box, box, js=TAKE, queue=False, **PRIVATE).then(
        lambda: closed, None, [sketcher.body, sketcher.frame], queue=False, **PRIVATE
    )


def open_frame(typed: str) -> tuple[Any, Markup]:
    """Show the frame with the molecule that was typed, or empty where that is none."""
    try:
        smiles = read_small_molecule(typed).smiles
    except InputError:
        smiles = ""
    return gr.update(visible=True), sketcher_frame(smiles)


def sketcher_frame(smiles: str) -> Markup:
    """Write the frame, with a SMILES that was checked."""
    page = Template(SKETCHER_FRAME.read_text(encoding="utf-8")).substitute(
        missing=text.SKETCHER_MISSING,
        smiles=json.dumps(smiles),
        address=json.dumps(sketcher_address()),
    )
    return Markup(
        '<iframe class="dta-sketcher" sandbox="allow-scripts" title="{}" srcdoc="{}"></iframe>'
    ).format(text.SKETCHER_TITLE, page)
