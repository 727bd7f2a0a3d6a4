"""SMILES to a drawing that follows the page's colours."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup
from rdkit import Chem
from rdkit.Chem import Descriptors, rdMolDescriptors
from rdkit.Chem.Draw import rdMolDraw2D

DRAWING_SIZE = (380, 230)
"""Width and height of the drawing's own coordinate system; the page scales it."""

ELEMENT_COLOURS = {
    -1: "bond",
    6: "bond",
    7: "nitrogen",
    8: "oxygen",
    9: "halogen",
    15: "phosphorus",
    16: "sulphur",
    17: "halogen",
    35: "halogen",
    53: "halogen",
}
"""Atomic number (-1: every other element) to the name of a colour in ``page.css``."""

DRAWN_ELEMENTS = re.compile(r"<(?:path|ellipse|rect|polygon)\b[^<>]*/>")
ANY_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def draw_molecule(smiles: str, label: str = "") -> Markup:
    """Draw a molecule as inline SVG.

    The colours are CSS variables (``--mol-bond``, ``--mol-nitrogen``, …), so that one drawing
    is right in light and in dark. Only the shapes that RDKit drew are kept: letters are
    outlines, and no text of the input is copied.

    Parameters
    ----------
    smiles : str
        A SMILES that RDKit reads.
    label : str
        What a screen reader says; escaped here.

    Returns
    -------
    markupsafe.Markup
        An ``<svg>`` element, safe to place in a page.

    Raises
    ------
    ValueError
        If RDKit cannot read the SMILES.
    """
    molecule = Chem.MolFromSmiles(smiles)
    if molecule is None:
        raise ValueError("the SMILES cannot be drawn")
    names = sorted(set(ELEMENT_COLOURS.values()))
    shapes = "\n".join(DRAWN_ELEMENTS.findall(_rdkit_svg(molecule, names)))
    for index, name in enumerate(names):
        shapes = shapes.replace(_stand_in_hex(index), f"var(--mol-{name})")
    shapes = ANY_COLOUR.sub("var(--mol-bond)", shapes)  # dummy atoms and radical dots
    width, height = DRAWING_SIZE
    return Markup(
        '<svg class="dta-molecule" role="img" aria-label="{label}" viewBox="0 0 {width} {height}">'
        "{shapes}</svg>"
    ).format(label=label, width=width, height=height, shapes=Markup(shapes))


def formula_and_weight(smiles: str) -> tuple[str, float]:
    """Return a molecule's formula and its molar mass in g/mol."""
    molecule = Chem.MolFromSmiles(smiles)
    return rdMolDescriptors.CalcMolFormula(molecule), float(Descriptors.MolWt(molecule))  # type: ignore[attr-defined]


def _rdkit_svg(molecule: Chem.Mol, names: list[str]) -> str:
    """Draw with one stand-in colour per name, to be replaced by its CSS variable."""
    drawer = rdMolDraw2D.MolDraw2DSVG(*DRAWING_SIZE)
    options: Any = drawer.drawOptions()
    options.clearBackground = False
    options.padding = 0.06
    options.bondLineWidth = 2
    options.maxFontSize = 18
    options.updateAtomPalette(
        {number: (_stand_in(names.index(name)),) * 3 for number, name in ELEMENT_COLOURS.items()}
    )
    rdMolDraw2D.PrepareAndDrawMolecule(drawer, molecule)
    drawer.FinishDrawing()
    return str(drawer.GetDrawingText())


def _stand_in(index: int) -> float:
    """Return a grey level that RDKit writes as a hex triplet of its own."""
    return (index + 1) / 255


def _stand_in_hex(index: int) -> str:
    return "#" + f"{index + 1:02X}" * 3
