import shutil

import pytest
import torch

from dta_demo import AffinityPredictor
from dta_demo.checkpoint.checks import CheckpointError
from dta_demo.checkpoint.reading import read_json
from dta_demo.checkpoint.seal import check_seal, list_files, seal
from dta_demo.cli.main import main
from dta_demo.model.network import DTAModel
from dta_demo.predictor.predictor import CHECKPOINT
from dta_demo.training.card import main as write_card
from tests.support.checkpoints import change_arrays, change_json, refusal, write

pytestmark = pytest.mark.checkpoint


def test_the_bundled_checkpoint_is_sealed_whole():
    sealed = read_json(CHECKPOINT / "config.json")["files"]
    assert sorted(sealed) == list_files(CHECKPOINT)
    assert {
        "binding.json", "kinase.hmm", "kinases.json.gz", "model.safetensors.index.json",
        "training.json",
    } <= set(sealed)  # fmt: skip
    assert check_seal(CHECKPOINT) == check_seal(CHECKPOINT)


@pytest.mark.parametrize(
    "name",
    [
        max(path.name for path in CHECKPOINT.glob("model-*.safetensors")),
        "model.safetensors.index.json",
        "kernel-pkd.safetensors",
        "reference.safetensors",
        "reference.json",
        "calibration.json",
        "training.json",
        "kinase.hmm",
        "kinases.json.gz",
        "binding.json",
    ],
)
def test_a_file_that_was_changed_or_lost_is_named(folder, name):
    whole = (folder / name).read_bytes()
    write(folder / name, whole[:-2] + b"?\n")
    assert f"{name} " in refusal(folder)
    write(folder / name, whole[: len(whole) // 2])
    assert f"{name} " in refusal(folder)
    (folder / name).unlink()
    assert name in refusal(folder) or "no weights" in refusal(folder)


def test_what_the_predictor_does_not_read_can_change(tmp_path):
    folder = shutil.copytree(CHECKPOINT, tmp_path / "checkpoint")
    before = check_seal(folder)
    (folder / "README.md").write_text("Another card.")
    assert check_seal(folder) == before
    write_card(str(folder))
    assert check_seal(folder) == before


def test_the_seal_differs_with_any_weight(folder):
    before = check_seal(folder)
    change_arrays(folder / "kernel-pkd.safetensors", lambda arrays: arrays["mean"].add_(1e-6))
    seal(folder)
    assert check_seal(folder) != before


def test_sealing_twice_changes_nothing(folder):
    before = (folder / "config.json").read_bytes()
    seal(folder)
    assert (folder / "config.json").read_bytes() == before


def test_a_file_that_was_added_is_refused(folder):
    shutil.copy(folder / "kernel-pkd.safetensors", folder / "model-00009-of-00009.safetensors")
    assert "lacks the file 'model-00009-of-00009.safetensors'" in refusal(folder)


@pytest.mark.parametrize("name", ["kinases.json.gz", "kinase.hmm", "training.json"])
def test_a_checkpoint_that_lacks_a_file_is_not_sealed(folder, name):
    (folder / name).unlink()
    with pytest.raises(CheckpointError, match=f"has no file {name}"):
        seal(folder)


def test_a_checkpoint_need_not_tell_the_chance_of_binding(folder):
    (folder / "binding.json").unlink()
    assert "names the file 'binding.json'" in refusal(folder)
    seal(folder)
    assert AffinityPredictor.load(folder, device="cpu").info().members == 5


def test_a_chance_of_binding_that_was_added_is_refused(folder):
    content = (folder / "binding.json").read_bytes()
    (folder / "binding.json").unlink()
    seal(folder)
    write(folder / "binding.json", content)
    assert "lacks the file 'binding.json'" in refusal(folder)


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "sub/file", "..", ""])
def test_a_seal_that_names_what_is_no_file_of_the_folder_is_refused(folder, name):
    change_json(folder / "config.json", lambda config: config["files"].update({name: "0" * 64}))
    assert "names the file" in refusal(folder)


def test_an_unsealed_checkpoint_says_how_to_seal_it(folder):
    change_json(folder / "config.json", lambda config: config.pop("files"))
    assert f"python -m dta_demo.checkpoint {folder}." in refusal(folder)
    seal(folder)
    assert AffinityPredictor.load(folder, device="cpu").info().members == 5


@pytest.mark.parametrize("value", [[], "x", 1, {}, {"kinase.hmm": None}])
def test_a_seal_that_is_none_is_refused(folder, value):
    change_json(folder / "config.json", lambda config: config.update(files=value))
    refusal(folder)


def test_a_folder_without_a_checkpoint_is_told_apart(tmp_path):
    with pytest.raises(FileNotFoundError, match="There is no checkpoint in"):
        check_seal(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(CheckpointError, match="no weights as safetensors"):
        seal(tmp_path)


def test_a_pickle_is_never_looked_for(folder):
    for path in folder.glob("model*"):
        path.unlink()
    torch.save({}, folder / "pytorch_model.bin")
    assert "has no weights as safetensors" in refusal(folder)
    with pytest.raises(CheckpointError, match="no weights as safetensors"):
        DTAModel.load(folder)


def test_the_command_line_says_it_in_one_line(folder, examples, capsys):
    write(folder / "kinase.hmm", b"no profile")
    row = examples["Imatinib – ABL1"]
    options = ["--protein", row["sequence"], "--smiles", row["smiles"]]
    assert main(["predict", *options, "--checkpoint", str(folder)]) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err.count("\n")) == ("", 1)
    assert "kinase.hmm" in captured.err
    assert "is not the one that was sealed" in captured.err
