"""Where the protein encoder looked: maps, a profile and the residues that stand out."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr
import numpy as np

from dta_demo.results import AttentionReport, Region
from dta_demo.ui import cards, text
from dta_demo.ui.figures import attention_figure, head_words
from dta_demo.ui.formatting import safe_file_stem
from dta_demo.ui.guard import guarded
from dta_demo.ui.model_threads import on_model_thread
from dta_demo.ui.plotting import bin_width
from dta_demo.ui.query import Query
from dta_demo.ui.view import View, add_download, plot_value

if TYPE_CHECKING:
    from dta_demo.predictor import AffinityPredictor

TOP_RESIDUES = 20


def build_attention_tab(predictor: AffinityPredictor, query: gr.State) -> View:
    """Lay out the tab; its layer and head redraw it from the predictor's cache."""
    with gr.Tab(text.TAB_ATTENTION, id="attention") as tab:
        gr.Markdown(text.ATTENTION_INTRO)
        summary = gr.HTML(cards.placeholder(text.ATTENTION_EMPTY), elem_id="attention-summary")
        with gr.Column(visible=False) as body:
            with gr.Row(elem_classes="dta-controls"):
                layer = gr.Dropdown(label=text.LAYER_LABEL, elem_id="layer", min_width=130)
                head = gr.Dropdown(label=text.HEAD_LABEL, elem_id="head", min_width=130)
            plot = gr.Plot(show_label=False, elem_id="attention-plot", container=False)
            title = gr.HTML()
            top = gr.Dataframe(
                headers=text.TOP_HEADERS,
                datatype=["str", "number", "number", "number", "str"],
                interactive=False,
                show_label=False,
                max_height=420,
                elem_id="top-residues",
            )
            save = gr.Button(text.DOWNLOAD_CSV, size="sm", scale=0, elem_id="attention-csv")
            make_file = on_model_thread(partial(attention_csv, predictor))
            add_download(save, guarded(make_file), [query, layer, head])
        outputs = [summary, body, layer, head, plot, title, top]
        draw = guarded(on_model_thread(partial(draw_attention, predictor)))
        _join_choices(draw, query, (layer, head), outputs, plot)
    return View("attention", tab, draw, [layer, head], outputs)


def _join_choices(
    draw: Callable[..., tuple[Any, ...]],
    query: gr.State,
    choices: Sequence[gr.Dropdown],
    outputs: Sequence[gr.blocks.Block],
    plot: gr.Plot,
) -> None:
    """Draw again when a layer or head is chosen, once: a click on one is sent twice."""
    drawn = gr.State(None)

    def redraw(drawn: Any, *wanted: Any) -> tuple[Any, ...]:
        if wanted == drawn:
            return (drawn, *(gr.skip() for _ in outputs))
        return (wanted, *draw(*wanted))

    gr.on(
        [choice.input for choice in choices],
        redraw,
        [drawn, query, *choices],
        [drawn, *outputs],
        api_visibility="private",
        show_progress_on=plot,
        concurrency_limit=1,  # The second sees what the first has drawn.
    )


def draw_attention(
    predictor: AffinityPredictor, query: Query | None, layer: int | None, head: int | None
) -> tuple[Any, ...]:
    """Fill the tab for a query; layer None is the last one, head 0 or None is the mean."""
    if query is None:
        hidden = (gr.Column(visible=False), *(gr.skip() for _ in range(5)))
        return (cards.placeholder(text.ATTENTION_EMPTY), *hidden)
    report = predictor.attention(query.protein)
    layers, heads, _ = report.received.shape
    layer, head = _choice(report, layer, head)
    title = text.TOP_TITLE.format(
        count=min(TOP_RESIDUES, len(report.protein.sequence)), layer=layer, head=head_words(head)
    )
    return (
        cards.note([_summary(report)]),
        gr.Column(visible=True),
        gr.Dropdown(choices=_layer_choices(layers), value=layer),
        gr.Dropdown(choices=_head_choices(heads), value=head),
        plot_value(attention_figure(report, layer, head)),
        cards.heading(title),
        top_residues(report, layer, head),
    )


def top_residues(report: AttentionReport, layer: int, head: int) -> list[list[Any]]:
    """List the residues that received most, as rows of the table.

    Parameters
    ----------
    report : AttentionReport
        What the encoder attended to.
    layer, head : int
        Both from 1; head 0 is the mean over heads.
    """
    shares = profile(report, layer, head)
    sequence = report.protein.sequence
    order = np.argsort(-shares, kind="stable")[:TOP_RESIDUES]
    return [
        [
            f"{text.RESIDUE_NAMES.get(sequence[index], '')} ({sequence[index]})",
            int(index) + 1,
            round(float(shares[index]) * len(sequence), 2),
            round(100 * float(shares[index]), 3),
            region_name(report.regions, int(index) + 1),
        ]
        for index in order
    ]


def attention_csv(
    predictor: AffinityPredictor, query: Query | None, layer: int | None, head: int | None
) -> dict[str, str] | None:
    """Write the profile of one layer and head, one row per residue."""
    if query is None:
        return None
    report = predictor.attention(query.protein)
    layer, head = _choice(report, layer, head)
    shares = profile(report, layer, head)
    which = str(head) if head else "mean"
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(text.CSV_HEADERS)
    for number, (residue, share) in enumerate(
        zip(report.protein.sequence, shares, strict=True), start=1
    ):
        region = region_name(report.regions, number)
        times = f"{share * len(shares):.4f}"
        writer.writerow([number, residue, region, layer, which, f"{share:.8f}", times])
    stem = safe_file_stem(query.protein.name, "protein")
    name = f"attention_{stem}_layer{layer}_head_{which}.csv"
    return {"name": name, "type": "text/csv", "content": lines.getvalue()}


def profile(report: AttentionReport, layer: int, head: int) -> np.ndarray:
    """Return each residue's share in one layer; head 0 is the mean over heads."""
    by_head = report.received[layer - 1]
    return np.asarray(by_head[head - 1] if head else by_head.mean(axis=0))


def region_name(regions: tuple[Region, ...], number: int) -> str:
    """Name the region that a residue lies in, or nothing."""
    return next((x.name for x in regions if x.start <= number <= x.end), "")


def _choice(report: AttentionReport, layer: int | None, head: int | None) -> tuple[int, int]:
    """Fall back to the last layer and to the mean where the model lacks what was chosen."""
    layers, heads, _ = report.received.shape
    return (
        layer if layer and layer <= layers else layers,
        head if head and head <= heads else 0,
    )


def _summary(report: AttentionReport) -> str:
    layers, heads, residues = report.received.shape
    summary = text.ATTENTION_READ.format(
        name=report.protein.name or text.UNNAMED_PROTEIN.capitalize(),
        residues=residues,
        layers=layers,
        heads=heads,
    )
    if len(report.windows) > 1:
        parts = ", ".join(text.SPAN.format(start=start, end=end) for start, end in report.windows)
        summary += text.ATTENTION_WINDOWS.format(count=len(report.windows), parts=parts)
    if (width := bin_width(residues)) > 1:
        summary += text.ATTENTION_BINNED.format(width=width)
    return summary


def _layer_choices(layers: int) -> list[tuple[str, int]]:
    numbered = [(str(layer), layer) for layer in range(1, layers)]
    return [*numbered, (text.LAST_LAYER.format(layer=layers), layers)]


def _head_choices(heads: int) -> list[tuple[str, int]]:
    return [(text.HEAD_MEAN, 0), *((str(head), head) for head in range(1, heads + 1))]
