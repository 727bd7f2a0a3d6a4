from __future__ import annotations

import numpy as np

from dta_demo.ui.pooling.descriptions import (
    describe_agreement,
    describe_dots,
    describe_maps,
    describe_similarity,
    describe_weights,
)
from dta_demo.ui.pooling.figures import pooling_weights
from tests.support import records
from tests.ui.pooling.test_figures import make_map


def matrix(value: float) -> np.ndarray:
    filled = np.full((4, 4), 0.5, dtype=np.float32)
    filled[0, 3] = filled[3, 0] = value
    return filled


def test_answers_are_said_with_their_intervals() -> None:
    words = describe_dots(records.pooling())
    assert "LCK with ethanol" in words
    assert "CLS token: 7.80 (90%: 7.00 to 8.60); Mean: 8.10 (90%: 7.30 to 8.90)" in words
    assert "released model predicts 8.00" in words
    other = records.pooling(answers=records.answers((6.1, 8.1, 8.0, 8.1)))
    assert "CLS token: 6.10" in describe_dots(other)


def test_every_pair_of_both_similarities_is_said() -> None:
    report = records.pooling(similarity=matrix(-0.25), centred_similarity=matrix(0.125))
    raw, centred = describe_similarity(report).split("Less the mean kinase: ")
    assert raw.count("(0.50)") == centred.count("(0.50)") == 5
    assert "CLS and Attention (-0.25)" in raw
    assert "CLS and Attention (0.12)" in centred
    assert "Less" not in describe_similarity(records.pooling(centred_similarity=None))


def test_weights_are_said_with_the_numbers_that_are_drawn() -> None:
    report = records.pooling()
    words = describe_weights(report)
    traces = pooling_weights(report).data
    maximum, attention = traces[2], traces[3]
    assert "CLS token: start token only" in words
    assert "Mean: the same weight for each of the 300 residues" in words
    best = int(np.argmax(maximum.y))
    assert f"320 channels most are won by {maximum.text[best]} ({maximum.y[best]:.0f})" in words
    best = int(np.argmax(attention.y))
    name = f"{attention.text[best]} ({attention.y[best]:.2f})"
    assert f"Learned attention: highest for {name}" in words
    by_head = traces[4].customdata
    head, place = np.unravel_index(by_head.argmax(), by_head.shape)
    assert f"the highest is {by_head.max():.2f} times" in words
    assert f"for {maximum.text[place]} in head {head + 1}." in words


def test_maps_are_said_by_their_colours_and_by_what_is_near() -> None:
    places = np.zeros((4, 30, 2))
    places[:, :, 0] = np.arange(30) ** 2
    words = describe_maps(make_map(places=places), "group", {}, "K3")
    assert "Maps of 30 proteins by PCA" in words
    assert "G0 (3), G1 (3)" in words
    assert "others (6)" in words
    assert words.count("Nearest to K3") == 4
    assert "map of CLS: K2, K4, K1, K0, K5." in words
    assert "Nearest" not in describe_maps(make_map(), "family", {}, "not there")
    assert "others (30)" in describe_maps(make_map(), "family", {})


def test_maps_by_pkd_name_the_tightest() -> None:
    pkd = {f"K{number}": 5 + 0.1 * number for number in range(30)}
    words = describe_maps(make_map(), "pkd", pkd)
    assert "from 5.00 to 7.90: K29 (7.90), K28 (7.80)" in words


def test_agreement_has_both_matrices() -> None:
    words = describe_agreement(make_map(overlap=matrix(0.75), cka=matrix(0.25)))
    overlap, cka = words.split("CKA of their vectors: ")
    assert "CLS and Attention (0.75)" in overlap
    assert "CLS and Attention (0.25)" in cka
