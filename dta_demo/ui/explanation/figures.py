"""Figures of explanations: contributions of residues and atoms, and the hiding curves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from markupsafe import Markup
from plotly.subplots import make_subplots

from dta_demo.explain.records import Attribution, Explanation, Faithfulness
from dta_demo.kinases.landmarks import Landmark
from dta_demo.molecules.drawing import AtomMarks, draw_molecule
from dta_demo.ui.shared.colours import DIVERGING, colour_signed
from dta_demo.ui.shared.formatting import landmark_words
from dta_demo.ui.shared.map_scale import BAR_ABOVE
from dta_demo.ui.shared.plotting import AMBER, GREY, VIOLET, VIOLET_FILL, finish, left_titles
from dta_demo.ui.text import attention as attention_text
from dta_demo.ui.text import explanation as text
from dta_demo.ui.text import shared as shared_text

CURVES = {"attribution": "#c2410c", "attention": "#8b5cf6"}
BAND = "rgba(128,138,153,0.25)"
LANDMARK_STEP, LANDMARK_LINES = 16, 3
"""Pixels between lines, and lines, on which landmarks are named in turn to avoid overlap."""

BESIDE_REGION = 15
"""Residues shown on either side of the region that the model uses; zoom out for the rest."""


def scale_limit(attribution: Attribution) -> float:
    """Largest contribution of a residue or an atom, in pKd: the end of the colours for both."""
    return float(max(np.abs(attribution.residues).max(), np.abs(attribution.atoms).max()))


def residue_figure(attribution: Attribution, landmarks: Sequence[Landmark] = ()) -> go.Figure:
    """Draw the contribution of each residue along the sequence, with the landmarks named."""
    sequence, region = attribution.protein.sequence, attribution.region
    limit = scale_limit(attribution)
    figure = go.Figure(
        go.Bar(
            x=np.arange(1, len(sequence) + 1, dtype=np.int32),
            y=attribution.residues.astype(np.float32),
            text=[f"{letter}{number}" for number, letter in enumerate(sequence, start=1)],
            textposition="none",
            marker={
                "color": attribution.residues.astype(np.float32),
                "coloraxis": "coloraxis",
                "line": {"width": 0},
            },
            hovertemplate=text.RESIDUE_HOVER,
        )
    )
    figure.update_xaxes(
        title_text=shared_text.RESIDUE,
        range=[
            max(0.5, region.start - BESIDE_REGION - 0.5),
            min(len(sequence), region.end + BESIDE_REGION) + 0.5,
        ],
    )
    figure.update_yaxes(title_text=shared_text.PKD, zeroline=True, zerolinecolor=GREY)
    figure.update_layout(bargap=0, coloraxis=_colour_axis(limit), showlegend=False)
    for number, each in enumerate(landmarks):
        figure.add_vrect(
            x0=each.start - 0.5, x1=each.end + 0.5, fillcolor=VIOLET_FILL, layer="below",
            line={"color": VIOLET, "width": 0.5},
        )  # fmt: skip
        figure.add_annotation(
            x=(each.start + each.end) / 2, y=1, yref="y domain", text=landmark_words(each),
            showarrow=False, yanchor="bottom", yshift=LANDMARK_STEP * (number % LANDMARK_LINES),
            font={"size": 12},
        )  # fmt: skip
    figure = finish(figure, height=360, top_margin=98)
    return figure.update_yaxes(zeroline=True)


def _colour_axis(limit: float) -> dict[str, object]:
    return {
        "colorscale": DIVERGING,
        "cmin": -limit,
        "cmax": limit,
        "colorbar": {
            **BAR_ABOVE,
            "thickness": 10,
            "outlinewidth": 0,
            "tickvals": [-limit, 0, limit],
            "ticktext": [f"{-limit:.2f}", "0", f"+{limit:.2f}"],
            "tickangle": 0,
        },
    }


def draw_atoms(attribution: Attribution, numbered: bool) -> Markup:
    """Draw the molecule with the contribution of each atom, in the colours of the residues."""
    colours = colour_signed(attribution.atoms, scale_limit(attribution))
    label = text.ATOMS_LABEL.format(name=attribution.molecule.name or shared_text.UNNAMED_DRUG)
    return draw_molecule(attribution.molecule.smiles, label, AtomMarks(colours, numbered))


def hiding_figure(explanation: Explanation) -> go.Figure:
    """Draw the prediction against the number of residues, and of atoms, that are hidden."""
    figure = make_subplots(
        rows=1,
        cols=2,
        horizontal_spacing=0.1,
        subplot_titles=[text.HIDING_RESIDUES, text.HIDING_ATOMS],
    )
    left_titles(figure)
    figure.layout.annotations[1].x = figure.layout.xaxis2.domain[0]
    both = (explanation.of_residues, explanation.of_atoms)
    layer = attention_text.LAYER_WORDS.format(layer=explanation.layer)
    for column, (found, axis) in enumerate(
        zip(both, (text.HIDDEN_RESIDUES, text.HIDDEN_ATOMS), strict=True), start=1
    ):
        _add_curves(figure, found, column, layer)
        counts = list(found.random.counts)
        figure.update_xaxes(
            type="log", tickvals=counts, title_text=axis, row=1, col=column, minor={"ticks": ""}
        )
    figure.update_yaxes(title_text=shared_text.PKD, row=1, col=1)
    figure.update_layout(
        legend={
            "orientation": "h", "xref": "container", "x": 0, "yref": "container", "y": 1,
            "yanchor": "top", "tracegroupgap": 0,
        }
    )  # fmt: skip
    return finish(figure, height=376, top_margin=112)


def _add_curves(figure: go.Figure, found: Faithfulness, column: int, layer: str) -> None:
    """Add the curves of one test: the band of chance, its mean, and each ranking."""
    random, first = found.random, column == 1
    counts = np.array(random.counts, dtype=np.int32)
    place = {"row": 1, "col": column}
    figure.add_trace(
        go.Scatter(
            x=np.concatenate([counts, counts[::-1]]),
            y=np.concatenate([random.pkd.max(axis=0), random.pkd.min(axis=0)[::-1]]),
            fill="toself", fillcolor=BAND, line={"width": 0}, mode="lines", hoverinfo="skip",
            name=text.RANDOM_BAND, legendgroup="band", showlegend=first,
        ),
        **place,
    )  # fmt: skip
    curves = [("random", text.RANDOM_MEAN, random.pkd.mean(axis=0), GREY)]
    for name, curve in found.rankings.items():
        words = text.RANKINGS[name].format(layer=layer)
        curves.append((name, words, curve.pkd[0], CURVES[name]))
    for name, words, pkd, colour in curves:
        figure.add_trace(
            go.Scatter(
                x=counts, y=pkd, mode="lines+markers", line={"color": colour, "width": 2},
                name=words, legendgroup=name, showlegend=first,
                hovertemplate=f"{words}<br>%{{x}}: {shared_text.PKD} %{{y:.2f}}<extra></extra>",
            ),
            **place,
        )  # fmt: skip
    # The curves fall from left to right: each line is named where they are not.
    for value, words, x, xanchor in (
        (found.intact, text.NOTHING_HIDDEN, 1, "right"),
        (found.all_hidden, text.ALL_HIDDEN, 0, "left"),
    ):
        figure.add_hline(
            y=value, line={"color": AMBER, "width": 1, "dash": "dot"},
            annotation={"text": words, "xanchor": xanchor, "x": x, "font": {"size": 11}}, **place,
        )  # fmt: skip
