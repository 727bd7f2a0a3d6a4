import gzip
import re

import gemmi
import numpy as np
import pytest

from dta_demo.inputs.errors import InputError
from dta_demo.structures import parse
from dta_demo.structures.parse import read_structure
from tests.support.synthetic import as_mmcif, as_pdb, helix

SEQUENCE = "MKTAYIAKQRWSFVKEHLGDNPC"
FORMATS = pytest.mark.parametrize("write", [as_pdb, as_mmcif])
SCRIPT = "<script>window.hacked=1</script>"


def only_chain(data: bytes):
    (chain,) = read_structure(data).chains
    return chain


@FORMATS
def test_a_chain_is_read_whole(write) -> None:
    structure = helix(SEQUENCE, first=231)
    chain = only_chain(write(structure))
    assert (chain.name, chain.sequence, chain.notes) == ("A", SEQUENCE, ())
    assert [residue.label for residue in chain.residues] == [str(231 + i) for i in range(23)]
    for residue, written in zip(chain.residues, structure[0]["A"], strict=True):
        assert residue.atoms == tuple(atom.name for atom in written)
        places = [atom.pos.tolist() for atom in written]
        np.testing.assert_allclose(residue.positions, places, atol=2e-3)
    assert not chain.breaks().any()


@FORMATS
def test_a_packed_file_is_unpacked(write) -> None:
    assert only_chain(gzip.compress(write(helix(SEQUENCE)))).sequence == SEQUENCE


@FORMATS
def test_the_first_of_several_models_is_read_and_said(write) -> None:
    structure = helix(SEQUENCE)
    for number in (2, 3):
        model = structure[0].clone()
        model.num = number
        for residue in model["A"]:
            residue.name = "GLY"
        structure.add_model(model)
    read = read_structure(write(structure))
    assert read.chains[0].sequence == SEQUENCE
    assert read.notes == ("The file has 3 models; the first is shown.",)


@FORMATS
def test_the_most_occupied_of_alternate_positions_is_kept_and_said(write) -> None:
    structure = helix(SEQUENCE)
    residue = structure[0]["A"][4]
    others = [atom.clone() for atom in residue][3:]
    for atom, other in zip(list(residue)[3:], others, strict=True):
        atom.altloc, atom.occ, other.altloc, other.occ = "A", 0.3, "B", 0.7
        other.pos = gemmi.Position(atom.pos.x + 1, atom.pos.y, atom.pos.z)
    for other in others:
        residue.add_atom(other)
    kept = [atom.pos.x for atom in residue if atom.altloc != "A"]
    chain = only_chain(write(structure))
    np.testing.assert_allclose(chain.residues[4].positions[:, 0], kept, atol=2e-3)
    assert chain.notes == (
        "1 residue with alternate positions: the most occupied, or the first of equals, is shown.",
    )


@FORMATS
def test_another_residue_at_the_same_place_is_left_out_and_said(write) -> None:
    structure = helix(SEQUENCE)
    chain = structure[0]["A"]
    twin = chain[4].clone()
    twin.name = "SER"
    for label, residue in (("A", chain[4]), ("B", twin)):
        for atom in residue:
            atom.altloc = label
    chain.add_residue(twin, 5)
    read = only_chain(write(structure))
    assert read.sequence == SEQUENCE
    assert "alternate positions" in read.notes[0]


@FORMATS
def test_insertion_codes_are_kept_and_said(write) -> None:
    structure = helix(SEQUENCE)
    for residue, code in zip(list(structure[0]["A"])[5:8], "ABC", strict=True):
        residue.seqid = gemmi.SeqId(5, code)
    chain = only_chain(write(structure))
    assert [residue.label for residue in chain.residues[4:9]] == ["5", "5A", "5B", "5C", "9"]
    assert chain.sequence == SEQUENCE
    (note,) = chain.notes
    assert "5A, 5B and 5C" in note


@FORMATS
def test_selenomethionine_and_other_modified_residues_are_read_as_their_parents(write) -> None:
    structure = helix(SEQUENCE)
    chain = structure[0]["A"]
    chain[0].name, chain[2].name, chain[20].name = "MSE", "TPO", "XYZ"
    for residue in (chain[0], chain[2], chain[20]):
        residue.het_flag = "H"
    read = only_chain(write(structure))
    assert read.sequence == SEQUENCE[:20] + "X" + SEQUENCE[21:]
    assert read.notes == (
        "Read 1 selenomethionine (MSE) as methionine.",
        "Read 1 residue of an unknown kind as X.",
        "Read modified residues as what they were made from: TPO (1).",
    )


def with_others(structure: gemmi.Structure) -> gemmi.Structure:
    """Add two waters, a zinc ion, a ligand and a nucleotide."""
    for number, (name, element) in enumerate(
        (("HOH", "O"), ("HOH", "O"), ("ZN", "Zn"), ("STI", "C"), ("DA", "P")), start=900
    ):
        residue = gemmi.Residue()
        residue.name, residue.seqid, residue.het_flag = name, gemmi.SeqId(str(number)), "H"
        atom = gemmi.Atom()
        atom.name, atom.element = element.upper(), gemmi.Element(element)
        residue.add_atom(atom)
        structure[0]["A"].add_residue(residue)
    return structure


@FORMATS
def test_waters_ligands_and_nucleic_acids_are_left_out_and_said(write) -> None:
    read = read_structure(write(with_others(helix(SEQUENCE))))
    assert read.chains[0].sequence == SEQUENCE
    assert read.notes == ("Left out: 2 waters, 2 other components and 1 nucleotide.",)


@FORMATS
def test_a_file_with_ligands_only_is_refused(write) -> None:
    structure = with_others(helix("M"))
    del structure[0]["A"][0]
    with pytest.raises(InputError, match=r"no protein chain \(it has 2 waters"):
        read_structure(write(structure))


def test_hydrogens_and_atoms_with_strange_names_or_places_are_left_out() -> None:
    structure = helix(SEQUENCE)
    for name, element, x in (("HA", "H", 0.0), ("C<b>", "C", 0.0), ("CX", "C", float("nan"))):
        atom = gemmi.Atom()
        atom.name, atom.element, atom.pos = name, gemmi.Element(element), gemmi.Position(x, 0, 0)
        structure[0]["A"][3].add_atom(atom)
    assert only_chain(as_mmcif(structure)).residues[3].atoms == ("N", "CA", "C", "O", "CB")


def test_nothing_of_a_hostile_file_is_kept_but_short_names() -> None:
    structure = helix(SEQUENCE)
    structure.name = structure.info["_struct.title"] = SCRIPT
    structure[0]["A"].name = SCRIPT
    structure[0][0][2].name = SCRIPT
    read = read_structure(as_mmcif(structure))
    (chain,) = read.chains
    assert chain.name == "<script…"
    assert chain.sequence == SEQUENCE[:2] + "X" + SEQUENCE[3:]
    words = " ".join([*read.notes, *chain.notes, *(x.label for x in chain.residues)])
    assert "<" not in words
    assert all(re.fullmatch("[A-Z0-9]+", name) for x in chain.residues for name in x.atoms)


def test_a_title_in_a_pdb_file_is_not_kept() -> None:
    title = f"TITLE     {SCRIPT}\nREMARK   1 {SCRIPT}\n".encode()
    read = read_structure(title + as_pdb(helix(SEQUENCE)))
    assert (read.notes, read.chains[0].notes) == ((), ())


def cut(data: bytes) -> bytes:
    """Stop in the middle of the line in the middle."""
    middle = data.index(b"\n", len(data) // 2)
    return data[: middle + 30]


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"hello", "neither PDB nor mmCIF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "neither PDB nor mmCIF"),
        (b"%PDF-1.7\n", "neither PDB nor mmCIF"),
        (b"ethanol\n  RDKit\n\n  3  2  0  0\nM  END\n", "neither PDB nor mmCIF"),
        (SCRIPT.encode(), "neither PDB nor mmCIF"),
        (b">x\n" + SEQUENCE.encode(), "neither PDB nor mmCIF"),
        (b"data_x\n_cell.length_a 1\n", "no table of atoms"),
        (b"data_x\nloop_\n_atom_site.Cartn_x\n_atom_site.id\n1 2 3\n", "broken or cut off"),
        (b"HEADER    NOTHING\nREMARK\nEND\n", "has no atoms"),
        (b"ATOM      1  CA  ALA A   1      x       y       z\n", "no protein chain|broken"),
        (cut(as_pdb(helix(SEQUENCE))), "broken or cut off"),
        (cut(as_mmcif(helix(SEQUENCE))), "broken or cut off"),
        (gzip.compress(as_pdb(helix(SEQUENCE)), mtime=0)[:-30], "is cut off"),
        (b"\x1f\x8b" + b"no gzip at all", "gzip cannot read it"),
    ],
)
def test_what_is_no_whole_structure_gets_one_sentence(data: bytes, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint) as caught:
        read_structure(data)
    assert "\n" not in str(caught.value)
    assert "<" not in str(caught.value)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_file_above_the_limit_is_refused_and_not_unpacked(pack) -> None:
    padded = as_pdb(helix(SEQUENCE)) + b"\n" * parse.MAX_BYTES
    with pytest.raises(InputError, match="larger than 50 MB"):
        read_structure(pack(padded))


def test_a_file_of_50_mb_is_read() -> None:
    chain = as_pdb(helix(SEQUENCE))
    remark = b"REMARK 999 " + b"x" * 68 + b"\n"
    data = remark * ((parse.MAX_BYTES - len(chain)) // len(remark)) + chain
    assert only_chain(data).sequence == SEQUENCE


HEAD = "data_x\nloop_\n" + "".join(
    f"_atom_site.{name}\n"
    for name in (
        "group_PDB", "id", "type_symbol", "label_atom_id", "label_comp_id", "label_asym_id",
        "label_seq_id", "Cartn_x", "Cartn_y", "Cartn_z", "auth_seq_id", "auth_asym_id",
        "pdbx_PDB_model_num",
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("chain", "number", "model"),
    [("A", "{i}", "1"), ("C{i}", "1", "1"), ("A", "1", "{i}")],
    ids=["residues", "chains", "models"],
)
def test_what_would_be_sorted_for_minutes_is_refused(chain: str, number: str, model: str) -> None:
    row = f"ATOM {{i}} C CA ALA {chain} {number} 0 0 0 {number} {chain} {model}\n"
    data = HEAD + "".join(row.format(i=i) for i in range(1, 40_000))
    with pytest.raises(InputError, match="too many atoms, residues, chains or models"):
        read_structure(data.encode())


def test_a_chain_cut_by_a_gap_is_broken_there() -> None:
    structure = helix(SEQUENCE)
    del structure[0]["A"][8:11]
    breaks = only_chain(as_pdb(structure)).breaks()
    assert np.flatnonzero(breaks).tolist() == [7]
