from dta_demo.ui.prediction.controls_card import controls_card
from dta_demo.ui.text import prediction as text
from dta_demo.ui.text import shared as shared_text
from tests.support import records


def test_every_control_stands_beside_the_prediction() -> None:
    card = controls_card(records.controls())
    pair = shared_text.PAIR.format(molecule="ethanol", protein="LCK")
    assert text.CONTROLS_TITLE.format(pair=pair) in card
    assert "The protein matters." in card
    assert card.count("<tr>") == 1 + 5
    for value in ("8.00", "6.00", "5.80", "6.20", "6.50"):
        assert f"<td>{value}</td>" in card


def test_means_say_whose_they_are() -> None:
    card = controls_card(records.controls())
    nearest = text.CONTROLS_NEAREST.format(name="LCK", similarity="97%")
    for name, pairs in (("ethanol", "380 training pairs"), (nearest, "1 training pair")):
        assert f"{text.CONTROLS_MEAN.format(name=name, pairs=pairs)}<" in card


def test_a_control_at_the_floor_is_a_bound() -> None:
    assert "<td>≤ 5</td>" in controls_card(records.controls(shuffled=(5.0, 5.1)))


def test_outside_the_domain_the_card_is_muted() -> None:
    outside = records.prediction(applicability=records.out_of_domain())
    assert "dta-caution" in controls_card(records.controls(prediction=outside))
    assert "dta-caution" not in controls_card(records.controls())
