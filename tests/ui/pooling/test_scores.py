from dataclasses import replace
from html import unescape
from typing import Any

from dta_demo.ui.pooling.scores import scores_card
from dta_demo.ui.text import pooling as text
from dta_demo.ui.text import shared as shared_text
from tests.support import records

FROZEN: dict[str, Any] = records.INFO.pooling_runs[0]
ONE_FOLD: dict[str, Any] = {**FROZEN, "n": 5010, "one_fold": True}
TUNED: dict[str, Any] = {
    **ONE_FOLD,
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
    assert f"{text.TOGETHER}</th><td>0.250</td><td>0.890</td>" in card
    assert "Frozen: 25,046 held-out pairs." in card
    assert text.ENCODER_TUNED not in card


def test_a_tuned_encoder_stands_beside_the_frozen_one_on_the_same_pairs() -> None:
    card = scores_card(
        replace(
            records.INFO,
            pooling_runs=(
                FROZEN,
                ONE_FOLD,
                TUNED,
            ),
        )
    )
    assert card.count('<th scope="col">') == 7
    assert "MSE, frozen, one fold" in card
    assert "<td>0.300</td><td>0.880</td><td>0.200</td><td>0.891</td>" in card
    assert "<td>0.250</td><td>0.890</td><td>0.190</td><td>0.900</td>" in card
    encoder = text.ON_ONE_FOLD.format(encoder=text.ENCODER_TUNED).capitalize()
    note = text.SCORES_TUNED.format(
        encoder=encoder, layers="2 layers", pairs="5,010 held-out pairs"
    )
    assert note in unescape(card)


def test_a_checkpoint_with_a_tuned_encoder_says_so() -> None:
    card = scores_card(replace(records.INFO, pooling_runs=({**FROZEN, "layers": 1},)))
    assert text.SCORES_HEADER.format(metric="MSE", encoder=text.ENCODER_TUNED) in card
    assert "last 1 layer " in card


def test_a_metric_that_is_not_known_is_left_open() -> None:
    run = {**FROZEN, "by_pooling": {"cls": {"mse": 0.3}}}
    card = scores_card(replace(records.INFO, pooling_runs=(run,)))
    assert f"<td>0.300</td><td>{shared_text.UNKNOWN}</td>" in card
