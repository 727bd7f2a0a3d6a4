from dataclasses import replace

import numpy as np
import pytest

from dta_demo.data.affinities import DataError, load_affinities
from dta_demo.kinases.completion import Kinome
from dta_demo.model.labels import LABELS
from dta_demo.training.near_identical import match_nearly_identical
from dta_demo.training.pairs import DISPLACEMENT, displacement_to_pkd, find_suspect
from tests.support.datasets import KINASE, MOLECULES, rename_targets, write_dataset
from tests.support.tables import join, make_source


def write_targets(folder, sequences):
    """Give a written dataset other sequences."""
    rows = [f"t{n},{sequence}" for n, sequence in enumerate(sequences)]
    (folder / "targets.csv").write_text("\n".join(["target_id,sequence", *rows]))
    return folder


def unlike(number):
    """Sequences of which no two are nearly identical, and none is a kinase."""
    random = np.random.default_rng(number)
    return ["".join(random.choice(list(KINASE), 200)) for _ in range(12)]


def test_pairs_in_the_first_datasets_grid_are_left_out(tmp_path):
    table = join(write_dataset(tmp_path / "first"), write_dataset(tmp_path / "same"))
    assert table.left_out == {"same": 96}
    assert len(table.sources[1].affinity) == 0
    assert len(table.sources[0].affinity) == 96


def test_pairs_of_other_proteins_are_kept(tmp_path):
    other = write_targets(write_dataset(tmp_path / "other"), unlike(1))
    table = join(write_dataset(tmp_path / "first"), other)
    assert table.left_out == {"other": 0}


def test_a_point_mutant_is_nearly_identical_and_a_shuffled_one_is_not():
    mutant = KINASE[:100] + "W" + KINASE[101:]
    assert match_nearly_identical([mutant, KINASE[::-1]], [KINASE]) == [KINASE, KINASE[::-1]]


def test_values_at_the_floor_are_censored_and_none_is_saturated(tmp_path):
    data = load_affinities(write_dataset(tmp_path / "first"))
    source = join(data).sources[0]
    np.testing.assert_array_equal(source.censored, data.affinity == 5.0)
    assert source.censored.any()
    assert not source.censored.all()
    assert not source.saturated.any()
    assert not source.auxiliary


def test_a_label_that_members_do_not_learn_is_refused(tmp_path):
    with pytest.raises(DataError, match="other has the label 'pChEMBL'"):
        join(write_dataset(tmp_path / "other", label="pChEMBL", floor=None))


# --- The table ----------------------------------------------------------------------------------


def test_every_pair_names_its_molecule_its_protein_and_its_value(tmp_path):
    folder = write_dataset(tmp_path / "first")
    data = load_affinities(folder)
    second = write_dataset(tmp_path / "scores", "KIBA score", None, 1, ["CCO", "CCCCCCO"])
    table = join(data, second)
    source = table.sources[0]
    assert [table.smiles[n] for n in source.drug] == [data.drugs[n].smiles for n in data.drug_index]
    assert [table.origins[n] for n in source.protein] == [
        data.source_sequences[n] for n in data.target_index
    ]
    np.testing.assert_array_equal(source.affinity, data.affinity)
    np.testing.assert_array_equal(source.fold, data.fold)
    # What both datasets have stands in the table once, the first one's things first.
    assert len(table.smiles) == len(set(table.smiles)) == len(MOLECULES) + 1
    assert table.smiles[-1] == "CCCCCCO"
    assert table.drug_names[-1] == "d1"
    assert [LABELS[each.label] for each in table.sources] == ["pKd", "KIBA score"]


def test_a_target_under_two_names_is_one_protein(tmp_path):
    renamed = write_dataset(tmp_path / "renamed", "KIBA score", None)
    rename_targets(renamed)
    table = join(write_dataset(tmp_path / "first"), renamed)
    assert len(table.proteins) == 12
    assert [kinase.names for kinase in table.proteins] == [(f"t{n}", f"u{n}") for n in range(12)]


def test_a_fragment_is_read_as_the_whole_kinase_and_stands_under_its_own_sequence(tmp_path):
    sequences = unlike(2)
    linker = sequences[0]
    folder = write_targets(write_dataset(tmp_path / "first"), sequences)
    alone, completed = (
        join(folder, kinome=Kinome(known)) for known in ([], [linker + KINASE, *unlike(3)])
    )
    assert alone.proteins[0].form.domain is None
    assert completed.proteins[0].form.domain is not None
    assert completed.proteins[0].form.letters in KINASE
    assert alone.origins[0] == completed.origins[0] == linker


# --- Displacement -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("percent", "pkd", "censored", "saturated"),
    [
        (50.0, 6.0, False, False),
        (100 / 1.1, 7.0, False, False),
        (90.909, 7.0, False, False),
        (0.0, 5.0, True, False),
        (100.0, 8.0, False, True),
        (9.999, 5.0457, True, False),
        (10.0, 5.0458, False, False),
        (98.999, 7.9952, False, False),
        (99.0, 7.9956, False, True),
        (99.5, 8.0, False, True),
    ],
)
def test_displacement_at_one_micromolar_is_put_on_the_pkd_axis(percent, pkd, censored, saturated):
    found = displacement_to_pkd(np.array([percent]))
    assert found[0][0] == pytest.approx(pkd, abs=1e-4)
    assert (found[1][0], found[2][0]) == (censored, saturated)


def test_a_dataset_of_displacement_is_auxiliary_and_its_ends_are_one_sided(tmp_path):
    screen = write_dataset(tmp_path / "screen", DISPLACEMENT, None, 5)
    write_targets(screen, unlike(4))
    path = screen / "affinities.csv"
    header, *rows = path.read_text().splitlines()
    rows[:2] = ["d0,t0,3.0,0", "d0,t1,99.7,0"]
    path.write_text("\n".join([header, *rows]))
    table = join(write_dataset(tmp_path / "first"), screen)
    source = table.sources[1]
    assert (source.auxiliary, LABELS[source.label]) == (True, "pKd")
    assert table.panels == (table.sources[0],)
    assert (source.affinity[:2].tolist(), source.censored[0], source.saturated[1]) == (
        [5.0, 8.0], True, True,
    )  # fmt: skip
    assert not (source.censored & source.saturated).any()
    assert ((source.affinity >= 5) & (source.affinity <= 8)).all()


def test_pairs_of_displacement_in_the_grid_are_left_out_too(tmp_path):
    """A percentage of a pair of the test fold would tell its pKd."""
    screen = write_dataset(tmp_path / "screen", DISPLACEMENT, None)
    table = join(write_dataset(tmp_path / "first"), screen)
    assert table.left_out == {"screen": 96}


# --- Values that the first dataset contradicts --------------------------------------------------


def planted(wrong=9.0, of_first=5.0, shared=40):
    """Two datasets; the second holds a value for every tenth pair, and 400 others."""
    random = np.random.default_rng(0)
    values = np.round(random.uniform(5.5, 8.5, 400), 2)
    values[::10] = wrong
    second = make_source(values, name="second")
    first = make_source(values[: shared * 10] + random.normal(0, 0.1, shared * 10))
    first.affinity[::10] = of_first
    keys = [str(n) for n in range(len(values))]
    return second, first, keys


def test_a_common_value_that_the_first_dataset_contradicts_is_left_out_everywhere():
    second, first, keys = planted(shared=25)
    found = find_suspect(second, first, keys)
    np.testing.assert_array_equal(found, second.affinity == 9.0)
    assert found.sum() == 40 > 25


def test_a_common_value_that_the_first_dataset_has_too_is_kept():
    assert not find_suspect(*planted(of_first=9.2)).any()


def test_too_few_pairs_in_common_say_nothing():
    assert not find_suspect(*planted(shared=19)).any()


def test_a_value_that_is_seldom_is_kept_however_wrong():
    second, first, keys = planted()
    second.affinity[::10] = np.linspace(9, 10, 40)
    assert not find_suspect(second, first, keys).any()


def test_twins_are_compared_and_other_labels_and_auxiliary_datasets_are_not():
    second, first, keys = planted()
    twins = replace(first, drug=first.drug + len(keys))
    assert not find_suspect(second, twins, [*keys, *(f"{key}'" for key in keys)]).any()
    assert find_suspect(second, twins, [*keys, *keys]).any()
    assert not find_suspect(replace(second, label=1), first, keys).any()
    assert not find_suspect(replace(second, auxiliary=True), first, keys).any()


def test_suspect_pairs_are_counted_apart_from_those_in_the_grid(tmp_path):
    """Of the same proteins with the same molecules nothing is left, so nothing is suspect."""
    first = load_affinities(write_dataset(tmp_path / "first"))
    same = load_affinities(write_dataset(tmp_path / "same"))
    table = join(first, replace(same, affinity=np.full(96, 9.0)))
    assert (table.left_out, table.suspect) == ({"same": 96}, {"same": 0})
