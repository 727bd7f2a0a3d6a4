import numpy as np
import pytest

from dta_demo.results.attention import MAXIMUM, MEAN
from dta_demo.ui.attention.choice import AttentionChoice, AttentionView
from tests.support import records
from tests.support.doubles import AttentionDouble, query


def read(*choice):
    return AttentionView.read(AttentionDouble(), query().protein, *choice)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ((None, None, None), ("received", 6, MEAN)),
        (("given", 3, 7), ("given", 3, 7)),
        (("received", MEAN, MAXIMUM), ("received", MEAN, MAXIMUM)),
        (("received", 33, 99), ("received", 6, MEAN)),
        (("received", -1, -2), ("received", 6, MEAN)),
        (("<b>", 1, 1), ("received", 1, 1)),
        (("rollout", 3, 7), ("rollout", MEAN, MEAN)),
    ],
)
def test_what_the_model_lacks_falls_back(chosen, expected) -> None:
    assert AttentionChoice.read(records.attention(), *chosen) == AttentionChoice(*expected)


def test_a_choice_is_named_in_sentences_and_files() -> None:
    named = {
        (each.words, each.file_words)
        for each in (
            AttentionChoice("received", 3, 7),
            AttentionChoice("given", MEAN, MAXIMUM),
            AttentionChoice("rollout"),
        )
    }
    assert named == {
        ("layer 3, head 7", "layer3_head_7"),
        ("mean over layers, maximum over heads", "layermean_head_maximum"),
        ("rollout", "rollout"),
    }


def test_values_are_in_the_unit_of_what_is_shown() -> None:
    report = records.attention()
    assert read("received", 2, 5).values == pytest.approx(report.received[1, 4] * 300)
    mean = report.received[1].mean(axis=0) * 300
    assert read("received", 2, MEAN).values == pytest.approx(mean, rel=1e-5)
    assert read("given", 2, 5).values == pytest.approx(report.given[1, 4] * 100)
    rollout = read("rollout", 2, 5).values
    assert rollout.sum() == pytest.approx(300, rel=1e-5)
    assert int(np.argmax(rollout)) == 9


def test_the_first_receive_most_or_give_least() -> None:
    assert read("received", 2, 5).order[0] == 41
    assert read("given", 2, 5).order[0] == 16
    assert read("rollout", 2, 5).order[0] == 9


def test_rollout_is_asked_for_only_where_it_is_shown() -> None:
    double = AttentionDouble()
    for what in ("received", "given"):
        AttentionView.read(double, query().protein, what, 1, 1)
    assert double.asked == []
    AttentionView.read(double, query().protein, "rollout", 1, 1)
    assert double.asked == [("rollout",)]
