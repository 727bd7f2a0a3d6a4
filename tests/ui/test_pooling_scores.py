from typing import Any

from dta_demo.ui import text
from dta_demo.ui.pooling_scores import scores_card

from . import records

TUNED: dict[str, Any] = {
    "n": 25046,
    "layers": 2,
    "mse": 0.19,
    "ci": 0.9,
    "by_pooling": {name: {"mse": 0.2, "ci": 0.891} for name in records.POOLINGS},
}


def test_each_pooling_and_all_together_have_a_row() -> None:
    card = scores_card(records.INFO)
    assert card.count("<tr>") == 1 + 5
    assert card.count('<th scope="col">') == 3
    assert "MSE, frozen" in card
    assert "<td>0.300</td><td>0.880</td>" in card
    assert f"{text.POOLING_TOGETHER}</th><td>0.250</td><td>0.890</td>" in card
    assert "Encoder frozen: 25,046 held-out pairs." in card
    assert text.ENCODER_TUNED not in card


def test_a_tuned_run_stands_beside_the_frozen_one() -> None:
    card = scores_card({**records.INFO, "poolings_tuned": TUNED})
    assert card.count('<th scope="col">') == 5
    assert "<td>0.300</td><td>0.880</td><td>0.200</td><td>0.891</td>" in card
    assert "<td>0.250</td><td>0.890</td><td>0.190</td><td>0.900</td>" in card
    assert "its last 2 layers trained too: 25,046 held-out pairs." in card
    assert text.POOLING_OTHER_PAIRS not in card


def test_runs_over_other_pairs_are_not_compared_in_silence() -> None:
    card = scores_card({**records.INFO, "poolings_tuned": {**TUNED, "n": 5010}})
    assert text.POOLING_OTHER_PAIRS in card


def test_a_checkpoint_with_a_tuned_encoder_says_so() -> None:
    card = scores_card({**records.INFO, "tuned_layers": 1})
    assert "MSE, tuned" in card
    assert "its last 1 layer trained too" in card


def test_a_metric_that_is_not_known_is_left_open() -> None:
    card = scores_card({**records.INFO, "poolings": {"cls": {"mse": 0.3}}})
    assert f"<td>0.300</td><td>{text.UNKNOWN}</td>" in card
