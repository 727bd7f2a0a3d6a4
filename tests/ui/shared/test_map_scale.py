import numpy as np
import pytest

from dta_demo.ui.shared.map_scale import SCALE_START, scale_excess, scale_percent, scale_shares


def test_codes_rise_with_the_value_and_fill_a_byte() -> None:
    codes = scale_shares(10.0).encode(np.array([0.0, SCALE_START, 1.0, 10.0, 99.0]))
    assert codes.dtype == np.uint8
    assert codes.tolist() == [0, 0, 128, 255, 255]


def test_per_cent_are_told_apart_by_what_is_missing() -> None:
    codes = scale_percent().encode(np.array([100.0, 99.9, 99.0, 90.0, 0.0]))
    assert codes.tolist() == [0, 0, 85, 170, 255]


def test_what_is_below_zero_is_dark() -> None:
    codes = scale_excess(4.0).encode(np.array([-3.0, 0.0, 2.0, 4.0, 9.0]))
    assert codes.tolist() == [0, 0, 128, 255, 255]


@pytest.mark.parametrize("scale", [scale_shares(25.0), scale_percent(), scale_excess(0.02)])
def test_the_bar_has_real_values_where_their_codes_are(scale) -> None:
    bar = scale.axis()["colorbar"]
    for (value, words), code, shown in zip(
        scale.ticks, bar["tickvals"], bar["ticktext"], strict=True
    ):
        assert scale.encode(np.array([value])).tolist() == [code]
        assert words == shown
        assert float(words.strip("≤≥×% ")) == pytest.approx(value, rel=0.05)  # noqa: RUF001
    assert bar["title"]["text"] == scale.unit


def test_a_flat_map_has_a_scale_too() -> None:
    assert scale_shares(0.0).encode(np.zeros(3)).tolist() == [0, 0, 0]
