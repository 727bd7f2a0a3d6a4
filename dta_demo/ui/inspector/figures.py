"""Curves of the losses of a fine-tuning."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dta_demo.results.tuning import LAYERS, TuningPoint
from dta_demo.ui.shared.plotting import AMBER, GREY, TEAL, VIOLET, finish
from dta_demo.ui.text import inspector as text

HEIGHT, TOP_MARGIN = 320, 56


def loss_curves(points: Sequence[TuningPoint], baseline: float) -> go.Figure:
    """Draw both losses by epoch, one phase after the other, with the baseline."""
    epochs = list(range(1, len(points) + 1))
    figure = go.Figure()
    for name, colour, values in (
        ("training", VIOLET, [point.training for point in points]),
        ("validation", TEAL, [point.validation for point in points]),
    ):
        figure.add_scatter(
            x=epochs, y=values, mode="lines+markers" if len(epochs) < 3 else "lines",
            name=text.CURVES[name], line={"color": colour, "width": 2},
            hovertemplate=text.CURVE_HOVER,
        )  # fmt: skip
    figure.add_scatter(
        x=[epochs[0], max(epochs[-1], 2)] if epochs else [1, 2], y=[baseline, baseline],
        mode="lines", name=text.CURVES["baseline"], hovertemplate=text.CURVE_HOVER,
        line={"color": AMBER, "width": 2, "dash": "dash"},
    )  # fmt: skip
    first = next((place for place, each in enumerate(points) if each.phase == LAYERS), None)
    if first is not None:
        figure.add_vline(
            x=first + 0.5, line={"color": GREY, "width": 1, "dash": "dot"},
            annotation={"text": text.PHASES[LAYERS], "font": {"size": 12}},
            annotation_position="top right",
        )  # fmt: skip
    finish(figure, HEIGHT, TOP_MARGIN)
    figure.update_layout(
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"}, hovermode="closest"
    )
    figure.update_xaxes(title_text=text.EPOCH_AXIS, tickformat="d")
    figure.update_yaxes(title_text=text.LOSS_AXIS, rangemode="tozero")
    return figure
