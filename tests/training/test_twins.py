import random

import pytest

from dta_demo.data.affinities import load_affinities
from dta_demo.training import same_structure
from dta_demo.training.jobs import ColdFolds
from dta_demo.training.near_identical import group_nearly_identical
from dta_demo.training.same_structure import count_atoms, drop_stereo, find_same_structures
from dta_demo.training.twins import find_same_values, find_twins, join_pairs
from tests.support.datasets import KINASE
from tests.support.tables import join

FORETINIB = "COc1cc2c(Oc3ccc(NC(=O)C4(C(=O)Nc5ccc(F)cc5)CC4)cc3F)ccnc2cc1OCCCN1CCOCC1"
MISDRAWN = "COc1cc2c(Oc3ccc(NC(=O)C4(C(=O)NC5=CCC(F)C=C5)CC4)cc3F)ccnc2cc1OCCCN1CCOCC1"
OTHERS = ("CCO", "CCN", "c1ccccc1O", "CCCC", "c1ccncc1", "CC(C)O")
TARGETS = 30


def write(folder, drugs, sequences, values, floor=5.0):
    """Write a dataset; ``values`` has a list for each drug, with None for what was not measured."""
    folder.mkdir(parents=True)
    (folder / "dataset.json").write_text(
        f'{{"name": "{folder.name}", "label": "pKd", "floor": {floor}}}'
    )
    rows = [f"d{n},{smiles}" for n, smiles in enumerate(drugs)]
    (folder / "drugs.csv").write_text("\n".join(["drug_id,smiles", *rows]))
    rows = [f"t{n},{sequence}" for n, sequence in enumerate(sequences)]
    (folder / "targets.csv").write_text("\n".join(["target_id,sequence", *rows]))
    rows = [
        f"d{drug},t{target},{value},0"
        for drug, row in enumerate(values)
        for target, value in enumerate(row)
        if value is not None
    ]
    (folder / "affinities.csv").write_text("\n".join(["drug_id,target_id,affinity,fold", *rows]))
    return load_affinities(folder)


def draw_sequences(seed=0):
    rng = random.Random(seed)
    return ["".join(rng.sample(KINASE, len(KINASE))) for _ in range(TARGETS)]


def draw_values(rng, drugs):
    """Values above the floor, as an assay gives them, and many at it."""
    return [
        [round(rng.uniform(5.1, 9), 4) if target % 2 else 5.0 for target in range(TARGETS)]
        for _ in range(drugs)
    ]


@pytest.fixture
def write_two(tmp_path):
    """Two datasets of one label, in which the first molecule has the same values."""

    def write_both(first=FORETINIB, second=MISDRAWN, change=lambda row: row):
        rng = random.Random(1)
        sequences = draw_sequences()
        values = draw_values(rng, 1 + len(OTHERS))
        rounded = [round(value, 2) for value in values[0]]
        isoforms = [sequence[5:] for sequence in sequences]
        copies = [change(rounded), *draw_values(rng, len(OTHERS))]
        others = [f"C{smiles}" for smiles in OTHERS]
        return [
            write(tmp_path / "first", [first, *OTHERS], sequences, values),
            write(tmp_path / "second", [second, *others], isoforms, copies, "null"),
        ]

    return write_both


def test_equal_values_are_found_across_isoforms_and_roundings(write_two):
    (pair,) = find_same_values(write_two())
    assert (pair.first, pair.second) == (FORETINIB, MISDRAWN)
    assert (pair.first_name, pair.second_name) == ("first d0", "second d0")
    assert pair.evidence == "15 of 15 values equal"


def test_more_than_a_twentieth_of_different_values_is_too_much(write_two):
    datasets = write_two(change=lambda row: [row[0], row[1] + 1, *row[2:]])
    assert list(find_same_values(datasets)) == []  # 14 of 15 are 93%.


@pytest.mark.parametrize(
    "change",
    [
        lambda row: [5.0] * TARGETS,
        lambda row: [value + 0.03 for value in row],
        lambda row: [*row[:8], *[None] * (TARGETS - 8)],
    ],
    ids=["only the floor", "other values", "four values"],
)
def test_what_says_too_little_makes_no_twins(write_two, change):
    assert list(find_same_values(write_two(change=change))) == []


def test_one_value_again_and_again_makes_no_twins(tmp_path):
    rng = random.Random(2)
    values = [[6.52] * 20 + [None] * 10, [6.52] * 20 + [None] * 10]
    many = [f"{'C' * n}O" for n in range(2, 130)]
    data = write(
        tmp_path / "data",
        ["CCN", "CCS", *many],
        draw_sequences(),
        [*values, *draw_values(rng, len(many))],
    )
    assert list(find_same_values([data])) == []


def test_values_of_two_labels_are_not_compared(write_two, tmp_path):
    first, _ = write_two()
    path = tmp_path / "second" / "dataset.json"
    path.write_text(path.read_text().replace("pKd", "KIBA score"))
    assert list(find_same_values([first, load_affinities(tmp_path / "second")])) == []


def test_the_mutants_of_a_protein_are_not_compared(write_two, tmp_path):
    """It is open which of them the other dataset means."""
    first, second = write_two()
    mutants = write(
        tmp_path / "mutants",
        [drug.smiles for drug in first.drugs],
        [*first.source_sequences, first.source_sequences[1]],
        [[*row, 7.31] for row in first.affinity.reshape(-1, TARGETS).tolist()],
    )
    (pair,) = find_same_values([mutants, second])
    assert pair.evidence == "14 of 14 values equal"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("C[C@H](N)c1ccccc1", "C[C@@H](N)c1ccccc1"),
        ("CC/C=C/C", "CC/C=C\\C"),
        ("Cc1[nH]nc2ccccc12", "Cc1n[nH]c2ccccc12"),
        ("O=c1cccc[nH]1", "Oc1ccccn1"),
        (
            "OCCn1cc(-c2ccc3c(c2)CC/C3=N\\O)c(-c2ccncc2)n1",
            "O=NC1CCc2cc(-c3cn(CCO)nc3-c3ccncc3)ccc21",
        ),
    ],
    ids=["enantiomers", "double bond", "indazole", "pyridone", "oxime"],
)
def test_one_substance_drawn_in_two_ways_is_found(one, other):
    assert set(find_same_structures([["CCO", one], [other, "CCN"]])) == {(one, other)}


@pytest.mark.parametrize(
    ("one", "other"),
    [("CCCO", "CC(C)O"), ("Cc1ccccc1O", "Cc1cccc(O)c1"), ("CCN", "CCO"), (FORETINIB, MISDRAWN)],
)
def test_isomers_that_are_no_tautomers_stay_apart(one, other):
    assert list(find_same_structures([[one], [other]])) == []


def test_a_large_dataset_is_compared_with_the_others_only(monkeypatch):
    monkeypatch.setattr(same_structure, "LARGE", 2)
    pyridone, pyridinol = "O=c1cccc[nH]1", "Oc1ccccn1"
    assert list(find_same_structures([["CCO"], [pyridone, pyridinol, "CCN"]])) == []
    found = find_same_structures([[pyridone], [pyridinol, "CCN", "CCO"]])
    assert set(found) == {(pyridone, pyridinol)}


def test_tautomers_have_the_same_atoms_and_rings():
    assert count_atoms("O=c1cccc[nH]1") == count_atoms("Oc1ccccn1")
    assert count_atoms("O=c1cccc[nH]1") != count_atoms("O=C1CCCCN=C1")
    assert count_atoms("C%11CCCC%11") == count_atoms("C1CCCC1")
    assert drop_stereo("C[C@H](N)c1ccccc1") == drop_stereo("C[C@@H](N)c1ccccc1")


def test_pairs_are_joined_to_the_first_of_them():
    keys = join_pairs("abcdef", [("c", "b"), ("f", "c"), ("e", "d")])
    assert keys == {"a": "a", "b": "b", "c": "b", "d": "d", "e": "d", "f": "b"}


def test_isoforms_are_one_group_and_other_proteins_others():
    first, second, *_ = draw_sequences()
    groups = group_nearly_identical([first, second, first[9:], second + "M" * 20])
    assert list(groups.values()) == [0, 1, 0, 1]


def test_pairs_of_a_twin_are_left_out_and_listed(write_two):
    table = join(*write_two())
    assert table.left_out == {"second": TARGETS}
    assert table.twins == (("first d0", "second d0", "15 of 15 values equal"),)
    assert table.twin_keys[table.smiles.index(MISDRAWN)] == FORETINIB


def test_twins_stand_in_one_fold(write_two):
    table = join(*write_two())
    drug = ColdFolds.of(table).drug
    assert drug[table.smiles.index(MISDRAWN)] == drug[table.smiles.index(FORETINIB)]


def test_twins_in_the_first_dataset_stand_in_one_fold(tmp_path):
    tautomers = ["O=c1cccc[nH]1", "Oc1ccccn1"]
    drugs = [tautomers[0], *OTHERS, tautomers[1]]
    values = draw_values(random.Random(3), len(drugs))
    table = join(write(tmp_path / "data", drugs, draw_sequences(), values))
    drug = ColdFolds.of(table).drug
    one, other = (table.smiles.index(smiles) for smiles in tautomers)
    assert drug[one] == drug[other]


@pytest.fixture(scope="module")
def published(shared_data):
    return [load_affinities(shared_data / name) for name in ("davis", "bdb", "kiba")]


@pytest.mark.slow
def test_the_known_twins_of_davis_are_found_and_no_false_ones(published):
    found = {(pair.first_name, pair.second_name): pair for pair in find_same_values(published)}
    assert set(found) == {
        ("davis 42642645", "bdb 57399640"),
        ("davis 11717001", "bdb 91448975"),
        ("davis 4908365", "bdb 11676971"),
        # Their structures show it too: an enantiomer, and tautomers.
        ("davis 10138260", "bdb 10138259"),
        ("davis 11314340", "bdb 11314340"),
        ("davis 16007391", "bdb 16007391"),
        ("kiba CHEMBL1230790", "kiba CHEMBL1242024"),
    }
    assert found["davis 42642645", "bdb 57399640"].evidence == "120 of 120 values equal"


@pytest.mark.slow
def test_no_two_molecules_of_davis_are_twins(published):
    keys = find_twins(published).keys
    davis = [drug.smiles for drug in published[0].drugs]
    assert len({keys[smiles] for smiles in davis}) == len(davis) == 68
