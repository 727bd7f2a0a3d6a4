from __future__ import annotations

import pytest

from dta_demo.inputs.protein import Protein, parse_protein
from dta_demo.inputs.text import MAX_NAME_CHARACTERS
from tests.support.inputs import ASPIRIN, DATASETS, KINASE, read_column, refusal


def test_plain_sequence_is_taken_as_it_is():
    assert parse_protein(KINASE) == Protein(KINASE)


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        (KINASE.lower(), ("Changed lower-case letters to capitals.",)),
        (KINASE + "*", ("Removed the stop symbol (*) at the end.",)),
        (KINASE + "**\n", ("Removed the stop symbol (*) at the end.",)),
        (KINASE[:5] + "--" + KINASE[5:] + ".", ("Removed 3 gaps (- or .).",)),
        (KINASE[:5] + "-" + KINASE[5:], ("Removed 1 gap (- or .).",)),
        (KINASE[:5] + "\xa0" + KINASE[5:], ("Removed 1 space.",)),
        (KINASE[:5] + "\r\n" + KINASE[5:] + "\r\n", ("Removed 1 line break.",)),
        ("\ufeff" + KINASE, ("Removed 1 invisible character.",)),
        (KINASE[:9] + "\x00\u202e\u200b" + KINASE[9:], ("Removed 3 invisible characters.",)),
        (f"  {KINASE}\t\n\n", ()),
        (f">\n{KINASE}", ()),
    ],
)
def test_layout_is_removed_and_said(text, changes):
    assert parse_protein(text) == Protein(KINASE, "", changes)


def test_numbered_block_of_a_genbank_record():
    body = (
        f"        1 {KINASE[:10].lower()} {KINASE[10:20].lower()}\n       21 {KINASE[20:].lower()}"
    )
    block = "Read only the sequence block of the GenBank record (ORIGIN to //)."
    removed = ("Removed 3 spaces, 1 line break and 3 digits.",)
    lower = ("Changed lower-case letters to capitals.",)
    assert parse_protein(body).changes == removed + lower
    record = f"LOCUS  KINASE 70 aa\nDEFINITION  a kinase.\nORIGIN\n{body}\n//\nLOCUS next"
    assert parse_protein(record).changes == (block, *removed, *lower)
    assert parse_protein(body + "\n//\n").sequence == KINASE
    assert parse_protein(record).sequence == KINASE


def test_fasta_header_becomes_the_name():
    protein = parse_protein(
        f">sp|P1|AAK1_HUMAN Kinase OS=Homo\r\n{KINASE[:30]}\r\n{KINASE[30:]}\r\n"
    )
    assert protein == Protein(KINASE, "sp|P1|AAK1_HUMAN Kinase OS=Homo")


def test_first_of_several_records_is_used_and_the_others_are_named():
    protein = parse_protein(f">one\n{KINASE}\n>two\nMKV\n>three\nMKV")
    assert protein.sequence == KINASE
    assert protein.name == "one"
    assert protein.changes == (
        "Used the first of 3 FASTA records ('one') and ignored 'two' and 'three'.",
    )


def test_sequence_before_the_first_header_is_the_first_record():
    protein = parse_protein(f"{KINASE}\n>two\nMKV")
    assert protein.name == ""
    assert protein.changes == ("Used the first of 2 FASTA records and ignored 'two'.",)


def test_many_records_are_not_all_listed():
    (change,) = parse_protein(f">one\n{KINASE}\n" + ">more\nMKV\n" * 50).changes
    assert "first of 51 FASTA records" in change
    assert change.endswith("and 45 more.")


def test_name_is_plain_bounded_data():
    header = "<b>\x1b[31m\u202ered\x07</b> " + "x" * 500
    name = parse_protein(f">{header}\n{KINASE}").name
    assert name.startswith("<b>[31mred</b> x")
    assert name.isprintable()
    assert len(name) == MAX_NAME_CHARACTERS


def test_rare_letters_are_kept_or_replaced_with_their_places():
    protein = parse_protein("MBZXUJ" + KINASE + "X" * 7)
    assert protein.sequence == "MBZXUX" + KINASE + "X" * 7
    assert protein.changes == (
        "Replaced J (leucine or isoleucine) at position 6 by X: the protein model has no J.",
        "Kept B (aspartate or asparagine) at position 2.",
        "Kept Z (glutamate or glutamine) at position 3.",
        "Kept X (unknown residue) at positions 4, 77, 78, 79, 80 and 3 more.",
        "Kept U (selenocysteine) at position 5.",
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Enter a protein"),
        (" \r\n\t\ufeff", "Enter a protein"),
        (None, "as text"),
        (b"MKV", "as text"),
        (["MKV"], "as text"),
        (KINASE[:10] + "*" + KINASE[10:], "stop (*) at position 11"),
        ("-" + KINASE[:10] + " *" + KINASE[10:], "stop (*) at position 11"),
        (KINASE[:4] + "@" + KINASE[4:], "'@' at position 5"),
        (KINASE[:4] + "\u0410" + KINASE[4:], "'\u0410' (CYRILLIC CAPITAL LETTER A) at position 5"),
        (KINASE[:4] + "ß" + KINASE[4:], "(LATIN SMALL LETTER SHARP S) at position 5"),
        (KINASE + "²", "(SUPERSCRIPT TWO)"),
        ("\ud800" + KINASE, "U+D800 at position 1"),
        ("/etc/passwd", "'/' at position 1"),
        ("https://rest.uniprot.org/P00533.fasta", "':' at position 6"),
        ("P00533", "'P00533' gives 1 residue, and a protein target needs at least 10"),
        (KINASE[:9], "gives 9 residues"),
        ("12 34", "gives 0 residues"),
        ("A" * 40_001, "has 40,001 residues, and at most 40,000"),
        ("A" * 1_000_001, "1,000,001 characters"),
        ("ORIGIN\n//", "no sequence between ORIGIN and //"),
        ("//", "no sequence between"),
        (">only a header", "'only a header' has no sequence"),
        (f">empty\n>full\n{KINASE}", "'empty' has no sequence"),
        ("ATGGCGTACGTTAGCCTAGGATCC", "DNA or RNA"),
        (">gene\naugg cuua cgug\naugg nnua cgug", "DNA or RNA"),
        ("X" * 21 + KINASE[:20], "More than half"),
        ("X" * 20 + "J" + KINASE[:20], "More than half"),
        ("epidermal growth factor receptor", "'epidermal growth factor receptor' reads like words"),
        (ASPIRIN, "This is a molecule"),
        (f"{ASPIRIN} aspirin", "This is a molecule"),
        ("Cc1ccccc1Nc1ccccc1", "This is a molecule"),
        ("CCCCCCCCCCCCO", "This is a molecule"),
        (".".join(["c1ccccc1"] * 223), "This is a molecule"),
    ],
)
def test_refused_protein_says_why(text, words):
    assert words in refusal(parse_protein, text)


@pytest.mark.parametrize(
    "sequence",
    [
        "A" * 30,
        "G" * 30,
        "P" * 30,
        "GA" * 20,
        "GAGAGS" * 10,
        "NANP" * 10,
        "TTGGAACC" + KINASE,
        "CCNCPPSCC" + KINASE,
        "DTASDAAAAAALTAANAKAAAELTAANAAAAAAATAR",  # winter flounder antifreeze protein
        "QCTGGADCTSCTGACTGCGNCPNAVTCTNSQHCVKANTCTGSTDCNTAQTCTNSKDCFEANTCTDSTNCY",  # Tenebrio
    ],
)
def test_proteins_of_few_kinds_of_residue_are_read(sequence):
    assert parse_protein(sequence) == Protein(sequence)


@pytest.mark.parametrize("limit", [10, 40_000])
def test_lengths_at_the_limits_are_read(limit):
    assert len(parse_protein("L" * limit).sequence) == limit


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_target_of_the_training_data_is_read(dataset, shared_data):
    for sequence in read_column(shared_data / dataset / "targets.csv", "sequence"):
        protein = parse_protein(sequence)
        assert protein.sequence == sequence
        assert all(change.startswith("Kept X") for change in protein.changes)
