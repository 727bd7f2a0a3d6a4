import json

import pytest

from dta_demo.results.prediction import NO_BINDING, say_chance
from tests.support import records

KEYS = ("probability_binds", "probability_active", "affinity_if_bound", "interval_if_bound")


def test_the_document_has_the_four_answers_at_the_top() -> None:
    document = json.loads(json.dumps(records.prediction(binding=records.binding()).to_dict()))
    assert [document[key] for key in KEYS] == [0.9649, 0.902, 8.3, [7.6, 9.1]]
    assert document["affinity"] == 8.0


def test_without_binding_they_are_null() -> None:
    document = records.prediction().to_dict()
    assert tuple(NO_BINDING) == KEYS
    assert [document[key] for key in KEYS] == [None] * 4
    assert records.prediction().binding_explained == ""


def test_a_sentence_says_which_affinity_is_which() -> None:
    assert records.prediction(binding=records.binding()).binding_explained == (
        "pKd 8.00 is the expected value in a panel in which most pairs do not bind; if this pair "
        "binds, its expected pKd is 8.30 (Kd 5.0 nM), with a 90% interval of 7.60 to 9.10."
    )


def test_at_the_floor_the_sentence_makes_up_no_number() -> None:
    low = records.binding(affinity_if_bound=5.9, interval_if_bound=(5.0, 7.2))
    sentence = records.prediction(affinity=5.02, binding=low).binding_explained
    assert sentence.startswith("The prediction, Kd above 10 µM (pKd at most 5), is the expected")
    assert "5.02" not in sentence
    assert "5.90 (Kd 1.3 µM), with a 90% interval of 5.00 to 7.20." in sentence


def test_outside_the_domain_the_sentence_says_that_both_are_guesses() -> None:
    outside = records.prediction(
        binding=records.binding(), applicability=records.out_of_domain()
    ).binding_explained
    assert outside.endswith(" Outside the training domain both are guesses.")


@pytest.mark.parametrize(
    ("chance", "words"),
    [(0.0, "<1%"), (0.0099, "<1%"), (0.01, "1%"), (0.5, "50%"), (0.99, "99%"), (0.9999, ">99%")],
)
def test_no_chance_is_certain(chance: float, words: str) -> None:
    assert say_chance(chance) == words
