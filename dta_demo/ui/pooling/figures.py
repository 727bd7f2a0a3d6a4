"""Figures of poolings: their predictions, their similarity and their weights."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dta_demo.results.poolings import PoolingReport
from dta_demo.ui.shared.formatting import shown_pkd
from dta_demo.ui.shared.plotting import (
    GREY,
    ON_SIMILARITY,
    POOLING_COLOURS,
    SIMILARITY_COLOURS,
    finish,
    left_titles,
    mark_regions,
    profile_trace,
    times_equal,
)
from dta_demo.ui.text import pooling as text
from dta_demo.ui.text import shared as shared_text


def pooling_dots(report: PoolingReport) -> go.Figure:
    """Draw the networks' four predictions on one pKd axis, with the prediction as a line."""
    prediction = report.prediction
    values = [prediction.by_pooling[name] for name in report.names]
    labels = [text.NAMES.get(name, name) for name in report.names]
    figure = go.Figure()
    for name, label, value in zip(report.names, labels, values, strict=True):
        colour = POOLING_COLOURS.get(name, GREY)
        figure.add_trace(
            go.Scatter(
                x=[prediction.affinity, value],
                y=[label, label],
                mode="lines+markers+text",
                line={"color": colour, "width": 3},
                marker={"size": [0, 15], "color": colour},
                text=["", shown_pkd(prediction, value)],
                textposition="top center",
                cliponaxis=False,
                hovertemplate=f"{label}: {shown_pkd(prediction, value)}<extra></extra>",
            )
        )
    figure.add_vline(
        x=prediction.affinity,
        line={"color": GREY, "width": 2, "dash": "dot"},
        annotation={
            "text": text.ENSEMBLE.format(value=shown_pkd(prediction, prediction.affinity)),
            "yref": "paper",
            "y": 1.0,
            "yanchor": "bottom",
            "yshift": 8,
            "xanchor": "center",
        },
    )
    low, high = min(*values, prediction.affinity), max(*values, prediction.affinity)
    middle, half = (low + high) / 2, max(0.5, (high - low) * 0.75)
    figure.update_xaxes(title_text=text.DOTS, range=[middle - half, middle + half])
    figure.update_yaxes(autorange="reversed", ticksuffix="  ")
    figure.update_layout(showlegend=False)
    return finish(figure, height=300, top_margin=36)


def similarity_map(report: PoolingReport) -> go.Figure:
    """Draw the cosine similarity between the poolings' vectors, with its numbers."""
    labels = [text.SHORT.get(name, name) for name in report.names]
    figure = go.Figure(
        go.Heatmap(
            z=np.asarray(report.similarity, dtype=np.float32),
            x=labels,
            y=labels,
            texttemplate="%{z:.2f}",
            textfont={"color": ON_SIMILARITY},
            colorscale=SIMILARITY_COLOURS,
            zmin=-1,
            zmax=1,
            xgap=2,
            ygap=2,
            colorbar={"thickness": 10, "outlinewidth": 0, "tickvals": [-1, 0, 1]},
            hovertemplate=f"{shared_text.PAIR_HOVER}: %{{z:.3f}}<extra></extra>",
        )
    )
    figure.update_xaxes(tickangle=0)
    figure.update_yaxes(autorange="reversed", ticksuffix=" ")
    return finish(figure, height=300, top_margin=16)


def pooling_weights(report: PoolingReport) -> go.Figure:
    """Draw each pooling's weight along the sequence, in multiples of an equal share."""
    sequence = report.prediction.protein.sequence
    labels = [text.NAMES.get(name, name) for name in report.names]
    figure = make_subplots(
        rows=len(labels),
        cols=1,
        shared_xaxes=True,
        vertical_spacing=0.075,
        subplot_titles=labels,
    )
    left_titles(figure)
    for row, name in enumerate(report.names, start=1):
        weights = times_equal(report.weights[row - 1])
        colour = POOLING_COLOURS.get(name, GREY)
        figure.add_trace(profile_trace(sequence, weights, colour), row=row, col=1)
        mark_regions(figure, report.prediction.regions, len(sequence), row=row, named=row == 1)
        if not weights.any():
            figure.update_yaxes(range=[0, 1], showticklabels=False, row=row, col=1)
            figure.add_annotation(
                text=text.NO_WEIGHT, x=0.5, y=0.5, xref="x domain", yref="y domain",
                showarrow=False, row=row, col=1,
            )  # fmt: skip
    figure.update_yaxes(rangemode="tozero", nticks=4)
    figure.update_xaxes(range=[0.5, len(sequence) + 0.5])
    figure.update_xaxes(title_text=shared_text.RESIDUE, row=len(labels), col=1)
    figure.update_layout(showlegend=False)
    return finish(figure, height=560, top_margin=36)
