from __future__ import annotations

from dta_demo.explain.survey import summarise, survey


def test_a_survey_says_of_each_ranking_whether_it_beat_chance(predictor, examples):
    (document,) = survey(predictor, [examples["Staurosporine – CDK2"]])
    assert document["completeness_error"] <= 0.05
    assert document["beats_chance"]["residues"] is True
    layers = {f"attention {layer}" for layer in range(1, 7)}
    assert set(document["beats_chance"]) == {"residues", "atoms"} | layers


def test_pairs_that_tell_nothing_are_not_counted():
    rows = [
        {"beats_chance": {"residues": held}, "completeness_error": error}
        for held, error in ((True, 0.01), (None, 0.04), (False, 0.02))
    ]
    summary = summarise(rows)
    assert summary["beats_chance"] == {"residues": {"beat": 1, "of": 2}}
    assert summary["largest_completeness_error"] == 0.04
