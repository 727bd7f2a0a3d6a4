import itertools

import pytest
import torch

from dta_demo.encoders.windows import (
    WINDOW_RESIDUES,
    Truncation,
    cross_fade,
    limit_length,
    plan_batches,
    plan_windows,
    truncate,
)


def test_a_small_call_is_limited_by_the_maximum_only():
    assert limit_length([50] * 18 + [150], max_length=200) == 150
    assert limit_length([500], max_length=200) == 200


def test_a_large_call_is_limited_to_the_95th_percentile():
    assert limit_length([50] * 19 + [150], max_length=200) == 50
    assert limit_length(list(range(1, 101)), max_length=200) == 95
    assert limit_length([300] * 40, max_length=200) == 200


def test_what_was_cut_is_recorded():
    kept, cut = truncate(["AAAA", "CC", "DDDDDD"], limit=3)
    assert kept == ["AAA", "CC", "DDD"]
    assert cut == [Truncation(0, 4, 3), Truncation(2, 6, 3)]


def test_batches_keep_to_the_budget_and_hold_everything_once():
    lengths = [5, 90, 30, 30, 200, 7, 6, 1, 88]
    batches = plan_batches(lengths, token_budget=190)
    assert sorted(index for batch in batches for index in batch) == list(range(9))
    for batch in batches:
        width = max(lengths[index] for index in batch) + 2
        assert width * len(batch) <= 190 or len(batch) == 1
    assert batches[0] == [4]
    assert batches[1] == [1, 8]


@pytest.mark.parametrize("length", [1, 1022, 1023, 1500, 1844, 1845, 4000, 35000])
def test_windows_cover_a_protein_evenly(length):
    windows = plan_windows(length)
    assert windows[0][0] == 1
    assert windows[-1][1] == length
    sizes = [end - start + 1 for start, end in windows]
    assert max(sizes) <= WINDOW_RESIDUES
    assert max(sizes) == min(sizes)
    for (_, end), (start, _) in itertools.pairwise(windows):
        assert end - start + 1 >= 200
    assert len(windows) == (1 if length <= 1022 else -(-(length - 200) // 822))


def test_an_overlap_that_is_too_long_is_refused():
    with pytest.raises(ValueError, match="overlap"):
        plan_windows(500, window=100, overlap=40)


@pytest.mark.parametrize("length", [30, 31, 77, 200])
def test_fades_sum_to_one(length):
    windows = plan_windows(length, window=30, overlap=10)
    total = torch.zeros(length)
    for number, (start, end) in enumerate(windows):
        total[start - 1 : end] += cross_fade(windows, number)
    torch.testing.assert_close(total, torch.ones(length))


def test_a_fade_is_linear():
    weights = cross_fade(((1, 6), (4, 9)), 1)
    torch.testing.assert_close(weights, torch.tensor([0.25, 0.5, 0.75, 1.0, 1.0, 1.0]))
