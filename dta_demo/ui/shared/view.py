"""What a tab hands to the layout, and helpers that several tabs use."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
import plotly.graph_objects as go
from gradio.components.plot import PlotData

from dta_demo.ui import text

PLOT_CONFIG = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
}

DOWNLOAD_SCRIPT = """
(file) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([file.content], {type: file.type}));
    link.download = file.name;
    link.click();
    URL.revokeObjectURL(link.href);
}
"""


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
        Tells the tabs apart.
    tab : gr.Tab
        Its selection triggers the drawing.
    draw : callable
        ``draw(query, *controls)`` returns one value per output; ``query`` may be None.
    controls : sequence of components
        What in the tab decides what is drawn.
    outputs : sequence of components
        What is drawn.
    """

    name: str
    tab: gr.Tab
    draw: Callable[..., Awaitable[tuple[Any, ...]]]
    controls: Sequence[gr.components.Component]
    outputs: Sequence[gr.blocks.Block]


def plot_value(figure: go.Figure) -> PlotData:
    """Hand a figure to ``gr.Plot`` with a calm tool bar, which ``gr.Plot`` has no option for."""
    document = json.loads(figure.to_json())
    return PlotData(type="plotly", plot=json.dumps({**document, "config": PLOT_CONFIG}))


def add_download(
    button: gr.Button,
    make: Callable[..., Awaitable[dict[str, str] | None]],
    inputs: Sequence[gr.blocks.Block],
) -> None:
    """Let a button save a file that is made when it is pressed and never lies on the server.

    Parameters
    ----------
    button : gr.Button
        What is pressed.
    make : callable
        Given the inputs, returns ``{"name", "type", "content"}``.
    inputs : sequence of components
        What the file is made from.
    """
    file = gr.JSON(visible=False)
    button.click(make, inputs, file, api_visibility="private").success(
        None, file, None, js=DOWNLOAD_SCRIPT, api_visibility="private"
    )


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
