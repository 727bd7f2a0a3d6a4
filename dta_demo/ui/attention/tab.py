"""The attention tab: maps, a profile and the residues that stand out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from dta_demo.inputs.wording import count_of
from dta_demo.results.attention import MAXIMUM, MEAN, AttentionReport
from dta_demo.ui.attention.choice import AttentionView
from dta_demo.ui.attention.descriptions import describe_attention
from dta_demo.ui.attention.encoder_panel import build_encoder_panel
from dta_demo.ui.attention.figure import attention_figure
from dta_demo.ui.attention.heads_panel import build_heads_panel
from dta_demo.ui.attention.map_panel import build_map_panel, reset_map
from dta_demo.ui.attention.source import SourceOfAttention
from dta_demo.ui.attention.tables import residue_file, top_file, top_headers, top_rows, top_title
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.downloads import Download, add_download
from dta_demo.ui.shared.lanes import Lanes
from dta_demo.ui.shared.plotting import bin_width
from dta_demo.ui.shared.query import Query
from dta_demo.ui.shared.view import View, build_plot, plot_value
from dta_demo.ui.shared.work_estimate import WorkEstimate
from dta_demo.ui.text import attention as text
from dta_demo.ui.text import shared as shared_text

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor
    from dta_demo.ui.attention.source import Source

TOP_COUNTS = (10, 20, 50)
TOP_COUNT = 20
"""Rows of the table, and how many there are at first."""


@dataclass
class LastDrawn:
    """The last drawing of a visit, or the one in progress; changed in place for the next event.

    Attributes
    ----------
    wanted : tuple or None
        Query and choices.
    """

    wanted: tuple[Any, ...] | None = None


@dataclass(frozen=True)
class _Table:
    """The table of the residues that stand out, and the buttons that save it and all residues."""

    title: gr.HTML
    rows: gr.Dataframe
    count: gr.Dropdown
    save: gr.Button
    save_all: gr.Button


def build_attention_tab(
    predictor: AffinityPredictor, query: gr.State, other: gr.State, lanes: Lanes
) -> View:
    """Lay out the tab; its choices redraw it from the predictor's cache.

    Parameters
    ----------
    other : gr.State
        The `OtherEncoder` of a visit, which is loaded here.
    """
    source = SourceOfAttention(predictor, query, other, lanes)
    handler = partial(source.handler, work=work_of_choice)
    with gr.Tab(text.TAB, id="attention") as tab:
        gr.Markdown(text.INTRO)
        summary = gr.HTML(cards.placeholder(shared_text.PREDICT_FIRST), elem_id="attention-summary")
        with gr.Column(visible=False) as body:
            choices = _build_choices()
            meaning = gr.Markdown(elem_id="attention-meaning")
            plot = build_plot("attention-plot")
            table = _build_table()
            heads = build_heads_panel(source, choices)
            panel = build_map_panel(source, choices)
        drawn = [*choices[1:], meaning, plot, table.title, table.rows]
        inputs = [*source.inputs, *choices, table.count]
        _join_choices(handler(draw_choice), inputs, drawn, plot, heads.picked)
        table.count.input(
            handler(draw_top), inputs, [table.title, table.rows], api_visibility="private"
        )
        add_download(table.save, handler(top_csv), inputs)
        add_download(table.save_all, handler(attention_csv), inputs)
        outputs = [summary, body, heads.box, *panel.outputs, *drawn]
        for changed in build_encoder_panel(predictor, other, lanes).changed:
            changed.success(handler(draw_attention), inputs, outputs, api_visibility="private")
    return View("attention", tab, handler(draw_attention), inputs[1:], outputs)


# ---- Layout -----------------------------------------------------------------------------------


def _build_choices() -> tuple[gr.Radio, gr.Dropdown, gr.Dropdown]:
    """Lay out what is shown, its layer and its head."""
    with gr.Row(elem_classes="dta-controls"):
        what = gr.Radio(
            list(text.WHAT_CHOICES), value="received", label=text.WHAT, elem_id="what",
            min_width=330,
        )  # fmt: skip
        layer = gr.Dropdown(label=text.LAYER, elem_id="layer", min_width=130)
        head = gr.Dropdown(label=text.HEAD, elem_id="head", min_width=130)
    return what, layer, head


def _build_table() -> _Table:
    title = gr.HTML(elem_id="top-title")
    rows = gr.Dataframe(
        datatype=["str", "number", "number", "number", "str", "str"],
        interactive=False,
        label=text.TOP_TABLE,
        show_label=False,
        max_height=420,
        elem_id="top-residues",
    )
    with gr.Row(elem_id="attention-files"):
        count = gr.Dropdown(
            list(TOP_COUNTS), value=TOP_COUNT, label=text.TOP_LABEL, scale=0, min_width=170,
            elem_id="top-count",
        )  # fmt: skip
        save = gr.Button(text.DOWNLOAD_TOP, size="sm", scale=0, min_width=180, elem_id="top-csv")
        save_all = gr.Button(
            shared_text.DOWNLOAD_RESIDUES, size="sm", scale=0, min_width=240,
            elem_id="attention-csv",
        )  # fmt: skip
    return _Table(title, rows, count, save, save_all)


# ---- Events -----------------------------------------------------------------------------------


def _join_choices(
    draw: Callable[..., Awaitable[tuple[Any, ...]]],
    inputs: Sequence[Any],
    outputs: Sequence[gr.blocks.Block],
    plot: gr.Plot,
    picked: gr.events.Dependency,
) -> None:
    """Draw again when something else is chosen, once: a click on a choice is sent twice.

    Parameters
    ----------
    picked : event dependency
        Has set the choices itself.
    """
    drawn = gr.State(LastDrawn())

    async def redraw(drawn: LastDrawn, *inputs: Any) -> tuple[Any, ...]:
        wanted = inputs[:-1]  # The number of rows is drawn by itself.
        if wanted == drawn.wanted:
            return tuple(gr.skip() for _ in outputs)
        drawn.wanted = wanted
        try:
            return await draw(*inputs)
        except BaseException:
            drawn.wanted = None
            raise

    event: dict[str, Any] = {
        "fn": redraw,
        "inputs": [drawn, *inputs],
        "outputs": outputs,
        "api_visibility": "private",
        "show_progress_on": plot,
        "trigger_mode": "always_last",
    }
    gr.on([choice.input for choice in inputs[2:-1]], **event)
    picked.success(**event)


# ---- Drawing ----------------------------------------------------------------------------------


def work_of_choice(work: WorkEstimate, query: Query | None, what: str | None, *others: Any) -> int:
    """Work of drawing what was chosen."""
    if query is None:
        return 0
    if what == "rollout":
        return work.rollout(query.protein)
    return work.encoding(query.protein, with_attention=True)


def draw_attention(predictor: Source, query: Query | None, *choices: Any) -> tuple[Any, ...]:
    """Fill the tab for a query; see `draw_choice` for the choices."""
    if query is None:
        hidden = (gr.Column(visible=False), *(gr.skip() for _ in range(10)))
        return (cards.placeholder(shared_text.PREDICT_FIRST), *hidden)
    report = predictor.attention(query.protein)
    name = getattr(predictor, "name", None)
    read_by = text.OTHER_READ.format(name=name) if name else ""
    return (
        cards.note([_summary(report) + read_by]),
        gr.Column(visible=True),
        gr.Column(visible=False),
        *reset_map(report),
        *draw_choice(predictor, query, *choices),
    )


def draw_choice(predictor: Source, query: Query | None, *choices: Any) -> tuple[Any, ...]:
    """Draw what was chosen: the four choices that `read_choices` takes."""
    if query is None:
        return tuple(gr.skip() for _ in range(6))
    view, count = read_choices(predictor, query, *choices)
    layers, heads, _ = view.report.received.shape
    if view.choice.what == "rollout":  # Hidden, the boxes keep what was chosen before.
        layer, head = gr.Dropdown(visible=False), gr.Dropdown(visible=False)
    else:
        layer = gr.Dropdown(_layer_choices(layers), value=view.choice.layer, visible=True)
        head = gr.Dropdown(_head_choices(heads), value=view.choice.head, visible=True)
    meaning = text.WHAT_MEANING[view.choice.what]
    drawn = plot_value(attention_figure(view), describe_attention(view))
    return (layer, head, meaning, drawn, *_top(view, count))


def draw_top(predictor: Source, query: Query | None, *choices: Any) -> tuple[Any, Any]:
    """Draw the table alone."""
    if query is None:
        return gr.skip(), gr.skip()
    return _top(*read_choices(predictor, query, *choices))


def top_csv(predictor: Source, query: Query | None, *choices: Any) -> Download | None:
    """Write the table as it stands."""
    return None if query is None else top_file(*read_choices(predictor, query, *choices))


def attention_csv(predictor: Source, query: Query | None, *choices: Any) -> Download | None:
    """Write every residue, whatever the table's length."""
    return None if query is None else residue_file(read_choices(predictor, query, *choices)[0])


def read_choices(
    predictor: Source,
    query: Query,
    what: str | None,
    layer: int | None,
    head: int | None,
    count: int | None,
) -> tuple[AttentionView, int]:
    """Ask the predictor for what was chosen.

    Parameters
    ----------
    what : {"received", "given", "rollout"}
    layer, head : int or None
        From 1, or `MEAN` or `MAXIMUM`; None is the last layer and the mean over heads.
    count : int or None
        Rows of the table.
    """
    view = AttentionView.read(predictor, query.protein, what, layer, head)
    return view, count if count in TOP_COUNTS else TOP_COUNT


def _top(view: AttentionView, count: int) -> tuple[Any, Any]:
    table = {"headers": top_headers(view), "data": top_rows(view, count)}
    return cards.heading(top_title(view, count)), table


def _summary(report: AttentionReport) -> str:
    layers, heads, residues = report.received.shape
    summary = text.READ.format(
        name=report.protein.name or shared_text.UNNAMED_PROTEIN.capitalize(),
        residues=count_of(residues, shared_text.RESIDUE_NOUN),
        layers=layers,
        heads=heads,
    )
    if len(report.windows) > 1:
        spans = [shared_text.SPAN.format(start=start, end=end) for start, end in report.windows]
        summary += text.WINDOWS.format(count=len(spans), parts=", ".join(spans))
    if (width := bin_width(residues)) > 1:
        summary += text.BINNED.format(width=width)
    return summary + text.ZOOM


def _layer_choices(layers: int) -> list[tuple[str, int]]:
    numbered = [(str(layer), layer) for layer in range(1, layers)]
    return [*numbered, (text.LAST_LAYER.format(layer=layers), layers), (text.LAYER_MEAN, MEAN)]


def _head_choices(heads: int) -> list[tuple[str, int]]:
    numbered = ((str(head), head) for head in range(1, heads + 1))
    return [(text.HEAD_MEAN, MEAN), *numbered, (text.HEAD_MAXIMUM, MAXIMUM)]
