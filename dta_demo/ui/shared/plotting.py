"""Parts of figures that several tabs use: maps, profiles, marks and the look.

Figures have transparent backgrounds and take their text colour from ``page.css``, so one
figure is right in light and in dark. Large matrices travel as uint8 codes on a logarithmic
scale, with the colour bar's ticks at the real values.
"""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from dta_demo.results.region import Region
from dta_demo.ui.shared.map_scale import MapScale
from dta_demo.ui.text import shared as text

MAX_COLUMNS = 700
"""Columns of a map beyond which neighbouring residues share one: a column narrower than a
pixel may not be drawn at all, and its peak with it."""

MAX_POINTS = 5000
"""Points of a profile beyond which only the highest of its neighbours is drawn."""

MAX_CELLS = 800
"""Rows and columns of a full map beyond which neighbouring residues share one."""

TEAL, AMBER, GREY, VIOLET = "#0d9488", "#d97706", "#808a99", "#8b5cf6"
REGION_FILL, VIOLET_FILL = "rgba(217,119,6,0.13)", "rgba(139,92,246,0.30)"
JOINT_FILL = "rgba(128,138,153,0.22)"
POOLING_COLOURS = {"cls": "#64748b", "mean": "#0d9488", "max": "#d97706", "attention": "#7c6fd6"}
SIMILARITY_COLOURS = [[0, "#f0b27a"], [0.5, "#f1f5f9"], [1, "#5fb8ab"]]
ON_SIMILARITY = "#0f172a"
FONT = "Source Sans Pro, ui-sans-serif, system-ui, sans-serif"


def plain_text(words: str) -> str:
    """Take the marks of a figure's own markup out of a name that a visitor gave."""
    return words.replace("<", "(").replace(">", ")")


def times_equal(shares: np.ndarray) -> np.ndarray:
    """Multiples of an equal share, from shares that sum to 1 along the last axis."""
    return np.asarray(shares, dtype=np.float32) * shares.shape[-1]


def bin_columns(
    matrix: np.ndarray, limit: int = MAX_COLUMNS, lowest: bool = False
) -> tuple[np.ndarray, int]:
    """Shorten a matrix to at most ``limit`` columns by what stands out among neighbours.

    Parameters
    ----------
    matrix : numpy.ndarray
        ``(rows, columns)``.
    limit : int
        The most columns to return.
    lowest : bool
        Whether what stands out is the lowest value, and not the highest.

    Returns
    -------
    tuple of (numpy.ndarray, int)
        The shortened matrix and how many columns went into one (1: nothing was changed).
    """
    width = bin_width(matrix.shape[1], limit)
    starts = np.arange(0, matrix.shape[1], width)
    return (np.minimum if lowest else np.maximum).reduceat(matrix, starts, axis=1), width


def bin_square(matrix: np.ndarray, limit: int = MAX_CELLS) -> tuple[np.ndarray, int]:
    """Shorten rows and columns of a square matrix alike, to the highest of neighbours."""
    shorter, width = bin_columns(matrix, limit)
    return bin_columns(shorter.T, limit)[0].T, width


def bin_width(residues: int, limit: int = MAX_COLUMNS) -> int:
    """Number of neighbouring residues that share one column of a map."""
    return -(-residues // limit)


def map_trace(values: np.ndarray, scale: MapScale, axis: str, lowest: bool = False) -> go.Heatmap:
    """Heatmap of rows by residues as uint8 codes, with the real values for the hover text.

    Parameters
    ----------
    values : numpy.ndarray
        ``(rows, residues)`` in the unit of the scale.
    scale : MapScale
        The colour scale.
    axis : str
        What a row is, for the hover text.
    lowest : bool
        Whether a column of several residues has the lowest of them, and not the highest.
    """
    binned, width = bin_columns(values, lowest=lowest)
    columns = np.arange(binned.shape[1], dtype=np.float32) * width + (width + 1) / 2
    residue = "%{x}" if width == 1 else f"%{{x}} ± {(width - 1) / 2:g}"
    return go.Heatmap(
        z=scale.encode(binned),
        x=columns,
        y=np.arange(1, len(binned) + 1, dtype=np.int16),
        customdata=binned.astype(np.float32),
        coloraxis="coloraxis",
        hovertemplate=(
            f"{text.RESIDUE} {residue}<br>{axis} %{{y}}<br>"
            f"%{{customdata:.2f}} {scale.unit}<extra></extra>"
        ),
    )


def profile_trace(
    sequence: str,
    values: np.ndarray,
    colour: str = TEAL,
    unit: str = text.TIMES_EQUAL,
    lowest: bool = False,
) -> go.Scatter:
    """One value per residue as a filled line; hovering names the residue, such as K271.

    By these names ``residue_axes.js`` puts letters below a figure that is zoomed in. Where the
    lowest values are what is looked for, they need no area below them.
    """
    kept = peaks(-values if lowest else values)
    return go.Scatter(
        x=(kept + 1).astype(np.int32),
        y=np.asarray(values, dtype=np.float32)[kept],
        mode="lines" if len(sequence) > 1 else "markers",
        line={"color": colour, "width": 1.2},
        fill="none" if lowest else "tozeroy",
        text=[f"{sequence[index]}{index + 1}" for index in kept],
        hovertemplate=f"<b>%{{text}}</b>  %{{y:.2f}} {unit}<extra></extra>",
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
    """Shade the region that the poolings use, unless that is the whole protein."""
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


def mark_joints(figure: go.Figure, joints: tuple[tuple[int, int], ...], row: int) -> None:
    """Shade where neighbouring windows of a long protein overlap."""
    for start, end in joints:
        figure.add_vrect(
            x0=start - 0.5,
            x1=end + 0.5,
            fillcolor=JOINT_FILL,
            line_width=0,
            layer="below",
            annotation={"text": text.OVERLAP, "font": {"size": 11}, "yshift": -16},
            annotation_position="top right",
            row=row,
            col=1,
        )


def row_tick(count: int) -> int:
    """Number of rows of a map from one label to the next."""
    return 1 if count <= 8 else 5


def left_titles(figure: go.Figure) -> None:
    """Set the titles of subplots, which must be all its annotations so far, at the left."""
    figure.update_annotations(x=0, xanchor="left", font={"size": 14})


def finish(figure: go.Figure, height: int | None, top_margin: int) -> go.Figure:
    """Apply the look of the page to a figure; without a height, the page decides that too."""
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
