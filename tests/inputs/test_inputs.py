"""Every text a visitor may type gives a checked record or one plain sentence."""

from __future__ import annotations

import csv
import re
import threading
import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdkit import Chem

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.molecule import Drug, parse_drug, read_molecule
from dta_demo.inputs.protein import Protein, parse_protein
from dta_demo.inputs.text import MAX_NAME_CHARACTERS
from dta_demo.inputs.wording import MAX_QUOTE_CHARACTERS
from dta_demo.molecules.fingerprints import describe_drugs, describe_molecules
from tests.support.paths import SHARED_DATA as DATA

KINASE = "MKKFFDSRREQGGSGLGSGSSGGGGSTSGLGSGYIGRVFGIGRQQVTVDEVLAEGGFAIVFLVRTSNGMK"
ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"
DATASETS = ("davis", "kiba", "bdb")
QUICK = settings(
    max_examples=300,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def column(dataset: str, table: str, name: str) -> list[str]:
    path = DATA / dataset / f"{table}.csv"
    if not path.is_file():
        pytest.skip(f"{path} is not here: the training data lies outside the repository")
    with path.open(newline="", encoding="utf-8") as file:
        return [row[name] for row in csv.DictReader(file)]


def refusal(parse, text) -> str:
    """Return the sentence of a refusal, after checking that it is one."""
    with pytest.raises(InputError) as caught:
        parse(text)
    sentence = str(caught.value)
    assert sentence.isprintable(), "no line break or control character reaches the page"
    assert sentence.endswith(".")
    assert len(sentence) < 260
    assert not re.search(r"Error|Exception|Traceback", re.sub("'.*'", "", sentence))
    return sentence


# ---- Proteins ---------------------------------------------------------------------------------


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
def test_every_target_of_the_training_data_is_read(dataset):
    for sequence in column(dataset, "targets", "sequence"):
        protein = parse_protein(sequence)
        assert protein.sequence == sequence
        assert all(change.startswith("Kept X") for change in protein.changes)


# ---- Molecules --------------------------------------------------------------------------------


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
    assert parse_drug(text) == Drug(ASPIRIN)


def test_stereochemistry_is_kept():
    left, right = parse_drug("C[C@H](N)C(=O)O"), parse_drug("C[C@@H](N)C(=O)O")
    assert left.smiles != right.smiles
    assert parse_drug("OC(=O)[C@@H](N)C").smiles == parse_drug("N[C@@H](C)C(O)=O").smiles
    assert parse_drug("C/C=C/C").smiles != parse_drug("C/C=C\\C").smiles


def test_name_follows_the_smiles():
    assert parse_drug(f"{ASPIRIN}\tacetylsalicylic  acid") == Drug(ASPIRIN, "acetylsalicylic acid")
    name = parse_drug("CCO <i>x\x1b\u202e</i>" + "y" * 500).name
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
    drug = parse_drug(text)
    assert drug.smiles == smiles
    assert drug.changes == changes


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
    drug = parse_drug(text)
    assert drug == Drug(smiles, "", (OTHER_GEOMETRY.format(tags),))
    assert read_molecule(text).changes == drug.changes
    assert parse_drug(smiles) == Drug(smiles)


def test_long_form_of_an_ordinary_stereocentre_is_read():
    assert parse_drug("C[C@TH1](F)(Cl)Br").smiles == parse_drug("C[C@](F)(Cl)Br").smiles


def ring_line(rings):
    """Spell aromatic rings fused in a line, the last one of four atoms."""
    numbers = [f"%{ring + 10}" for ring in range(1, rings)]
    there = "".join(f"cc{number}" for number in numbers)
    back = "".join(f"c{number}c" for number in reversed(numbers))
    return f"c1{there}cc{back}c1"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ring_line(17), "17 rings fused or bridged into one system, and at most 16 are read"),
        (ring_line(50), "50 rings fused"),
        (ring_line(65), "65 rings fused"),
        (ring_line(65)[:-2] + "Cc1", "65 rings fused"),
        ("-".join([ring_line(16)] * 4), "64 rings, and at most 60"),
        (f"CC.{ring_line(50)}", "50 rings fused"),
    ],
)
def test_many_rings_are_refused_at_once(text, words):
    for read in (parse_drug, read_molecule):
        start = time.thread_time()
        assert words in refusal(read, text)
        assert time.thread_time() - start < 0.1


@pytest.mark.parametrize("name", ["fused_rings_464.smi", "fused_rings_614.smi"])
def test_hostile_files_are_refused_at_once(name, shared_data):
    path = shared_data / "hostile" / name
    if not path.is_file():
        pytest.skip(f"{name} is not here")
    start = time.thread_time()
    assert "rings fused" in refusal(parse_drug, path.read_text(encoding="utf-8"))
    assert time.thread_time() - start < 0.1


def test_many_equally_short_rings_are_refused_though_few_are_independent():
    beads = "".join(f"CC%{bead + 11}(C%{bead + 10})" for bead in range(1, 13))
    assert "rings, and at most 60" in refusal(parse_drug, f"C1%98%11{beads}C1.C%98%23")


def test_as_many_rings_as_are_read_are_read_in_time():
    text = "-".join([ring_line(16)] * 3)
    start = time.thread_time()
    assert parse_drug(text).smiles
    assert time.thread_time() - start < 0.5


@pytest.mark.parametrize(
    "text", ["C=c1c2c(cn1C)C=CC2=O", "Cn1cc2csc(n1C)SC2=O", "C=c1ccc2[cH-]cc-2nc1"]
)
def test_what_rdkit_cannot_read_back_is_never_given(text):
    """These are SMILES that RDKit wrote and does not read."""
    refusal(parse_drug, text)


@pytest.mark.parametrize("text", ["C1=C2SC1=o2", "p12=C[c-]1=C2", "C12=c(=O)C1=C2"])
def test_aromatic_rings_that_rdkit_writes_unreadably_are_refused(text):
    for read in (parse_drug, read_molecule):
        assert "no standard SMILES" in refusal(read, text)


def test_stereocentres_of_a_cage_are_read_again_as_they_are_given():
    smiles = parse_drug("C0[C@]2[C]1CC[C@]1[C]2C0").smiles
    assert parse_drug(smiles).smiles == smiles


def test_stereocentre_that_was_only_an_isotope_is_none():
    assert parse_drug("[2H][C@H](C)O").smiles == "CCO"
    assert parse_drug("[13CH3][C@H](C)O").smiles == "CC(C)O"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Enter a molecule"),
        ("C" + "(C)" * 128, "more bonds than its element"),
        (".".join(["C"] * 51), "51 parts, and at most 50"),
        ("\u200b \n", "Enter a molecule"),
        (None, "as text"),
        (42, "as text"),
        ("C" * 10_000, "10,000 characters, and at most 2,000"),
        ("C" * 301, "301 atoms besides hydrogen, and at most 300"),
        ("C1CC", "ring number 1, opened at position 2, is never closed"),
        ("C%12CC", "ring number 12, opened at position 2"),
        ("CC(C(C)C", "the parenthesis opened at position 3 is never closed"),
        ("CC(=O", "the parenthesis opened at position 3 is never closed"),
        ("CC)C", "the parenthesis closed at position 3 was never opened"),
        ("CXC", "'X' at position 2 is no atom"),
        ("CC[Zz]", "'[Zz]' at position 3 is no atom"),
        ("C[CH4", "the bracket opened at position 2 is never closed"),
        ("CC=", "an atom is missing after '=' at position 3"),
        ("C=#C", "'#' at position 3 is out of place"),
        ("C..C", "'.' at position 3 is out of place"),
        ("()", "'(' at position 1 is out of place"),
        ("C1C1", "a ring number joins an atom"),
        ("C11", "a ring number joins an atom"),
        ("OC(C)(C)(C)C", "atom 2 (C, at position 2) has more bonds"),
        ("BrC[N](C)(C)C", "atom 3 (N, at position 4) has more bonds"),
        ("CC1=Cn(=CC=C1)C", "atom 4 (N, at position 6) has more bonds"),
        ("c1ccnc1", "aromatic atoms at positions 1, 3, 4, 5 and 6 (a nitrogen may need"),
        ("Cc", "atom 2 (C, at position 2) is written as aromatic (lower case) but is in no ring"),
        ("C:C", "aromatic bond (:) outside"),
        ("CC\u2212N", "'\u2212' (MINUS SIGN) at position 3"),
        ("éC", "(LATIN SMALL LETTER E WITH ACUTE) at position 1"),
        ("\ud800", "U+D800"),
        ("CCO>>CC=O", "arrow"),
        ("N->[Fe]", "arrow"),
        ("*CC", "'*' at position 1 is a placeholder"),
        ("C~C", "'~' at position 2"),
        ("CC[#6]", "'[#6]' at position 3"),
        ("[C,N]C", "'[C,N]' at position 1 is no atom"),
        ("O", "no carbon"),
        ("[Na+].[Cl-]", "no carbon"),
        ("[H][H]", "no carbon"),
        ("C[H+]C", "A hydrogen of the molecule is charged or bonded to two atoms"),
        ("CC(=O)O[Na]", "contains sodium (Na)"),
        ("N.N.[Cl-].[Cl-].[Pt+2]", "contains platinum (Pt)"),
        ("C1CC(C1)(C(=O)O)C(=O)O.[NH2-].[NH2-].[Pt+2]", "contains platinum (Pt)"),
        ("C[Hg]C", "contains mercury (Hg)"),
        ("InChI=1S/CH4/h1H4", "InChI"),
        ("BSYNRYMUTXBXSQ-UHFFFAOYSA-N", "InChI"),
        ("aspirin", "'aspirin' reads like a name"),
        ("ASPIRIN", "'ASPIRIN' reads like a name"),
        ("imatinib mesylate", "'imatinib mesylate' reads like a name"),
        ("CHEMBL25", "reads like a name"),
        ("50-78-2", "reads like a name, number"),
        ("2244", "reads like a name, number"),
        (KINASE, "This is a protein"),
        (KINASE.lower() + "*", "This is a protein"),
        (f">AAK1\n{KINASE}", "This is a protein ('>AAK1')"),
        ("\n  RDKit 2D\n\n  3 2  0  0  V2000\nM  END\n", "mol or SD file"),
        ("/etc/passwd", "'/' at position 1"),
        ("https://pubchem.org/2244.sdf", "'h' at position 1"),
    ],
)
def test_refused_molecule_says_why(text, words):
    assert words in refusal(parse_drug, text)


def test_quoted_text_is_short_and_unescaped():
    assert "'C&\"(script)'" in refusal(parse_drug, 'C&"(script)')
    quoted = re.search(r"'(.*?)'", refusal(parse_drug, "C" * 500 + "X"))
    assert quoted is not None
    assert len(quoted[1]) <= MAX_QUOTE_CHARACTERS
    assert "'X' at position 501" in refusal(parse_drug, "C" * 500 + "X")


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_drug_of_the_training_data_is_read_once_and_for_all(dataset):
    for smiles in column(dataset, "drugs", "smiles"):
        drug = parse_drug(smiles)
        again = parse_drug(drug.smiles)
        assert again.smiles == drug.smiles
        assert all(map(is_kept, again.changes)), "such as a nitroxide's unpaired electron"


def test_random_spellings_of_training_drugs_give_one_smiles():
    for smiles in column("davis", "drugs", "smiles"):
        spelling = Chem.MolToSmiles(Chem.MolFromSmiles(smiles), doRandom=True)
        assert parse_drug(spelling).smiles == parse_drug(smiles).smiles


def test_rdkit_stays_silent_also_in_threads(capfd):
    texts = [ASPIRIN, "C1CC", "c1cccc1", "C(C)(C)(C)(C)C", "[Na+].CC(=O)[O-]", "CXC", "[H][H]"]

    def read_all() -> None:
        for text in texts * 20:
            try:
                parse_drug(text)
            except InputError:
                continue

    threads = [threading.Thread(target=read_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with pytest.raises(InputError):
        parse_protein("C1CC(")
    assert capfd.readouterr() == ("", "")


# ---- Any text ---------------------------------------------------------------------------------

ODD = st.sampled_from(
    [">", "\n", "\r\n", "*", "-", ".", " ", "\x00", "\ufeff", "\u202e", "\xa0", "J"]
)
ANY_TEXT = st.text(max_size=200) | st.text(st.characters(), max_size=60)
PROTEIN_LIKE = st.lists(
    st.text("ACDEFGHIKLMNPQRSTVWYXBZUOJacx1", min_size=1, max_size=30) | ODD, max_size=12
).map("".join)
SMILES_TOKENS = r"""
C C C c1ccccc1 C(=O) O N n1 [nH] (C) ( ) = # . + - [ ] 1 1 2 % %12 / \ @ [C@H] [C@@H] [O-] [N+]
[NH3+] [Na+] [Na] [2H] [H] [H+] [13C] [CH3:1] [Pt] Cl Br F S P B I [Si] [Se] : * ~ > | $ X
[n+] [cH-] S(=O)(=O)
"""
SMILES_LIKE = st.lists(
    st.sampled_from([*SMILES_TOKENS.split(), "\n", " ", "\xa0", "\u2212"]), max_size=14
).map("".join)


def is_kept(change: str) -> bool:
    return change.startswith("Kept ")


@QUICK
@given(ANY_TEXT | PROTEIN_LIKE)
def test_any_text_gives_a_stable_protein_or_a_sentence(text):
    try:
        protein = parse_protein(text)
    except InputError:
        refusal(parse_protein, text)
        return
    assert re.fullmatch(r"[A-IK-Z]{10,40000}", protein.sequence)
    again = parse_protein(protein.sequence)
    assert again.sequence == protein.sequence
    assert all(map(is_kept, again.changes))


@QUICK
@given(ANY_TEXT | SMILES_LIKE)
def test_any_text_gives_a_stable_molecule_or_a_sentence(text):
    try:
        drug = parse_drug(text)
    except InputError:
        refusal(parse_drug, text)
        return
    again = parse_drug(drug.smiles)
    assert again.smiles == drug.smiles
    assert all(map(is_kept, again.changes))


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
def test_every_training_molecule_is_read_among_many_as_alone(dataset):
    for smiles in column(dataset, "drugs", "smiles"):
        check_reading(smiles)


def check_reading(smiles):
    try:
        alone = parse_drug(smiles)
    except InputError as error:
        with pytest.raises(InputError, match=f"^{re.escape(str(error))}$"):
            read_molecule(smiles)
        return
    read = read_molecule(smiles)
    assert (read.name, read.changes) == (alone.name, alone.changes)
    one, other = describe_molecules([read.molecule], 1024), describe_drugs([alone.smiles], 1024)
    np.testing.assert_array_equal(one.counts, other.counts)
