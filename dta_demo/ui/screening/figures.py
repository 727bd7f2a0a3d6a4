"""Figures of a screen: drawings of the first molecules, and the distribution of the pKd."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from markupsafe import Markup

from dta_demo.inputs.errors import InputError
from dta_demo.molecules.drawing import draw_molecule
from dta_demo.molecules.naming import read_small_molecule
from dta_demo.results.screening import ScreenRow
from dta_demo.results.units import format_pkd
from dta_demo.ui.shared.plotting import AMBER, FONT, TEAL
from dta_demo.ui.text import screening as text
from dta_demo.ui.text import shared as shared_text

DRAWN = 6
BIN = 0.25
"""Width of the histogram's bins, pKd."""

HEIGHT = 260


def draw_top(rows: Sequence[ScreenRow]) -> Markup:
    """Draw the first molecules of a ranking, each with its name and pKd."""
    cards = [card for row in rows[:DRAWN] if (card := _draw(row))]
    return Markup('<div class="dta-top">{}</div>').format(Markup().join(cards))


def _draw(row: ScreenRow) -> Markup:
    if not row.smiles or row.affinity is None:
        return Markup()
    try:
        molecule = read_small_molecule(row.smiles)
    except InputError:
        return Markup()
    name = row.id or molecule.name or shared_text.UNNAMED_DRUG
    return Markup("<figure>{}<figcaption><b>{}</b> pKd {}</figcaption></figure>").format(
        draw_molecule(molecule.smiles, name), name, format_pkd(row.affinity)
    )


def histogram(rows: Sequence[ScreenRow]) -> go.Figure:
    """Draw how many rows have which pKd, those outside the domain apart."""
    figure = go.Figure()
    for inside, name, colour in (
        (True, text.INSIDE, TEAL), (False, text.OUTSIDE, AMBER),
    ):  # fmt: skip
        values = [row.affinity for row in rows if bool(row.in_domain) == inside]
        if values:
            figure.add_trace(_bars(np.array(values, dtype=np.float64), name, colour))
    figure.update_layout(
        barmode="stack", height=HEIGHT, font_family=FONT,
        margin={"l": 50, "r": 10, "t": 10, "b": 40},
        paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)", bargap=0.05,
        legend={"orientation": "h", "y": 1.12},
    )  # fmt: skip
    figure.update_xaxes(title_text=shared_text.PKD)
    figure.update_yaxes(title_text=text.ROWS_AXIS, gridcolor="rgba(128,138,153,0.25)")
    return figure


def count_bins(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lower ends of bins, without a gap from the lowest value to the highest, and their counts."""
    first = np.floor(values.min() / BIN)
    counts = np.bincount((np.floor(values / BIN) - first).astype(int))
    return (first + np.arange(len(counts))) * BIN, counts


def _bars(values: np.ndarray, name: str, colour: str) -> go.Bar:
    starts, counts = count_bins(values)
    return go.Bar(
        x=starts + BIN / 2, y=counts, width=BIN, name=name, marker_color=colour,
        hovertemplate="pKd %{x:.2f}: %{y} " + text.ROWS_AXIS + "<extra></extra>",
    )  # fmt: skip
