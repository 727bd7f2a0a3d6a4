from collections import Counter

import numpy as np
import pytest

from dta_demo.data.affinities import load_affinities
from dta_demo.evaluation.diagnostics import permute_molecules, permute_proteins, shuffle_proteins


@pytest.fixture
def data(small_dataset):
    return load_affinities(small_dataset)


def test_shuffled_residues_keep_length_and_composition(data):
    shuffled = shuffle_proteins(data, lambda target: target.sequence)
    for before, after in zip(data.targets, shuffled.targets, strict=True):
        assert after.sequence != before.sequence
        assert Counter(after.sequence) == Counter(before.sequence)
        assert (after.name, after.construct.domain) == (before.name, before.construct.domain)


def read_end(target):
    return target.sequence[-50:]


def test_only_what_is_read_is_shuffled(data):
    for before, after in zip(data.targets, shuffle_proteins(data, read_end).targets, strict=True):
        assert Counter(after.sequence) == Counter(before.sequence[-50:])


def test_the_same_is_drawn_each_time(data):
    first, second = (shuffle_proteins(data, read_end).targets for _ in range(2))
    assert first == second
    first, second = permute_proteins(data), permute_proteins(data)
    np.testing.assert_array_equal(first.target_index, second.target_index)


@pytest.mark.parametrize(
    ("control", "changed", "kept"),
    [
        (permute_proteins, "target_index", "drug_index"),
        (permute_molecules, "drug_index", "target_index"),
    ],
)
def test_permuting_one_side_moves_everything_there_and_nothing_else(data, control, changed, kept):
    permuted = control(data)
    before, after = getattr(data, changed), getattr(permuted, changed)
    assert (before != after).all()
    # One to one: as many pairs as before name some target.
    assert len(set(zip(before, after, strict=True))) == len(set(before)) == len(set(after))
    for name in (kept, "affinity", "fold"):
        np.testing.assert_array_equal(getattr(permuted, name), getattr(data, name))


def test_only_what_the_pairs_name_is_exchanged(data):
    part = data.take(data.target_index < 3)
    assert set(permute_proteins(part).target_index) == {0, 1, 2}


def test_a_single_target_has_none_to_exchange_with(data):
    alone = data.take(data.target_index == 4)
    assert set(permute_proteins(alone).target_index) == {4}
