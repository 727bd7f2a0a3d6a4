import pytest

from dta_demo.inputs.protein import Protein, parse_protein
from dta_demo.kinases.catalogue import load_catalogue
from dta_demo.kinases.name_index import fold
from dta_demo.kinases.naming import is_kinase_name, read_protein
from dta_demo.kinases.targets import is_phosphorylated, parse_target_name
from tests.support.inputs import KINASE, refusal


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def mutated(sequence, position, letter):
    return sequence[: position - 1] + letter + sequence[position:]


def test_a_gene_gives_the_canonical_sequence_and_says_so(catalogue):
    abl1 = catalogue.find_gene("ABL1").sequence
    receipt = ("Read as ABL1 (P00519), 1,130 residues.",)
    for text in ("ABL1", " abl1\n", "P00519", "p00519", "ABL1-nonphosphorylated", "ABL1_HUMAN"):
        assert read_protein(text) == Protein(abl1, "ABL1", receipt)


@pytest.mark.parametrize(
    ("text", "gene"),
    [
        ("MEK1", "MAP2K1"), ("p38-alpha", "MAPK14"), ("P38 alpha", "MAPK14"), ("HER2", "ERBB2"),
        ("p38\N{GREEK SMALL LETTER ALPHA}", "MAPK14"), ("IKK-epsilon", "IKBKE"), ("KIT", "KIT"),
        ("EGFR kinase domain", "EGFR"), ("RSK1(Kin.Dom.2-C-terminal)", "RPS6KA1"),
    ],
)  # fmt: skip
def test_aliases_and_panel_names_are_read(catalogue, text, gene):
    protein = read_protein(text)
    assert protein.sequence == catalogue.find_gene(gene).sequence
    assert protein.changes[0].startswith(f"Read as {gene} (")


def test_every_gene_accession_and_panel_name_means_its_kinase(catalogue):
    for kinase in catalogue:
        panel = [n for n in kinase.panel_names if not is_phosphorylated(n, kinase.panel_names)]
        for name in (kinase.gene, kinase.gene.lower(), kinase.uniprot, *panel):
            protein = read_protein(name)
            assert protein.sequence == kinase.sequence, name
            assert parse_target_name(protein.name).domain == parse_target_name(name).domain, name


@pytest.mark.parametrize(
    "text",
    [
        "ABL1 T315I", "abl1 t315i", "ABL1(T315I)", "ABL1-T315I", "ABL1T315I", "ABL1 p.T315I",
        "ABL1 p.(Thr315Ile)", "P00519 T315I", "ABL1 kinase domain T315I mutant",
    ],
)  # fmt: skip
def test_one_substitution_in_any_spelling(catalogue, text):
    expected = mutated(catalogue.find_gene("ABL1").sequence, 315, "I")
    receipt = ("Read as ABL1 (P00519), 1,130 residues, with T315I.",)
    assert read_protein(text) == Protein(expected, "ABL1(T315I)", receipt)


@pytest.mark.parametrize("text", ["EGFR(L858R,T790M)", "EGFR L858R/T790M", "EGFR L858R; p.T790M"])
def test_several_substitutions(catalogue, text):
    expected = mutated(mutated(catalogue.find_gene("EGFR").sequence, 858, "R"), 790, "M")
    assert read_protein(text).sequence == expected
    assert read_protein(text).name == "EGFR(L858R,T790M)"


@pytest.mark.parametrize(
    "text",
    ["EGFR(E746-A750del)", "EGFR E746_A750del", "EGFR(E746A750del)", "EGFR Glu746_Ala750del"],
)
def test_a_deletion(catalogue, text):
    egfr = catalogue.find_gene("EGFR").sequence
    assert read_protein(text).sequence == egfr[:745] + egfr[750:]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ABL1p", "ABL1-phosphorylated"),
        ("ABL1 phosphorylated", "ABL1-phosphorylated"),
        ("ABL1(T315I)p", "ABL1(T315I)-phosphorylated"),
    ],
)
def test_a_phosphorylated_form_is_known_by_its_name(text, name):
    protein = read_protein(text)
    assert protein.name == name
    assert is_phosphorylated(protein.name, ())
    assert protein.changes[0].endswith(", phosphorylated.")


def test_what_was_measured_phosphorylated_only_is_not_meant_without_the_mark():
    plain, marked = read_protein("ABL1 E255K"), read_protein("ABL1(E255K)p")
    assert not is_phosphorylated(plain.name, ("ABL1",))
    assert "ABL1(E255K)p" in plain.changes[1]
    assert is_phosphorylated(marked.name, ())
    assert plain.sequence == marked.sequence


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("JAK2 JH1", "last"), ("JAK2 JH2 V617F", "first"), ("JAK2(JH1domain-catalytic)", "last"),
        ("RPS6KA1 Kin.Dom.2", "last"), ("RSK1(Kin.Dom.1-N-terminal)", "first"), ("JAK2", ""),
    ],
)  # fmt: skip
def test_the_domain_is_known_by_its_name(text, domain):
    assert parse_target_name(read_protein(text).name).domain == domain


def test_a_gene_goes_before_an_alias_and_the_other_kinase_is_named():
    assert read_protein("PDK1").changes == (
        "Read as PDK1 (Q15118), 436 residues.",
        "The name may also mean PDPK1.",
    )
    assert "MAP3K15" in read_protein("MAP3K7").changes[1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("RSK1", "a name of several kinases: give RPS6KA1 (Q15418) or RPS6KA2 (Q15349)."),
        ("ABL1 T316I", "ABL1 (P00519) has E at position 316, not T."),
        ("ABL1 T334I", "give T315I (the numbering of isoform 1b differs by 19)."),
        ("ABL1 T352I", "give T315I (the numbering of the sequence of 1,167 residues"),
        ("BRAF V599E", "give V600E"),
        ("EGFR L834R", "give L858R"),
        ("CDK2 K34A,E52A,F81L,D146N", "give K33A, E51A, F80L, D145N (the numbering differs by 1)."),
        ("ABL1 T1315I", "ABL1 (P00519) has 1,130 residues, and no number 1,315."),
        ("ABL1 T315T", "replaces a residue by itself"),
        ("ABL1 T315I T315A", "change the same residue"),
        ("EGFR A750_E746del", "ends before it begins"),
        ("FLT3(ITD)", "does not say which residues are duplicated"),
        ("EGFR(L747-T751del,Sins)", "'Sins' after EGFR is not understood"),
        ("ABL1 tyrosine kinase", "'tyrosine' after ABL1 is not understood"),
        ("ABL1 JH2", "has no second kinase domain"),
        ("CDK2 M1_L298del", "leaves 0 residues"),
        ("ABBL1", "no name of a human kinase; the nearest: ABL1"),
        ("ABBL1 T315I", "the nearest: ABL1"),
        ("P69905", "the accession of no human kinase"),
        ("XYZQ", "as a name it is that of no human kinase"),
        ("CCO", "This is a molecule"),
        ("", "Enter a protein"),
    ],
)
def test_what_cannot_be_read_gets_a_sentence_that_helps(text, words):
    assert words in refusal(read_protein, text)


@pytest.mark.parametrize(
    "text",
    [
        KINASE, KINASE.lower(), f">ABL1\n{KINASE}", f"KIT\n{KINASE}", f"1 {KINASE[:9]} 10 {KINASE}",
        "KITAAAACCCCDDDD", "EGFRKLMNPQ", "KIT AAAA CCCC DDDD EEEE", "ABLKINASEDOMAIN",
    ],
)  # fmt: skip
def test_a_sequence_is_read_as_before(text):
    assert read_protein(text) == parse_protein(text)


def test_a_canonical_sequence_is_no_name(catalogue):
    for kinase in catalogue[::20]:
        assert read_protein(kinase.sequence).name == ""
        assert read_protein(kinase.sequence).sequence == kinase.sequence


def test_a_protein_that_was_read_is_given_back():
    protein = read_protein("KIT")
    assert read_protein(protein) is protein


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("p38-alpha", "P38 ALPHA", True), ("CDK1 2", "CDK12", False), ("CDK-12", "cdk12", True)],
)
def test_case_and_hyphens_are_nothing_but_between_digits(one, other, same):
    assert (fold(one) == fold(other)) == same


@pytest.mark.parametrize("text", ["ABL1", "EGFR(L858R,T790M)", "P00519", "JAK2 JH2", " abl1p "])
def test_what_is_read_as_a_name_is_one(text):
    assert is_kinase_name(text)


@pytest.mark.parametrize(
    "text", [KINASE, "MGSNKSKPKDASQRRR", f">ABL1\n{KINASE}", "", "ABL1 T315W9", "nonsense", "\0"]
)
def test_a_sequence_and_what_cannot_be_read_are_no_names(text):
    assert not is_kinase_name(text)
