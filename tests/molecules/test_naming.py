import pytest

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.molecule import parse_molecule
from dta_demo.molecules.inhibitors import load_inhibitors
from dta_demo.molecules.naming import is_inhibitor_name, read_among_many, read_small_molecule
from tests.support.inputs import ASPIRIN, refusal

IMATINIB = "Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(-c2cccnc2)n1"


@pytest.mark.parametrize("text", ["imatinib", "Imatinib", "IMATINIB\n", " imatinib "])
def test_an_inhibitor_is_read_by_its_name(text):
    molecule = read_small_molecule(text)
    assert (molecule.smiles, molecule.name) == (IMATINIB, "Imatinib")
    assert molecule.changes[0].startswith("Read as Imatinib (Cc1ccc(NC(=O)")


@pytest.mark.parametrize("text", ["GSK-690693", "GSK690693", "gsk 690693", "gsk_690693"])
def test_hyphens_and_spaces_are_forgiven(text):
    assert read_small_molecule(text).name == "GSK-690693"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("imatinib", True), ("GSK-690693", True), ("Nc1ccccc1", False), ("CCO", False), ("", False)],
)
def test_a_name_is_told_from_smiles(text, expected):
    assert is_inhibitor_name(text) is expected


def test_every_name_means_its_structure_and_none_is_a_smiles():
    for each in load_inhibitors():
        expected = parse_molecule(each.smiles).smiles
        for text in {each.name, each.name.lower(), each.name.upper(), each.name.replace("-", "")}:
            with pytest.raises(InputError):
                parse_molecule(text)
            assert read_small_molecule(text).smiles == expected, text


def test_a_smiles_goes_before_a_name():
    """Three names, written with a space in place of the hyphen, are a SMILES with a name."""
    for text in ("CC 401", "CP 547632", "CP 724714"):
        assert read_small_molecule(text) == parse_molecule(text)


@pytest.mark.parametrize("text", [ASPIRIN, f"{ASPIRIN} imatinib", "CCN.Cl"])
def test_a_smiles_is_read_as_before(text):
    assert read_small_molecule(text) == parse_molecule(text)


def test_the_salt_of_a_named_inhibitor_is_dropped_and_said():
    salted = next(each for each in load_inhibitors() if "." in each.smiles and each.name != "R406")
    first, *more = read_small_molecule(salted.name).changes
    assert first.startswith(f"Read as {salted.name} (")
    assert tuple(more) == parse_molecule(salted.smiles).changes


@pytest.mark.parametrize("text", ["imatinib", "R406", "ONO-4059 analogue", ASPIRIN])
def test_among_many_a_name_is_read_as_alone(text):
    alone, read = read_small_molecule(text), read_among_many(text)
    assert (read.name, read.changes) == (alone.name, alone.changes)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("imatinb", "the nearest: Imatinib"),
        ("GSK-690694", "the nearest: GSK-690693"),
        ("Gleevec", "'Gleevec' is the name of no known inhibitor: give the molecule as SMILES"),
        ("CC1", "ring number 1"),
        ("C1CC(", "is not valid"),
        ("imatinib\ndasatinib", "reads like a name"),
        ("x" * 300, "This is a protein"),
    ],
)
def test_what_is_neither_gets_a_sentence(text, words):
    assert words in refusal(read_small_molecule, text)
    assert words in refusal(read_among_many, text)


def test_a_molecule_that_was_read_is_given_back():
    molecule = read_small_molecule("imatinib")
    assert read_small_molecule(molecule) is molecule
