import itertools

import pytest
import torch

from dta_demo.encoders.windows import WINDOW_RESIDUES, cross_fade, plan_windows


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
