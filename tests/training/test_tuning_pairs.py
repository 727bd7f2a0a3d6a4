import io

import pytest

from dta_demo.inputs.errors import InputError
from dta_demo.runtime.limits import Limits
from dta_demo.training import tuning_pairs
from dta_demo.training.tuning_pairs import (
    MAX_LETTERS,
    TuningPair,
    cut_letters,
    example_pairs,
    letters_read_by,
    most_pairs,
    read_table,
    split_pairs,
)
from tests.support.encoders import random_sequence

HEADER = "protein,molecule,affinity\n"


def read(text):
    return read_table(io.BytesIO(text.encode()), lambda protein: protein.sequence)


def refusal(text):
    with pytest.raises(InputError) as caught:
        read(text)
    assert str(caught.value).count("\n") == 0
    return str(caught.value)


@pytest.mark.parametrize(
    "header", ["protein,molecule,affinity", "gene;SMILES;pKd", "Target\tDrug\tpkd"]
)
def test_a_table_is_read_by_the_names_of_its_columns(header):
    mark = next(each for each in ",;\t" if each in header)
    rows = [["CDK2", "imatinib", "5.5"], [random_sequence(30), "CCO", " 7 "]]
    pairs = read("\n".join([header, *(mark.join(row) for row in rows)]))
    assert [pair.affinity for pair in pairs] == [5.5, 7.0]
    assert pairs[0].letters.startswith("MENFQKVEKIGEGTYGVVYKARNK")
    assert pairs[1] == TuningPair(random_sequence(30), "CCO", 7.0)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("protein,molecule\nCDK2,CCO\n", "no column of affinities, such as 'pkd'"),
        ("molecule,affinity\nCCO,5\n", "no column of proteins"),
        (HEADER + "CDK2,CCO,strong\n", "Line 2: The affinity 'strong' is no pKd"),
        (HEADER + "CDK2,CCO,250\n", "Line 2: The affinity '250' is no pKd"),
        (HEADER + "CDK2,CCO,nan\n", "no pKd"),
        (HEADER + "CDK2,CCO,\n", "Line 2: The cell of the affinity is empty"),
        (HEADER + "CDK2,CCO,6\nCDK2,C(C,6\n", "Line 3: "),
        (HEADER + "NOSUCH1,CCO,6\n", "Line 2: "),
        (HEADER + "CDK2,CCO\n", "Line 2: The line has 2 cells"),
        (">CDK2\nMENFQ\n", "read from CSV or TSV"),
        ("PK\3\4 a sheet", "an Excel or OpenDocument file"),
    ],
)
def test_every_fault_is_one_sentence(text, reason):
    assert reason in refusal(text)


def test_too_many_pairs_are_refused():
    assert "more than 300 pairs" in refusal(HEADER + "CDK2,CCO,6\n" * 301)
    assert len(read(HEADER + "CDK2,CCO,6\n" * 300)) == 300


def test_nobody_tunes_on_a_public_server_unless_it_is_turned_on():
    assert most_pairs(Limits.from_environment({})) == 300
    assert most_pairs(Limits.from_environment({"SPACE_ID": "x"})) == 0
    assert most_pairs(Limits.from_environment({"SPACE_ID": "x", "DTA_TUNING_PAIRS": "50"})) == 50


def test_the_example_pairs_have_their_kinase_domains(predictor):
    pairs = example_pairs(letters_read_by(predictor))
    assert len(pairs) == 20
    assert pairs[0].affinity == 8.96
    assert {len(pair.letters) for pair in pairs} <= set(range(230, 340))
    # The mutant is another protein than the wild type.
    changed = [a != b for a, b in zip(pairs[0].letters, pairs[1].letters, strict=True)]
    assert sum(changed) == 1


def make_pairs(proteins, molecules):
    return [
        TuningPair(random_sequence(20 + protein), "C" * (1 + molecule), 6.0)
        for protein in range(proteins)
        for molecule in range(molecules)
    ]


@pytest.mark.parametrize(
    ("proteins", "molecules", "left_out"), [(2, 8, "molecule"), (8, 2, "protein")]
)
@pytest.mark.parametrize("seed", range(4))
def test_what_is_left_out_is_new(proteins, molecules, left_out, seed):
    pairs = make_pairs(proteins, molecules)
    split = split_pairs(pairs, seed)
    assert split.left_out == left_out
    groups = [{split.group(pair) for pair in part} for part in (split.training, split.validation)]
    assert not groups[0] & groups[1]
    assert sorted(map(repr, (*split.training, *split.validation))) == sorted(map(repr, pairs))
    assert 0.2 <= len(split.validation) / len(pairs) <= 0.4


def test_a_molecule_of_most_pairs_is_not_left_out():
    pairs = [TuningPair(random_sequence(20 + n), "CCO", 6.0) for n in range(20)]
    pairs += [TuningPair(random_sequence(20), "C" * n, 6.0) for n in range(3, 9)]
    for seed in range(10):
        assert "CCO" in {pair.smiles for pair in split_pairs(pairs, seed).training}


def test_too_few_of_anything_are_refused():
    with pytest.raises(InputError, match="8 to 300 pairs"):
        split_pairs(make_pairs(1, 7), 0)
    with pytest.raises(InputError, match="4 different molecules or proteins"):
        split_pairs(make_pairs(3, 3), 0)


def test_too_many_residues_are_refused(monkeypatch):
    monkeypatch.setattr(tuning_pairs, "MAX_RESIDUES", 100)
    with pytest.raises(InputError, match="at most 100 are read"):
        split_pairs(make_pairs(8, 2), 0)


def test_long_proteins_are_cut_and_counted():
    long, short = random_sequence(MAX_LETTERS + 5), random_sequence(20)
    pairs = [
        TuningPair(long, "CCO", 6.0),
        TuningPair(long, "CCC", 6.0),
        TuningPair(short, "C", 6.0),
    ]
    kept, cut = cut_letters(pairs)
    assert cut == 1
    assert [len(pair.letters) for pair in kept] == [MAX_LETTERS, MAX_LETTERS, 20]
