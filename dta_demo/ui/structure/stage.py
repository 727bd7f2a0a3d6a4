"""A stage for 3D pictures: 3Dmol.js where the browser can load it, else Plotly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import gradio as gr
import plotly.graph_objects as go
from markupsafe import Markup

from dta_demo.inputs.wording import plain_line
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.view import plot_value
from dta_demo.ui.structure.viewer_frame import script_address
from dta_demo.ui.text import structure as text

THREEDMOL = "3dmol"
"""Answer of a browser that has the script; one without it answers ``"plotly"``."""


@dataclass(frozen=True)
class Stage:
    """Components: a line that says which viewer is shown, and both viewers, one of them hidden."""

    line: gr.HTML
    frame: gr.HTML
    plot: gr.Plot

    @property
    def outputs(self) -> list[gr.blocks.Block]:
        """Components that `show_in` and `hide_stage` fill."""
        return [self.line, self.frame, self.plot]


def build_stage(name: str) -> Stage:
    """Lay out an empty stage."""
    return Stage(
        gr.HTML(elem_id=f"{name}-viewer"),
        gr.HTML(visible=False, elem_id=f"{name}-frame"),
        gr.Plot(visible=False, show_label=False, container=False, elem_id=f"{name}-plot"),
    )


def show_in(
    viewer: str, frame: Callable[[str], Markup], plot: Callable[[], go.Figure], description: str
) -> tuple[Any, ...]:
    """Fill a stage: only the one viewer that is shown is drawn and sent.

    Parameters
    ----------
    viewer : str
        Answer of the browser.
    frame, plot : callable
        Draw the same scene in 3Dmol.js and in Plotly.
    description : str
        The scene in words, for who does not see it.
    """
    line = cards.note([text.VIEWER_LINES[viewer].format(host=_host_of_script())])
    if viewer == THREEDMOL:
        return line, gr.HTML(frame(description), visible=True), gr.Plot(None, visible=False)
    drawn = plot_value(plot(), description)
    return line, gr.HTML("", visible=False), gr.Plot(drawn, visible=True)


def hide_stage() -> tuple[Any, ...]:
    """Empty a stage."""
    return Markup(), gr.HTML("", visible=False), gr.Plot(None, visible=False)


def _host_of_script() -> str:
    return plain_line(urlsplit(script_address()).hostname or text.THIS_SERVER, 60)
