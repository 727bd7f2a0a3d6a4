import pytest

from dta_demo.inputs import Drug, Protein
from dta_demo.ui import cards, text
from dta_demo.ui.examples import Example
from dta_demo.ui.scale_bar import Scale, scale_bar

from . import records

RANGE = (5.0, 10.8)
HOSTILE = "<img src=x onerror=\"alert('x')\">"


def example(pkd: float) -> Example:
    return Example("Ethanol, LCK", "LCK", "ethanol", "MKVL", "CCO", pkd, "A note.")


def test_a_result_shows_value_unit_and_interval() -> None:
    card = cards.result(records.prediction(), None, RANGE)
    for words in ("8.00", "10 nM", "7.40 – 8.70", "90% interval", "ethanol", "LCK", "12.20"):
        assert words in card
    assert "Measured" not in card
    assert text.IN_DOMAIN_BADGE in card


def test_the_measured_value_stands_beside_the_prediction() -> None:
    card = cards.result(records.prediction(), example(9.0), RANGE)
    assert "Measured: pKd 9.00 (Kd 1.0 nM). The prediction is 1.00 lower" in card
    assert 'class="dta-measured"' in card


def test_a_measured_floor_is_no_number() -> None:
    assert "Measured: no binding up to 10 µM" in cards.result(
        records.prediction(), example(5.0), RANGE
    )


def test_at_the_floor_no_number_is_made_up() -> None:
    card = cards.result(records.prediction(affinity=5.02, interval=(5.0, 5.6)), None, RANGE)
    assert "above 10 µM" in card
    assert "≤ 5" in card
    assert "10 µM or above" in card
    assert "5.02" not in card


def test_out_of_domain_looks_different_and_says_why() -> None:
    card = cards.result(
        records.prediction(applicability=records.out_of_domain("Far away.")), None, RANGE
    )
    assert "dta-caution" in card
    assert text.OUT_OF_DOMAIN_TITLE in card
    assert "Far away." in card
    assert text.IN_DOMAIN_BADGE not in card


def test_no_kiba_head_no_kiba_score() -> None:
    assert text.KIBA_TITLE not in cards.result(records.prediction(kiba_score=None), None, RANGE)


def test_the_receipt_lists_every_change_or_none() -> None:
    changed = records.prediction(
        protein=Protein("MKVL" * 10, "x", ("Removed a stop.",)),
        drug=Drug("CCO", "y", ("Removed the salt.",)),
        notes=("Read in two windows.",),
    )
    card = cards.result(changed, None, RANGE)
    for change in ("Removed a stop.", "Removed the salt.", "Read in two windows."):
        assert change in card
    assert text.RECEIPT_EMPTY in cards.result(records.prediction(), None, RANGE)


def test_nothing_that_was_typed_becomes_html() -> None:
    hostile = records.prediction(
        protein=Protein("MKVL" * 10, HOSTILE, (HOSTILE,)),
        drug=Drug("CCO", HOSTILE, (HOSTILE,)),
        applicability=records.out_of_domain(HOSTILE),
        notes=(HOSTILE,),
    )
    pieces = [
        cards.result(hostile, None, RANGE),
        cards.note([HOSTILE], kind="error"),
        cards.placeholder(HOSTILE),
        cards.finding(HOSTILE),
        cards.heading(HOSTILE),
        cards.definition_list([(HOSTILE, HOSTILE)]),
        cards.captioned_table([HOSTILE], [[HOSTILE, HOSTILE]], HOSTILE),
    ]
    for piece in pieces:
        assert "<img" not in piece
        assert "&lt;img" in piece


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
    assert text.strength(pkd) == word
