from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from dta_demo.explain import explain
from dta_demo.explain.faithfulness import (
    RESIDUE_DRAWS,
    HidingTest,
    check_residues,
    hide_atoms,
    hide_residues,
)
from dta_demo.explain.records import Attribution, Explanation, Faithfulness
from dta_demo.results.region import Region
from tests.support.records import prediction, protein

WORTH = np.zeros(100)
WORTH[[10, 40, 70]] = 1.0  # Residues 11, 41 and 71 are all that counts.


def additive(hidden: Sequence[Sequence[int]], sign: float = 1.0) -> np.ndarray:
    """A model in which each residue that is there adds what it is worth."""
    return np.array([8.0 - sign * WORTH[np.array(each, dtype=int) - 1].sum() for each in hidden])


def attribution(values: np.ndarray) -> Attribution:
    record = prediction(100)
    return Attribution(
        protein(100), record.molecule, 8.0, 5.0, values, np.zeros(3), np.zeros(3), ("C", "C", "O"),
        Region(1, 100, "whole protein"), 16,
    )  # fmt: skip


def checked(attention: np.ndarray, sign: float = 1.0) -> Faithfulness:
    test = HidingTest(range(1, 101), lambda hidden: additive(hidden, sign))
    found = check_residues(test, attribution(sign * WORTH))
    return replace(found, rankings={**found.rankings, "attention": test.follow(attention)})


def test_what_the_model_uses_is_hidden_first_and_beats_chance():
    found = checked(attention=-WORTH)
    curve = found.rankings["attribution"]
    assert curve.counts == (1, 2, 4, 8, 16, 32, 64)
    assert curve.pkd[0].tolist() == [7.0, 6.0, 5.0, 5.0, 5.0, 5.0, 5.0]
    assert curve.areas[0] == pytest.approx((1 + 2 + 5 * 3) / 7)
    assert found.beats_chance("attribution")
    assert not found.beats_chance("attention")
    between = curve.areas[0] - found.random.areas.mean()
    assert found.above_random("attribution") == pytest.approx(between)
    assert found.to_dict()["attribution"]["above_random"] == pytest.approx(between, abs=1e-4)
    assert found.all_hidden == 5.0


def test_residues_that_hold_the_affinity_down_are_found_too():
    found = checked(attention=WORTH, sign=-1.0)
    assert found.all_hidden == 11.0
    assert found.rankings["attribution"].pkd[0, :3].tolist() == [9.0, 10.0, 11.0]
    assert found.beats_chance("attribution")
    assert found.beats_chance("attention")


def test_random_draws_are_several_and_the_same_each_time():
    one, other = checked(WORTH).random, checked(WORTH).random
    assert one.pkd.shape == (RESIDUE_DRAWS, 7)
    np.testing.assert_array_equal(one.pkd, other.pkd)
    assert one.areas.std() > 0
    assert {"spread", "areas"} <= set(one.to_dict())


def test_fewer_candidates_than_the_first_count_are_all_hidden():
    assert HidingTest([11], additive).counts == (1,)
    assert HidingTest([10, 11, 12], additive).counts == (1, 2)


def explanation(of_residues: Faithfulness) -> Explanation:
    return Explanation(prediction(100), attribution(WORTH), 6, 0, of_residues, of_residues)


def test_the_verdict_says_whether_attention_is_better_than_chance():
    worse, better = explanation(checked(-WORTH)).verdicts, explanation(checked(WORTH)).verdicts
    assert worse[0].startswith("Attention in layer 6 is no better than chance at finding the ")
    assert better[0].startswith("Attention in layer 6 finds residues that the model uses")
    assert worse[1].startswith("Attribution finds residues that the model uses")


def test_a_protein_that_changes_nothing_gets_no_verdict():
    test = HidingTest(range(1, 101), lambda hidden: np.full(len(hidden), 8.0))
    found = check_residues(test, attribution(WORTH))
    found = replace(found, rankings={**found.rankings, "attention": test.follow(WORTH)})
    assert "tells nothing" in explanation(found).verdicts[0]


def test_hiding_everything_in_the_model_itself_is_an_end_that_all_orders_share(pair):
    residues, atoms = hide_residues(pair), hide_atoms(pair)
    ((value, no_atom),) = pair.predict(pair.intact, pair.whole_and_none)
    ((no_residue, _),) = pair.predict(pair.unknown, pair.whole_and_none)
    assert residues.ends == pytest.approx((value, no_residue), abs=1e-5)
    assert atoms.ends == pytest.approx((value, no_atom), abs=1e-5)
    assert residues.candidates.tolist() == pair.residues.tolist()


def test_a_whole_explanation_finds_what_the_model_uses(predictor, cdk2):
    found = explain(predictor, *cdk2, layer=3, head=5)
    assert found.of_residues.beats_chance("attribution")
    document = found.to_dict()
    assert document["faithfulness"]["layer"] == 3
    assert document["faithfulness"]["head"] == 5
    assert set(document["faithfulness"]["atoms"]) == {"attribution", "random", "all_hidden"}
    assert "in layer 3, head 5" in found.verdicts[0]
