import io

import pytest
from rdkit import Chem

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.molblock import write_smiles
from dta_demo.screening import sources
from dta_demo.screening.sources import MOLECULES, PAIRS, PROTEINS, InputRow, Source


def open_text(text, kind=MOLECULES, name=""):
    return Source(io.BytesIO(text.encode()), kind, name)


def refusal(text, kind=MOLECULES, name=""):
    with pytest.raises(InputError) as caught:
        open_text(text, kind, name)
    assert str(caught.value).endswith(".")
    return str(caught.value)


@pytest.mark.parametrize(
    ("mark", "delimiter"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar")]
)
@pytest.mark.parametrize("name", ["x.csv", "x.tsv", "x.csv.gz", ""])
def test_columns_are_found_by_name_and_said(mark, delimiter, name):
    text = f"no{mark}Canonical SMILES{mark}Compound_ID\n1{mark}CCO{mark}a\n\n2{mark}CCN{mark}b\n"
    source = open_text(text, name=name)
    assert source.report.columns == {"smiles": "Canonical SMILES", "id": "Compound_ID"}
    assert delimiter in source.report.format
    assert list(source) == [InputRow(2, "a", "CCO"), InputRow(4, "b", "CCN")]


def test_pairs_and_proteins_have_their_columns():
    pairs = open_text("gene,smiles,sequence\nABL1,CCO,MKV\n", PAIRS)
    assert list(pairs) == [InputRow(2, "ABL1", "CCO", "MKV")]
    proteins = open_text("gene\nABL1\n", PROTEINS)
    assert list(proteins) == [InputRow(2, "", "", "ABL1")]


def test_quoted_cells_are_read_and_a_record_is_one_line():
    rows = list(open_text('smiles,name\n"CCO","a, ""b"""\nCCN,5" gun\n'))
    assert [row.id for row in rows] == ['a, "b"', '5" gun']


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("", MOLECULES, "empty"),
        ("\n \n\r\n", MOLECULES, "empty"),
        ("formula,name\nC2H6O,ethanol\n", PAIRS, "the columns found are 'formula', 'name'"),
        ("smiles name\nCCO ethanol\n", PAIRS, "holds none of the delimiters"),
        (">a\nMKV\n", PAIRS, "this is FASTA"),
        (">a\nMKV\n", MOLECULES, "this is FASTA"),
    ],
)
def test_what_holds_no_rows_is_refused_in_a_sentence(text, kind, words):
    assert words in refusal(text, kind)


def test_a_csv_of_the_wrong_delimiter_is_refused():
    assert "holds none of the delimiters" in refusal("smiles:name\nCCO:a\n", name="x.csv")


def test_a_bad_line_takes_only_its_row():
    rows = list(open_text("name,smiles\na\nb,CCO\nc,\n"))
    assert [row.fault for row in rows] == [
        "The line has 1 cell, and column 2 is needed.", "", "The cell of the SMILES is empty.",
    ]  # fmt: skip


def test_long_lines_are_faults(monkeypatch):
    monkeypatch.setattr("dta_demo.screening.streams.MAX_TEXT_CHARACTERS", 50)
    long = "C" * 60
    for name, text in (("x.smi", f"CCO\n{long}\nCCN\n"), ("x.csv", f"smiles\n{long}\nCCN\n")):
        first_or_long, *rest = list(open_text(text, name=name))
        assert "not read" in (first_or_long.fault or rest[0].fault)
        assert rest[-1].smiles == "CCN"


def test_lines_of_smiles_may_have_a_header():
    with_header = open_text("smiles id\nCCO a\n", name="zinc.smi")
    assert with_header.report.notes
    assert list(with_header) == [InputRow(2, smiles="CCO a")]
    assert list(open_text("CCO a\n\nC\n")) == [InputRow(1, smiles="CCO a"), InputRow(3, smiles="C")]


def sdf(*smiles):
    blocks = []
    for number, text in enumerate(smiles):
        molecule = Chem.AddHs(Chem.MolFromSmiles(text))
        molecule.SetProp("_Name", f"mol {number}")
        blocks.append(Chem.MolToMolBlock(molecule) + ">  <x>\n1\n\n$$$$\n")
    return "".join(blocks)


@pytest.mark.parametrize("name", ["x.sdf", ""])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_records_of_an_sdf_become_smiles(name, line_end):
    text = sdf("C[C@H](N)C(=O)O", "c1ccccc1") + "broken\n\n\nM  END\n$$$$\n" + sdf("CCO")
    rows = list(open_text(text.replace("\n", line_end), name=name))
    assert [(row.line, row.id) for row in rows] == [
        (1, "mol 0"), (2, "mol 1"), (3, "broken"), (4, "mol 0"),
    ]  # fmt: skip
    assert write_smiles(rows[0].block) == "C[C@H](N)C(=O)O"
    assert write_smiles(rows[1].block) == "c1ccccc1"
    with pytest.raises(InputError, match="no structure"):
        write_smiles(rows[2].block)


def test_a_mol_file_without_an_end_is_one_record():
    text = Chem.MolToMolBlock(Chem.MolFromSmiles("CCO"))
    assert [write_smiles(row.block) for row in open_text(text, name="x.mol")] == ["CCO"]


def test_a_record_that_would_take_long_is_refused():
    large = Chem.MolToMolBlock(Chem.MolFromSmiles("C" * 950))
    with pytest.raises(InputError, match="more than are read"):
        write_smiles(large)


def test_records_of_fasta_are_proteins_with_their_names(monkeypatch):
    text = ">one kinase\nMKV\nLAA\n>two\n\n>three\n" + "A" * 60 + "\n"
    rows = list(open_text(text, PROTEINS))
    assert [(row.line, row.id) for row in rows] == [(1, "one kinase"), (2, "two"), (3, "three")]
    assert rows[0].protein == ">one kinase\nMKV\nLAA"
    monkeypatch.setattr(sources, "MAX_TEXT_CHARACTERS", 50)
    assert "record has more" in list(open_text(text, PROTEINS))[2].fault


def test_a_source_is_read_as_it_is_asked_for(tmp_path):
    path = tmp_path / "many.smi"
    path.write_text("CCO\n" * 200_000)
    source = Source(path, MOLECULES)
    next(iter(source))
    assert source.fraction < 0.5
    source.close()
