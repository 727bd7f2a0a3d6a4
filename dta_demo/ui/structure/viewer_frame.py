"""Scenes in 3Dmol.js (Rego and Koes 2015, doi:10.1093/bioinformatics/btu829), by py3Dmol.

py3Dmol writes a page that loads the script from an address. It is shown in a frame that may run
scripts and nothing else: it has no access to the page around it, its storage or its address.
What goes in is written anew from numbers; no text of a visitor's file is in it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from string import Template
from typing import Any

import py3Dmol
from markupsafe import Markup

from dta_demo.ui.static.files import VIEWER_FRAME, VIEWER_PROBE
from dta_demo.ui.structure.scenes import (
    BACKBONE,
    BACKGROUND,
    MoleculeScene,
    PlacedResidue,
    ProteinScene,
)
from dta_demo.ui.text import structure as text

SCRIPT_VARIABLE = "DTA_3DMOL_JS"
SCRIPT = "https://cdn.jsdelivr.net/npm/3dmol@2.5.5/build/3Dmol-min.js"

IN_QUERY, NOT_IN_QUERY = "A", "B"
"""Chains in the frame: residues numbered as in the sequence as given, and the others."""

FILL = 1.1
"""3Dmol.js leaves room for a turn about any axis; scenes are laid flat, and need less."""

LABEL = {
    "fontSize": 13, "fontColor": "#ffffff", "backgroundColor": "#0f172a",
    "backgroundOpacity": 0.8, "inFront": True,
}  # fmt: skip
OUTLINE = {"style": "outline", "color": "#475569", "width": 0.03}
"""Sets the pale end of a scale off from the background."""

SHOW_LABEL = """function(atom, viewer) {
    if (!atom.label) atom.label = viewer.addLabel(
        labels[atom.chain][atom.resi], Object.assign({position: atom}, labelStyle));
}"""
HIDE_LABEL = """function(atom, viewer) {
    if (atom.label) { viewer.removeLabel(atom.label); delete atom.label; }
}"""

_COLUMNS = (
    "group_PDB", "id", "type_symbol", "label_atom_id", "label_alt_id", "label_comp_id",
    "label_asym_id", "label_seq_id", "auth_seq_id", "auth_asym_id", "Cartn_x", "Cartn_y", "Cartn_z",
)  # fmt: skip


def script_address() -> str:
    """Address of 3Dmol.js: in the environment as `SCRIPT_VARIABLE`, or on a CDN."""
    return os.environ.get(SCRIPT_VARIABLE) or SCRIPT


def probe_script() -> str:
    """JavaScript that finds out, once for each visit, which viewer can be shown.

    It tries the script in a frame like the viewer's own, and returns the event's inputs with the
    last one replaced by ``"3dmol"`` or ``"plotly"``.
    """
    template = Template(VIEWER_PROBE.read_text(encoding="utf-8"))
    return template.substitute(address=json.dumps(script_address()))


def protein_frame(scene: ProteinScene) -> Markup:
    """Show a chain as a cartoon, its top residues as sticks with labels."""
    view = py3Dmol.view(width="100%", height="100vh", js=script_address())
    placed = dict(_frame_places(scene))
    view.addModel(_mmcif(scene, placed), "cif")
    for chain in (IN_QUERY, NOT_IN_QUERY):
        colours = {number: x.colour for (own, number), x in placed.items() if own == chain}
        coloured = {"colorscheme": {"prop": "resi", "map": colours}}
        view.setStyle({"chain": chain}, {"cartoon": coloured})
        if top := [residue.number for residue in scene.top if chain == IN_QUERY]:
            view.addStyle({"chain": chain, "resi": top}, {"stick": {"radius": 0.25, **coloured}})
    for residue in scene.top:
        anchor = {"chain": IN_QUERY, "resi": residue.number, "atom": "CA"}
        view.addLabel(residue.label, LABEL, anchor)
    view.setViewStyle(OUTLINE)
    view.setHoverable({}, True, SHOW_LABEL, HIDE_LABEL)
    labels: dict[str, dict[int, str]] = {IN_QUERY: {}, NOT_IN_QUERY: {}}
    for (chain, number), residue in placed.items():
        labels[chain][number] = residue.label
    return _frame(view, text.FRAME_PROTEIN, labels)


def molecule_frame(scene: MoleculeScene) -> Markup:
    """Show a molecule as sticks, coloured by element."""
    view = py3Dmol.view(width="100%", height="100vh", js=script_address())
    view.addModel(scene.mol_block, "sdf")
    colours = dict(zip(scene.elements, scene.colours, strict=True))
    coloured = {"colorscheme": {"prop": "elem", "map": colours}}
    view.setStyle(
        {}, {"stick": {"radius": 0.16, **coloured}, "sphere": {"scale": 0.24, **coloured}}
    )
    return _frame(view, text.FRAME_MOLECULE, {})


def _frame(view: Any, title: str, labels: dict[str, dict[int, str]]) -> Markup:
    """Put py3Dmol's page into a frame that can do nothing but run its script."""
    view.setBackgroundColor(BACKGROUND)
    view.zoomTo()
    view.zoom(FILL)
    page = Template(VIEWER_FRAME.read_text(encoding="utf-8")).substitute(
        background=BACKGROUND,
        missing=text.FRAME_MISSING,
        labels=json.dumps(labels),
        label_style=json.dumps(LABEL),
        viewer=view.write_html(),
    )
    return Markup(
        '<iframe class="dta-viewer" sandbox="allow-scripts" title="{}" srcdoc="{}"></iframe>'
    ).format(title, page)


def _frame_places(scene: ProteinScene) -> Iterator[tuple[tuple[str, int], PlacedResidue]]:
    """Chain and number in the frame, and residue, for each residue."""
    for place, residue in enumerate(scene.residues, start=1):
        chain = IN_QUERY if residue.number else NOT_IN_QUERY
        yield (chain, residue.number or place), residue


def _mmcif(scene: ProteinScene, placed: dict[tuple[str, int], PlacedResidue]) -> str:
    """Write the backbone, and the side chains that are drawn, as an mmCIF table."""
    whole = {residue.number for residue in scene.top}
    lines = ["data_chain", "loop_", *(f"_atom_site.{name}" for name in _COLUMNS)]
    serial = 0
    for (chain, number), residue in placed.items():
        for name, (x, y, z) in zip(residue.atoms, residue.positions.tolist(), strict=True):
            if name in BACKBONE or residue.number in whole:
                serial += 1
                lines.append(
                    f"ATOM {serial} {name[0]} {name} . UNK {chain} {number} {number} {chain} "
                    f"{x:.2f} {y:.2f} {z:.2f}"
                )
    return "\n".join([*lines, "#", ""])
