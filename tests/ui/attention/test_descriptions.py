import numpy as np
import pytest

from dta_demo.results.attention import MEAN
from dta_demo.results.heads import HeadStatistics
from dta_demo.ui.attention.choice import AttentionView
from dta_demo.ui.attention.descriptions import (
    describe_attention,
    describe_heads_figure,
    describe_map,
)
from dta_demo.ui.attention.figure import attention_figure, heads_figure
from tests.support import records
from tests.support.doubles import AttentionDouble


def view(what: str = "received", **changes: object) -> AttentionView:
    double = AttentionDouble(**changes)
    return AttentionView.read(double, double.report.protein, what, 2, MEAN)


@pytest.mark.parametrize(("what", "first"), [("received", "C42"), ("given", "T17")])
def test_the_profile_is_said_with_the_numbers_that_are_drawn(what: str, first: str) -> None:
    chosen = view(what)
    words, profile = describe_attention(chosen), attention_figure(chosen).data[-1]
    best = int(np.argmin(profile.y) if what == "given" else np.argmax(profile.y))
    assert profile.text[best] == first
    assert f"{first} ({profile.y[best]:.2f})" in words
    assert f"the median is {np.median(profile.y):.2f}" in words
    assert "LCK" in words
    assert "layer 2, mean over heads" in words


def test_the_strongest_cell_of_each_map_is_named() -> None:
    chosen = view()
    words = describe_attention(chosen)
    layers, heads = (x for x in attention_figure(chosen).data if x.type == "heatmap")
    for trace, axis in ((layers, "layer"), (heads, "head")):
        row, column = np.unravel_index(trace.customdata.argmax(), trace.customdata.shape)
        assert column == 41
        assert f"C42 stands out most: {trace.customdata.max():.2f} in {axis} {row + 1}." in words


def test_landmarks_are_named_and_rollout_has_no_heads() -> None:
    assert "Landmarks that are marked: gatekeeper C42, HRD (YRD) 50–52." in describe_attention(
        view()
    )
    assert "Landmarks" not in describe_attention(view(landmarks=()))
    assert "in head" not in describe_attention(view("rollout"))


def test_other_attention_is_said_otherwise() -> None:
    given = records.attention().received.copy()
    given[:, :, 99] = 1.0
    assert "the highest are S100" not in describe_attention(view())
    moved = view(received=given / given.sum(axis=-1, keepdims=True))
    residue = records.protein().sequence[99]
    assert f"the highest are {residue}100 (" in describe_attention(moved)


def test_heads_are_said_with_their_range_and_the_mean_of_each_layer() -> None:
    values = np.array([[0.1, 0.2], [0.3, 0.9]])
    found = HeadStatistics(values, None, values, (1, 50), (1, 50))
    words = describe_heads_figure(found, "contacts")
    assert "2 layers by 2 heads, from 0.10 to 0.90" in words
    assert "The highest are layer 2 head 2 (0.90), layer 2 head 1 (0.30)" in words
    assert words.endswith("0.15, 0.60.")
    assert heads_figure(values, "").data[0].z[1][1] == 0.9


def test_a_map_is_said_by_its_strongest_pairs_in_the_numbers_of_the_protein() -> None:
    full = np.full((20, 20), 0.01)
    full[2, 11] = full[11, 2] = 0.4
    full[3, 4] = 0.3
    sequence = records.protein(20).sequence
    words = describe_map(full, "layer 6, head 3", "LCK", sequence, 101, False)
    assert "residues 101 to 120" in words
    assert "D103 to N112 (8.00), N112 to D103 (8.00), E104 to F105 (6.00)" in words
    near = sum(full[i, j] for i in range(20) for j in range(20) if abs(i - j) < 6)
    assert f"{near / full.sum():.0%} falls on pairs fewer than 6 apart" in words
    corrected = describe_map(full, "layer 6, head 3", "LCK", sequence, 101, True)
    assert "strongest are D103 with N112 (" in corrected
    assert "E104" not in corrected.split(",")[5]


def test_a_map_without_pairs_far_apart_says_so() -> None:
    words = describe_map(np.full((5, 5), 0.2), "layer 1", "x", "ACDEF", 1, True)
    assert words.endswith("No two residues are 6 or more apart.")
    assert "A1 to A1" in describe_map(np.ones((1, 1)), "layer 1", "x", "A", 1, False)
