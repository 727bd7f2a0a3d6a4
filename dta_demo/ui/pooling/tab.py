"""The four poolings side by side: what each predicts, and which residues it rests on."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr
from markupsafe import Markup

from dta_demo.results.prediction import PoolingReport
from dta_demo.results.units import format_pkd, kd_of
from dta_demo.ui import text
from dta_demo.ui.pooling.figures import pooling_dots, pooling_weights, similarity_map
from dta_demo.ui.pooling.scores import scores_card
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.formatting import shown_kd, shown_pkd
from dta_demo.ui.shared.lanes import Lanes
from dta_demo.ui.shared.query import Query, of_query
from dta_demo.ui.shared.view import View, build_plot, plot_value
from dta_demo.ui.shared.work_estimate import WorkEstimate

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor


def build_pooling_tab(predictor: AffinityPredictor, lanes: Lanes) -> View:
    """Lay out the tab."""
    with gr.Tab(text.TAB_POOLING, id="poolings") as tab:
        gr.Markdown(text.POOLING_INTRO)
        summary = gr.HTML(cards.placeholder(text.POOLING_EMPTY), elem_id="pooling-summary")
        with gr.Column(visible=False) as body:
            with gr.Row():
                with gr.Column(min_width=300):
                    gr.HTML(cards.heading(text.POOLING_DOTS))
                    dots = build_plot("pooling-dots")
                with gr.Column(min_width=300):
                    gr.HTML(cards.heading(text.POOLING_SIMILARITY))
                    similar = build_plot("pooling-similarity")
            gr.HTML(cards.heading(text.POOLING_WEIGHTS))
            weights = build_plot("pooling-weights")
        gr.HTML(scores_card(predictor.info()), elem_id="pooling-scores")
    work = of_query(WorkEstimate(predictor).encoding)
    draw = lanes.handler(partial(draw_poolings, predictor), work)
    return View("poolings", tab, draw, [], [summary, body, dots, similar, weights])


def draw_poolings(predictor: AffinityPredictor, query: Query | None) -> tuple[Any, ...]:
    """Fill the tab for a query."""
    if query is None:
        hidden = (gr.Column(visible=False), gr.skip(), gr.skip(), gr.skip())
        return (cards.placeholder(text.POOLING_EMPTY), *hidden)
    report = predictor.poolings(query.protein, query.drug)
    return (
        pooling_summary(report, predictor.info()),
        gr.Column(visible=True),
        plot_value(pooling_dots(report)),
        plot_value(similarity_map(report)),
        plot_value(pooling_weights(report)),
    )


def pooling_summary(report: PoolingReport, info: dict[str, Any]) -> Markup:
    """Say how far the four disagree on a pair, and tabulate them.

    Parameters
    ----------
    report : PoolingReport
        The four on one pair.
    info : dict
        The predictor's, with ``"by_group"`` and ``"poolings"`` where known.
    """
    prediction = report.prediction
    rows = [
        (
            cards.row_name(text.POOLING_NAMES.get(name, name), text.POOLING_MEANING.get(name, "")),
            shown_pkd(prediction, prediction.by_pooling[name]),
            shown_kd(prediction, prediction.by_pooling[name]),
        )
        for name in report.names
    ]
    return Markup('<div class="dta-poolings{caution}">{warning}{agreement}{table}</div>').format(
        caution="" if prediction.applicability.in_domain else " dta-caution",
        warning=cards.warning(prediction.applicability),
        agreement=cards.finding(" ".join(_agreement(report, info))),
        table=cards.table(text.POOLING_HEADERS, rows),
    )


def _agreement(report: PoolingReport, info: dict[str, Any]) -> Iterator[str]:
    """Compare the spread of the four with the model's typical error, which holds in the domain."""
    prediction = report.prediction
    values = [prediction.by_pooling[name] for name in report.names]
    low, high = min(values), max(values)
    group = prediction.applicability.group
    mse = info.get("by_group", {}).get(group, {}).get("mse")
    if prediction.is_at_floor(high):
        yield text.POOLING_AT_FLOOR.format(kd=kd_of(prediction.floor))
    else:
        yield text.POOLING_SPREAD.format(
            spread=format_pkd(high - low), low=format_pkd(low), high=format_pkd(high)
        )
        if mse is not None and prediction.applicability.in_domain:
            error = math.sqrt(mse)
            verdict = text.POOLING_AGREE if high - low <= error else text.POOLING_DISAGREE
            yield verdict.format(error=format_pkd(error))
    known = {name: x["mse"] for name, x in info.get("poolings", {}).items() if "mse" in x}
    if known:
        best = min(known, key=lambda name: known[name])
        yield text.POOLING_BEST.format(name=text.POOLING_NAMES.get(best, best))
