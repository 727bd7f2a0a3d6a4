"""The panel of all heads at a glance, and of those worth a look, computed on request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from dta_demo.results.heads import STATISTICS, HeadStatistics, Statistic
from dta_demo.ui.attention.descriptions import describe_heads_figure
from dta_demo.ui.attention.figure import heads_figure
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.query import Query
from dta_demo.ui.shared.view import build_plot, plot_value
from dta_demo.ui.shared.work_estimate import WorkEstimate
from dta_demo.ui.text import attention as text
from dta_demo.ui.text import shared as shared_text

if TYPE_CHECKING:
    from dta_demo.ui.attention.source import Source, SourceOfAttention

SUGGESTED = 5
"""Heads that are suggested by each statistic."""


@dataclass(frozen=True)
class HeadsPanel:
    """The parts of the panel that others use.

    Attributes
    ----------
    box : gr.Column
        Around what was found; hidden for a new query.
    picked : event dependency
        A suggestion was taken: layer and head are set.
    """

    box: gr.Column
    picked: gr.events.Dependency


def build_heads_panel(
    source: SourceOfAttention, choices: Sequence[gr.components.Component]
) -> HeadsPanel:
    """Lay out the panel.

    Parameters
    ----------
    choices : sequence of components
        What is shown, its layer and its head, which a suggestion sets.
    """
    gr.HTML(cards.heading(text.HEADS_TITLE))
    gr.Markdown(text.HEADS_INTRO)
    button = gr.Button(text.HEADS_BUTTON, size="md", scale=0, min_width=170, elem_id="heads-button")
    with gr.Column(visible=False, elem_id="heads") as box:
        statistic = gr.Radio(
            [(text.STATISTICS[name], name) for name in STATISTICS],
            value=STATISTICS[0], label=text.HEADS_BY, elem_id="heads-by",
        )  # fmt: skip
        meaning = gr.HTML(elem_id="heads-meaning")
        plot = build_plot("heads-plot")
        suggested = gr.Radio(label=text.HEADS_SUGGESTED, elem_id="heads-suggested")
    gr.on(
        [button.click, statistic.input],
        source.handler(draw_heads, work_of_heads),
        [*source.inputs, statistic],
        [box, meaning, plot, suggested],
        show_progress_on=[button, plot],
        trigger_mode="always_last",
        api_visibility="private",
    )
    picked = suggested.input(pick, suggested, list(choices), api_visibility="private")
    return HeadsPanel(box, picked)


def work_of_heads(work: WorkEstimate, query: Query | None, *others: Any) -> int:
    """Work of comparing all heads."""
    return 0 if query is None else work.heads(query.protein)


def draw_heads(predictor: Source, query: Query | None, name: Statistic | None) -> tuple[Any, ...]:
    """Measure all heads, draw them by one statistic, and suggest those with the highest values."""
    if query is None:
        return tuple(gr.skip() for _ in range(4))
    found = predictor.head_statistics(query.protein)
    name = name if name in STATISTICS else STATISTICS[0]
    values, best = found.of(name), found.highest(name, SUGGESTED)
    if values is None:
        none = gr.Radio(choices=[], visible=False)
        return gr.Column(visible=True), cards.note([text.NOT_DEFINED[name]]), None, none
    suggestions = [
        (text.SUGGESTION.format(layer=layer, head=head, value=value), f"{layer} {head}")
        for layer, head, value in best
    ]
    return (
        gr.Column(visible=True),
        cards.note([describe_heads(found, name)]),
        plot_value(heads_figure(values, text.STATISTICS[name]), describe_heads_figure(found, name)),
        gr.Radio(choices=suggestions, value=None, visible=True),
    )


def describe_heads(found: HeadStatistics, name: Statistic) -> str:
    """Say what a statistic is, and its highest and lowest values."""
    values = found.of(name)
    assert values is not None
    ((layer, head, highest),) = found.highest(name, 1)
    span = found.region if name == "contacts" else found.window
    return text.STATISTIC_MEANING[name].format(
        part=shared_text.SPAN.format(start=span[0], end=span[1])
    ) + text.HEADS_RANGE.format(lowest=float(values.min()), highest=highest, layer=layer, head=head)


def pick(suggestion: str | None) -> tuple[Any, ...]:
    """Choose the received attention of the layer and head that were suggested."""
    try:
        layer, head = (int(number) for number in (suggestion or "").split())
    except ValueError:
        return tuple(gr.skip() for _ in range(3))
    return "received", layer, head
