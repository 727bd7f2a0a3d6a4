import numpy as np
import pytest

from dta_demo.ui.shared.plotting import bin_columns, bin_square, peaks, times_equal


def test_an_equal_share_is_one() -> None:
    assert times_equal(np.full((2, 50), 1 / 50)) == pytest.approx(np.ones((2, 50)))


def test_a_short_map_is_left_alone_and_a_long_one_keeps_its_peaks() -> None:
    short = np.arange(12.0).reshape(2, 6)
    same, width = bin_columns(short, limit=6)
    assert width == 1
    assert (same == short).all()
    binned, width = bin_columns(short, limit=4)
    assert width == 2
    assert binned.tolist() == [[1, 3, 5], [7, 9, 11]]
    odd, _ = bin_columns(np.arange(5.0)[None], limit=3)
    assert odd.tolist() == [[1, 3, 4]]
    lowest, _ = bin_columns(short, limit=4, lowest=True)
    assert lowest.tolist() == [[0, 2, 4], [6, 8, 10]]


def test_a_square_map_is_shortened_on_both_sides() -> None:
    square = np.arange(25.0).reshape(5, 5)
    binned, width = bin_square(square, limit=3)
    assert width == 2
    assert binned.tolist() == [[6, 8, 9], [16, 18, 19], [21, 23, 24]]


def test_a_long_profile_keeps_the_highest_of_each_group() -> None:
    values = np.array([0.0, 5, 1, 2, 9])
    assert peaks(values, limit=5).tolist() == [0, 1, 2, 3, 4]
    assert peaks(values, limit=3).tolist() == [1, 3, 4]
