import csv
import json
from dataclasses import replace

import numpy as np
import pytest

from dta_demo.cli.main import build_parser, main
from dta_demo.data.affinities import load_affinities
from dta_demo.evaluation import cold_split as module
from dta_demo.evaluation.cold_split import evaluate_split, summarise
from dta_demo.evaluation.splits import FOLDS, SPLITS, split_rows
from tests.support.evaluations import BASELINES, CONTRACT, score


def test_without_a_trainer_only_baselines_are_scored(tiny_predictor, small_dataset):
    document = evaluate_split(tiny_predictor, small_dataset, "new-drug")
    assert set(document) == CONTRACT | {"split", "folds", "diagnostics", "baselines"}
    assert document["n"] == 96
    assert document["mse"] is None
    assert list(document["baselines"]) == BASELINES
    json.dumps(document, allow_nan=False)


@pytest.mark.parametrize("split", SPLITS)
def test_the_trainer_gets_the_pairs_of_each_fold(tiny_predictor, small_dataset, split):
    data = load_affinities(small_dataset)
    calls = []

    def perfect(given, train, test, name, fold):
        calls.append((name, fold))
        np.testing.assert_array_equal((train, test), split_rows(data, split, fold))
        return given.affinity[test]

    document = evaluate_split(tiny_predictor, small_dataset, split, perfect)
    assert calls == [(split, fold) for fold in range(FOLDS)]
    assert (document["mse"], document["ci"]) == (0, 1)
    assert [fold["fold"] for fold in document["folds"]] == list(range(FOLDS))
    assert sum(fold["n"] for fold in document["folds"]) == document["n"]


def test_the_trainers_predictions_are_written(tiny_predictor, small_dataset, tmp_path):
    data, path = load_affinities(small_dataset), tmp_path / "predictions.csv"

    def constant(given, train, test, name, fold):
        return np.full(test.sum(), 6.0 + fold)

    document = evaluate_split(tiny_predictor, small_dataset, "both-new", constant, path)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == document["n"]
    assert {row["group"] for row in rows} == {"both new"}
    assert all(float(row["predicted"]) == 6 + int(row["fold"]) for row in rows)
    held_out = data.take(split_rows(data, "both-new", 2)[1])
    of_fold = [row for row in rows if row["fold"] == "2"]
    assert [float(row["affinity"]) for row in of_fold] == held_out.affinity.tolist()
    assert [row["drug_id"] for row in of_fold] == [data.drug_ids[n] for n in held_out.drug_index]


def test_the_trainers_predictions_are_clipped(tiny_predictor, small_dataset):
    document = evaluate_split(
        tiny_predictor,
        small_dataset,
        "new-target",
        lambda data, train, test, *_: np.zeros(test.sum()),
    )
    # At 0 each error would be 25 or more.
    assert document["mse"] < 10


def test_the_means_are_over_the_folds(small_dataset):
    data = load_affinities(small_dataset)
    tests = [data.take(split_rows(data, "new-drug", fold)[1]) for fold in range(FOLDS)]
    predicted = [np.full(len(test), 5.0 + fold) for fold, test in enumerate(tests)]
    summary = summarise(tests, predicted, 5.0)
    each = [np.mean((test.affinity - 5 - fold) ** 2) for fold, test in enumerate(tests)]
    assert summary["mse"] == pytest.approx(np.mean(each), abs=1e-5)
    assert [fold["mse"] for fold in summary["folds"]] == pytest.approx(each, abs=1e-5)
    assert summary["pearson"] is None


def test_the_published_test_fold_stays_out(tiny_predictor, small_dataset, monkeypatch):
    data = load_affinities(small_dataset)
    published = replace(data, fold=np.where(data.fold == 0, -1, data.fold), has_test_fold=True)
    monkeypatch.setattr(module, "load_affinities", lambda folder: published)
    document = evaluate_split(tiny_predictor, small_dataset, "new-target")
    assert document["n"] == (data.fold != 0).sum()


def test_the_command_line_names_the_splits_and_prints_every_fold(
    tiny_checkpoint, small_dataset, capsys
):
    for split in SPLITS:
        arguments = ["evaluate", "--data", "x", "--split", split]
        assert build_parser().parse_args(arguments).split == split
    assert main([*score(small_dataset, tiny_checkpoint), "--split", "both-new"]) == 0
    captured = capsys.readouterr()
    assert "both-new: mean over folds" in captured.out
    assert "fold 4" in captured.out
    assert "only the baselines" in captured.err


def test_a_split_and_folds_exclude_each_other(capsys):
    with pytest.raises(SystemExit):
        build_parser().parse_args(
            ["evaluate", "--data", "x", "--split", "new-drug", "--folds", "0"]
        )
    assert "not allowed with" in capsys.readouterr().err
