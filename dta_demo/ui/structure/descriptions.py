"""The pictures in 3D in words, for who does not see them, whichever viewer draws them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from dta_demo.inputs.wording import quote
from dta_demo.structures.align import ChainMatch
from dta_demo.ui.shared.formatting import join_sentences, list_named, list_values
from dta_demo.ui.structure.residue_values import ResidueValues
from dta_demo.ui.structure.scenes import MoleculeScene, ProteinScene
from dta_demo.ui.text import structure as text


def describe_protein(
    protein: str, match: ChainMatch, values: ResidueValues, scene: ProteinScene
) -> str:
    """Describe a coloured chain and its ligand.

    Parameters
    ----------
    protein : str
        Its name.
    """
    return join_sentences(_sentences(protein, match, values, scene))


def _sentences(
    protein: str, match: ChainMatch, values: ResidueValues, scene: ProteinScene
) -> Iterator[str]:
    shown = values.values[match.numbers - 1]
    tops = [f"{values.values[residue.number - 1]:.3g}" for residue in scene.top]
    yield text.PROTEIN_DESCRIPTION.format(
        protein=protein,
        residues=f"{len(scene.residues):,}",
        chain=quote(match.chain.name),
        values=values.name,
        low=f"{shown.min():.3g}",
        high=f"{shown.max():.3g}",
        unit=values.unit,
    )
    if scene.top:
        top = list_named([residue.label for residue in scene.top], tops)
        yield text.PROTEIN_TOP.format(top=top)
    if scene.ligand is not None:
        yield text.LIGAND_DESCRIPTION.format(
            ligand=scene.ligand.label,
            count=len(scene.touching),
            names=", ".join(residue.label for residue in scene.touching),
        )


def describe_conformer(molecule: str, scene: MoleculeScene) -> str:
    """Describe a conformer by its elements and its extent.

    Parameters
    ----------
    molecule : str
        Its name.
    """
    elements = Counter(scene.elements).most_common()
    length, width, depth = (f"{extent:.1f}" for extent in np.ptp(scene.positions, axis=0))
    return text.MOLECULE_DESCRIPTION.format(
        molecule=molecule,
        elements=list_values([name for name, _ in elements], [n for _, n in elements], digits=0),
        bonds=len(scene.bonds),
        length=length,
        width=width,
        depth=depth,
    )
