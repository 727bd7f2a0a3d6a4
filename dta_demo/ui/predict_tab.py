"""The prediction: one card, drawn from one record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import gradio as gr
from markupsafe import Markup

from dta_demo.ui import cards, text
from dta_demo.ui.query import Query

if TYPE_CHECKING:
    from dta_demo.predictor import AffinityPredictor


@dataclass(frozen=True)
class PredictTab:
    """The tab, its one output, and what fills it."""

    tab: gr.Tab
    result: gr.HTML
    draw: Callable[[Query], Markup]


def build_predict_tab(predictor: AffinityPredictor) -> PredictTab:
    """Lay out the tab."""
    low, high = predictor.info()["label_range"]

    def draw(query: Query) -> Markup:
        prediction = predictor.predict(query.protein, query.drug)
        return cards.result(prediction, query.example, (low, high))

    with gr.Tab(text.TAB_PREDICT, id="predict") as tab:
        result = gr.HTML(cards.placeholder(text.EMPTY_RESULT), elem_id="result")
    return PredictTab(tab, result, draw)
