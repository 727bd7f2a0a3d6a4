"""Layout of the fine-tuning, and the events of its buttons."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from dta_demo.training.tuning_demo import TuningSettings
from dta_demo.training.tuning_pairs import MIN_PAIRS, most_pairs
from dta_demo.ui.inputs.panel import InputPanel
from dta_demo.ui.inspector.tuning import (
    build_run,
    draw_pair_of_run,
    draw_result,
    estimate_pair,
    load_result,
    save_result,
    stop_run,
)
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.downloads import add_download
from dta_demo.ui.shared.events import PRIVATE
from dta_demo.ui.shared.lanes import Lanes
from dta_demo.ui.shared.view import build_plot
from dta_demo.ui.text import inspector as text
from dta_demo.ui.text import shared as shared_text

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor


@dataclass(frozen=True)
class _Given:
    """What is tuned on, and the buttons."""

    table: gr.File
    layers: gr.Slider
    start: gr.Button
    stop: gr.Button

    @property
    def buttons(self) -> list[gr.blocks.Block]:
        """The two buttons, of which one is shown."""
        return [self.start, self.stop]


@dataclass(frozen=True)
class _Shown:
    """What comes of it."""

    status: gr.HTML
    drawn: gr.Column
    plot: gr.Plot
    card: gr.HTML
    pair: gr.HTML
    saving: gr.Column
    save: gr.Button


def build_tuning(predictor: AffinityPredictor, panel: InputPanel, lanes: Lanes) -> None:
    """Lay out the fine-tuning, and let its buttons start, stop, save and load it."""
    gr.Markdown(text.TUNING_INTRO)
    given = _build_given(predictor.num_layers, most_pairs(lanes.limits))
    shown = _build_shown()
    key = gr.State(None, time_to_live=lanes.limits.session_seconds)
    boxes: list[gr.blocks.Block] = [panel.protein, panel.molecule]
    with gr.Accordion(text.LOAD, open=False, elem_id="tuning-load"):
        upload = gr.File(show_label=False, elem_id="tuning-file", type="filepath", height=120)
        loaded = gr.HTML(elem_id="tuning-loaded")
    _join(predictor, lanes, given, shown, key, boxes)
    add_download(shown.save, lanes.handler(save_result), [key])
    upload.change(
        lanes.handler(partial(load_result, predictor), estimate_pair(predictor)),
        [upload, *boxes], loaded, **PRIVATE,
    )  # fmt: skip


def _build_given(depth: int, most: int) -> _Given:
    with gr.Row(elem_classes="dta-controls"):
        table = gr.File(
            label=text.PAIRS_FILE, elem_id="tuning-pairs", type="filepath", height=140, scale=2,
            min_width=260,
        )  # fmt: skip
        layers = gr.Slider(
            0, depth, value=min(TuningSettings.layers, depth), step=1, label=text.TUNED_LAYERS,
            elem_id="tuning-layers", min_width=200,
        )  # fmt: skip
    gr.Markdown(text.PAIRS_HINT.format(least=MIN_PAIRS, most=most))
    with gr.Row(elem_classes="dta-actions"):
        stop = gr.Button(
            shared_text.STOP, scale=0, min_width=100, elem_id="tuning-stop", visible=False
        )
        start = gr.Button(
            text.START, variant="primary", scale=0, min_width=160, elem_id="tuning-start"
        )
    return _Given(table, layers, start, stop)


def _build_shown() -> _Shown:
    status = gr.HTML(cards.placeholder(text.READY), elem_id="tuning-status")
    with gr.Column(visible=False) as drawn:
        gr.HTML(cards.heading(text.CURVES_TITLE))
        plot = build_plot("tuning-curves")
    card = gr.HTML(elem_id="tuning-card")
    pair = gr.HTML(elem_id="tuning-pair")
    with gr.Column(visible=False) as saving, gr.Row(elem_classes="dta-actions"):
        save = gr.Button(text.DOWNLOAD, size="sm", scale=0, min_width=280, elem_id="tuning-save")
    return _Shown(status, drawn, plot, card, pair, saving, save)


def _join(
    predictor: AffinityPredictor,
    lanes: Lanes,
    given: _Given,
    shown: _Shown,
    key: gr.State,
    boxes: list[gr.blocks.Block],
) -> None:
    """Tune when the button is pressed, and stop when the other one is."""
    end: dict[str, Any] = {
        "fn": lanes.handler(draw_result), "inputs": [key],
        "outputs": [shown.status, shown.drawn, shown.plot, shown.card, shown.saving], **PRIVATE,
    }  # fmt: skip
    begun = given.start.click(
        lambda: (None, "", "", *(gr.Column(visible=False),) * 2, *_offer(stop=True)),
        None, [key, shown.card, shown.pair, shown.drawn, shown.saving, *given.buttons],
        queue=False, **PRIVATE,
    )  # fmt: skip
    run = begun.then(
        lanes.stepper(build_run(predictor, lanes.limits)), [given.table, given.layers],
        [key, shown.status, shown.drawn, shown.plot], show_progress="hidden", **PRIVATE,
    )  # fmt: skip
    pair: dict[str, Any] = {
        "fn": lanes.handler(partial(draw_pair_of_run, predictor), estimate_pair(predictor)),
        "inputs": [key, *boxes], "outputs": shown.pair, **PRIVATE,
    }  # fmt: skip
    rest: dict[str, Any] = {
        "fn": _offer, "inputs": None, "outputs": given.buttons, "queue": False, **PRIVATE,
    }  # fmt: skip
    run.failure(**rest)
    run.then(**end).then(**rest).then(**pair)
    given.stop.click(
        lanes.handler(stop_run), key, shown.status, cancels=[run], **PRIVATE
    ).then(**end).then(**rest).then(**pair)  # fmt: skip


def _offer(stop: bool = False) -> tuple[gr.Button, gr.Button]:
    """Offer to start, or to stop."""
    return gr.Button(visible=not stop), gr.Button(visible=stop)
