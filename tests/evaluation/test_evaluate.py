import csv
import json

import numpy as np
import pytest

from dta_demo.cli.main import main
from dta_demo.data.affinities import DataError, load_affinities
from dta_demo.evaluation import evaluate as module
from dta_demo.evaluation.cold_split import evaluate_split
from dta_demo.evaluation.evaluate import Extras, evaluate
from dta_demo.evaluation.predictions_file import refuse_unwritable
from dta_demo.inputs.protein import Protein
from dta_demo.model.binding_features import FEATURES
from tests.support.bindings import fitted
from tests.support.datasets import rename_targets, write_dataset
from tests.support.evaluations import BASELINES, CONTRACT, score

CONTROLS = ["residues shuffled", "proteins permuted", "molecules permuted"]


def test_every_extra_stands_beside_the_contracts_figures(tiny_predictor, first_dataset, tmp_path):
    extras = Extras(baselines=True, controls=True, plots=tmp_path / "plots")
    document = evaluate(tiny_predictor, first_dataset, (0, 1), extras)
    assert set(document) == CONTRACT | {
        "groups", "left_out_folds", "trained_on", "diagnostics", "baselines", "controls",
    }  # fmt: skip
    assert document["n"] == np.isin(load_affinities(first_dataset).fold, (0, 1)).sum()
    assert document["trained_on"] is False
    assert list(document["baselines"]) == BASELINES
    assert list(document["controls"]) == CONTROLS
    assert sum(each["n"] for each in document["diagnostics"]["errors_by_label"]) == document["n"]
    json.dumps(document, allow_nan=False)
    assert (tmp_path / "plots" / "errors.png").stat().st_size > 0


@pytest.fixture
def with_binding(tiny_predictor, monkeypatch):
    """The predictor with a binding calibration that is made up."""
    monkeypatch.setitem(tiny_predictor._loaded.trust.bindings, "pKd", fitted(len(FEATURES)))
    return tiny_predictor


def test_the_chance_of_binding_is_scored_as_it_is_predicted(with_binding, first_dataset, tmp_path):
    document = evaluate(with_binding, first_dataset, (), Extras(plots=tmp_path / "plots"))
    data = load_affinities(first_dataset)
    binds = document["binding"]["binds"]
    assert binds["base_rate"] == pytest.approx((data.affinity > 5).mean(), abs=1e-5)
    chances = np.array(
        [
            with_binding.predict(
                Protein(data.targets[target].sequence, data.targets[target].name),
                data.drugs[drug].smiles,
            ).binding.probability_binds
            for target, drug in zip(data.target_index, data.drug_index, strict=True)
        ]
    )
    expected = np.mean((chances - (data.affinity > 5)) ** 2)
    assert binds["brier"] == pytest.approx(expected, abs=1e-4)
    assert (tmp_path / "plots" / "reliability.png").read_bytes().startswith(b"\x89PNG")
    json.dumps(document, allow_nan=False)


def test_the_chance_of_binding_is_not_scored_on_folds(with_binding, first_dataset, tmp_path):
    document = evaluate(with_binding, first_dataset, (0, 1), Extras(plots=tmp_path))
    assert list(document["binding"]) == ["left_out"]
    assert "left out" in document["binding"]["left_out"]
    assert sorted(path.name for path in tmp_path.glob("*.png")) == ["calibration.png", "errors.png"]


def test_without_a_calibration_of_binding_nothing_is_said_of_it(
    tiny_predictor, first_dataset, tmp_path
):
    document = evaluate(tiny_predictor, first_dataset, (), Extras(plots=tmp_path))
    assert "binding" not in document
    assert not (tmp_path / "reliability.png").exists()


def test_only_what_is_asked_for_is_computed(tiny_predictor, first_dataset, monkeypatch):
    for name in ("predict_baselines", "predict_controls"):
        monkeypatch.delattr(module, name)
    document = evaluate(tiny_predictor, first_dataset)
    assert not {"baselines", "controls"} & set(document)
    assert document["trained_on"] is True
    assert 0 <= document["diagnostics"]["ci_per_target"] <= 1


def test_baselines_of_a_fold_never_see_it(tiny_predictor, first_dataset, monkeypatch):
    seen = []

    def record(train, data, floor, kernel):
        seen.append((set(train.fold), set(data.fold), floor))
        return {"constant": np.full(len(data), data.fold[0])}

    monkeypatch.setattr(module, "predict_baselines", record)
    document = evaluate(tiny_predictor, first_dataset, (0, 1), Extras(baselines=True))
    assert seen == [({1, 2, 3, 4}, {0}, 5.0), ({0, 2, 3, 4}, {1}, 5.0)]
    data = load_affinities(first_dataset)
    data = data.take(np.isin(data.fold, (0, 1)))
    expected = np.mean((data.fold - data.affinity) ** 2)
    assert document["baselines"]["constant"]["mse"] == pytest.approx(expected, abs=1e-5)


def test_a_control_changes_the_predictions_and_not_the_labels(tiny_predictor, first_dataset):
    document = evaluate(tiny_predictor, first_dataset, (), Extras(controls=True))
    for figures in document["controls"].values():
        assert figures["mse"] != document["mse"]
        assert figures["base_rate"] == document["diagnostics"]["base_rate"]


def test_a_figure_that_is_not_defined_is_none(tiny_predictor, first_dataset):
    path = first_dataset / "affinities.csv"
    rows = path.read_text().splitlines()
    constant = [",".join([*row.split(",")[:2], "5.0", "0"]) for row in rows[1:]]
    path.write_text("\n".join([rows[0], *constant]))
    document = evaluate(tiny_predictor, first_dataset)
    assert document["ci"] is None
    assert document["coverage_actives"] is None
    assert document["diagnostics"]["aupr"] is None
    json.dumps(document, allow_nan=False)


def test_a_fold_with_one_pair_more_is_refused(tiny_predictor, first_dataset):
    path = first_dataset / "affinities.csv"
    path.write_text(path.read_text().replace(",2\n", ",0\n", 1))
    with pytest.raises(DataError, match="Fold 0"):
        evaluate(tiny_predictor, first_dataset, (0,))


@pytest.mark.parametrize("label", ["KIBA score", "percent displacement", "pChEMBL"])
def test_a_label_that_was_not_trained_on_is_refused(tiny_predictor, tmp_path, label):
    folder = write_dataset(tmp_path / "other", label=label, floor=None)
    with pytest.raises(ValueError, match=f"not trained for the label '{label}'"):
        evaluate(tiny_predictor, folder)
    with pytest.raises(ValueError, match=f"not trained for the label '{label}'"):
        evaluate_split(tiny_predictor, folder, "new-drug")


def test_the_command_line_prints_one_table(tiny_checkpoint, first_dataset, tmp_path, capsys):
    other = write_dataset(tmp_path / "other", seed=3)
    rename_targets(other)
    options = [*score(first_dataset, tiny_checkpoint), "--baselines", "--train-data", str(other)]
    assert main(options) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "first, 96 pairs"
    table = lines[2:9]
    assert [line[:12].strip() for line in table] == ["", "model", *BASELINES]
    assert len({len(line) for line in table}) == 1


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--baselines"], "name the --folds to score"),
        (["--train-data", "."], "name both"),
        (["--folds", "3"], "Fold 3 of this data is not"),
        (["--split", "new-drug", "--controls"], "--split takes no"),
        (["--split", "new-drug", "--output", "x.csv"], "of a --run predict"),
        (["--output", "."], ". cannot be written: Is a directory."),
        (["--output", "nowhere/x.csv"], "cannot be written: No such file or directory."),
    ],
)
def test_what_cannot_be_scored_gets_one_line(
    tiny_checkpoint, first_dataset, capsys, options, complaint
):
    assert main([*score(first_dataset, tiny_checkpoint), "--json", *options]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert complaint in captured.err
    assert captured.err.count("\n") == 1


def test_the_command_line_writes_the_predictions(tiny_checkpoint, first_dataset, tmp_path, capsys):
    path = tmp_path / "predictions.csv"
    options = [*score(first_dataset, tiny_checkpoint), "--folds", "0,1", "--json"]
    assert main([*options, "--output", str(path)]) == 0
    document = json.loads(capsys.readouterr().out)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        "drug_id", "target_id", "affinity", "fold", "predicted", "low", "high", "group",
    ]  # fmt: skip
    data = load_affinities(first_dataset)
    data = data.take(np.isin(data.fold, (0, 1)))
    assert [row["drug_id"] for row in rows] == [data.drug_ids[n] for n in data.drug_index]
    assert [row["target_id"] for row in rows] == [data.targets[n].name for n in data.target_index]
    assert [float(row["affinity"]) for row in rows] == data.affinity.tolist()
    assert [int(row["fold"]) for row in rows] == data.fold.tolist()
    predicted, low, high = (
        np.array([float(row[name]) for row in rows]) for name in ("predicted", "low", "high")
    )
    assert np.mean((predicted - data.affinity) ** 2) == pytest.approx(document["mse"], abs=1e-3)
    assert (low <= high).all()
    groups = {row["group"] for row in rows}
    assert groups == set(document["groups"])


def test_no_work_is_done_for_a_file_that_cannot_be_written(first_dataset, tmp_path, monkeypatch):
    monkeypatch.setattr("dta_demo.cli.evaluation_verbs.load_predictor", None)
    assert main([*score(first_dataset, tmp_path), "--output", str(tmp_path / "no" / "x")]) == 2


def test_a_check_leaves_the_file_as_it_is(tmp_path):
    path = tmp_path / "x.csv"
    refuse_unwritable(path)
    assert not path.exists()
    path.write_text("kept")
    refuse_unwritable(path)
    assert path.read_text() == "kept"
