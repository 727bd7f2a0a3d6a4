"""Ligands of structure files, and the residues that they touch."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Sequence
from dataclasses import replace

import gemmi
import numpy as np
import pytest

from dta_demo.structures import ligands
from dta_demo.structures.bundled import read_bundled
from dta_demo.structures.contacts import CONTACT, Contacts, find_contacts, touching
from dta_demo.structures.parse import read_structure
from dta_demo.structures.records import Chain, ChainResidue, Ligand, Structure
from tests.support.fuzzing import read_within_time
from tests.support.synthetic import as_mmcif, as_pdb, helix, ligand

TOUCHED_BY_IMATINIB = [
    "L248", "Y253", "V256", "A269", "V270", "K271", "E286", "V289", "M290", "I293", "L298",
    "V299", "I313", "T315", "E316", "F317", "M318", "G321", "F359", "I360", "H361", "R362",
    "L370", "A380", "D381", "F382",
]  # fmt: skip
SEQUENCE = "MKTAYIAKQRWSFVKEHLGDNPC"
FORMATS = pytest.mark.parametrize("write", [as_pdb, as_mmcif])


def contacts_of(data: bytes) -> Contacts | None:
    structure = read_structure(data)
    return find_contacts(structure, structure.chains[0])


def names(structure: Structure, found: Contacts) -> list[str]:
    residues = structure.chains[0].residues
    return [residues[place].letter + residues[place].label for place in found.places]


# ---- 2HYY -------------------------------------------------------------------------------------


def test_imatinib_touches_26_residues_of_abl1_the_gatekeeper_and_dfg_among_them() -> None:
    structure = read_structure(read_bundled())
    found = find_contacts(structure, structure.chains[0])
    assert found is not None
    assert (found.ligand.name, found.ligand.chain, found.ligand.label) == ("STI", "A", "600")
    assert sorted(found.ligand.elements) == ["C"] * 29 + ["N"] * 7 + ["O"]
    assert names(structure, found) == TOUCHED_BY_IMATINIB
    assert {"T315", "D381", "F382"} <= set(TOUCHED_BY_IMATINIB)


def test_contacts_are_those_of_all_distances_between_the_lines_of_the_file() -> None:
    """Read anew from the columns of the PDB format."""
    lines = gzip.decompress(read_bundled()).decode().splitlines()

    def places(record: str) -> np.ndarray:
        own = [x for x in lines if x.startswith(record)]
        return np.array([[float(x[start : start + 8]) for start in (30, 38, 46)] for x in own])

    numbers = np.array([int(x[22:26]) for x in lines if x.startswith("ATOM")])
    apart = np.linalg.norm(places("ATOM")[:, None] - places("HETATM")[None], axis=-1)
    near = sorted(set(numbers[apart.min(axis=1) <= CONTACT].tolist()))
    assert near == [int(name[1:]) for name in TOUCHED_BY_IMATINIB]


def test_the_file_says_what_it_is_and_is_small() -> None:
    head = gzip.decompress(read_bundled())[:4000].decode()
    assert "2HYY" in head
    assert "IMATINIB" in head
    assert "10.1107/S0907444906047287" in head
    assert len(read_bundled()) < 60_000


def test_the_structures_given_are_read_with_their_drugs(shared_data) -> None:
    folder = shared_data / "structures"
    with (folder / "complexes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    counts = {}
    for row in rows:
        found = contacts_of((folder / f"{row['pdb_id']}.pdb.gz").read_bytes())
        assert found is not None
        counts[row["pdb_id"]] = (found.ligand.name, len(found.places))
    assert len(counts) == 16
    assert {16 <= count <= 29 for _, count in counts.values()} == {True}
    assert counts["4LMN"] == ("EUI", 24)  # Beside ANP, which is larger and no drug.
    assert counts["5L2I"][0] == "LQQ"  # In two alternate positions.


# ---- Made-up files ----------------------------------------------------------------------------


def with_ligands(*residues: gemmi.Residue) -> gemmi.Structure:
    structure = helix(SEQUENCE)
    for residue in residues:
        structure[0]["A"].add_residue(residue)
    return structure


@FORMATS
def test_a_ligand_is_read_and_no_longer_counted_as_left_out(write) -> None:
    read = read_structure(write(with_ligands(ligand("STI"))))
    (found,) = read.ligands
    assert (found.name, found.chain, found.label) == ("STI", "A", "900")
    assert found.elements == ("C",) * 12
    np.testing.assert_allclose(found.positions[:, 0], 1.5 * np.arange(12), atol=1e-3)
    assert read.notes == ()


@pytest.mark.parametrize("name", ["ATP", "ANP", "GOL", "NAG", "HEM", "PG4", "1PE", "HOH"])
def test_cofactors_buffers_and_sugars_are_no_drugs(name: str) -> None:
    read = read_structure(as_mmcif(with_ligands(ligand(name))))
    assert read.ligands == ()
    assert read.notes[0].startswith("Left out: ")


@pytest.mark.parametrize(
    "atoms", [ligands.MIN_LIGAND_ATOMS - 1, ligands.MAX_LIGAND_ATOMS + 1, 2000]
)
def test_what_is_too_small_or_too_large_for_a_drug_is_left_out(atoms: int) -> None:
    read = read_structure(as_mmcif(with_ligands(ligand(atoms=atoms))))
    assert read.ligands == ()
    assert read.notes == ("Left out: 1 other component.",)


def test_what_holds_no_carbon_is_left_out() -> None:
    cluster = ligand()
    for atom in cluster:
        atom.element = gemmi.Element("W")
    assert read_structure(as_mmcif(with_ligands(cluster))).ligands == ()


@FORMATS
def test_hydrogens_and_less_occupied_positions_of_a_ligand_are_left_out(write) -> None:
    drug, others = ligand(), list(ligand(at=(0, 3, 0)))
    for atom, other in zip(drug, others, strict=True):
        atom.altloc, atom.occ, other.altloc, other.occ = "A", 0.4, "B", 0.6
    for other in others:
        drug.add_atom(other)
    hydrogen = gemmi.Atom()
    hydrogen.name, hydrogen.element = "H1", gemmi.Element("H")
    drug.add_atom(hydrogen)
    (found,) = read_structure(write(with_ligands(drug))).ligands
    assert len(found.elements) == 12
    np.testing.assert_allclose(found.positions[:, 1], 3.0, atol=1e-3)


def test_contacts_do_not_depend_on_the_order_of_atoms() -> None:
    structure = read_structure(read_bundled())
    (chain,), (drug,) = structure.chains, structure.ligands
    rng = np.random.default_rng(0)
    turned = replace(drug, positions=rng.permutation(drug.positions))
    shuffled = Chain(
        "A",
        tuple(
            replace(residue, positions=rng.permutation(residue.positions))
            for residue in chain.residues
        ),
    )
    np.testing.assert_array_equal(touching(shuffled, turned), touching(chain, drug))


def test_contacts_do_not_depend_on_where_the_whole_lies() -> None:
    structure = read_structure(read_bundled())
    (chain,), (drug,) = structure.chains, structure.ligands
    frame = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]

    def move(positions: np.ndarray) -> np.ndarray:
        return positions.astype(np.float64) @ frame + 7.0

    moved = Chain("A", tuple(replace(x, positions=move(x.positions)) for x in chain.residues))
    found = touching(moved, replace(drug, positions=move(drug.positions)))
    np.testing.assert_array_equal(found, touching(chain, drug))


def chain_at(*points: Sequence[float]) -> Chain:
    """One alpha carbon a residue."""
    residues = [
        ChainResidue(str(number), "A", ("CA",), np.array([point], dtype=np.float32))
        for number, point in enumerate(points, start=1)
    ]
    return Chain("A", tuple(residues))


def drug_at(point: Sequence[float], atoms: int = 10, name: str = "LIG") -> Ligand:
    positions = np.repeat(np.array([point], dtype=np.float32), atoms, axis=0)
    return Ligand(name, "A", "900", ("C",) * atoms, positions)


def test_five_angstroms_and_no_more() -> None:
    chain = chain_at((4.99, 0, 0), (5.01, 0, 0), (0, -3, 3), (50, 0, 0))
    assert touching(chain, drug_at((0, 0, 0))).tolist() == [0, 2]


def test_the_largest_ligand_that_touches_the_chain_is_taken() -> None:
    chain = chain_at((0, 0, 0), (4, 0, 0), (20, 0, 0))
    small, large = drug_at((0, 0, 3)), drug_at((20, 0, 3), atoms=30)
    far = drug_at((500, 0, 0), atoms=90)
    found = find_contacts(Structure((chain,), (), (small, far, large)), chain)
    assert found is not None
    assert found.ligand is large
    assert found.ligands == 2


def test_of_two_copies_the_one_that_touches_more_is_taken() -> None:
    chain = chain_at((0, 0, 0), (4, 0, 0), (20, 0, 0))
    fewer, more = drug_at((20, 0, 3)), drug_at((2, 0, 3))
    found = find_contacts(Structure((chain,), (), (fewer, more)), chain)
    assert found is not None
    assert found.ligand is more


def test_a_drug_of_another_chain_touches_nothing() -> None:
    chain = chain_at((0, 0, 0), (4, 0, 0))
    assert find_contacts(Structure((chain,), (), (drug_at((90, 0, 0)),)), chain) is None
    assert find_contacts(Structure((chain,)), chain) is None


# ---- Hostile files ----------------------------------------------------------------------------


def test_thousands_of_ligands_are_bounded() -> None:
    many = [ligand(number=900 + index, at=(0, 0, index)) for index in range(2000)]
    read = read_within_time(read_structure, as_pdb(with_ligands(*many)))
    assert len(read.ligands) == ligands.MAX_LIGANDS
    assert read.notes == (f"Left out: {2000 - ligands.MAX_LIGANDS:,} other components.",)
    assert read_within_time(find_contacts, read, read.chains[0]) is not None


def test_a_heap_of_atoms_in_one_place_is_measured_at_once() -> None:
    """All pairs of them would be a thousand million."""
    heap = np.zeros((100_000, 3), dtype=np.float32)
    residues = [ChainResidue(str(n), "A", ("CA",) * 100, heap[:100]) for n in range(1000)]
    chain = Chain("A", tuple(residues))
    drugs = tuple(drug_at((0, 0, 0), atoms=150) for _ in range(ligands.MAX_LIGANDS))
    found = read_within_time(find_contacts, Structure((chain,), (), drugs), chain)
    assert len(found.places) == 1000


@pytest.mark.parametrize("value", ["nan", "inf", "-1e9", "1e38"])
def test_atoms_of_a_ligand_that_are_nowhere_are_left_out(value: str) -> None:
    drug = ligand(atoms=14)
    for atom in list(drug)[:2]:
        atom.pos = gemmi.Position(float(value), 0, 0)
    (found,) = read_structure(as_mmcif(with_ligands(drug))).ligands
    assert len(found.elements) == 12
    assert np.isfinite(found.positions).all()


@pytest.mark.parametrize("name", ["<b>", "lig", "A B", "TOOLONG", "é", "'"])
def test_a_strange_name_is_not_kept(name: str) -> None:
    read = read_structure(as_mmcif(with_ligands(ligand(name))))
    assert {each.name for each in read.ligands} <= {ligands.UNNAMED}
