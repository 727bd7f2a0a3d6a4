from __future__ import annotations

import numpy as np
import pytest

from dta_demo.molecules.conformers import embed_molecule
from dta_demo.structures.align import match_chain
from dta_demo.structures.bundled import read_bundled
from dta_demo.structures.parse import read_structure
from dta_demo.ui.structure.descriptions import describe_conformer, describe_protein
from dta_demo.ui.structure.residue_values import ResidueValues
from dta_demo.ui.structure.scenes import molecule_scene, protein_scene
from dta_demo.ui.structure.stage import show_in
from dta_demo.ui.structure.viewer_frame import molecule_frame
from dta_demo.ui.structure.viewer_plot import molecule_plot
from tests.support.datasets import KINASE
from tests.support.hostile import HOSTILE
from tests.ui.structure.test_scenes import MARKED, docked, match, values

ETHANOL = molecule_scene(embed_molecule("CCO"))


def test_the_chain_is_said_with_its_colours_and_what_stands_out() -> None:
    found, coloured = match(), values(signed=True)
    scene = protein_scene(found, coloured)
    words = describe_protein("LCK", found, coloured, scene)
    assert f"Structure of LCK in 3D: {len(KINASE)} residues of chain 'A'" in words
    assert f"Colours: test, from -1 to {coloured.values.max():.3g} unit." in words
    assert f"are {KINASE[MARKED - 1]}{MARKED} (-1), {scene.top[1].label} (" in words


def test_what_lies_around_the_ligand_is_named() -> None:
    structure = read_structure(read_bundled())
    sequence = structure.chains[0].sequence
    scene, contacts = docked(True)
    found = match_chain(structure, sequence)
    words = describe_protein("ABL1", found, values(len(sequence)), scene)
    labels = ", ".join(residue.label for residue in scene.touching)
    count = len(contacts.places)
    assert f"ligand {contacts.ligand.name} is drawn, and {count} residues within 5 Å" in words
    assert f"marked: {labels}." in words


def test_nothing_stands_out_where_all_is_zero() -> None:
    flat = ResidueValues("test", "unit", np.zeros(len(KINASE), dtype=np.float32))
    words = describe_protein("LCK", match(), flat, protein_scene(match(), flat))
    assert words.endswith("from 0 to 0 unit.")


def test_a_conformer_is_said_by_its_elements() -> None:
    words = describe_conformer("ethanol", ETHANOL)
    assert "One conformer of ethanol" in words
    assert "C (2), O (1), H (1), with 3 bonds" in words
    extents = np.ptp(ETHANOL.positions, axis=0)
    assert " by ".join(f"{extent:.1f}" for extent in extents) in words


@pytest.mark.parametrize("viewer", ["3dmol", "plotly"])
def test_both_viewers_carry_the_words_and_run_none_of_them(viewer: str) -> None:
    _, frame, plot = show_in(
        viewer, lambda words: molecule_frame(ETHANOL, words), lambda: molecule_plot(ETHANOL),
        f"shown: {HOSTILE}",
    )  # fmt: skip
    if viewer == "3dmol":
        assert 'aria-label="shown: ' in frame.value
        assert HOSTILE not in frame.value
    else:
        assert "shown: " in str(plot.value)
