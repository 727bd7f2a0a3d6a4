from html import unescape

from dta_demo.ui.prediction.binding_card import binding_section
from dta_demo.ui.prediction.cards import result_card
from dta_demo.ui.text import prediction as text
from tests.support import records
from tests.support.hostile import HOSTILE

RANGE = (5.0, 10.8)


def test_chances_and_affinity_if_bound_stand_with_their_meaning() -> None:
    section = binding_section(records.prediction(binding=records.binding()))
    for words in (
        "96%", "90%", "8.30", "7.60 – 9.10", "Kd below 10 µM", "Kd of 100 nM or less",
        "Chance of pKd 7 or more", "90% interval if it binds", "Kd 5.0 nM", "Kd 790 pM – 25 nM",
    ):  # fmt: skip
        assert words in section
    assert section in result_card(records.prediction(binding=records.binding()), None, RANGE)


def test_a_sentence_says_which_is_which() -> None:
    prediction = records.prediction(binding=records.binding())
    assert f"<p>{prediction.binding_explained}</p>" in binding_section(prediction)


def test_the_bar_is_told_to_who_does_not_see_it() -> None:
    section = binding_section(records.prediction(binding=records.binding()))
    assert (
        'role="img" aria-label="Chance that it binds: 96%; chance of a pKd of 7 or more: 90%."'
        in section
    )
    assert '<i class="dta-binds" style="width:96.5%">' in section
    assert '<i class="dta-active" style="width:90.2%">' in section


def test_no_chance_is_certain() -> None:
    extreme = records.binding(probability_binds=0.9999, probability_active=0.0001)
    section = binding_section(records.prediction(binding=extreme))
    assert "&gt;99%" in section
    assert "&lt;1%" in section
    assert "100%" not in section


def test_without_binding_the_result_is_as_before() -> None:
    assert binding_section(records.prediction()) == ""
    assert "dta-binding" not in result_card(records.prediction(), None, RANGE)


def test_outside_the_domain_no_chance_sounds_sure() -> None:
    outside = records.prediction(binding=records.binding(), applicability=records.out_of_domain())
    section = binding_section(outside)
    assert section.count(f"<small>{text.GUESS_WORD}</small>") == 2
    assert 'aria-label="A guess. Chance that it binds' in section
    assert "Outside the training domain both are guesses." in section
    assert "Kd below 10 µM" not in section
    card = result_card(outside, None, RANGE)
    assert card.index("dta-result dta-caution") < card.index("dta-binding")


def test_nothing_that_was_typed_becomes_html() -> None:
    hostile = records.prediction(
        binding=records.binding(), applicability=records.out_of_domain(HOSTILE), notes=(HOSTILE,)
    )
    card = result_card(hostile, None, RANGE)
    assert "<img" not in card
    assert HOSTILE not in unescape(binding_section(hostile))
