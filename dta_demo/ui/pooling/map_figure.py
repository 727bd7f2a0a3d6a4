"""Maps of many proteins under each pooling, coloured by group, family or pKd."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dta_demo.results.pooling_map import PoolingMap
from dta_demo.ui.pooling.figures import matrix_trace
from dta_demo.ui.shared.plotting import GREY, finish, plain_text
from dta_demo.ui.text import pooling as pooling_text
from dta_demo.ui.text import pooling_map as text
from dta_demo.ui.text import shared as shared_text

PALETTE = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#85475e", "#332288",
)  # fmt: skip
"""Told apart with any kind of colour vision: colours of Okabe and Ito 2008 and of Tol, with a
mulberry in place of their yellow, which is too pale on white."""

SYMBOLS = ("circle", "square", "diamond", "cross", "x", "triangle-up", "star", "hexagon")
"""One for each colour, so that colour is not all that tells them apart."""


def kinome_maps(
    found: PoolingMap, colour: str, pkd: Mapping[str, float], marked: str = ""
) -> go.Figure:
    """Draw the map of each pooling, two beside two.

    Parameters
    ----------
    colour : str
        ``"group"``, ``"family"`` or ``"pkd"``.
    pkd : mapping of str to float
        Affinity by label, for the last of them.
    marked : str
        Label that is ringed.
    """
    titles = [_title(found, place) for place in range(len(found.names))]
    figure = make_subplots(
        rows=2, cols=2, subplot_titles=titles, horizontal_spacing=0.04, vertical_spacing=0.09
    )
    figure.update_annotations(font={"size": 13})
    for number, places in enumerate(found.places):
        where = {"row": number // 2 + 1, "col": number % 2 + 1}
        if colour == "pkd":
            figure.add_trace(_dots_by_pkd(found, places, pkd), **where)
        else:
            kinds = found.groups if colour == "group" else found.families
            for trace in _dots_by_kind(found, places, kinds, shown=number == 0):
                figure.add_trace(trace, **where)
        if marked in found.labels:
            figure.add_trace(_ring(found, places, marked), **where)
    figure.update_xaxes(showticklabels=False, zeroline=False)
    figure.update_yaxes(showticklabels=False, zeroline=False)
    figure.update_layout(
        legend={"orientation": "h", "y": -0.02, "itemsizing": "constant"},
        coloraxis={
            "colorscale": "Viridis",
            "colorbar": {"title": {"text": shared_text.PKD}, "thickness": 10, "outlinewidth": 0},
        },
    )
    return finish(figure, height=760, top_margin=36)


def agreement_maps(found: PoolingMap) -> go.Figure:
    """Draw the neighbours that two poolings have in common, and the CKA of their vectors."""
    labels = [pooling_text.SHORT[name] for name in found.names]
    figure = make_subplots(
        rows=1, cols=2, subplot_titles=(text.OVERLAP, text.CKA), shared_yaxes=True
    )
    figure.update_annotations(font={"size": 12})
    for column, matrix in enumerate((found.overlap, found.cka), start=1):
        figure.add_trace(matrix_trace(matrix, labels, lowest=-1), row=1, col=column)
    figure.update_xaxes(autotickangles=[0, 35], tickfont={"size": 10})
    figure.update_yaxes(autorange="reversed", ticksuffix=" ")
    return finish(figure, height=280, top_margin=36)


def _title(found: PoolingMap, place: int) -> str:
    name = pooling_text.NAMES[found.names[place]]
    if found.variance is None:
        return name
    return text.VARIANCE.format(name=name, share=found.variance[place])


def _dots_by_kind(
    found: PoolingMap, places: np.ndarray, kinds: Sequence[str], shown: bool
) -> list[go.Scatter]:
    """One trace for each of the most frequent kinds, and one for the others."""
    frequent = [kind for kind, _ in Counter(filter(None, kinds)).most_common(len(PALETTE))]
    traces = []
    for kind, colour, symbol in [
        ("", GREY, "circle-open"),
        *zip(frequent, PALETTE, SYMBOLS, strict=False),
    ]:
        rows = [
            number
            for number, own in enumerate(kinds)
            if (own == kind if kind else own not in frequent)
        ]
        traces.append(
            go.Scatter(
                x=places[rows, 0].astype(np.float32),
                y=places[rows, 1].astype(np.float32),
                mode="markers",
                name=kind or text.OTHERS,
                legendgroup=kind,
                showlegend=shown and bool(rows),
                marker={"color": colour, "symbol": symbol, "size": 6, "opacity": 0.85},
                text=[
                    f"{plain_text(found.labels[row])}, {kinds[row] or text.UNKNOWN}" for row in rows
                ],
                hovertemplate="%{text}<extra></extra>",
            )
        )
    return traces


def _dots_by_pkd(found: PoolingMap, places: np.ndarray, pkd: Mapping[str, float]) -> go.Scatter:
    values = np.array([pkd[label] for label in found.labels])
    order = np.argsort(values)
    return go.Scatter(
        x=places[order, 0].astype(np.float32),
        y=places[order, 1].astype(np.float32),
        mode="markers",
        showlegend=False,
        marker={"color": values[order].astype(np.float32), "coloraxis": "coloraxis", "size": 6},
        text=[f"{plain_text(found.labels[row])}, pKd {values[row]:.2f}" for row in order],
        hovertemplate="%{text}<extra></extra>",
    )


def _ring(found: PoolingMap, places: np.ndarray, marked: str) -> go.Scatter:
    row = found.labels.index(marked)
    return go.Scatter(
        x=[float(places[row, 0])],
        y=[float(places[row, 1])],
        mode="markers+text",
        showlegend=False,
        marker={"symbol": "circle-open", "size": 16, "color": GREY, "line": {"width": 3}},
        text=[plain_text(marked)],
        textposition="top center",
        hovertemplate="%{text}<extra></extra>",
    )
