import pytest

from dta_demo.ui.prediction.scale_bar import Scale, scale_bar, strength
from tests.support import records

RANGE = (5.0, 10.8)


def test_the_scale_covers_the_labels_and_clips_what_passes_them() -> None:
    scale = Scale.over(RANGE)
    assert (scale.low, scale.high) == (5.0, 11.0)
    assert scale.percent(8.0) == 50.0
    assert (scale.percent(3.0), scale.percent(12.0)) == (0.0, 100.0)


def test_the_scale_says_what_it_shows() -> None:
    bar = scale_bar(records.prediction(), 9.0, Scale.over(RANGE))
    assert "predicted 8.00, interval 7.40 to 8.70, measured 9.00" in bar
    assert 'style="left:40.0%;width:21.67%"' in bar


@pytest.mark.parametrize(
    ("pkd", "word"), [(9.0, "tight"), (8.0, "tight"), (6.0, "moderate"), (5.9, "weak"), (0, "weak")]
)
def test_words_for_strength(pkd: float, word: str) -> None:
    assert strength(pkd) == word
