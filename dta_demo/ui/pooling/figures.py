"""Figures of poolings: their predictions, their similarity and their weights."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dta_demo.results.poolings import PoolingAnswer, PoolingReport
from dta_demo.results.prediction import Prediction
from dta_demo.results.units import format_pkd
from dta_demo.ui.pooling.answers import say_answer
from dta_demo.ui.shared.formatting import shown_pkd
from dta_demo.ui.shared.map_scale import scale_shares
from dta_demo.ui.shared.plotting import (
    GREY,
    ON_SIMILARITY,
    POOLING_COLOURS,
    SIMILARITY_COLOURS,
    finish,
    left_titles,
    map_trace,
    mark_regions,
    profile_trace,
    times_equal,
)
from dta_demo.ui.text import pooling as text
from dta_demo.ui.text import shared as shared_text


def pooling_dots(report: PoolingReport) -> go.Figure:
    """Draw each pooling's own answer with its interval, and the prediction as a line."""
    prediction = report.prediction
    figure = go.Figure([_interval_trace(prediction, answer) for answer in report.answers])
    ends = [prediction.affinity, *(end for answer in report.answers for end in answer.interval)]
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
    margin = 0.1 * (max(ends) - min(ends)) + 0.1
    figure.update_xaxes(title_text=shared_text.PKD, range=[min(ends) - margin, max(ends) + margin])
    figure.update_yaxes(autorange="reversed", ticksuffix="  ")
    figure.update_layout(showlegend=False)
    return finish(figure, height=300, top_margin=36)


def _interval_trace(prediction: Prediction, answer: PoolingAnswer) -> go.Scatter:
    """Draw an answer as a dot on its interval."""
    label, colour = text.NAMES[answer.name], POOLING_COLOURS[answer.name]
    low, high = answer.interval
    words = say_answer(prediction, answer)
    hover = text.INTERVAL_HOVER.format(
        name=label, value=words, low=format_pkd(low), high=format_pkd(high)
    )
    return go.Scatter(
        x=[low, answer.affinity, high],
        y=[label] * 3,
        mode="lines+markers+text",
        line={"color": colour, "width": 3},
        marker={
            "size": [9, 15, 9],
            "color": colour,
            "symbol": ["line-ns-open", "circle", "line-ns-open"],
        },
        text=["", words, ""],
        textposition="top center",
        cliponaxis=False,
        hovertemplate=f"{hover}<extra></extra>",
    )


def similarity_maps(report: PoolingReport) -> go.Figure:
    """Draw the cosine similarity between the poolings' vectors, raw and centred, as numbers."""
    maps = [report.similarity]
    if report.centred_similarity is not None:
        maps.append(report.centred_similarity)
    titles = text.SIMILARITY_TITLES[: len(maps)]
    labels = [text.SHORT[name] for name in report.names]
    figure = make_subplots(rows=1, cols=len(maps), subplot_titles=titles, shared_yaxes=True)
    figure.update_annotations(font={"size": 12})
    for column, matrix in enumerate(maps, start=1):
        figure.add_trace(matrix_trace(matrix, labels, lowest=-1), row=1, col=column)
    figure.update_xaxes(autotickangles=[0, 35], tickfont={"size": 10})
    figure.update_yaxes(autorange="reversed", ticksuffix=" ")
    return finish(figure, height=300, top_margin=36)


def matrix_trace(matrix: np.ndarray, labels: list[str], lowest: float) -> go.Heatmap:
    """Draw a matrix between poolings with its numbers; the scale ends at 1."""
    return go.Heatmap(
        z=np.asarray(matrix, dtype=np.float32),
        x=labels,
        y=labels,
        texttemplate="%{z:.2f}",
        textfont={"color": ON_SIMILARITY, "size": 11},
        colorscale=SIMILARITY_COLOURS,
        zmin=lowest,
        zmax=1,
        xgap=2,
        ygap=2,
        showscale=False,
        hovertemplate=f"{shared_text.PAIR_HOVER}: %{{z:.3f}}<extra></extra>",
    )


def pooling_weights(report: PoolingReport) -> go.Figure:
    """Draw each pooling's weight along the sequence, and that of each head of the attention.

    Weights are multiples of an equal share; of the maximum, the channels that a residue won.
    """
    titles = [
        text.WON.format(channels=report.channels) if name == "max" else text.NAMES[name]
        for name in report.names
    ]
    last = len(titles) + 1
    figure = make_subplots(
        rows=last,
        cols=1,
        shared_xaxes=True,
        vertical_spacing=0.06,
        row_heights=[*([1.0] * (last - 2)), 1.8, 1.0],
        # The map stands above the last profile, whose residues are named below the figure.
        subplot_titles=[*titles[:-1], text.HEADS, titles[-1]],
    )
    left_titles(figure)
    for row, name in enumerate(report.names, start=1):
        _add_weights(figure, report, name, row if row < last - 1 else last)
    by_head = times_equal(report.head_weights)
    scale = scale_shares(float(by_head.max()))
    figure.add_trace(map_trace(by_head, scale, text.HEAD), row=last - 1, col=1)
    figure.update_yaxes(rangemode="tozero", nticks=4)
    figure.update_yaxes(autorange="reversed", nticks=6, row=last - 1, col=1)
    figure.update_xaxes(range=_shown_range(report))
    figure.update_xaxes(title_text=shared_text.RESIDUE, row=last, col=1)
    figure.update_layout(
        showlegend=False, coloraxis=scale.axis(orientation="h", y=-0.08, yanchor="top")
    )
    return finish(figure, height=820, top_margin=36)


def _shown_range(report: PoolingReport) -> list[float]:
    """First and last number that are shown: those of the residues that are read, and a margin."""
    read = np.flatnonzero(report.weights[report.names.index("mean")]) + 1
    margin = 0.04 * (read[-1] - read[0])
    return [float(read[0] - margin - 0.5), float(read[-1] + margin + 0.5)]


def _add_weights(figure: go.Figure, report: PoolingReport, name: str, row: int) -> None:
    """Draw the weights of one pooling, or say that it has none."""
    sequence = report.prediction.protein.sequence
    weights = times_equal(report.weights[report.names.index(name)])
    unit = shared_text.TIMES_EQUAL
    if name == "max":
        weights, unit = report.maxima.astype(np.float32), text.CHANNELS
    figure.add_trace(profile_trace(sequence, weights, POOLING_COLOURS[name], unit), row=row, col=1)
    mark_regions(figure, report.prediction.regions, len(sequence), row=row, named=row == 1)
    if not weights.any():
        figure.update_yaxes(range=[0, 1], showticklabels=False, row=row, col=1)
        figure.add_annotation(
            text=text.NO_WEIGHT, x=0.5, y=0.5, xref="x domain", yref="y domain",
            showarrow=False, row=row, col=1,
        )  # fmt: skip
