import numpy as np
import pytest

from dta_demo.molecules.conformers import embed_molecule
from dta_demo.structures.align import ChainMatch, match_chain
from dta_demo.structures.bundled import read_bundled
from dta_demo.structures.contacts import Contacts, find_contacts
from dta_demo.structures.parse import read_structure
from dta_demo.structures.records import Ligand, Structure
from dta_demo.ui.shared.colours import ABOVE_ZERO, DIVERGING
from dta_demo.ui.structure.residue_values import ResidueValues
from dta_demo.ui.structure.scenes import (
    LIGAND,
    MAX_MARKED,
    NOT_IN_QUERY,
    TOP_RESIDUES,
    ProteinScene,
    molecule_scene,
    protein_scene,
)
from dta_demo.ui.structure.viewer_frame import molecule_frame, protein_frame
from dta_demo.ui.structure.viewer_plot import molecule_plot, protein_plot
from tests.support.datasets import KINASE
from tests.support.synthetic import as_pdb, fold, helix

MARKED = 82


def match(sequence: str = KINASE, built: str = KINASE, first: int = 1) -> ChainMatch:
    return match_chain(read_structure(as_pdb(fold(built, first))), sequence)


def values(residues: int = len(KINASE), signed: bool = False) -> ResidueValues:
    numbers = np.random.default_rng(0).random(residues).astype(np.float32) * 0.5
    numbers[MARKED - 1] = -1.0 if signed else 1.0
    return ResidueValues("test", "unit", numbers, signed)


@pytest.mark.parametrize(("signed", "colour"), [(False, ABOVE_ZERO[-1]), (True, DIVERGING[0])])
def test_the_marked_residue_has_one_number_everywhere(signed: bool, colour) -> None:
    found = match(first=234)
    scene = protein_scene(found, values(signed=signed))
    (marked,) = [residue for residue in scene.residues if residue.number == MARKED]
    assert scene.top[0] is marked
    assert marked.label == f"{KINASE[81]}82 (file {KINASE[81]}315)"
    assert marked.colour == colour[1]
    residue = found.chain.residues[81]
    assert residue.label == "315"
    middle = found.chain.alpha_carbons().mean(axis=0)
    assert np.linalg.norm(marked.alpha_carbon) == pytest.approx(
        np.linalg.norm(residue.alpha_carbon - middle), abs=1e-3
    )


def test_top_residues_are_the_furthest_from_zero_and_have_coordinates() -> None:
    numbers = values(signed=True)
    found = match(built=KINASE[:60])
    scene = protein_scene(found, numbers)
    assert len(scene.top) == TOP_RESIDUES
    assert max(residue.number for residue in scene.top) <= 60
    sizes = [abs(numbers.values[residue.number - 1]) for residue in scene.top]
    assert sizes == sorted(sizes, reverse=True)


def test_nothing_stands_out_where_all_is_zero() -> None:
    flat = ResidueValues("test", "unit", np.zeros(len(KINASE), dtype=np.float32))
    scene = protein_scene(match(), flat)
    assert scene.top == ()
    assert "iframe" in protein_frame(scene, "words")
    assert len(protein_plot(scene).data) == 1


def test_a_scene_is_turned_and_not_mirrored() -> None:
    """The triple product of three bonds at an alpha carbon is that of an L amino acid."""
    scene = protein_scene(match(), values())
    residue = next(x for x in scene.residues if "CB" in x.atoms)
    n, ca, c, cb = (residue.positions[residue.atoms.index(x)] for x in ("N", "CA", "C", "CB"))
    assert np.dot(np.cross(n - ca, c - ca), cb - ca) > 0
    spread = scene.alpha_carbons.std(axis=0)
    assert spread[0] >= spread[1] >= spread[2]


def test_residues_that_the_sequence_lacks_are_grey_and_have_no_number() -> None:
    scene = protein_scene(match(built="GSHHHHHHSSG" + KINASE), values())
    tag = scene.residues[:11]
    assert {residue.colour for residue in tag} == {NOT_IN_QUERY}
    assert {residue.number for residue in tag} == {0}
    assert tag[0].label == "G1"


def test_both_viewers_have_the_same_colours_and_labels() -> None:
    scene = protein_scene(match(first=234), values())
    frame, figure = protein_frame(scene, "words"), protein_plot(scene)
    trace = figure.data[0]
    assert list(trace.line.color) == [residue.colour for residue in scene.residues]
    for residue in scene.top:
        assert f"&#34;{residue.number}&#34;: &#34;{residue.colour}&#34;" in frame
        assert f"addLabel(&#34;{residue.label}&#34;" in frame
    labels = [annotation.text for annotation in figure.layout.scene.annotations]
    assert labels[::-1] == [residue.label for residue in scene.top]


def test_a_break_interrupts_the_line() -> None:
    structure = fold(KINASE)
    del structure[0]["A"][40:60]
    scene = protein_scene(match_chain(read_structure(as_pdb(structure)), KINASE), values())
    trace = protein_plot(scene).data[0]
    assert np.flatnonzero(np.isnan(trace.x)).tolist() == [40]
    assert trace.text[39] == f"{KINASE[39]}40"
    assert trace.text[41] == f"{KINASE[60]}61"
    assert len(trace.text) == len(trace.line.color) == len(trace.x)


def test_sticks_join_the_atoms_of_a_residue() -> None:
    scene = protein_scene(match(), values())
    tyrosine = next(x for x in scene.residues if x.label.startswith("Y"))
    assert len(list(tyrosine.bonds())) == 12  # One ring: as many bonds as atoms.
    assert len(tyrosine.atoms) == 12


@pytest.mark.parametrize("residues", [280, 4000])
def test_a_view_stays_below_two_megabytes(residues: int) -> None:
    sequence = (KINASE * 16)[:residues]
    found = match_chain(read_structure(as_pdb(helix(sequence))), sequence)
    scene = protein_scene(found, values(residues))
    assert len(protein_frame(scene, "words").encode()) < 2_000_000
    assert len(protein_plot(scene).to_json().encode()) < 2_000_000


def test_a_frame_is_sandboxed_and_holds_only_what_it_shows() -> None:
    frame = protein_frame(protein_scene(match(), values()), "words")
    assert frame.startswith('<iframe class="dta-viewer" sandbox="allow-scripts" ')
    page = frame.unescape()
    rows = [line for line in page.split("\\n") if line.startswith("ATOM ")]
    side_chains = [row for row in rows if row.split()[3] not in ("N", "CA", "C", "O")]
    assert {row.split()[7] for row in side_chains} <= {
        str(x.number) for x in protein_scene(match(), values()).top
    }
    assert len(rows) - len(side_chains) == 4 * len(KINASE)


def test_a_molecule_is_shown_by_both_viewers() -> None:
    shape = embed_molecule("Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(-c2cccnc2)n1")
    scene = molecule_scene(shape)
    assert scene.colours[scene.elements.index("N")] in molecule_frame(scene, "words")
    atoms = molecule_plot(scene).data[-1]
    assert list(atoms.marker.color) == scene.colours
    assert len(atoms.x) == len(shape.elements)


@pytest.mark.parametrize("smiles", ["C", "[Na+].[Cl-]"])
def test_a_molecule_without_bonds_is_drawn(smiles: str) -> None:
    scene = molecule_scene(embed_molecule(smiles))
    assert len(molecule_plot(scene).data[-1].x) == len(scene.elements)


# ---- With a ligand ----------------------------------------------------------------------------


def docked(is_close: bool = False) -> tuple[ProteinScene, Contacts]:
    """2HYY, coloured by random values."""
    structure = read_structure(read_bundled())
    sequence = structure.chains[0].sequence
    contacts = find_contacts(structure, structure.chains[0])
    assert contacts is not None
    found = match_chain(structure, sequence)
    return protein_scene(found, values(len(sequence)), contacts, is_close), contacts


def test_the_ligand_lies_as_in_the_file_towards_the_viewer() -> None:
    scene, contacts = docked()
    assert scene.ligand is not None
    assert (scene.ligand.label, len(scene.ligand.bonds)) == ("STI", 41)  # 37 atoms in five rings.
    marked = scene.touching[0].alpha_carbon
    residue = read_structure(read_bundled()).chains[0].residues[contacts.places[0]]
    np.testing.assert_allclose(
        np.linalg.norm(scene.ligand.positions - marked, axis=1),
        np.linalg.norm(contacts.ligand.positions - residue.alpha_carbon, axis=1),
        atol=1e-3,
    )
    assert scene.ligand.positions[:, 2].mean() > 0


def test_a_scene_that_is_turned_towards_the_viewer_is_not_mirrored() -> None:
    scene, _ = docked()
    residue = next(x for x in scene.residues if "CB" in x.atoms)
    n, ca, c, cb = (residue.positions[residue.atoms.index(x)] for x in ("N", "CA", "C", "CB"))
    assert np.dot(np.cross(n - ca, c - ca), cb - ca) > 0


def test_both_viewers_mark_the_residues_that_the_ligand_touches() -> None:
    scene, contacts = docked()
    assert len(scene.touching) == len(contacts.places) == 26
    page = protein_frame(scene, "words").unescape()
    rows = [line for line in page.split("\\n") if line.startswith(("ATOM ", "HETATM "))]
    whole = {x.number for x in (*scene.top, *scene.touching)}
    written = {int(row.split()[7]) for row in rows if row.split()[3] == "CB"}
    assert written == {x.number for x in scene.residues if x.number in whole and "CB" in x.atoms}
    drug = [row.split() for row in rows if row.startswith("HETATM")]
    assert [row[2] for row in drug] == list(contacts.ligand.elements)
    assert LIGAND in page
    (ring,) = [x for x in protein_plot(scene).data if x.marker.symbol == "circle-open"]
    assert [words.split(",")[0] for words in ring.text] == [x.label for x in scene.touching]


def test_a_closer_view_shows_the_surroundings_of_the_ligand() -> None:
    (wide, _), (close, _) = docked(False), docked(True)
    camera = [protein_plot(scene).layout.scene.camera for scene in (wide, close)]
    distance = [each.eye.z - each.center.z for each in camera]
    assert distance[1] < 0.7 * distance[0]
    assert '"or": [' not in protein_frame(wide, "words").unescape()
    assert '"or": [' in protein_frame(close, "words").unescape()


def test_a_ligand_in_a_crowd_marks_a_bounded_number() -> None:
    found = match()
    atoms = np.concatenate([x.positions[:1] for x in found.chain.residues])[:150]
    drug = Ligand("LIG", "A", "1", ("C",) * len(atoms), atoms)
    contacts = find_contacts(Structure((found.chain,), (), (drug,)), found.chain)
    assert contacts is not None
    assert len(contacts.places) > MAX_MARKED
    scene = protein_scene(found, values(), contacts)
    assert len(scene.touching) == MAX_MARKED
    assert len(protein_frame(scene, "words").encode()) < 2_000_000
