"""The four poolings side by side: what each predicts, and which residues it rests on."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr
from markupsafe import Markup

from dta_demo.results import PoolingReport
from dta_demo.ui import cards, text
from dta_demo.ui.figures import pooling_dots, pooling_weights, similarity_map
from dta_demo.ui.guard import guarded
from dta_demo.ui.query import Query
from dta_demo.ui.view import View, plot_value
from dta_demo.units import format_pkd, kd_of

if TYPE_CHECKING:
    from dta_demo.predictor import AffinityPredictor


def build_pooling_tab(predictor: AffinityPredictor) -> View:
    """Lay out the tab."""
    with gr.Tab(text.TAB_POOLING, id="poolings") as tab:
        gr.Markdown(text.POOLING_INTRO)
        summary = gr.HTML(cards.placeholder(text.POOLING_EMPTY), elem_id="pooling-summary")
        with gr.Column(visible=False) as body:
            with gr.Row():
                with gr.Column(min_width=300):
                    gr.HTML(cards.heading(text.POOLING_DOTS))
                    dots = gr.Plot(show_label=False, elem_id="pooling-dots", container=False)
                with gr.Column(min_width=300):
                    gr.HTML(cards.heading(text.POOLING_SIMILARITY))
                    similar = gr.Plot(
                        show_label=False, elem_id="pooling-similarity", container=False
                    )
            gr.HTML(cards.heading(text.POOLING_WEIGHTS))
            weights = gr.Plot(show_label=False, elem_id="pooling-weights", container=False)
    draw = guarded(partial(draw_poolings, predictor))
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
    """Say how far the four disagree, and tabulate them with their cross-validated error.

    Parameters
    ----------
    report : PoolingReport
        The four on one pair.
    info : dict
        The predictor's, with ``"cross_validation"`` and ``"poolings"`` where known.
    """
    errors = info.get("poolings", {})
    rows = [
        (
            f"{text.POOLING_NAMES.get(name, name)}: {text.POOLING_MEANING.get(name, '')}",
            format_pkd(report.prediction.by_pooling[name]),
            kd_of(report.prediction.by_pooling[name]),
            *(_metric(errors, name, metric) for metric in ("mse", "ci")),
        )
        for name in report.names
    ]
    return cards.finding(_agreement(report, info)) + cards.captioned_table(
        text.POOLING_HEADERS, rows, text.POOLING_TABLE_NOTE
    )


def _agreement(report: PoolingReport, info: dict[str, Any]) -> str:
    """Compare the spread of the four with the model's typical error."""
    values = [report.prediction.by_pooling[name] for name in report.names]
    low, high = min(values), max(values)
    sentence = text.POOLING_SPREAD.format(
        spread=format_pkd(high - low), low=format_pkd(low), high=format_pkd(high)
    )
    mse = info.get("cross_validation", {}).get("mse")
    if mse is not None:
        error = math.sqrt(mse)
        verdict = text.POOLING_AGREE if high - low <= error else text.POOLING_DISAGREE
        sentence += " " + verdict.format(error=format_pkd(error))
    known = {name: x["mse"] for name, x in info.get("poolings", {}).items() if "mse" in x}
    if known:
        best = min(known, key=lambda name: known[name])
        sentence += " " + text.POOLING_BEST.format(name=text.POOLING_NAMES.get(best, best))
    return sentence


def _metric(errors: dict[str, dict[str, float]], name: str, metric: str) -> str:
    value = errors.get(name, {}).get(metric)
    return text.UNKNOWN if value is None else f"{value:.3f}"
