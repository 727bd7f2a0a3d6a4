"""The section with a conformer of the molecule, drawn when it is asked for."""

from __future__ import annotations

from functools import partial
from typing import Any

import gradio as gr
from markupsafe import Markup

from dta_demo.inputs.errors import InputError
from dta_demo.molecules.conformers import embed_molecule
from dta_demo.molecules.drawing import draw_molecule
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.formatting import molecule_name
from dta_demo.ui.shared.lanes import Lanes
from dta_demo.ui.shared.query import Query
from dta_demo.ui.structure.descriptions import describe_conformer
from dta_demo.ui.structure.scenes import molecule_scene
from dta_demo.ui.structure.stage import build_stage, hide_stage, show_in
from dta_demo.ui.structure.viewer_frame import molecule_frame, probe_script
from dta_demo.ui.structure.viewer_plot import molecule_plot
from dta_demo.ui.text import shared as shared_text
from dta_demo.ui.text import structure as text


def build_conformer(query: gr.State, viewer: gr.Textbox, lanes: Lanes) -> list[gr.blocks.Block]:
    """Lay out the section, and return its outputs; they are filled when its button is pressed."""
    gr.HTML(cards.heading(text.CONFORMER_TITLE))
    gr.HTML(cards.note([text.CONFORMER_HINT]))
    button = gr.Button(text.CONFORMER_BUTTON, scale=0, elem_id="conformer-button")
    note = gr.HTML(elem_id="conformer-note")
    stage = build_stage("conformer")
    button.click(
        lanes.handler(draw_conformer),
        [query, viewer],
        [note, viewer, *stage.outputs],
        js=probe_script(),
        api_visibility="private",
        show_progress_on=note,
    )
    return [note, *stage.outputs]


def draw_conformer(query: Query | None, viewer: str) -> tuple[Any, ...]:
    """Fill the section; a molecule without a conformer gets its 2D drawing."""
    if query is None:
        return (cards.note([shared_text.PREDICT_FIRST]), viewer, *hide_stage())
    name = molecule_name(query.molecule)
    try:
        shape = embed_molecule(query.molecule.smiles)
    except InputError as error:
        drawing = Markup("{}{}").format(
            cards.note([str(error)], kind="error"), draw_molecule(query.molecule.smiles, name)
        )
        return (drawing, viewer, *hide_stage())
    note = cards.note([text.CONFORMER_NOTE, *shape.notes])
    scene = molecule_scene(shape)
    words = describe_conformer(name, scene)
    return (
        note,
        viewer,
        *show_in(viewer, partial(molecule_frame, scene), partial(molecule_plot, scene), words),
    )


def hide_conformer() -> tuple[Any, ...]:
    """Empty the section, because the molecule has changed."""
    return Markup(), *hide_stage()
