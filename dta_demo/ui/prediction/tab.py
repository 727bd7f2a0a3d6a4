"""The prediction tab: the result, its details, and its controls on request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr
from markupsafe import Markup

from dta_demo.ui.prediction.cards import details_card, result_card
from dta_demo.ui.prediction.controls_card import controls_card
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.downloads import Download, add_download
from dta_demo.ui.shared.lanes import Lanes
from dta_demo.ui.shared.query import Query, of_query
from dta_demo.ui.shared.work_estimate import WorkEstimate
from dta_demo.ui.text import inputs as inputs_text
from dta_demo.ui.text import prediction as text
from dta_demo.ui.text import report as report_text

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor


@dataclass(frozen=True)
class PredictTab:
    """The tab with its components, and the functions that fill them.

    Attributes
    ----------
    result, details : gr.HTML
        The card with the numbers, and the details below it.
    check : gr.Button
        Asks for the controls.
    check_row : gr.Row
        The button with a hint; hidden until there is a result.
    controls : gr.HTML
        The controls, empty until they are asked for.
    """

    predictor: AffinityPredictor
    tab: gr.Tab
    result: gr.HTML
    check: gr.Button
    check_row: gr.Row
    controls: gr.HTML
    details: gr.HTML

    @property
    def outputs(self) -> list[gr.blocks.Block]:
        """Components that `draw` and `wait` fill."""
        return [self.result, self.check_row, self.controls, self.details]

    def draw(self, query: Query) -> tuple[Any, ...]:
        """Fill the tab for a query, without the controls."""
        low, high = self.predictor.info().label_range
        # Reads the protein once for this tab and the next ones: a prediction gathers no attention.
        self.predictor.attention(query.protein)
        prediction = self.predictor.predict(query.protein, query.molecule)
        card = result_card(prediction, query.example, (low, high))
        return card, gr.Row(visible=True), Markup(), details_card(prediction)

    def wait(self, placeholder: Markup) -> tuple[Any, ...]:
        """Empty the tab, with a placeholder for the result."""
        return placeholder, gr.Row(visible=False), Markup(), Markup()

    def draw_controls(self, query: Query | None) -> Markup:
        """Compute and draw the controls of a query."""
        if query is None:
            return Markup()
        return controls_card(self.predictor.controls(query.protein, query.molecule))


def build_predict_tab(
    predictor: AffinityPredictor,
    query: gr.State,
    lanes: Lanes,
    make_report: Callable[[Query | None], Download | None],
) -> PredictTab:
    """Lay out the tab.

    Parameters
    ----------
    make_report : callable
        Writes the report of a query, without an explanation.
    """
    with gr.Tab(text.TAB, id="predict") as tab:
        result = gr.HTML(cards.placeholder(inputs_text.EMPTY_RESULT), elem_id="result")
        with gr.Row(visible=False, elem_id="check") as check_row:
            check = gr.Button(text.CONTROLS_BUTTON, elem_id="controls-button")
            gr.HTML(cards.note([text.CONTROLS_HINT]), elem_id="check-hint")
            report = gr.Button(report_text.DOWNLOAD, size="sm", scale=0, elem_id="report")
            work = of_query(WorkEstimate(predictor).encoding)
            add_download(report, lanes.handler(make_report, work), [query])
        controls = gr.HTML(elem_id="controls")
        details = gr.HTML(elem_id="details")
        words = cards.table(text.WORDS_HEADERS, text.WORDS)
        gr.HTML(cards.folded(text.WORDS_TITLE, words), elem_id="words")
    return PredictTab(predictor, tab, result, check, check_row, controls, details)
