from __future__ import annotations

import re

import numpy as np
import pytest
from rdkit import Chem

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.molecule import Molecule, parse_molecule, read_molecule
from dta_demo.inputs.text import MAX_NAME_CHARACTERS
from dta_demo.molecules.fingerprints import fingerprint_molecules, fingerprint_smiles
from tests.support.inputs import ASPIRIN, DATASETS, is_kept, read_column


@pytest.mark.parametrize(
    "text",
    [
        ASPIRIN,
        "OC(=O)c1ccccc1OC(C)=O",
        "C1=CC=C(C(=C1)C(=O)O)OC(=O)C",
        "c1:c:c:c(C(=O)O):c(:c1)OC(C)=O",
        f"\t{ASPIRIN}\r\n",
    ],
)
def test_spellings_of_one_molecule_give_one_smiles(text):
    assert parse_molecule(text) == Molecule(ASPIRIN)


def test_stereochemistry_is_kept():
    left, right = parse_molecule("C[C@H](N)C(=O)O"), parse_molecule("C[C@@H](N)C(=O)O")
    assert left.smiles != right.smiles
    assert parse_molecule("OC(=O)[C@@H](N)C").smiles == parse_molecule("N[C@@H](C)C(O)=O").smiles
    assert parse_molecule("C/C=C/C").smiles != parse_molecule("C/C=C\\C").smiles


def test_name_follows_the_smiles():
    assert parse_molecule(f"{ASPIRIN}\tacetylsalicylic  acid") == Molecule(
        ASPIRIN, "acetylsalicylic acid"
    )
    name = parse_molecule("CCO <i>x\x1b\u202e</i>" + "y" * 500).name
    assert name.startswith("<i>x</i>y")
    assert len(name) == MAX_NAME_CHARACTERS


SALT = "Reduced a salt or mixture to its largest organic part and dropped "


@pytest.mark.parametrize(
    ("text", "smiles", "changes"),
    [
        ("CCO\nCCC\n\nCCN", "CCO", ("Used the first of 3 lines and ignored the others.",)),
        ("CCO |$a;b;c$| x", "CCO", ("Ignored the extension between bars (|) after the SMILES.",)),
        ("C\x00CO", "CCO", ("Removed 1 invisible character.",)),
        ("[CH3:1][CH2:2]O", "CCO", ("Removed 2 atom-map numbers.",)),
        (
            "[2H]C([2H])([2H])[13CH2]O",
            "CCO",
            ("Removed 4 isotope labels: the model does not tell isotopes apart.",),
        ),
        (
            "[13CH3]C([H])(C)O",
            "CC(C)O",
            (
                "Removed 1 isotope label: the model does not tell isotopes apart.",
                "Removed 1 explicit hydrogen: SMILES implies hydrogens.",
            ),
        ),
        (
            "[H]/N=C(/C)CC",
            "CCC(C)=N",
            ("Removed 1 explicit hydrogen: SMILES implies hydrogens.",),
        ),
        ("CCN.Cl.Cl", "CCN", (SALT + "Cl (2 times).",)),
        ("CCO.CC(N)=O.O", "CC(N)=O", (SALT + "CCO and O.",)),
        (
            "[Na+].CC(=O)[O-]",
            "CC(=O)O",
            (
                SALT + "[Na+].",
                "Neutralised 1 charged atom by adding or removing hydrogens.",
            ),
        ),
        (
            "C[NH2+]CC(=O)[O-]",
            "CNCC(=O)O",
            ("Neutralised 2 charged atoms by adding or removing hydrogens.",),
        ),
        ("C1.C1", "CC", ()),
        ("C[N+](C)(C)CC(=O)[O-]", "C[N+](C)(C)CC(=O)[O-]", ()),
        ("O=[N+]([O-])c1ccccc1", "O=[N+]([O-])c1ccccc1", ()),
        ("c1c[cH-]cc1", "c1cc[cH-]c1", ()),
        ("OB(O)c1ccccc1", "OB(O)c1ccccc1", ()),
        (
            "[CH2]CO",
            "[CH2]CO",
            (
                "Kept 1 atom with unpaired electrons: an atom in brackets has only the hydrogens "
                "written there.",
            ),
        ),
    ],
)
def test_molecule_is_brought_to_its_standard_form(text, smiles, changes):
    molecule = parse_molecule(text)
    assert molecule.smiles == smiles
    assert molecule.changes == changes


OTHER_GEOMETRY = (
    "Removed {} of a geometry that organic molecules do not have, such as square-planar: only @ "
    "and @@ are read."
)


@pytest.mark.parametrize(
    ("text", "smiles", "tags"),
    [
        ("C[C@SP1](F)(Cl)Br", "CC(F)(Cl)Br", "1 tag"),
        ("C[S@OH1](F)(F)(F)(F)F", "CS(F)(F)(F)(F)F", "1 tag"),
        ("C[P@TB12](F)(Cl)(Br)[S@SP2H](F)I", "CP(F)(Cl)(Br)[SH](F)I", "2 tags"),
        ("CC=[C@AL1]=CC", "CC=C=CC", "1 tag"),
    ],
)
def test_geometry_of_metals_is_dropped_and_said(text, smiles, tags):
    molecule = parse_molecule(text)
    assert molecule == Molecule(smiles, "", (OTHER_GEOMETRY.format(tags),))
    assert read_molecule(text).changes == molecule.changes
    assert parse_molecule(smiles) == Molecule(smiles)


def test_long_form_of_an_ordinary_stereocentre_is_read():
    assert parse_molecule("C[C@TH1](F)(Cl)Br").smiles == parse_molecule("C[C@](F)(Cl)Br").smiles


def test_stereocentre_that_was_only_an_isotope_is_none():
    assert parse_molecule("[2H][C@H](C)O").smiles == "CCO"
    assert parse_molecule("[13CH3][C@H](C)O").smiles == "CC(C)O"


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_drug_of_the_training_data_is_read_once_and_for_all(dataset, shared_data):
    for smiles in read_column(shared_data / dataset / "drugs.csv", "smiles"):
        molecule = parse_molecule(smiles)
        again = parse_molecule(molecule.smiles)
        assert again.smiles == molecule.smiles
        assert all(map(is_kept, again.changes)), "such as a nitroxide's unpaired electron"


def test_random_spellings_of_training_drugs_give_one_smiles(shared_data):
    for smiles in read_column(shared_data / "davis" / "drugs.csv", "smiles"):
        spelling = Chem.MolToSmiles(Chem.MolFromSmiles(smiles), doRandom=True)
        assert parse_molecule(spelling).smiles == parse_molecule(smiles).smiles


ODD_MOLECULES = [
    "", "CCO", "CCO ethanol", "C1CC", "CC(C)(C)(C)C", "c1cccc1", "N#N", "*C", "imatinib",
    "CCN.Cl", "[2H]C", "[CH3:1]C", "C[C@H](N)C(=O)O", "F/C=C/F", "F/C=C\\F", "[nH]1cccc1",
    "c1ccccc1[N+](=O)[O-]", "[H]OC", "[H]/N=C/C", "[CH2]C", "C:C", "CC(=O)[O-].[Na+]", "[Pt]C",
    ">x\nMKTAYIAKQRQISFVKSHFSRQ", "C[C@@H]1CC[C@H](C)CC1", "C1=CC=CN1", "O=c1cc[nH]cc1",
]  # fmt: skip


@pytest.mark.parametrize("smiles", ODD_MOLECULES)
def test_one_of_many_is_read_or_refused_as_one_alone_is(smiles):
    check_reading(smiles)


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_training_molecule_is_read_among_many_as_alone(dataset, shared_data):
    for smiles in read_column(shared_data / dataset / "drugs.csv", "smiles"):
        check_reading(smiles)


def check_reading(smiles):
    try:
        alone = parse_molecule(smiles)
    except InputError as error:
        with pytest.raises(InputError, match=f"^{re.escape(str(error))}$"):
            read_molecule(smiles)
        return
    read = read_molecule(smiles)
    assert (read.name, read.changes) == (alone.name, alone.changes)
    one, other = (
        fingerprint_molecules([read.molecule], 1024),
        fingerprint_smiles([alone.smiles], 1024),
    )
    np.testing.assert_array_equal(one.counts, other.counts)
