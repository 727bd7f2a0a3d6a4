import json

import pytest

from dta_demo.ui.attention.heads_panel import SUGGESTED, draw_heads, pick
from dta_demo.ui.text import attention as text
from tests.support.doubles import AttentionDouble, query


def test_heads_are_drawn_and_the_highest_are_suggested_with_their_numbers():
    box, meaning, plot, suggested = draw_heads(AttentionDouble(), query(), "contacts")
    assert box.visible
    assert "residues 11–260" in meaning
    assert "From 0.00 to 0.12, which is layer 6, head 20." in meaning
    assert len(suggested.choices) == SUGGESTED
    assert suggested.choices[0] == ("Layer 6, head 20: 0.12", "6 20")
    (trace,) = json.loads(plot.plot)["data"]
    assert (len(trace["x"]), len(trace["y"])) == (20, 6)


@pytest.mark.parametrize("name", ["entropy", None, "nonsense"])
def test_another_statistic_has_other_heads(name):
    suggested = draw_heads(AttentionDouble(), query(), name)[3]
    assert suggested.choices[0][1] == ("1 1" if name == "entropy" else "6 20")


def test_what_is_not_defined_is_said():
    _, meaning, plot, suggested = draw_heads(AttentionDouble(), query(), "pocket")
    assert text.NOT_DEFINED["pocket"] in meaning
    assert plot is None
    assert not suggested.visible


def test_without_a_query_nothing_is_drawn():
    double = AttentionDouble()
    assert len(draw_heads(double, None, "contacts")) == 4
    assert double.asked == []


@pytest.mark.parametrize(("suggestion", "chosen"), [("6 20", ["received", 6, 20]), ("x", None)])
def test_a_suggestion_chooses_its_layer_and_head(suggestion, chosen):
    found = pick(suggestion)
    assert list(found) == chosen if chosen else all("value" not in each for each in found)
