"""The bundled checkpoint's answers to known pairs; they change only with the checkpoint."""

import pytest

from dta_demo.kinases.catalogue import load_catalogue
from tests.support.outside import IMATINIB

GOLDEN = {
    "Imatinib – ABL1": 8.6190,
    "Imatinib – ABL1(T315I)": 5.2469,
    "Dasatinib – LCK": 9.8451,
    "SGX-523 – MET": 8.1730,
    "Tofacitinib – JAK2(JH1)": 8.9978,
    "Erlotinib – EGFR": 9.0372,
    "Quizartinib – FLT3": 8.4943,
    "Imatinib – EGFR": 4.9994,
}
"""pKd, computed once by the released checkpoint in single precision on a CPU."""


@pytest.mark.parametrize(("title", "value"), GOLDEN.items())
def test_known_pairs_keep_their_prediction(predictor, examples, title, value):
    row = examples[title]
    found = predictor.predict(f">{row['gene']}\n{row['sequence']}", row["smiles"])
    assert found.affinity == pytest.approx(value, abs=1e-3)


@pytest.mark.parametrize("title", ["Imatinib – EGFR", "Tofacitinib – EGFR", "BI-2536 – CDK2"])
def test_pairs_measured_at_the_floor_are_called_so(predictor, examples, title):
    row = examples[title]
    assert predictor.predict(row["sequence"], row["smiles"]).at_floor


NAMES = {
    "ABL1": "ABL1", "P00519": "ABL1", "ABL1 T315I": "ABL1", "ABL1p": "ABL1", "EGFR(T790M)": "EGFR",
    "MEK1": "MAP2K1", "JAK2 JH1": "JAK2", "JAK1(JH2domain-pseudokinase)": "JAK1",
}  # fmt: skip
"""Names, and the gene whose canonical sequence is pasted in their place."""


def paste(name, gene):
    """FASTA of what a name means, with its header where a sequence does not say it."""
    sequence = load_catalogue().find_gene(gene).sequence
    for old, position, new in (("T", 315, "I"), ("T", 790, "M")):
        if f"{old}{position}{new}" in name:
            assert sequence[position - 1] == old
            sequence = sequence[: position - 1] + new + sequence[position:]
    header = {"ABL1p": "ABL1p", "JAK2 JH1": "JAK2(JH1domain-catalytic)"}.get(name, "")
    return f">{header or (name if 'JH2' in name else '')}\n{sequence}"


@pytest.mark.parametrize(("name", "gene"), NAMES.items())
def test_a_name_gives_what_its_sequence_gives(predictor, name, gene):
    named = predictor.predict(name, "imatinib").to_dict()
    pasted = predictor.predict(paste(name, gene), IMATINIB).to_dict()
    for document in (named, pasted):
        for given in ("protein", "drug"):
            del document["receipt"][given]["name"], document["receipt"][given]["changes"]
    assert named == pasted


def test_a_measured_mutant_is_recognised_by_its_name(predictor):
    assert predictor.predict("ABL1 T315I", "imatinib").affinity < 6
    assert predictor.predict("ABL1", "imatinib").affinity > 8
    # Measured phosphorylated only: a mutant without the mark, and as measured with it.
    plain = predictor.predict("ABL1 E255K", "imatinib").recognised
    marked = predictor.predict("ABL1(E255K)p", "imatinib").recognised
    assert (plain.relation, marked.relation) == ("mutant", "as measured")
