"""Scenes in 3Dmol.js (Rego and Koes 2015, doi:10.1093/bioinformatics/btu829), by py3Dmol.

py3Dmol writes a page that loads the script from an address. It is shown in a frame that may run
scripts and nothing else: it has no access to the page around it, its storage or its address.
What goes in is written anew from numbers; of the text of a visitor's file only the name of a ligand
is in it, up to five capitals and digits.
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
    LIGAND,
    MAX_STICK_ATOMS,
    MoleculeScene,
    PlacedLigand,
    PlacedResidue,
    ProteinScene,
)
from dta_demo.ui.text import structure as text

SCRIPT_VARIABLE = "DTA_3DMOL_JS"
SCRIPT = "https://cdn.jsdelivr.net/npm/3dmol@2.5.5/build/3Dmol-min.js"

IN_QUERY, NOT_IN_QUERY, OF_LIGAND = "A", "B", "L"
"""Chains in the frame: residues numbered as in the sequence as given, the others, and the ligand,
which is residue 1 of its own."""

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


def protein_frame(scene: ProteinScene, description: str) -> Markup:
    """Show a chain as a cartoon, its top residues as sticks with labels."""
    view = py3Dmol.view(width="100%", height="100vh", js=script_address())
    placed = dict(_frame_places(scene))
    marked = {id(residue) for residue in scene.touching}
    view.addModel(_mmcif(scene, placed), "cif")
    for chain in (IN_QUERY, NOT_IN_QUERY):
        colours = {number: x.colour for (own, number), x in placed.items() if own == chain}
        coloured = {"colorscheme": {"prop": "resi", "map": colours}}
        view.setStyle({"chain": chain}, {"cartoon": coloured})
        near = [number for (own, number), x in placed.items() if own == chain and id(x) in marked]
        if near:
            of_near = {"chain": chain, "resi": near}
            view.addStyle(of_near, {"stick": {"radius": 0.1, **coloured}})
            view.addStyle({**of_near, "atom": "CA"}, {"sphere": {"radius": 0.6, "color": LIGAND}})
        if top := [residue.number for residue in scene.top if chain == IN_QUERY]:
            view.addStyle({"chain": chain, "resi": top}, {"stick": {"radius": 0.25, **coloured}})
    for residue in scene.top:
        anchor = {"chain": IN_QUERY, "resi": residue.number, "atom": "CA"}
        view.addLabel(residue.label, LABEL, anchor)
    labels: dict[str, dict[int, str]] = {IN_QUERY: {}, NOT_IN_QUERY: {}, OF_LIGAND: {}}
    for (chain, number), residue in placed.items():
        labels[chain][number] = residue.label
    if scene.ligand:
        _show_ligand(view, scene.ligand)
        labels[OF_LIGAND][1] = scene.ligand.label
    view.setViewStyle(OUTLINE)
    view.setHoverable({}, True, SHOW_LABEL, HIDE_LABEL)
    names = text.FRAME_PROTEIN, description
    return _frame(view, names, labels, _shown(scene, placed))


def _shown(scene: ProteinScene, placed: dict[tuple[str, int], PlacedResidue]) -> dict[str, Any]:
    """Select what fills the picture, in 3Dmol's words: the chain, or the ligand's surroundings."""
    if scene.ligand is None or not scene.is_close:
        return {}
    near = {id(residue) for residue in scene.touching}
    own = [(chain, number) for (chain, number), x in placed.items() if id(x) in near]
    parts = [{"chain": chain, "resi": number, "atom": "CA"} for chain, number in own]
    return {"or": [*parts, {"chain": OF_LIGAND}]}


def _show_ligand(view: Any, ligand: PlacedLigand) -> None:
    """Draw the ligand as sticks in the colours of its elements, with its name."""
    colours = dict(zip(ligand.elements, ligand.colours, strict=True))
    coloured = {"colorscheme": {"prop": "elem", "map": colours}}
    view.setStyle({"chain": OF_LIGAND}, {"stick": {"radius": 0.3, **coloured}})
    view.addLabel(ligand.label, {**LABEL, "backgroundColor": LIGAND}, {"chain": OF_LIGAND})


def molecule_frame(scene: MoleculeScene, description: str) -> Markup:
    """Show a molecule as sticks, coloured by element."""
    view = py3Dmol.view(width="100%", height="100vh", js=script_address())
    view.addModel(scene.mol_block, "sdf")
    colours = dict(zip(scene.elements, scene.colours, strict=True))
    coloured = {"colorscheme": {"prop": "elem", "map": colours}}
    view.setStyle(
        {}, {"stick": {"radius": 0.16, **coloured}, "sphere": {"scale": 0.24, **coloured}}
    )
    return _frame(view, (text.FRAME_MOLECULE, description), {}, {})


def _frame(
    view: Any, names: tuple[str, str], labels: dict[str, dict[int, str]], shown: dict[str, Any]
) -> Markup:
    """Put py3Dmol's page into a frame that can do nothing but run its script.

    Parameters
    ----------
    names : tuple of (str, str)
        Title of the frame, which a browser shows, and its label for who does not see it.
    """
    view.setBackgroundColor(BACKGROUND)
    view.zoomTo(shown)
    view.zoom(FILL)
    page = Template(VIEWER_FRAME.read_text(encoding="utf-8")).substitute(
        background=BACKGROUND,
        missing=text.FRAME_MISSING,
        labels=json.dumps(labels),
        label_style=json.dumps(LABEL),
        viewer=view.write_html(),
    )
    return Markup(
        '<iframe class="dta-viewer" sandbox="allow-scripts" title="{}" aria-label="{}" srcdoc="{}">'
        "</iframe>"
    ).format(*names, page)


def _frame_places(scene: ProteinScene) -> Iterator[tuple[tuple[str, int], PlacedResidue]]:
    """Chain and number in the frame, and residue, for each residue."""
    for place, residue in enumerate(scene.residues, start=1):
        chain = IN_QUERY if residue.number else NOT_IN_QUERY
        yield (chain, residue.number or place), residue


def _mmcif(scene: ProteinScene, placed: dict[tuple[str, int], PlacedResidue]) -> str:
    """Write the backbone, and the side chains that are drawn, as an mmCIF table."""
    marked = [residue for residue in scene.touching if len(residue.atoms) <= MAX_STICK_ATOMS]
    whole = {id(residue) for residue in (*scene.top, *marked)}
    lines = ["data_chain", "loop_", *(f"_atom_site.{name}" for name in _COLUMNS)]
    serial = 0
    for (chain, number), residue in placed.items():
        for name, (x, y, z) in zip(residue.atoms, residue.positions.tolist(), strict=True):
            if name in BACKBONE or id(residue) in whole:
                serial += 1
                lines.append(
                    f"ATOM {serial} {name[0]} {name} . UNK {chain} {number} {number} {chain} "
                    f"{x:.2f} {y:.2f} {z:.2f}"
                )
    return "\n".join([*lines, *_ligand_rows(scene.ligand, serial), "#", ""])


def _ligand_rows(ligand: PlacedLigand | None, serial: int) -> Iterator[str]:
    """Rows of the table for the atoms of a ligand, numbered on from the chain's."""
    if ligand is None:
        return
    atoms = zip(ligand.elements, ligand.positions.tolist(), strict=True)
    for number, (element, (x, y, z)) in enumerate(atoms, start=1):
        yield (
            f"HETATM {serial + number} {element} {element}{number} . LIG {OF_LIGAND} . 1 "
            f"{OF_LIGAND} {x:.2f} {y:.2f} {z:.2f}"
        )
