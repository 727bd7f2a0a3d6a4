"""The encoder tab: what trains, what a step takes, what is cut, and a fine-tuning that runs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from dta_demo.encoders.windows import WINDOW_RESIDUES
from dta_demo.training.tuning_pairs import most_pairs
from dta_demo.ui.inputs.panel import PLAIN_TYPING, InputPanel
from dta_demo.ui.inspector.machine import draw_machine
from dta_demo.ui.inspector.memory import draw_measured, draw_memory
from dta_demo.ui.inspector.parts import draw_parts, draw_shares, read_state
from dta_demo.ui.inspector.truncation import draw_truncation
from dta_demo.ui.inspector.tuning_section import build_tuning
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.events import PRIVATE
from dta_demo.ui.shared.lanes import Lanes
from dta_demo.ui.text import inspector as text

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor

FIRST: dict[str, Any] = {
    "state": "layers",
    "layers": 2,
    "batch": 8,
    "residues": 300,
    "max_length": 200,
}
"""What is shown first."""

MAX_BATCH = 32

LAYER_READS = 12
"""Work of a measured step for each residue and for two runs of three steps, in plain reads."""


def build_inspector_tab(predictor: AffinityPredictor, panel: InputPanel, lanes: Lanes) -> gr.Tab:
    """Lay out the tab."""
    with gr.Tab(text.TAB, id="encoder") as tab:
        gr.Markdown(text.INTRO)
        state = _build_parts(predictor, lanes)
        _build_memory(predictor, lanes, state)
        _build_truncation(panel, lanes)
        gr.HTML(cards.heading(text.MACHINE_TITLE))
        machine = gr.HTML(elem_id="encoder-machine")
        gr.HTML(cards.heading(text.TUNING_TITLE))
        if most_pairs(lanes.limits):
            build_tuning(predictor, panel, lanes)
        else:
            gr.HTML(cards.note([text.TUNING_OFF]), elem_id="tuning-off")
    tab.select(lanes.handler(partial(draw_machine, predictor)), None, machine, **PRIVATE)
    return tab


def _build_parts(predictor: AffinityPredictor, lanes: Lanes) -> list[gr.components.Component]:
    """Lay out what trains; return the components that choose it."""
    esm = predictor.encoder.esm
    gr.HTML(cards.heading(text.PARTS_TITLE))
    with gr.Row(elem_classes="dta-controls"):
        state = gr.Radio(
            [(words, name) for name, words in text.STATES.items()], value=FIRST["state"],
            label=text.STATE, elem_id="encoder-state", scale=2, min_width=260,
        )  # fmt: skip
        layers = gr.Slider(
            1, predictor.num_layers, value=FIRST["layers"], step=1, label=text.LAYERS,
            info=text.LAYERS_HINT, elem_id="encoder-layers", min_width=200,
        )  # fmt: skip

    def draw(state: str, layers: int) -> tuple[Any, ...]:
        return draw_parts(read_state(esm, state, layers)), gr.Slider(interactive=state != "frozen")

    first = read_state(esm, FIRST["state"], FIRST["layers"])
    parts = gr.HTML(draw_parts(first), elem_id="encoder-parts")
    with gr.Accordion(text.SHARES, open=False):
        gr.HTML(draw_shares(esm), elem_id="encoder-shares")
    _follow([state, layers], lanes, draw, [state, layers], [parts, layers])
    return [state, layers]


def _build_memory(
    predictor: AffinityPredictor, lanes: Lanes, state: Sequence[gr.components.Component]
) -> None:
    esm = predictor.encoder.esm
    gr.HTML(cards.heading(text.MEMORY_TITLE))
    with gr.Row(elem_classes="dta-controls"):
        batch = gr.Slider(
            1, MAX_BATCH, value=FIRST["batch"], step=1, label=text.BATCH, elem_id="step-batch",
            min_width=200,
        )  # fmt: skip
        residues = gr.Slider(
            16, WINDOW_RESIDUES, value=FIRST["residues"], step=1, label=text.RESIDUES,
            elem_id="step-residues", min_width=200,
        )  # fmt: skip
    first = [FIRST[name] for name in ("state", "layers", "batch", "residues")]
    table = gr.HTML(draw_memory(esm, *first), elem_id="step-memory")
    inputs = [*state, batch, residues]
    draw = partial(draw_memory, esm)
    _follow(inputs, lanes, draw, inputs, [table])
    if most_pairs(lanes.limits):
        with gr.Row(elem_classes="dta-actions"):
            button = gr.Button(
                text.MEASURE, size="sm", scale=0, min_width=180, elem_id="step-measure"
            )
        measured = gr.HTML(elem_id="step-measured")

        def work(state: str, layers: int, batch: int, residues: int) -> int:
            return LAYER_READS * int(batch) * int(residues)

        button.click(lanes.handler(partial(draw_measured, esm), work), inputs, measured, **PRIVATE)


def _build_truncation(panel: InputPanel, lanes: Lanes) -> None:
    gr.HTML(cards.heading(text.TRUNCATION_TITLE))
    gr.Markdown(text.TRUNCATION_INTRO)
    with gr.Row(elem_classes="dta-controls"):
        sequences = gr.Textbox(
            label=text.SEQUENCES, info=text.SEQUENCES_HINT, lines=3, max_lines=6, scale=2,
            elem_id="cut-sequences", elem_classes="dta-mono", min_width=260,
            html_attributes=PLAIN_TYPING,
        )  # fmt: skip
        length = gr.Slider(
            16, WINDOW_RESIDUES, value=FIRST["max_length"], step=1, label=text.MAX_LENGTH,
            elem_id="cut-length", min_width=200,
        )  # fmt: skip
    with gr.Row(elem_classes="dta-actions"):
        button = gr.Button(text.CUT_BUTTON, size="sm", scale=0, min_width=180, elem_id="cut-button")
    shown = gr.HTML(elem_id="cut-table")
    button.click(
        lanes.handler(draw_truncation), [sequences, length, panel.protein], shown, **PRIVATE
    )


def _follow(
    controls: Sequence[Any], lanes: Lanes, draw: Any, inputs: Sequence[Any], outputs: Sequence[Any]
) -> None:
    """Draw anew whenever a control changes."""
    gr.on(
        [each.change for each in controls], lanes.handler(draw), inputs, outputs,
        show_progress="hidden", trigger_mode="always_last", **PRIVATE,
    )  # fmt: skip
