"""The box in which another encoder is loaded for this tab."""

from __future__ import annotations

import os
from collections.abc import Generator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import gradio as gr

from dta_demo.encoders.other import HUB_PARAMETERS, fetch_encoder, load_encoder
from dta_demo.inputs.errors import InputError
from dta_demo.predictor.other_encoder import OtherEncoder
from dta_demo.runtime.limits import allows_other_encoders, is_public
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.lanes import Lanes
from dta_demo.ui.text import attention as text

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor

LOADED: WeakValueDictionary[str, OtherEncoder] = WeakValueDictionary()
"""Encoders that some visit uses, which another need not load again."""


@dataclass(frozen=True)
class EncoderPanel:
    """What changes the encoder of the tab.

    Attributes
    ----------
    changed : list of event dependencies
        After which the tab is drawn again.
    """

    changed: list[gr.events.Dependency]


def build_encoder_panel(
    predictor: AffinityPredictor, other: gr.State, lanes: Lanes
) -> EncoderPanel:
    """Lay out the box; on a public server there is none, unless its environment allows it.

    Parameters
    ----------
    other : gr.State
        The encoder that was loaded, or None.
    """
    if not allows_other_encoders(os.environ):
        return EncoderPanel([])
    with gr.Accordion(text.OTHER_ENCODER, open=False, elem_id="other-encoder"):
        gr.Markdown(text.OTHER_INTRO)
        with gr.Row(elem_classes="dta-controls"):
            name = gr.Dropdown(
                list(HUB_PARAMETERS), label=text.OTHER_NAME, elem_id="other-name", min_width=250
            )
            folder = gr.Textbox(
                label=text.OTHER_FOLDER, elem_id="other-folder", min_width=250,
                visible=not is_public(os.environ),
            )  # fmt: skip
        with gr.Row():
            load = gr.Button(text.OTHER_LOAD, scale=0, min_width=170, elem_id="other-load")
            back = gr.Button(text.OTHER_BACK, scale=0, min_width=250, elem_id="other-back")
        status = gr.HTML(elem_id="other-status")
    private: dict[str, Any] = {"outputs": [other, status], "api_visibility": "private"}
    loaded = load.click(
        lanes.stepper(partial(load_steps, predictor)), [name, folder],
        show_progress_on=status, **private,
    )  # fmt: skip
    left = back.click(lambda: (None, cards.note([text.OTHER_LEFT])), None, queue=False, **private)
    return EncoderPanel([loaded, left])


def load_steps(
    predictor: AffinityPredictor, name: str | None, folder: str | None
) -> Generator[tuple[Any, Any], None, None]:
    """Load an encoder in steps, and say what is going on: its state and the status.

    Raises
    ------
    InputError
        When it is not allowed, out of reach, too large, or no ESM-2.
    """
    place = (folder or "").strip()
    if not allows_other_encoders(os.environ):
        raise InputError(text.OTHER_NOT_HERE)
    if place and is_public(os.environ):
        raise InputError(text.OTHER_NO_FOLDER)
    if not place and not name:
        raise InputError(text.OTHER_NOTHING)
    key = place or str(name)
    found = LOADED.get(key)
    if found is None:
        yield gr.skip(), cards.note([text.OTHER_FETCHING.format(name=key)])
        path = Path(place).expanduser() if place else fetch_encoder(key)
        yield gr.skip(), cards.note([text.OTHER_READING.format(name=key)])
        encoder = load_encoder(path, predictor.encoder.device)
        found = LOADED.setdefault(key, OtherEncoder(predictor, key, encoder))
    words = text.OTHER_LOADED.format(
        name=key, layers=found.encoder.num_layers, heads=found.encoder.num_heads
    )
    yield found, cards.note([words])
