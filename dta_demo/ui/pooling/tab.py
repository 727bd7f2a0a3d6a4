"""The four poolings side by side: what each says by itself, and the residues that it weighs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr
from markupsafe import Markup

from dta_demo.ui.pooling.advice import pooling_summary
from dta_demo.ui.pooling.analysis import analysis_tables, other_encoder_card
from dta_demo.ui.pooling.descriptions import (
    describe_dots,
    describe_similarity,
    describe_weights,
)
from dta_demo.ui.pooling.figures import pooling_dots, pooling_weights, similarity_maps
from dta_demo.ui.pooling.map_section import build_map_section
from dta_demo.ui.pooling.scores import scores_card
from dta_demo.ui.pooling.study import study_card
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.events import PRIVATE
from dta_demo.ui.shared.lanes import Lanes
from dta_demo.ui.shared.query import Query, of_query
from dta_demo.ui.shared.view import View, build_plot, plot_value
from dta_demo.ui.shared.work_estimate import WorkEstimate
from dta_demo.ui.text import pooling as text
from dta_demo.ui.text import shared as shared_text

if TYPE_CHECKING:
    from dta_demo.predictor.other_encoder import OtherEncoder
    from dta_demo.predictor.predictor import AffinityPredictor


@dataclass(frozen=True)
class _Results:
    """What is drawn of a pair."""

    summary: gr.HTML
    body: gr.Column
    alone: gr.Column
    dots: gr.Plot
    similar: gr.Plot
    weights: gr.Plot
    tables: gr.HTML

    @property
    def outputs(self) -> list[gr.blocks.Block]:
        """In the order of `draw_poolings`."""
        return [
            self.summary, self.body, self.alone, self.dots, self.similar, self.weights, self.tables,
        ]  # fmt: skip


def build_pooling_tab(
    predictor: AffinityPredictor, query: gr.State, other: gr.State, lanes: Lanes
) -> View:
    """Lay out the tab.

    Parameters
    ----------
    other : gr.State
        The `OtherEncoder` of a visit, or None.
    """
    with gr.Tab(text.TAB, id="poolings") as tab:
        gr.Markdown(text.INTRO)
        results = _build_results()
        _build_other(predictor, query, other, lanes)
        study = predictor.pooling.study
        if study is not None:
            gr.HTML(study_card(study), elem_id="pooling-study")
            build_map_section(predictor, query, lanes)
        gr.HTML(scores_card(predictor.info()), elem_id="pooling-scores")
    work = of_query(WorkEstimate(predictor).poolings)
    draw = lanes.handler(partial(draw_poolings, predictor), work)
    return View("poolings", tab, draw, [], results.outputs)


def _build_other(
    predictor: AffinityPredictor, query: gr.State, other: gr.State, lanes: Lanes
) -> None:
    """Lay out what another encoder makes of the protein; it follows the query."""
    card = gr.HTML(elem_id="pooling-other")
    work = partial(work_of_other, WorkEstimate(predictor))
    draw = lanes.handler(partial(draw_other, predictor), work)
    gr.on([query.change, other.change], draw, [query, other], card, **PRIVATE)


def work_of_other(estimate: WorkEstimate, query: Query | None, other: OtherEncoder | None) -> int:
    """Work of reading the protein with another encoder, in residues read by the bundled one."""
    if query is None or other is None:
        return 0
    return int(len(query.protein.sequence) * other.times_bundled)


def draw_other(
    predictor: AffinityPredictor, query: Query | None, other: OtherEncoder | None
) -> Markup:
    """Describe the poolings of another encoder; nothing where none was loaded."""
    if query is None or other is None:
        return Markup()
    prediction = predictor.predict(query.protein, query.molecule)
    return other_encoder_card(other.name, other.poolings(prediction))


def _build_results() -> _Results:
    summary = gr.HTML(cards.placeholder(shared_text.PREDICT_FIRST), elem_id="pooling-summary")
    with gr.Column(visible=False) as body:
        with gr.Row():
            with gr.Column(min_width=300) as alone:
                gr.HTML(cards.heading(text.DOTS))
                dots = build_plot("pooling-dots")
            with gr.Column(min_width=300):
                gr.HTML(cards.heading(text.SIMILARITY))
                similar = build_plot("pooling-similarity")
        gr.HTML(cards.heading(text.WEIGHTS))
        weights = build_plot("pooling-weights")
        tables = gr.HTML(elem_id="pooling-tables")
    return _Results(summary, body, alone, dots, similar, weights, tables)


def draw_poolings(predictor: AffinityPredictor, query: Query | None) -> tuple[Any, ...]:
    """Fill the tab for a query."""
    if query is None:
        hidden = (gr.Column(visible=False), *[gr.skip()] * 5)
        return (cards.placeholder(shared_text.PREDICT_FIRST), *hidden)
    analysis = predictor.analyse_poolings(query.protein, query.molecule)
    report = analysis.report
    return (
        pooling_summary(report, analysis.advice),
        gr.Column(visible=True),
        gr.Column(visible=bool(report.answers)),
        plot_value(pooling_dots(report), describe_dots(report)),
        plot_value(similarity_maps(report), describe_similarity(report)),
        plot_value(pooling_weights(report), describe_weights(report)),
        analysis_tables(analysis),
    )
