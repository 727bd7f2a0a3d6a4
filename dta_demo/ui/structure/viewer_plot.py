"""Scenes in Plotly's 3D, which the page has without asking another server."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import plotly.graph_objects as go

from dta_demo.ui.shared.plotting import FONT
from dta_demo.ui.structure.scenes import (
    BACKGROUND,
    LIGAND,
    MAX_STICK_ATOMS,
    MoleculeScene,
    PlacedLigand,
    PlacedResidue,
    ProteinScene,
)
from dta_demo.ui.text import structure as text

DISTANCE = 1.4
"""Distance of the camera from a scene that is 1 wide: it fits on a telephone, too."""

LABEL_FONT = {"family": FONT, "size": 13, "color": "#ffffff"}
GAP = np.full((1, 3), np.nan, dtype=np.float32)
"""Ends a line."""


def protein_plot(scene: ProteinScene) -> go.Figure:
    """Draw the trace of the alpha carbons, the top residues as sticks with labels, the ligand."""
    traces = [_trace_of_chain(scene), *map(_sticks, scene.top)]
    labels = [_annotation(x.label, x.alpha_carbon) for x in scene.top]
    if scene.ligand:
        traces += [*_marks(scene.touching, scene.ligand.label), *_ligand(scene.ligand)]
        middle = scene.ligand.positions.mean(axis=0)
        labels.append(_annotation(scene.ligand.label, middle) | {"bgcolor": LIGAND})
    # The first label lies on top.
    return _finish(go.Figure(traces), scene.alpha_carbons, labels[::-1], scene.in_view)


def molecule_plot(scene: MoleculeScene) -> go.Figure:
    """Draw a molecule's bonds and atoms, coloured by element."""
    bonds = np.array(scene.bonds, dtype=np.int64).reshape(-1, 2)
    colours = np.array(scene.colours)
    return _finish(
        go.Figure(
            [
                *_half_bonds(scene.positions, bonds, colours),
                go.Scatter3d(
                    **_coordinates(scene.positions),
                    mode="markers",
                    marker={"size": 7, "color": scene.colours, "line": {"width": 0}},
                    text=list(scene.elements),
                    hovertemplate="%{text}<extra></extra>",
                ),
            ]
        ),
        scene.positions,
        [],
        scene.positions,
    )


def _trace_of_chain(scene: ProteinScene) -> go.Scatter3d:
    """One line through the alpha carbons, interrupted where the chain is broken."""
    breaks = list(scene.breaks)
    colours = [residue.colour for residue in scene.residues]
    labels = [residue.label for residue in scene.residues]
    for place in reversed(breaks):
        colours.insert(place, colours[place])
        labels.insert(place, "")
    return go.Scatter3d(
        **_coordinates(np.insert(scene.alpha_carbons, breaks, GAP, axis=0)),
        mode="lines+markers",
        line={"width": 9, "color": colours},
        marker={"size": 3.5, "color": colours},
        text=labels,
        hovertemplate="%{text}<extra></extra>",
        connectgaps=False,
    )


def _sticks(residue: PlacedResidue) -> go.Scatter3d:
    bonds = np.array(list(residue.bonds()), dtype=np.int64).reshape(-1, 2)
    return go.Scatter3d(
        **_coordinates(_segments(residue.positions, bonds)),
        mode="lines",
        line={"width": 9, "color": residue.colour},
        name=residue.label,
        hovertemplate=f"{residue.label}<extra></extra>",
        connectgaps=False,
    )


def _marks(touching: tuple[PlacedResidue, ...], ligand: str) -> Iterator[go.Scatter3d]:
    """Draw the side chains of residues that touch the ligand thinly, and a ring about each."""
    for residue in touching:
        if len(residue.atoms) <= MAX_STICK_ATOMS:
            yield _sticks(residue).update(line={"width": 4}, name=text.TOUCHING)
    yield go.Scatter3d(
        **_coordinates(np.array([residue.alpha_carbon for residue in touching])),
        mode="markers",
        marker={"size": 9, "symbol": "circle-open", "color": LIGAND, "line": {"width": 3}},
        text=[text.TOUCHES.format(residue=x.label, ligand=ligand) for x in touching],
        name=text.TOUCHING,
        hovertemplate="%{text}<extra></extra>",
    )


def _ligand(ligand: PlacedLigand) -> Iterator[go.Scatter3d]:
    """Draw the bonds and atoms of the ligand."""
    yield from _half_bonds(ligand.positions, ligand.bonds, np.array(ligand.colours))
    yield go.Scatter3d(
        **_coordinates(ligand.positions),
        mode="markers",
        marker={"size": 4, "color": ligand.colours, "line": {"width": 0}},
        text=[f"{ligand.label} {element}" for element in ligand.elements],
        name=ligand.label,
        hovertemplate="%{text}<extra></extra>",
    )


def _half_bonds(
    positions: np.ndarray, bonds: np.ndarray, colours: np.ndarray
) -> Iterator[go.Scatter3d]:
    """Draw the half of each bond that is next to an atom in that atom's colour."""
    middles = positions[bonds].mean(axis=1)
    ends = bonds.T.reshape(-1)
    for colour in dict.fromkeys(colours.tolist()):
        own = np.flatnonzero(colours[ends] == colour)
        pairs = np.stack([positions[ends[own]], middles[own % len(bonds)]], axis=1)
        yield go.Scatter3d(
            **_coordinates(_lines(pairs)),
            mode="lines",
            line={"width": 12, "color": colour},
            hoverinfo="skip",
            connectgaps=False,
        )


def _segments(positions: np.ndarray, bonds: np.ndarray) -> np.ndarray:
    return _lines(positions[bonds])


def _lines(pairs: np.ndarray) -> np.ndarray:
    """Join pairs of points, shape (pairs, 2, 3), to one line with gaps: (points, 3)."""
    gaps = np.broadcast_to(GAP, (len(pairs), 1, 3))
    return np.concatenate([pairs, gaps], axis=1).reshape(-1, 3)


def _coordinates(points: np.ndarray) -> dict[str, np.ndarray]:
    rounded = np.asarray(points, dtype=np.float32)
    return {axis: rounded[:, index] for index, axis in enumerate("xyz")}


def _annotation(label: str, place: np.ndarray) -> dict[str, object]:
    """Label a place in a box as in the other viewer."""
    x, y, z = (float(x) for x in place)
    return {
        "x": x, "y": y, "z": z, "text": label, "font": LABEL_FONT,
        "bgcolor": "rgba(15,23,42,0.8)", "borderpad": 3, "arrowcolor": "#475569",
        "ax": 0, "ay": -22,
    }  # fmt: skip


def _finish(
    figure: go.Figure,
    positions: np.ndarray,
    annotations: list[dict[str, object]],
    in_view: np.ndarray,
) -> go.Figure:
    """Show no axes, equal scales, and the side that the scene was laid to show.

    Parameters
    ----------
    positions : numpy.ndarray, shape (points, 3)
        All that the axes must hold.
    in_view : numpy.ndarray, shape (points, 3)
        Those that fill the picture.
    """
    extents = np.maximum(np.ptp(positions, axis=0), 1.0)
    ratio = dict(zip("xyz", (extents / extents.max()).tolist(), strict=True))
    middles = (positions.max(axis=0) + positions.min(axis=0)) / 2
    axes = {
        f"{axis}axis": {
            "visible": False, "showspikes": False,
            "range": [float(middle - extent / 2), float(middle + extent / 2)],
        }
        for axis, middle, extent in zip("xyz", middles, extents, strict=True)
    }  # fmt: skip
    figure.update_layout(
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        showlegend=False,
        template="none",
        hoverlabel={"font": {"family": FONT, "size": 13}},
        scene={
            **axes, "aspectmode": "manual", "aspectratio": ratio,
            "dragmode": "orbit", "bgcolor": BACKGROUND, "annotations": annotations,
            "camera": _camera(in_view, middles, float(extents.max())),
        },
    )  # fmt: skip
    return figure


def _camera(in_view: np.ndarray, middles: np.ndarray, extent: float) -> dict[str, object]:
    """Look along z at what fills the picture, in Plotly's unit: the longest axis is 1."""
    highest, lowest = in_view.max(axis=0), in_view.min(axis=0)
    x, y, z = ((highest + lowest) / 2 - middles) / extent
    distance = DISTANCE * max(1.0, float((highest - lowest).max())) / extent
    return {
        "center": {"x": float(x), "y": float(y), "z": float(z)},
        "eye": {"x": float(x), "y": float(y), "z": float(z) + distance},
        "up": {"x": 0, "y": 1, "z": 0},
    }
