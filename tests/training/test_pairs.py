import numpy as np

from dta_demo.data.affinities import load_affinities
from dta_demo.training.pairs import build_table, match_nearly_identical
from tests.support.datasets import KINASE, write_dataset


def test_pairs_in_the_first_datasets_grid_are_left_out(tmp_path):
    first = load_affinities(write_dataset(tmp_path / "first"))
    same = load_affinities(write_dataset(tmp_path / "same"))
    table = build_table([first, same])
    assert table.left_out == {"same": 96}
    assert len(table.sources[1].affinity) == 0
    assert len(table.sources[0].affinity) == 96


def test_pairs_of_other_proteins_are_kept(tmp_path):
    first = load_affinities(write_dataset(tmp_path / "first"))
    folder = write_dataset(tmp_path / "other")
    path = folder / "targets.csv"
    rows = [f"t{n},{'ACDEFGHIKLMNPQRSTVWY' * (n + 2)}" for n in range(12)]
    path.write_text("\n".join(["target_id,sequence", *rows]))
    table = build_table([first, load_affinities(folder)])
    assert table.left_out == {"other": 0}


def test_a_point_mutant_is_nearly_identical_and_a_shuffled_one_is_not():
    mutant = KINASE[:100] + "W" + KINASE[101:]
    assert match_nearly_identical([mutant, KINASE[::-1]], [KINASE]) == [KINASE, KINASE[::-1]]


def test_values_at_the_floor_are_censored(tmp_path):
    data = load_affinities(write_dataset(tmp_path / "first"))
    source = build_table([data]).sources[0]
    np.testing.assert_array_equal(source.censored, data.affinity == 5.0)
    assert source.censored.any()
    assert not source.censored.all()
