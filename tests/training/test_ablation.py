import json
from pathlib import Path

import numpy as np
import pytest

from dta_demo.data.affinities import DataError
from dta_demo.training import ablation as module
from dta_demo.training.ablation import Ablation, compare, list_combinations, main
from dta_demo.training.molecule_sources import ACTIVITY
from dta_demo.training.preparation import prepare
from dta_demo.training.settings import RecipeSettings
from tests.support.datasets import write_dataset

pytestmark = pytest.mark.training

OTHERS = ["CCCCCCO", "c1ccc2ccccc2c1", "OCC(O)CO", "CCS", "NCCN", "CC#N", "C1CCNCC1", "CCCl"]
NAMES = ["all", "without second", "without activities", "first alone"]


@pytest.fixture(scope="module")
def run(tmp_path_factory, tiny_encoder):
    """Folder of a run that is prepared, and trained no further."""
    folder = tmp_path_factory.mktemp("ablation")
    data = (
        write_dataset(folder / "first"),
        write_dataset(folder / "second", label="KIBA score", floor=None, seed=1),
        write_dataset(folder / "activities", ACTIVITY, None, molecules=OTHERS),
    )
    settings = RecipeSettings(
        data, str(tiny_encoder), folder / "run", folder / "output", folds=(0, 1), device="cpu"
    )
    prepare(settings)
    return settings.run


@pytest.fixture(scope="module")
def document(run):
    output = run / "ablation.json"
    main(["--run", str(run), "--seeds", "0", "1", "--epochs", "2", "--output", str(output)])
    return json.loads(output.read_text())


def test_every_dataset_after_the_first_is_left_out_once():
    data = [Path(f"/data/{name}") for name in ("davis", "kiba", "bdb")]
    found = {each.name: [path.name for path in each.data] for each in list_combinations(data)}
    assert found == {
        "all": ["davis", "kiba", "bdb"],
        "without kiba": ["davis", "bdb"],
        "without bdb": ["davis", "kiba"],
        "davis alone": ["davis"],
    }
    assert [each.name for each in list_combinations(data[:2])] == ["all", "davis alone"]
    with pytest.raises(DataError, match="one dataset"):
        list_combinations(data[:1])


def test_each_combination_is_scored_by_fold_and_seed(document):
    assert (document["dataset"], document["split"]) == ("first", "new-drug")
    assert (document["epochs"], document["seeds"], document["folds"]) == (2, [0, 1], [0, 1])
    assert list(document["combinations"]) == NAMES
    for figures in document["combinations"].values():
        folds = [fold for each in figures["by_seed"].values() for fold in each["folds"]]
        assert [fold["fold"] for fold in folds] == [0, 1, 0, 1]
        assert figures["mse"] == pytest.approx(np.mean([fold["mse"] for fold in folds]))
        assert 0 <= figures["ci"] <= 1


def test_each_combination_is_compared_with_all_data(document):
    scores = document["combinations"]
    assert "difference" not in scores["all"]
    first, second = (scores["all"]["by_seed"][seed]["mse"] for seed in "01")
    assert first != second
    for name in NAMES[1:]:
        difference = scores[name]["difference"]["mse"]
        assert difference["mean"] == pytest.approx(scores[name]["mse"] - scores["all"]["mse"])
    assert scores["without activities"]["difference"]["mse"]["standard_error"] > 0


def test_members_are_trained_on_their_combination_only(run, document):
    for name, expected in (("all", {"first", "second"}), ("without-second", {"first"})):
        log = run / "ablation" / name / "seed-0-epochs-2" / "new-drug-0" / "log.jsonl"
        lines = [json.loads(line) for line in log.read_text().splitlines()]
        losses = {key.removeprefix("loss_") for key in lines[0] if key.startswith("loss_")}
        assert (len(lines), losses) == (2, expected)


def test_the_run_stays_as_it_was_and_gives_its_profile_and_proteins(run, document):
    assert [path.name for path in RecipeSettings.load(run).data][1:] == ["second", "activities"]
    assert not (run / "new-drug-0").exists()
    (encoded,) = run.glob("regions-*")
    for folder in ("all", "without-activities"):
        assert (run / "ablation" / folder / encoded.name).samefile(encoded)
    # The others have fewer proteins, the same ones, which are encoded once.
    files = {path.name: path.stat().st_ino for path in run.glob("ablation/*/regions-*")}
    inodes = {path.stat().st_ino for path in run.glob("ablation/*/regions-*")}
    assert (len(files), len(inodes)) == (2, 2)
    for profile in run.glob("ablation/*/kinase.hmm"):
        assert profile.samefile(run / "kinase.hmm")


def test_what_is_done_is_not_done_again(run, document, monkeypatch):
    monkeypatch.setattr(module, "prepare", None)
    settings = RecipeSettings.load(run)
    assert Ablation(settings, epochs=2).run([0, 1]) == document
    with pytest.raises(TypeError):
        Ablation(settings, epochs=3).run([0])


def test_members_that_are_done_are_not_trained_again(run, document, monkeypatch):
    folder = run / "ablation" / "first-alone" / "seed-1-epochs-2"
    (folder / "figures.json").unlink()
    before = (folder / "new-drug-1" / "state.pt").read_bytes()
    assert Ablation(RecipeSettings.load(run), epochs=2).run([0, 1]) == document
    assert (folder / "new-drug-1" / "state.pt").read_bytes() == before


def test_the_difference_is_paired_by_fold_and_seed():
    whole = scores([1.0, 2.0], [3.0, 4.0])
    found = compare(scores([1.1, 2.3], [3.1, 4.3]), whole)["difference"]["mse"]
    assert found["mean"] == pytest.approx(0.2)
    assert found["standard_error"] == pytest.approx(np.std([0.1, 0.3, 0.1, 0.3], ddof=1) / 2)
    alone = compare(scores([1.5]), scores([1.0]))["difference"]["mse"]
    assert alone == {"mean": 0.5, "standard_error": None}
    assert compare(whole, whole) == {}


def test_what_cannot_be_done_is_refused_before_any_work(run, tmp_path):
    with pytest.raises(DataError, match="not the folder of a training run"):
        main(["--run", str(tmp_path), "--output", str(tmp_path / "x.json")])
    with pytest.raises(ValueError, match="cannot be written"):
        main(["--run", str(run), "--output", str(tmp_path / "nowhere" / "x.json")])


def scores(*seeds):
    return {
        str(seed): {"folds": [{"mse": value, "ci": 1 - value / 10} for value in values]}
        for seed, values in enumerate(seeds)
    }
