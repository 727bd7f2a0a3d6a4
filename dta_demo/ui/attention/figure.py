"""Figures of attention: maps of layers and heads, a profile, and the full map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dta_demo.encoders.contacts import correct_average_product
from dta_demo.results.attention import MAXIMUM, MEAN, AttentionReport
from dta_demo.ui.attention.choice import AttentionView
from dta_demo.ui.shared.formatting import landmark_words
from dta_demo.ui.shared.map_scale import BAR_ABOVE, scale_excess, scale_percent, scale_shares
from dta_demo.ui.shared.plotting import (
    VIOLET,
    VIOLET_FILL,
    bin_square,
    finish,
    left_titles,
    map_trace,
    mark_joints,
    mark_regions,
    mark_row,
    profile_trace,
    row_tick,
    times_equal,
)
from dta_demo.ui.text import attention as text
from dta_demo.ui.text import shared as shared_text

TOP_MARGIN, BOTTOM_MARGIN, GAP = 96, 44, 46
LAYERS_HEIGHT, HEADS_HEIGHT, PROFILE_HEIGHT, LANDMARK_HEIGHT = 110, 210, 200, 19
HEAD_CELL, HEADS_TITLE = 24, 40
"""Pixels."""

NEAR_RESIDUES = 6
"""Separation along the chain from which pairs set the scale of a corrected map."""


@dataclass(frozen=True)
class _Panel:
    """One row of the figure."""

    name: str
    title: str
    height: int


def attention_figure(view: AttentionView) -> go.Figure:
    """Draw attention along a protein: all layers, the heads of one, landmarks and a profile.

    Returns
    -------
    plotly.graph_objects.Figure
        Rows over one residue axis, so that zooming into one zooms all. Rollout has no heads.
    """
    panels = _panels(view)
    rows = {panel.name: row for row, panel in enumerate(panels, start=1)}
    heights = [panel.height for panel in panels]
    inside = sum(heights) + GAP * (len(panels) - 1)
    figure = make_subplots(
        rows=len(panels),
        cols=1,
        shared_xaxes=True,
        vertical_spacing=GAP / inside,
        row_heights=heights,
        subplot_titles=[panel.title for panel in panels],
    )
    left_titles(figure)
    _draw_maps(figure, view, rows)
    if "landmarks" in rows:
        _draw_landmarks(figure, view.report, rows["landmarks"])
    _draw_profile(figure, view, rows["profile"])
    residues = len(view.report.protein.sequence)
    figure.update_xaxes(range=[0.5, residues + 0.5])
    figure.update_xaxes(title_text=shared_text.RESIDUE, row=len(panels), col=1)
    figure.update_layout(showlegend=False)
    return finish(figure, height=inside + TOP_MARGIN + BOTTOM_MARGIN, top_margin=TOP_MARGIN)


def _panels(view: AttentionView) -> list[_Panel]:
    choice, landmarks = view.choice, view.report.landmarks
    given = choice.what == "given"
    profile = text.PROFILE_GIVEN if given else text.PROFILE
    panels = [
        _Panel("layers", text.MAP_OF_LAYERS_GIVEN if given else text.MAP_OF_LAYERS, LAYERS_HEIGHT)
    ]
    if choice.what != "rollout":
        title = text.MAP_OF_HEADS.format(layer=choice.layer)
        panels.append(
            _Panel("heads", text.MAP_OF_ALL_HEADS if choice.layer == MEAN else title, HEADS_HEIGHT)
        )
    if landmarks:
        panels.append(_Panel("landmarks", text.LANDMARKS, LANDMARK_HEIGHT * len(landmarks)))
    panels.append(_Panel("profile", profile.format(words=choice.words), PROFILE_HEIGHT))
    return panels


def shown_maps(view: AttentionView) -> dict[str, np.ndarray]:
    """Maps of layers and, but for rollout, of heads: rows by residues, in the unit of the scale."""
    report, choice = view.report, view.choice
    if choice.what == "given":
        by_head = report.by_head("given", choice.layer)
        return {"layers": 100 * report.given.mean(axis=1), "heads": 100 * by_head}
    maps = {"layers": times_equal(report.by_layer)}
    if choice.what == "received":
        maps["heads"] = times_equal(report.by_head("received", choice.layer))
    return maps


def _draw_maps(figure: go.Figure, view: AttentionView, rows: dict[str, int]) -> None:
    """Draw the maps of layers and heads on one colour scale."""
    choice, shown = view.choice, shown_maps(view)
    top = max(float(values.max()) for values in shown.values())
    scale = scale_percent() if choice.what == "given" else scale_shares(top)
    chosen = {"layers": choice.layer, "heads": choice.head}
    for name, values in shown.items():
        row, axis = rows[name], text.LAYER if name == "layers" else text.HEAD
        trace = map_trace(values, scale, axis, lowest=choice.what == "given")
        figure.add_trace(trace, row=row, col=1)
        if choice.what != "rollout" and chosen[name] not in (MEAN, MAXIMUM):
            mark_row(figure, chosen[name], row=row)
        figure.update_yaxes(
            title_text=axis, autorange="reversed", dtick=row_tick(len(values)), row=row, col=1
        )
    figure.update_layout(coloraxis=scale.axis(**BAR_ABOVE))


def _draw_landmarks(figure: go.Figure, report: AttentionReport, row: int) -> None:
    """Name each landmark on a line of its own, so that no two names meet."""
    residues = len(report.protein.sequence)
    middles = [(each.start + each.end) / 2 for each in report.landmarks]
    figure.add_trace(
        go.Scatter(
            x=middles,
            y=list(range(len(middles))),
            mode="markers+text",
            marker={"symbol": "square", "size": 8, "color": VIOLET},
            text=[landmark_words(each) for each in report.landmarks],
            textposition=[
                "middle right" if middle < residues / 2 else "middle left" for middle in middles
            ],
            textfont={"size": 12},
            cliponaxis=False,
            hovertext=[
                f"{each.letters} {shared_text.SPAN.format(start=each.start, end=each.end)}"
                for each in report.landmarks
            ],
            hovertemplate="<b>%{text}</b><br>%{hovertext}<extra></extra>",
        ),
        row=row,
        col=1,
    )
    figure.update_yaxes(
        range=[len(middles) - 0.5, -0.5], showticklabels=False, showgrid=False, fixedrange=True,
        row=row, col=1,
    )  # fmt: skip


def _draw_profile(figure: go.Figure, view: AttentionView, row: int) -> None:
    """Draw one value per residue, with the region, the overlaps and the landmarks."""
    report, given = view.report, view.choice.what == "given"
    residues = len(report.protein.sequence)
    unit = shared_text.GIVEN_UNIT if given else shared_text.TIMES_EQUAL
    trace = profile_trace(report.protein.sequence, view.values, unit=unit, lowest=given)
    figure.add_trace(trace, row=row, col=1)
    mark_regions(figure, report.regions, residues, row=row)
    mark_joints(figure, report.joints, row=row)
    for each in report.landmarks:
        figure.add_vrect(
            x0=each.start - 0.5, x1=each.end + 0.5, fillcolor=VIOLET_FILL, layer="below",
            line={"color": VIOLET, "width": 0.5}, row=row, col=1,
        )  # fmt: skip
    rangemode = "normal" if given else "tozero"
    figure.update_yaxes(title_text=unit, rangemode=rangemode, row=row, col=1)


def map_figure(full: np.ndarray, sequence: str, first: int, corrected: bool) -> go.Figure:
    """Draw a full attention map, residues by residues.

    Parameters
    ----------
    full : numpy.ndarray, shape (residues, residues)
        What each residue, in rows, attends to.
    sequence : str
        The residues of the map.
    first : int
        Number of the first of them in the protein.
    corrected : bool
        Whether to symmetrise the map and apply the average product correction, so that contacts
        show.
    """
    times = full * len(full)
    shown = correct_average_product(times) if corrected else times
    scale = scale_excess(_highest_far(shown)) if corrected else scale_shares(float(shown.max()))
    binned, width = bin_square(shown)
    names = _names(sequence, first, width)
    between = shared_text.PAIR_HOVER if corrected else text.MAP_HOVER
    figure = go.Figure(
        go.Heatmap(
            z=scale.encode(binned), x=names, y=names, coloraxis="coloraxis",
            hovertemplate=f"{between}<extra></extra>",
        )
    )  # fmt: skip
    figure.update_layout(coloraxis=scale.axis(**BAR_ABOVE))
    figure.update_xaxes(
        title_text=shared_text.RESIDUE_NOUN if corrected else text.MAP_COLUMNS,
        type="category", tickangle=-90, nticks=12, constrain="domain",
    )  # fmt: skip
    figure.update_yaxes(
        title_text=shared_text.RESIDUE_NOUN if corrected else text.MAP_ROWS,
        type="category", autorange="reversed", nticks=12,
        scaleanchor="x", constrain="domain", constraintoward="top",
    )  # fmt: skip
    finish(figure, height=None, top_margin=TOP_MARGIN)
    return figure.update_layout(hovermode="closest")


def heads_figure(values: np.ndarray, name: str) -> go.Figure:
    """Draw one statistic of all heads: a cell for each, layers by heads.

    Parameters
    ----------
    values : numpy.ndarray, shape (layers, heads)
    name : str
        Title.
    """
    layers, heads = values.shape
    figure = go.Figure(
        go.Heatmap(
            z=np.round(values, 4), x=list(range(1, heads + 1)), y=list(range(1, layers + 1)),
            xgap=1, ygap=1, coloraxis="coloraxis",
            hovertemplate=f"{text.HEADS_HOVER}<extra></extra>",
        )
    )  # fmt: skip
    bar = {"thickness": 10, "outlinewidth": 0}
    figure.update_layout(coloraxis={"colorscale": "Viridis", "colorbar": bar})
    figure.update_xaxes(title_text=text.HEAD, dtick=row_tick(heads), fixedrange=True)
    figure.update_yaxes(
        title_text=text.LAYER, autorange="reversed", dtick=row_tick(layers), fixedrange=True,
        showgrid=False,
    )  # fmt: skip
    finish(figure, HEADS_TITLE + BOTTOM_MARGIN + HEAD_CELL * layers, HEADS_TITLE)
    title = {"text": name, "x": 0, "xref": "paper", "font": {"size": 14}}
    return figure.update_layout(hovermode="closest", title=title)


def _highest_far(corrected: np.ndarray) -> float:
    """Upper end of a scale on which contacts far along the chain can be seen."""
    far = np.triu_indices(len(corrected), NEAR_RESIDUES)
    values = corrected[far] if len(corrected) > NEAR_RESIDUES else corrected
    return max(float(np.quantile(values, 0.998)), 1e-3)


def _names(sequence: str, first: int, width: int) -> list[str]:
    """Names of the residues in each column, such as K271, or E270–K271 for two."""
    names = []
    for start in range(0, len(sequence), width):
        end = min(start + width, len(sequence)) - 1
        ends = dict.fromkeys((start, end))
        names.append("–".join(f"{sequence[place]}{first + place}" for place in ends))
    return names
