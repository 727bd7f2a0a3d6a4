"""The panel of the full attention map, residues by residues, computed on request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from dta_demo.results.attention import AttentionReport
from dta_demo.ui.attention.choice import AttentionChoice
from dta_demo.ui.attention.descriptions import describe_map
from dta_demo.ui.attention.figure import map_figure
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.formatting import protein_name
from dta_demo.ui.shared.plotting import MAX_CELLS, bin_width
from dta_demo.ui.shared.query import Query
from dta_demo.ui.shared.view import build_plot, plot_value
from dta_demo.ui.shared.work_estimate import WorkEstimate
from dta_demo.ui.text import attention as text
from dta_demo.ui.text import shared as shared_text

if TYPE_CHECKING:
    from dta_demo.ui.attention.source import Source, SourceOfAttention


@dataclass(frozen=True)
class MapPanel:
    """The parts of the panel that a new query resets, see `reset_map`.

    Attributes
    ----------
    window : gr.Dropdown
        Window of a protein that is read in several.
    shown : gr.State
        The choice whose map is shown, or None.
    box : gr.Column
        Around the map.
    """

    window: gr.Dropdown
    shown: gr.State
    box: gr.Column

    @property
    def outputs(self) -> list[gr.blocks.Block]:
        """Components that `reset_map` fills."""
        return [self.window, self.shown, self.box]


def build_map_panel(
    source: SourceOfAttention, choices: Sequence[gr.components.Component]
) -> MapPanel:
    """Lay out the panel.

    Parameters
    ----------
    choices : sequence of components
        What is shown, its layer and its head.
    """
    gr.HTML(cards.heading(text.MAP_TITLE))
    gr.Markdown(text.MAP_INTRO)
    with gr.Row(elem_classes="dta-controls", elem_id="map-controls"):
        button = gr.Button(text.MAP_BUTTON, size="md", scale=0, min_width=170, elem_id="map-button")
        window = gr.Dropdown(label=text.MAP_WINDOW, elem_id="map-window", visible=False)
        corrected = gr.Checkbox(label=text.MAP_APC, elem_id="map-apc", min_width=230)
    shown = gr.State(None)
    with gr.Column(visible=False) as box:
        title = gr.HTML(elem_id="map-title")
        plot = build_plot("attention-map")
    event: dict[str, Any] = {
        "outputs": [shown, box, title, plot], "show_progress_on": plot, "api_visibility": "private",
    }  # fmt: skip
    button.click(
        source.handler(draw_map, work_of_map),
        [*source.inputs, window, corrected, *choices],
        **event,
    )
    gr.on(
        [window.input, corrected.input],
        source.handler(redraw_map, work_of_map),
        [*source.inputs, window, corrected, shown],
        trigger_mode="always_last",
        **event,
    )
    return MapPanel(window, shown, box)


def work_of_map(work: WorkEstimate, query: Query | None, *others: Any) -> int:
    """Work of a full map."""
    return 0 if query is None else work.encoding(query.protein, with_attention=True)


def reset_map(report: AttentionReport) -> tuple[Any, ...]:
    """Hide the map of the last protein, and offer the windows of this one."""
    parts = [
        (shared_text.SPAN.format(start=start, end=end), number)
        for number, (start, end) in enumerate(report.windows, start=1)
    ]
    window = gr.Dropdown(choices=parts, value=1, visible=len(parts) > 1)
    return (window, None, gr.Column(visible=False))


def redraw_map(
    predictor: Source,
    query: Query | None,
    window: int | None,
    corrected: bool,
    shown: tuple[Any, ...] | None,
) -> tuple[Any, ...]:
    """Draw the map that is shown again, with another window or correction."""
    if shown is None:
        return tuple(gr.skip() for _ in range(4))
    return draw_map(predictor, query, window, corrected, *shown)


def draw_map(
    predictor: Source,
    query: Query | None,
    window: int | None,
    corrected: bool,
    what: str | None,
    layer: int | None,
    head: int | None,
) -> tuple[Any, ...]:
    """Compute and draw a map; for rollout, the mean over all layers and heads."""
    if query is None:
        return tuple(gr.skip() for _ in range(4))
    report = predictor.attention(query.protein)
    choice = AttentionChoice.read(report, what, layer, head)
    number = window if window and window <= len(report.windows) else 1
    start, end = report.windows[number - 1]
    full = predictor.attention_map(query.protein, choice.layer, choice.head, number)
    sequence = query.protein.sequence[start - 1 : end]
    width = bin_width(len(sequence), MAX_CELLS)
    words = replace(choice, what="received").words
    title = text.MAP_OF.format(
        words=words,
        start=start,
        end=end,
        corrected=text.MAP_CORRECTED if corrected else "",
        binned=text.MAP_BINNED.format(width=width) if width > 1 else "",
    )
    name = protein_name(query.protein)
    return (
        (choice.what, choice.layer, choice.head),
        gr.Column(visible=True),
        cards.note([title]),
        plot_value(
            map_figure(full, sequence, start, bool(corrected)),
            describe_map(full, words, name, sequence, start, bool(corrected)),
        ),
    )
