from html import unescape

import pytest

from dta_demo.inputs.molecule import Molecule
from dta_demo.inputs.protein import Protein
from dta_demo.results.recognised import Recognised
from dta_demo.ui.prediction.cards import details_card, result_card
from dta_demo.ui.prediction.controls_card import controls_card
from dta_demo.ui.shared.examples import Example
from dta_demo.ui.text import prediction as text
from dta_demo.ui.text import shared as shared_text
from tests.support import records
from tests.support.hostile import HOSTILE

RANGE = (5.0, 10.8)


def example(pkd: float) -> Example:
    return Example("Ethanol, LCK", "LCK", "ethanol", "MKVL", "CCO", pkd, "A note.")


def test_a_result_shows_value_unit_and_interval() -> None:
    card = result_card(records.prediction(), None, RANGE)
    for words in ("8.00", "10 nM", "7.40 – 8.70", "90% interval", "ethanol", "LCK", "12.20"):
        assert words in card
    assert "Measured" not in card
    assert text.IN_DOMAIN in card


def test_the_measured_value_stands_beside_the_prediction() -> None:
    card = result_card(records.prediction(), example(9.0), RANGE)
    sentence = text.MEASURED.format(pkd="9.00", kd="1.0 nM", gap="1.00", side=text.MEASURED_BELOW)
    assert sentence in card
    assert 'class="dta-measured"' in card


def test_a_measured_floor_is_no_number() -> None:
    card = result_card(records.prediction(), example(5.0), RANGE)
    assert text.MEASURED_AT_FLOOR.format(kd="10 µM", pkd="5.00") in card


def test_at_the_floor_no_number_is_made_up() -> None:
    card = result_card(records.prediction(affinity=5.02, interval=(5.0, 5.6)), None, RANGE)
    assert "above 10 µM" in card
    assert "≤ 5" in card
    assert text.AT_FLOOR_WORD in card
    assert "5.02" not in card
    assert "interval at most 5.60" in card


def test_an_interval_from_the_floor_is_one_sided() -> None:
    card = result_card(records.prediction(affinity=6.0, interval=(5.0, 7.6)), None, RANGE)
    assert "≤ 7.60" in card
    assert "Kd 25 nM or above" in card
    assert "5.00" not in card


def test_a_pooling_at_the_floor_is_a_bound() -> None:
    poolings = {"cls": 5.02, "mean": 6.0}
    below = details_card(records.prediction(by_pooling=poolings))
    assert "≤ 5  (above 10 µM)" in below
    assert "6.00  (1.0 µM)" in below
    assert "5.02" not in below


def test_out_of_domain_looks_different_and_says_why() -> None:
    card = result_card(
        records.prediction(applicability=records.out_of_domain("Far away.")), None, RANGE
    )
    assert "dta-caution" in card
    assert shared_text.OUT_OF_DOMAIN in card
    assert "Far away." in card
    assert text.IN_DOMAIN not in card


@pytest.mark.parametrize("affinity", [9.5, 5.02])
def test_outside_the_domain_nothing_sounds_sure(affinity: float) -> None:
    outside = records.prediction(affinity=affinity, applicability=records.out_of_domain())
    card = result_card(outside, None, RANGE)
    assert card.index('role="alert"') < card.index("dta-numbers")
    main = card[card.index("dta-main") : card.index("dta-scale")]
    assert text.GUESS_WORD in main
    for words in ("tight", "weak", text.AT_FLOOR_WORD, text.AT_FLOOR_SHORT, "no binding expected"):
        assert words not in main
    assert (text.AT_FLOOR_OUTSIDE.format(kd="10 µM") in unescape(card)) == (affinity < 5.3)
    assert text.LEGEND_PREDICTED not in card


def test_outside_the_domain_agreement_is_not_offered_as_proof() -> None:
    below = details_card(records.prediction(applicability=records.out_of_domain()))
    assert text.SPREAD not in below
    assert text.BY_POOLING_OUTSIDE in below
    assert "dta-caution" in below
    assert text.SPREAD in details_card(records.prediction())


def test_no_kiba_head_no_kiba_score() -> None:
    assert text.KIBA_TITLE not in result_card(records.prediction(kiba_score=None), None, RANGE)


def test_the_receipt_lists_every_change_or_none() -> None:
    changed = records.prediction(
        protein=Protein("MKVL" * 10, "x", ("Removed a stop.",)),
        molecule=Molecule("CCO", "y", ("Removed the salt.",)),
        notes=("Read in two windows.",),
    )
    below = details_card(changed)
    for change in ("Removed a stop.", "Removed the salt.", "Read in two windows."):
        assert change in below
    unchanged = details_card(records.prediction())
    assert text.RECEIPT_EMPTY in unchanged
    for card in (below, unchanged):
        assert "Read as LCK." in card


def test_nothing_that_was_typed_becomes_html() -> None:
    hostile = records.prediction(
        protein=Protein("MKVL" * 10, HOSTILE, (HOSTILE,)),
        molecule=Molecule("CCO", HOSTILE, (HOSTILE,)),
        applicability=records.out_of_domain(HOSTILE),
        notes=(HOSTILE,),
        recognised=Recognised(HOSTILE, "new", (), HOSTILE),
    )
    for piece in (
        result_card(hostile, None, RANGE),
        details_card(hostile),
        controls_card(records.controls(prediction=hostile, verdict=HOSTILE)),
    ):
        assert "<img" not in piece
        assert "&lt;img" in piece
