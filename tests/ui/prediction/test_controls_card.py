from dta_demo.ui import text
from dta_demo.ui.prediction.controls_card import controls_card
from tests.support import records


def test_every_control_stands_beside_the_prediction() -> None:
    card = controls_card(records.controls())
    pair = text.PAIR.format(drug="ethanol", protein="LCK")
    assert text.CONTROLS_TITLE.format(pair=pair) in card
    assert "The protein matters." in card
    assert card.count("<tr>") == 1 + 5
    for value in ("8.00", "6.00", "5.80", "6.20", "6.50"):
        assert f"<td>{value}</td>" in card


def test_means_say_whose_they_are() -> None:
    card = controls_card(records.controls())
    assert "mean of ethanol over 380 training pairs" in card
    assert (
        "mean of LCK, the nearest with a measured pKd (similarity 97%), over 1 training pair<"
        in card
    )


def test_a_control_at_the_floor_is_a_bound() -> None:
    assert "<td>≤ 5</td>" in controls_card(records.controls(shuffled=(5.0, 5.1)))


def test_outside_the_domain_the_card_is_muted() -> None:
    outside = records.prediction(applicability=records.out_of_domain())
    assert "dta-caution" in controls_card(records.controls(prediction=outside))
    assert "dta-caution" not in controls_card(records.controls())
