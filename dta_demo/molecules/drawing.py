"""Drawings of molecules as SVG that follow the colours of the page around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from PIL import ImageColor
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


@dataclass(frozen=True)
class AtomMarks:
    """Colours and numbers of the atoms of a drawing.

    Attributes
    ----------
    colours : sequence of str
        Hex colour of each atom, in the order of the SMILES; empty for an atom without one.
    numbered : bool
        Whether each atom has its number beside it, from 1.
    """

    colours: Sequence[str]
    numbered: bool = False


def draw_molecule(smiles: str, label: str = "", marks: AtomMarks | None = None) -> Markup:
    """Draw a molecule as inline SVG.

    The colours are CSS variables (``--mol-bond``, ``--mol-nitrogen``, …), so that one drawing
    is right in light and in dark. Only the shapes that RDKit drew are kept: letters are
    outlines, and no text of the input is copied.

    Parameters
    ----------
    smiles : str
        A SMILES that RDKit reads.
    label : str
        Text for screen readers; escaped here.
    marks : AtomMarks, optional
        Colours and numbers of atoms. A coloured drawing keeps its light background in the dark.

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
    width, height = DRAWING_SIZE
    return Markup(
        '<svg class="dta-molecule{marked}" role="img" aria-label="{label}" '
        'viewBox="0 0 {width} {height}">{shapes}</svg>'
    ).format(
        marked=" dta-marked" if marks else "",
        label=label,
        width=width,
        height=height,
        shapes=Markup(_shapes(molecule, marks)),
    )


def formula_and_weight(smiles: str) -> tuple[str, float]:
    """Molecular formula, and molar mass in g/mol."""
    molecule = Chem.MolFromSmiles(smiles)
    return rdMolDescriptors.CalcMolFormula(molecule), float(Descriptors.MolWt(molecule))  # type: ignore[attr-defined]


def _shapes(molecule: Chem.Mol, marks: AtomMarks | None) -> str:
    """Shapes of RDKit's drawing, in the colours of the page and of the marks."""
    names = sorted(set(ELEMENT_COLOURS.values()))
    kept = {colour.upper() for colour in marks.colours} if marks else set()
    shapes = "\n".join(DRAWN_ELEMENTS.findall(_rdkit_svg(molecule, names, marks)))
    for index, name in enumerate(names):
        shapes = shapes.replace(_stand_in_hex(index), f"var(--mol-{name})")
    # The other colours are those of marks, dummy atoms and radical dots.
    return ANY_COLOUR.sub(
        lambda found: found[0] if found[0].upper() in kept else "var(--mol-bond)", shapes
    )


def _rdkit_svg(molecule: Chem.Mol, names: list[str], marks: AtomMarks | None) -> str:
    """Draw with one stand-in colour per name, to be replaced by its CSS variable."""
    drawer = rdMolDraw2D.MolDraw2DSVG(*DRAWING_SIZE)
    options: Any = drawer.drawOptions()
    options.clearBackground = False
    options.padding = 0.06
    options.bondLineWidth = 2
    options.maxFontSize = 18
    options.highlightRadius = 0.4
    options.updateAtomPalette(
        {number: (_stand_in(names.index(name)),) * 3 for number, name in ELEMENT_COLOURS.items()}
    )
    colours = {
        atom: tuple(part / 255 for part in ImageColor.getrgb(colour))
        for atom, colour in enumerate(marks.colours if marks else ())
        if colour
    }
    if marks and marks.numbered:
        for atom in molecule.GetAtoms():
            atom.SetProp("atomNote", str(atom.GetIdx() + 1))
    rdMolDraw2D.PrepareAndDrawMolecule(
        drawer,
        molecule,
        highlightAtoms=list(colours),
        highlightAtomColors=colours,
        highlightBonds=[],
    )
    drawer.FinishDrawing()
    return str(drawer.GetDrawingText())


def _stand_in(index: int) -> float:
    """Grey level, in [0, 1], that RDKit writes as a hex triplet of its own."""
    return (index + 1) / 255


def _stand_in_hex(index: int) -> str:
    return "#" + f"{index + 1:02X}" * 3
