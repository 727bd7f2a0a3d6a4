from __future__ import annotations

from dataclasses import replace

import numpy as np

from dta_demo.explain.records import HidingCurve
from dta_demo.kinases.landmarks import Landmark
from dta_demo.ui.explanation.descriptions import describe_hiding, describe_residues
from dta_demo.ui.explanation.figures import hiding_figure, residue_figure
from tests.ui.explanation.test_tab import attribution, explanation


def test_residues_are_said_with_the_numbers_that_are_drawn() -> None:
    found = attribution()
    words = describe_residues(found, (Landmark("gatekeeper", 42, 42, "C"),))
    (bars,) = residue_figure(found).data
    largest = int(np.argmax(np.abs(bars.y)))
    assert f"The largest are {bars.text[largest]} ({bars.y[largest]:+.3f}), " in words
    assert f"bars from -0.300 to {max(bars.y):+.3f} pKd along residues 30 to 200" in words
    assert f"contribute {bars.y.sum():+.2f}" in words
    assert "residue of LCK to the pKd of 8.00 that is predicted with ethanol" in words
    assert "gatekeeper C42" in words


def test_other_contributions_are_said_otherwise() -> None:
    residues = np.zeros(300)
    residues[9] = 0.5
    words = describe_residues(replace(attribution(), residues=residues))
    assert "bars from +0.000 to +0.500" in words
    assert "The largest are L10 (+0.500)" in words


def test_hiding_has_every_curve_with_its_verdict() -> None:
    found = explanation()
    words = describe_hiding(found)
    assert "8.00 with nothing hidden. With 1, 2, 4 residues hidden: " in words
    assert "By attention (layer 6), which moves it no more than chance: 8.00, 7.50, 7.00" in words
    assert "By contribution, which moves it more than chance: 8.00, 7.50, 7.00" in words
    assert words.count("random, mean of 2 draws: 7.90, 7.90, 7.90") == 2
    assert "With all hidden: 6.50." in words
    assert "With 1, 2, 4 atoms removed: " in words
    drawn = [list(x.y) for x in hiding_figure(found).data if x.name == "By contribution"]
    assert drawn == [[8.0, 7.5, 7.0]] * 2


def test_other_curves_are_said_otherwise() -> None:
    found = explanation()
    curve = HidingCurve((1, 2, 4), np.array([[7.7, 6.6, 5.5]]), np.array([0.9]))
    changed = replace(found, of_atoms=replace(found.of_atoms, rankings={"attribution": curve}))
    assert "7.70, 6.60, 5.50" in describe_hiding(changed)


def test_without_a_change_there_is_no_verdict() -> None:
    found = explanation()
    flat = replace(found.of_residues, all_hidden=7.99)
    words = describe_hiding(replace(found, of_residues=flat)).split("With 1, 2, 4 atoms")[0]
    assert "chance" not in words
    assert "By contribution: 8.00" in words
