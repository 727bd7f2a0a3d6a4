"""The four poolings side by side: their predictions, and the residues that they weigh most."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr
from markupsafe import Markup

from dta_demo.predictor.model_info import ModelInfo
from dta_demo.results.poolings import PoolingReport
from dta_demo.results.units import format_pkd, kd_of
from dta_demo.ui.pooling.figures import pooling_dots, pooling_weights, similarity_map
from dta_demo.ui.pooling.scores import scores_card
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.formatting import shown_kd, shown_pkd
from dta_demo.ui.shared.lanes import Lanes
from dta_demo.ui.shared.query import Query, of_query
from dta_demo.ui.shared.view import View, build_plot, plot_value
from dta_demo.ui.shared.work_estimate import WorkEstimate
from dta_demo.ui.text import pooling as text
from dta_demo.ui.text import shared as shared_text

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor


def build_pooling_tab(predictor: AffinityPredictor, lanes: Lanes) -> View:
    """Lay out the tab."""
    with gr.Tab(text.TAB, id="poolings") as tab:
        gr.Markdown(text.INTRO)
        summary = gr.HTML(cards.placeholder(shared_text.PREDICT_FIRST), elem_id="pooling-summary")
        with gr.Column(visible=False) as body:
            with gr.Row():
                with gr.Column(min_width=300):
                    gr.HTML(cards.heading(text.DOTS))
                    dots = build_plot("pooling-dots")
                with gr.Column(min_width=300):
                    gr.HTML(cards.heading(text.SIMILARITY))
                    similar = build_plot("pooling-similarity")
            gr.HTML(cards.heading(text.WEIGHTS))
            weights = build_plot("pooling-weights")
        gr.HTML(scores_card(predictor.info()), elem_id="pooling-scores")
    work = of_query(WorkEstimate(predictor).encoding)
    draw = lanes.handler(partial(draw_poolings, predictor), work)
    return View("poolings", tab, draw, [], [summary, body, dots, similar, weights])


def draw_poolings(predictor: AffinityPredictor, query: Query | None) -> tuple[Any, ...]:
    """Fill the tab for a query."""
    if query is None:
        hidden = (gr.Column(visible=False), gr.skip(), gr.skip(), gr.skip())
        return (cards.placeholder(shared_text.PREDICT_FIRST), *hidden)
    report = predictor.poolings(query.protein, query.molecule)
    return (
        pooling_summary(report, predictor.info()),
        gr.Column(visible=True),
        plot_value(pooling_dots(report)),
        plot_value(similarity_map(report)),
        plot_value(pooling_weights(report)),
    )


def pooling_summary(report: PoolingReport, info: ModelInfo) -> Markup:
    """Summarise how far the four agree on a pair, and tabulate them.

    Parameters
    ----------
    report : PoolingReport
        The four on one pair.
    info : ModelInfo
        Has the typical errors.
    """
    prediction = report.prediction
    rows = [
        (
            cards.row_name(text.NAMES.get(name, name), text.MEANING.get(name, "")),
            shown_pkd(prediction, prediction.by_pooling[name]),
            shown_kd(prediction, prediction.by_pooling[name]),
        )
        for name in report.names
    ]
    return Markup('<div class="dta-poolings{caution}">{warning}{agreement}{table}</div>').format(
        caution="" if prediction.applicability.in_domain else " dta-caution",
        warning=cards.warning(prediction.applicability),
        agreement=cards.finding(" ".join(_agreement(report, info))),
        table=cards.table(text.HEADERS, rows),
    )


def _agreement(report: PoolingReport, info: ModelInfo) -> Iterator[str]:
    """Compare the range of the four with the typical error, which holds in the training domain."""
    prediction = report.prediction
    values = [prediction.by_pooling[name] for name in report.names]
    low, high = min(values), max(values)
    group = prediction.applicability.group
    mse = info.by_group.get(group, {}).get("mse")
    if prediction.is_at_floor(high):
        yield text.AT_FLOOR.format(kd=kd_of(prediction.floor))
    else:
        yield text.SPREAD.format(
            spread=format_pkd(high - low), low=format_pkd(low), high=format_pkd(high)
        )
        if mse is not None and prediction.applicability.in_domain:
            error = math.sqrt(mse)
            verdict = text.AGREE if high - low <= error else text.DISAGREE
            yield verdict.format(error=format_pkd(error))
    best = min(info.poolings, key=lambda name: info.poolings[name]["mse"])
    yield text.BEST.format(name=text.NAMES.get(best, best))
