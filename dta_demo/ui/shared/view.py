"""Tabs that are drawn when they are opened, and plots with buttons that save them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
import plotly.graph_objects as go
from gradio.components.plot import PlotData

from dta_demo.ui.text import shared as text

PLOT_CONFIG = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
}

SAVE_FIGURE_SCRIPT = """
() => window.Plotly.downloadImage(
    document.querySelector("#%(elem_id)s .js-plotly-plot"),
    {format: "%(format)s", filename: "%(elem_id)s", width: null, height: null, scale: 2}
)
"""


@dataclass(frozen=True)
class View:
    """A tab that is drawn when it is opened, from the last query.

    Attributes
    ----------
    name : str
        Identifies the tab.
    tab : gr.Tab
        Its selection triggers the drawing.
    draw : callable
        ``draw(query, *controls)`` returns one value per output; ``query`` may be None.
    controls : sequence of components
        Choices in the tab that decide what is drawn.
    outputs : sequence of components
        Components that are filled.
    """

    name: str
    tab: gr.Tab
    draw: Callable[..., Awaitable[tuple[Any, ...]]]
    controls: Sequence[gr.components.Component]
    outputs: Sequence[gr.blocks.Block]


def plot_value(figure: go.Figure, description: str) -> PlotData:
    """Value of ``gr.Plot`` for a figure, with fewer tools, for which ``gr.Plot`` has no option.

    Parameters
    ----------
    description : str
        What the figure shows, for who does not see it: ``accessible.js`` makes it the label of the
        plot, as text and never as HTML.
    """
    document = json.loads(figure.to_json())
    document["layout"]["meta"] = {"description": description}
    return PlotData(type="plotly", plot=json.dumps({**document, "config": PLOT_CONFIG}))


def build_plot(elem_id: str) -> gr.Plot:
    """Lay out a plot with buttons that save it, as the browser shows it."""
    plot = gr.Plot(show_label=False, elem_id=elem_id, container=False)
    with gr.Row(elem_classes="dta-save"):
        for image in ("svg", "png"):
            words = text.SAVE_FIGURE.format(format=image.upper())
            button = gr.Button(words, size="sm", scale=0, min_width=110)
            script = SAVE_FIGURE_SCRIPT % {"elem_id": elem_id, "format": image}
            button.click(None, None, None, js=script, api_visibility="private")
    return plot
