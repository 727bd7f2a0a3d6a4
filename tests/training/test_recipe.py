import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
import torch
from filelock import FileLock
from safetensors.torch import load_file

from dta_demo.checkpoint.reading import read_json
from dta_demo.checkpoint.seal import check_seal, list_files
from dta_demo.cli.main import build_parser, main
from dta_demo.cli.training_verbs import read_settings
from dta_demo.kinases.known import KnownKinases
from dta_demo.results.group import Group
from dta_demo.training.card import main as write_card
from dta_demo.training.jobs import Job
from dta_demo.training.molecule_sources import ACTIVITY
from dta_demo.training.pairs import DISPLACEMENT
from dta_demo.training.recipe import Recipe
from tests.support.datasets import write_dataset

FURTHER = {"screen": DISPLACEMENT, "activities": ACTIVITY}
OTHERS = ["CCCCCCO", "c1ccc2ccccc2c1", "OCC(O)CO", "CCS", "NCCN", "CC#N", "C1CCNCC1", "CCCl"]


def arguments(folder, encoder, name):
    return [
        "train", "--data", *(str(folder / each) for each in ("first", "second", *FURTHER)),
        "--encoder", str(encoder), "--run", str(folder / name / "run"), "--folds", "0,1",
        "--output", str(folder / name / "checkpoint"), "--epochs", "3", "--device", "cpu",
    ]  # fmt: skip


@pytest.fixture(scope="module")
def trained(tmp_path_factory, tiny_encoder):
    """A folder with two datasets and two for the drug encoder, and a checkpoint trained on them."""
    folder = tmp_path_factory.mktemp("training")
    write_dataset(folder / "first")
    write_dataset(folder / "second", label="KIBA score", floor=None, seed=1)
    for name, label in FURTHER.items():
        write_dataset(folder / name, label, None, molecules=OTHERS)
    assert main(arguments(folder, tiny_encoder, "whole")) == 0
    return folder


def test_training_on_a_sample_killed_and_resumed_gives_the_same_checkpoint(
    shared_data, tmp_path, tiny_encoder
):
    """From nothing to a checkpoint on 2 % of the Davis pairs."""

    def sample(name):
        return [
            "train", "--data", str(shared_data / "davis"), "--sample", "0.02",
            "--encoder", str(tiny_encoder), "--run", str(tmp_path / name / "run"),
            "--folds", "0,1", "--output", str(tmp_path / name / "checkpoint"),
            "--epochs", "2", "--device", "cpu", "--compare-layers", "0",
        ]  # fmt: skip

    process = subprocess.Popen(
        [sys.executable, "-m", "dta_demo", *sample("killed")], stderr=subprocess.DEVNULL
    )
    while process.poll() is None and not list(tmp_path.glob("killed/run/fold-1/state.pt")):
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, "training ended before it could be killed"
    assert main(sample("killed")) == 0
    assert main(sample("whole")) == 0
    whole, resumed = (load_all(tmp_path / name / "checkpoint") for name in ("whole", "killed"))
    assert whole.keys() == resumed.keys()
    for name, weights in whole.items():
        assert torch.equal(weights, resumed[name]), name
    record = json.loads((tmp_path / "whole" / "checkpoint" / "training.json").read_text())
    assert record["pairs"] == {"davis": 501}


def test_a_second_process_takes_what_the_first_one_leaves(trained, tiny_encoder, tmp_path):
    """A member whose folder is locked is trained by another process, and waited for."""
    options = arguments(trained, tiny_encoder, "shared")
    recipe = Recipe(read_settings(build_parser().parse_args(options)))
    run = recipe.prepared.settings.run
    first = run / "fold-0"
    first.mkdir(parents=True)
    with FileLock(first / "lock"):
        recipe.cross_validation.share_out([Job(Group.SEEN, 0), Job(Group.SEEN, 1)])
        assert not (first / "state.pt").exists()
        assert (run / "fold-1" / "state.pt").exists()


def test_the_record_tells_what_each_part_was_trained_on(trained):
    record = json.loads((trained / "whole" / "checkpoint" / "training.json").read_text())
    assert record["pairs"] == {"first": 96, "second": 96, "screen": 96}
    assert record["left_out_of_grid"] == {"second": 0, "screen": 0}
    figures = {"molecules": 8, "targets": 12, "pairs": 96}
    assert record["molecules"] == {"screen": figures, "activities": figures}
    assert set(record["out_of_fold"]) >= {"first, seen", "second, both new"}
    assert not any("screen" in name for name in record["out_of_fold"])


def test_a_fold_of_targets_has_a_drug_encoder_of_its_own_and_the_whole_one_is_released(trained):
    run, checkpoint = trained / "whole" / "run", trained / "whole" / "checkpoint"
    folders = {path.name for path in run.glob("drug-encoder*")}
    assert folders == {"drug-encoder", "drug-encoder-0", "drug-encoder-1"}
    released = {
        name.split("drug_encoder.networks.")[1]: weights
        for name, weights in load_all(checkpoint).items()
        if "drug_encoder.networks." in name
    }
    for number in (0, 1):
        trained_weights = load_file(run / "drug-encoder" / f"network-{number}.safetensors")
        for name, weights in trained_weights.items():
            assert torch.equal(released[f"{number}.{name}"], weights.half()), name


def test_displacement_widens_the_panel_and_makes_nothing_measured(trained):
    arrays = load_file(trained / "whole" / "checkpoint" / "kernel-pkd.safetensors")
    assert arrays["measured"].tolist() == [12, 8]
    assert (len(arrays["target_keys"]), len(arrays["drug_keys"])) == (12, 16)
    scores = load_file(trained / "whole" / "checkpoint" / "kernel-kiba.safetensors")
    assert scores["measured"].tolist() == [len(scores["target_keys"]), len(scores["drug_keys"])]


def test_the_kinases_of_all_panels_are_written(trained):
    known = KnownKinases.load(trained / "whole" / "checkpoint" / "kinases.json.gz")
    assert len(known) == 24
    assert known.find_named("t0") is known[0]


def test_a_split_is_scored_by_members_that_a_run_trained_without_it(trained, capsys):
    options = ["evaluate", "--split", "new-target", "--data", str(trained / "first"), "--json"]
    options += ["--checkpoint", str(trained / "whole" / "checkpoint")]
    assert main(options) == 0
    assert json.loads(capsys.readouterr().out)["mse"] is None
    assert main([*options, "--run", str(trained / "whole" / "run")]) == 0
    scored = json.loads(capsys.readouterr().out)
    assert (scored["n"], len(scored["folds"])) == (96, 5)
    assert scored["mse"] < scored["baselines"]["global mean"]["mse"]


def test_a_folder_without_a_run_is_refused(trained, tmp_path, capsys):
    options = ["evaluate", "--split", "new-drug", "--data", str(trained / "first")]
    options += ["--checkpoint", str(trained / "whole" / "checkpoint"), "--run", str(tmp_path)]
    assert main(options) == 2
    assert "not the folder of a training run" in capsys.readouterr().err


def test_a_trained_checkpoint_is_sealed_and_stays_so_with_another_card(trained):
    folder = trained / "whole" / "checkpoint"
    before = check_seal(folder)
    write_card(str(folder))
    assert check_seal(folder) == before
    assert sorted(read_json(folder / "config.json")["files"]) == list_files(folder)


def test_the_card_tells_the_licence_and_the_results(trained):
    card = (trained / "whole" / "checkpoint" / "README.md").read_text()
    assert "GPL-3.0" in card
    assert "first, seen" in card


def test_a_fold_is_scored_by_members_that_left_it_out(trained, capsys):
    score = evaluation(trained)
    assert main([*score, "--folds", "0,1"]) == 0
    figures = json.loads(capsys.readouterr().out)
    record = json.loads((trained / "whole" / "checkpoint" / "training.json").read_text())
    expected = record["out_of_fold"]["first, seen"]
    assert (figures["n"], figures["trained_on"]) == (expected["n"], False)
    # The checkpoint holds weights and coefficients in half precision.
    assert figures["mse"] == pytest.approx(expected["mse"], abs=0.005)
    assert main(score) == 0
    assert json.loads(capsys.readouterr().out)["trained_on"] is True


@pytest.mark.parametrize("fold", ["0", "3", "9"])
def test_a_fold_that_no_member_left_out_is_refused(trained, tmp_path, capsys, fold):
    changed = tmp_path / "first"
    shutil.copytree(trained / "first", changed)
    path = changed / "affinities.csv"
    path.write_text(path.read_text().replace(",0\n", ",1\n", 1))
    assert main([*evaluation(trained, changed), "--folds", fold]) == 2
    assert f"old {fold}" in capsys.readouterr().err


def test_the_second_phase_moves_only_the_last_layers(trained, tiny_encoder):
    options = [*arguments(trained, tiny_encoder, "tuned"), "--folds", "0", "--tune-layers", "1"]
    assert main(options) == 0
    before = load_all(trained / "whole" / "checkpoint")
    after = load_all(trained / "tuned" / "checkpoint")
    moved = {
        name.split("encoder.esm.")[1]
        for name, weights in after.items()
        if "encoder.esm." in name and not torch.equal(weights, before[name])
    }
    assert any(name.startswith("encoder.layer.1.") for name in moved)
    assert not any(name.startswith(("encoder.layer.0.", "embeddings")) for name in moved)


def test_a_tuned_encoder_with_several_folds_is_refused(trained, tiny_encoder, capsys):
    options = [*arguments(trained, tiny_encoder, "refused"), "--tune-layers", "1"]
    assert main(options) == 2
    assert "only one fold" in capsys.readouterr().err


def evaluation(trained, data=None):
    checkpoint = trained / "whole" / "checkpoint"
    data = data or trained / "first"
    return ["evaluate", "--data", str(data), "--checkpoint", str(checkpoint), "--json"]


def load_all(folder):
    return {
        f"{path.name}:{name}": weights
        for path in sorted(folder.glob("model*.safetensors"))
        for name, weights in load_file(path).items()
    }
