from __future__ import annotations

import numpy as np

from dta_demo.ui.shared.colours import ABOVE_ZERO, DIVERGING, colour_above_zero, colour_signed


def test_the_ends_and_the_middle_are_those_of_the_scale() -> None:
    assert colour_signed(np.array([-2.0, 0.0, 2.0, 9.0]), 2.0) == [
        DIVERGING[0][1], DIVERGING[2][1], DIVERGING[-1][1], DIVERGING[-1][1],
    ]  # fmt: skip
    assert colour_above_zero(np.array([0.0, 4.0]), 4.0) == [ABOVE_ZERO[0][1], ABOVE_ZERO[-1][1]]


def test_nothing_but_zeros_is_neutral() -> None:
    assert colour_signed(np.zeros(2), 0.0) == [DIVERGING[2][1]] * 2
    assert colour_above_zero(np.zeros(1), 0.0) == [ABOVE_ZERO[0][1]]


def test_what_lies_between_is_mixed() -> None:
    (between,) = colour_signed(np.array([0.75]), 1.0)
    assert between not in {colour for _, colour in DIVERGING}
