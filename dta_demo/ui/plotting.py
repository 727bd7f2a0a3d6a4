"""What the figures share: the coding of large matrices, traces over residues, the look.

Figures have transparent backgrounds and take their text colour from ``page.css``, so one
figure is right in light and in dark. Large matrices travel as uint8 codes on a logarithmic
scale, with the colour bar's ticks at the real values.
"""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from dta_demo.results import Region
from dta_demo.ui import text

MAX_COLUMNS = 700
"""Columns of a map beyond which neighbouring residues share one: a column narrower than a
pixel may not be drawn at all, and its peak with it."""

MAX_POINTS = 5000
"""Points of a profile beyond which only the highest of its neighbours is drawn."""

SCALE_START = 0.1
"""Lowest value, in multiples of an equal share, that the colour scale tells apart."""

SCALE_TICKS = (0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000)

TEAL, AMBER, GREY = "#0d9488", "#d97706", "#808a99"
REGION_FILL = "rgba(217,119,6,0.13)"
POOLING_COLOURS = {"cls": "#64748b", "mean": "#0d9488", "max": "#d97706", "attention": "#7c6fd6"}
SIMILARITY_COLOURS = [[0, "#f0b27a"], [0.5, "#f1f5f9"], [1, "#5fb8ab"]]
ON_SIMILARITY = "#0f172a"
FONT = "Source Sans Pro, ui-sans-serif, system-ui, sans-serif"


def times_equal(shares: np.ndarray) -> np.ndarray:
    """Turn shares that sum to 1 along the last axis into multiples of an equal share."""
    return np.asarray(shares, dtype=np.float32) * shares.shape[-1]


def quantise(values: np.ndarray, top: float) -> np.ndarray:
    """Code values as uint8 on a logarithmic scale from ``SCALE_START`` to ``top``."""
    position = np.log10(np.clip(values, SCALE_START, top) / SCALE_START)
    return np.rint(255 * position / np.log10(top / SCALE_START)).astype(np.uint8)


def bin_columns(matrix: np.ndarray, limit: int = MAX_COLUMNS) -> tuple[np.ndarray, int]:
    """Shorten a matrix to at most ``limit`` columns by the maximum of neighbours.

    Parameters
    ----------
    matrix : numpy.ndarray
        ``(rows, columns)``.
    limit : int
        The most columns to return.

    Returns
    -------
    tuple of (numpy.ndarray, int)
        The shortened matrix and how many columns went into one (1: nothing was changed).
    """
    width = bin_width(matrix.shape[1], limit)
    starts = np.arange(0, matrix.shape[1], width)
    return np.maximum.reduceat(matrix, starts, axis=1), width


def bin_width(residues: int, limit: int = MAX_COLUMNS) -> int:
    """How many neighbouring residues share one column of a map."""
    return -(-residues // limit)


def map_trace(values: np.ndarray, top: float, axis: str) -> go.Heatmap:
    """Rows by residues as uint8 codes; the real values ride along for the hover text.

    Parameters
    ----------
    values : numpy.ndarray
        ``(rows, residues)`` in multiples of an equal share.
    top : float
        The upper end of the colour scale.
    axis : str
        What a row is, for the hover text.
    """
    binned, width = bin_columns(values)
    columns = np.arange(binned.shape[1], dtype=np.float32) * width + (width + 1) / 2
    residue = "%{x}" if width == 1 else f"%{{x}} ± {(width - 1) / 2:g}"
    return go.Heatmap(
        z=quantise(binned, top),
        x=columns,
        y=np.arange(1, len(binned) + 1, dtype=np.int16),
        customdata=binned.astype(np.float32),
        coloraxis="coloraxis",
        hovertemplate=(
            f"{text.AXIS_RESIDUE} {residue}<br>{axis} %{{y}}<br>"
            f"%{{customdata:.2f}} {text.TIMES_EQUAL}<extra></extra>"
        ),
    )


def profile_trace(sequence: str, values: np.ndarray, colour: str = TEAL) -> go.Scatter:
    """One value per residue as a filled line; hovering names the residue, such as K271."""
    kept = peaks(values)
    return go.Scatter(
        x=(kept + 1).astype(np.int32),
        y=np.asarray(values, dtype=np.float32)[kept],
        mode="lines" if len(sequence) > 1 else "markers",
        line={"color": colour, "width": 1.2},
        fill="tozeroy",
        text=[f"{sequence[index]}{index + 1}" for index in kept],
        hovertemplate=f"<b>%{{text}}</b>  %{{y:.2f}} {text.TIMES_EQUAL}<extra></extra>",
    )


def peaks(values: np.ndarray, limit: int = MAX_POINTS) -> np.ndarray:
    """Choose at most ``limit`` positions, the highest of each group of neighbours.

    Parameters
    ----------
    values : numpy.ndarray
        One value per residue.
    limit : int
        The most positions to keep; a shorter profile keeps them all.
    """
    width = bin_width(len(values), limit)
    padded = np.pad(values, (0, -len(values) % width), constant_values=-np.inf)
    groups = padded.reshape(-1, width)
    return groups.argmax(axis=1) + width * np.arange(len(groups))


def mark_row(figure: go.Figure, number: int, row: int) -> None:
    """Frame one row of a map."""
    figure.add_shape(
        type="rect", xref="x domain", x0=0, x1=1, y0=number - 0.5, y1=number + 0.5,
        line={"color": AMBER, "width": 2}, row=row, col=1,
    )  # fmt: skip


def mark_regions(
    figure: go.Figure, regions: tuple[Region, ...], residues: int, row: int, named: bool = True
) -> None:
    """Shade the part of the protein that the poolings read, unless that is all of it."""
    for region in regions:
        if region.end - region.start + 1 >= residues:
            continue
        figure.add_vrect(
            x0=region.start - 0.5,
            x1=region.end + 0.5,
            fillcolor=REGION_FILL,
            line_width=0,
            layer="below",
            annotation={"text": region.name if named else "", "font": {"size": 12}},
            annotation_position="top left",
            row=row,
            col=1,
        )


def row_tick(count: int) -> int:
    """How many rows of a map lie between two labels."""
    return 1 if count <= 8 else 5


def colour_axis(top: float) -> dict[str, object]:
    """Put a bar above the figure whose ticks name real values of the coded scale."""
    ticks = [tick for tick in SCALE_TICKS if tick <= top]
    return {
        "colorscale": "Viridis",
        "cmin": 0,
        "cmax": 255,
        "colorbar": {
            "orientation": "h",
            "yref": "container",
            "y": 1,
            "yanchor": "top",
            "tickangle": 0,
            "thickness": 10,
            "outlinewidth": 0,
            "title": {"text": text.TIMES_EQUAL, "side": "top"},
            "tickvals": [int(code) for code in quantise(np.array(ticks), top)],
            "ticktext": [text.TIMES.format(value=tick) for tick in ticks],
        },
    }


def left_titles(figure: go.Figure) -> None:
    """Set the titles of subplots, which must be all its annotations so far, at the left."""
    figure.update_annotations(x=0, xanchor="left", font={"size": 14})


def finish(figure: go.Figure, height: int, top_margin: int) -> go.Figure:
    """Give a figure the page's look."""
    figure.update_layout(
        height=height,
        margin={"l": 56, "r": 16, "t": top_margin, "b": 44},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "size": 13},
        hoverlabel={"font": {"family": FONT, "size": 13}},
        hovermode="x",
        template="none",
    )
    figure.update_xaxes(zeroline=False, showgrid=False, automargin=True)
    figure.update_yaxes(zeroline=False, automargin=True)
    return figure
