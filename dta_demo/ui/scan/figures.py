"""Map of a mutation scan: residues by the amino acids put in."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from dta_demo.results.scan import RESIDUES, MutationScan
from dta_demo.ui.shared.colours import DIVERGING
from dta_demo.ui.shared.plotting import GREY, finish
from dta_demo.ui.text import scan as text
from dta_demo.ui.text import shared as shared_text

ROW_PIXELS, FRAME_PIXELS = 17, 120
WITHIN_FILL = "rgba(128,138,153,0.35)"
MIN_LIMIT = 0.1
"""Smallest end of the colours, in pKd, so that noise is not drawn as if it mattered."""


def scan_figure(scan: MutationScan) -> go.Figure:
    """Draw the change of each substitution, grey where it lies within its spread."""
    change, spread = scan.grid()
    within = np.abs(change) <= spread
    rows = [row_label(scan, number) for number in scan.positions]
    names = [
        [f"{scan.protein.sequence[number - 1]}{number}{letter}" for letter in RESIDUES]
        for number in scan.positions
    ]
    shown = np.where(within, np.nan, change)
    limit = max(MIN_LIMIT, float(np.nanmax(np.abs(change), initial=0.0)))
    figure = go.Figure()
    figure.add_heatmap(
        z=np.where(within, 0.0, np.nan), x=list(RESIDUES), y=rows, showscale=False,
        colorscale=[[0, WITHIN_FILL], [1, WITHIN_FILL]], xgap=1, ygap=1, name=text.WITHIN,
        customdata=_describe(names, change, spread), hovertemplate=text.HOVER,
    )  # fmt: skip
    figure.add_heatmap(
        z=shown, x=list(RESIDUES), y=rows, zmin=-limit, zmax=limit, xgap=1, ygap=1,
        colorscale=[list(stop) for stop in DIVERGING],
        colorbar={"title": shared_text.PKD, "thickness": 10, "len": 180, "lenmode": "pixels",
                  "y": 1, "yanchor": "top"},
        customdata=_describe(names, change, spread), hovertemplate=text.HOVER,
    )  # fmt: skip
    figure.add_scatter(
        x=[scan.protein.sequence[number - 1] for number in scan.positions], y=rows,
        mode="markers", marker={"color": GREY, "size": 6}, hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    finish(figure, FRAME_PIXELS + ROW_PIXELS * len(rows), 40)
    figure.update_layout(hovermode="closest")
    figure.update_xaxes(
        side="top", title_text=text.COLUMN, fixedrange=True,
        categoryorder="array", categoryarray=list(RESIDUES),
    )  # fmt: skip
    figure.update_yaxes(
        autorange="reversed", dtick=1, tickfont={"size": 11}, showgrid=False, type="category"
    )
    return figure


def row_label(scan: MutationScan, number: int) -> str:
    """Name a residue with its number and, where it has one, its role."""
    role = scan.roles.get(number, "")
    return f"{role} {scan.protein.sequence[number - 1]}{number}".strip()


def _describe(names: list[list[str]], change: np.ndarray, spread: np.ndarray) -> np.ndarray:
    described = np.empty((*change.shape, 3), dtype=object)
    described[..., 0], described[..., 1], described[..., 2] = names, change, spread
    return described
