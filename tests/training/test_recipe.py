import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
import torch
from safetensors.torch import load_file

from dta_demo.cli import main
from tests.conftest import write_dataset


def arguments(folder, encoder, name):
    return [
        "train", "--data", str(folder / "first"), str(folder / "second"),
        "--encoder", str(encoder), "--run", str(folder / name / "run"), "--folds", "0,1",
        "--output", str(folder / name / "checkpoint"), "--epochs", "3", "--device", "cpu",
    ]  # fmt: skip


@pytest.fixture(scope="module")
def trained(tmp_path_factory, tiny_encoder):
    """A folder with two datasets and a checkpoint trained on them."""
    folder = tmp_path_factory.mktemp("training")
    write_dataset(folder / "first")
    write_dataset(folder / "second", label="KIBA score", floor=None, seed=1)
    assert main(arguments(folder, tiny_encoder, "whole")) == 0
    return folder


def test_training_killed_and_resumed_gives_the_same_checkpoint(trained, tiny_encoder):
    killed = arguments(trained, tiny_encoder, "killed")
    process = subprocess.Popen(
        [sys.executable, "-m", "dta_demo", *killed], stderr=subprocess.DEVNULL
    )
    while process.poll() is None and not list(trained.glob("killed/run/fold-*/state.pt")):
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, "training ended before it could be killed"
    assert main(killed) == 0
    whole = load_all(trained / "whole" / "checkpoint")
    resumed = load_all(trained / "killed" / "checkpoint")
    assert whole.keys() == resumed.keys()
    for name, weights in whole.items():
        assert torch.equal(weights, resumed[name]), name


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
