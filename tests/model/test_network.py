import json
import shutil
import time

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import EsmConfig

from dta_demo.checkpoint.checks import CheckpointError
from dta_demo.encoders.stack import load_esm
from dta_demo.model.config import BOUNDS, DTAConfig
from dta_demo.model.network import DTAModel

FILE_KINDS = {"", ".safetensors", ".json", ".jsonl", ".md", ".hmm", ".gz"}


@pytest.fixture
def model(tiny_encoder):
    torch.manual_seed(1)
    config = DTAConfig(
        esm=EsmConfig.from_pretrained(tiny_encoder).to_dict(),
        pocket_columns=[0, 1, 2],
        member_records=[{"left_out_fold": fold, "seed": fold} for fold in (0, 1)],
        label_mean={"pKd": 5.0, "KIBA score": 11.0},
        attention_heads=4,
        fingerprint_bits=64,
        drug_networks=3,
        drug_hidden=12,
        drug_channels=5,
        width=8,
    )
    return DTAModel(config).eval()


def test_a_checkpoint_is_read_back_as_it_was_written(model, tmp_path):
    model.half().float().save(tmp_path)
    again = DTAModel.load(tmp_path)
    for (name, weights), other in zip(
        model.state_dict().items(), again.state_dict().values(), strict=True
    ):
        assert torch.equal(weights, other), name
    sequence = ["MKTAYIAKQRQISFVKSHFSRQ"]
    before, after = (m.encoder.encode_residues(sequence)[0] for m in (model, again))
    torch.testing.assert_close(before.residues, after.residues, atol=1e-6, rtol=0)
    assert again.config.member_records == model.config.member_records


def test_the_drug_encoder_is_part_of_the_checkpoint(model, tmp_path):
    model.half().float().save(tmp_path)
    again = DTAModel.load(tmp_path)
    smiles = ["CCO", "CC(=O)Oc1ccccc1C(=O)O"]
    before, after = (each.drug_encoder(smiles) for each in (model, again))
    assert before.shape == (2, 3 * 5)
    torch.testing.assert_close(before, after, atol=0, rtol=0)
    assert not again.drug_encoder.training
    names = [name for name in load_file(tmp_path / "model.safetensors") if "drug_encoder" in name]
    assert {name.split(".")[2] for name in names} == {"0", "1", "2"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (name, value)
        for name in ("drug_networks", "drug_hidden", "drug_channels")
        for value in (0, -1, 2.0, True, None, "2", [2], 10**9, 10**400)
    ],
)
def test_a_size_of_the_drug_encoder_that_cannot_be_is_refused(model, name, value):
    with pytest.raises(CheckpointError, match=f"{name} must be a whole number"):
        DTAConfig(**{**model.config.to_dict(), name: value}).check()


@pytest.mark.parametrize("name", ["drug_networks", "drug_hidden", "drug_channels"])
def test_a_drug_encoder_that_is_not_that_of_the_weights_is_refused(model, tmp_path, name):
    model.save(tmp_path)
    path = tmp_path / "config.json"
    settings = json.loads(path.read_text())
    for size, fault in ((1, "do not fit|needless weights"), (4000, "where its configuration asks")):
        path.write_text(json.dumps({**settings, name: min(size, BOUNDS[name])}))
        with pytest.raises(CheckpointError, match=fault):
            DTAModel.load(tmp_path)
    path.write_text(json.dumps({key: each for key, each in settings.items() if key != name}))
    with pytest.raises(CheckpointError, match=f"lacks {name}"):
        DTAModel.load(tmp_path)


def test_the_weights_that_a_configuration_asks_for_are_counted_from_below(model):
    stored = sum(weights.numel() for weights in model.state_dict().values())
    assert 0.5 * stored < model.config.least_parameters <= stored
    for name in ("drug_networks", "drug_hidden", "drug_channels"):
        more = DTAConfig(**{**model.config.to_dict(), name: 10 * getattr(model.config, name)})
        assert more.least_parameters > model.config.least_parameters


def test_a_checkpoint_is_safetensors_and_json_only(model, tmp_path):
    model.save(tmp_path)
    assert {path.suffix for path in tmp_path.iterdir()} <= {".safetensors", ".json"}
    assert json.loads((tmp_path / "config.json").read_text())["model_type"] == "dta"


def test_an_empty_table_of_means_is_not_taken_for_none(model):
    settings = {**model.config.to_dict(), "label_mean": {}}
    assert DTAConfig(**settings).label_mean == {}
    with pytest.raises(CheckpointError, match="label_mean must name pKd and KIBA score"):
        DTAModel(DTAConfig(**settings))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_weight_that_is_no_number_is_refused(model, tmp_path, value):
    with torch.no_grad():
        next(model.members.parameters()).view(-1)[0] = value
    model.save(tmp_path)
    with pytest.raises(CheckpointError, match="has a value that is not finite in"):
        DTAModel.load(tmp_path)


def test_weights_that_are_missing_are_not_made_up(model, tmp_path):
    model.save(tmp_path)
    path = tmp_path / "model.safetensors"
    weights = load_file(path)
    lost = next(name for name in weights if name.startswith("members"))
    save_file(
        {name: each for name, each in weights.items() if name != lost}, path, {"format": "pt"}
    )
    with pytest.raises(CheckpointError, match="lacks the weights"):
        DTAModel.load(tmp_path)


@pytest.mark.parametrize("spoil", ["pickle", "lost", "NaN", "layers"])
def test_an_encoder_folder_that_is_hostile_is_refused(tiny_encoder, tmp_path, spoil):
    folder = shutil.copytree(tiny_encoder, tmp_path / "encoder")
    path, config = folder / "model.safetensors", folder / "config.json"
    weights = load_file(path)
    name = "encoder.layer.0.intermediate.dense.weight"
    if spoil == "pickle":
        torch.save(weights, folder / "pytorch_model.bin")
        path.unlink()
    elif spoil == "lost":
        save_file({key: each for key, each in weights.items() if key != name}, path)
    elif spoil == "NaN":
        weights[name][0, 0] = float("nan")
        save_file(weights, path)
    else:
        settings = {**json.loads(config.read_text()), "num_hidden_layers": 10**6}
        config.write_text(json.dumps(settings))
    started = time.monotonic()
    with pytest.raises((OSError, CheckpointError), match=r"safetensors|lacks|finite|num_hidden"):
        load_esm(str(folder))
    assert time.monotonic() - started < 5


def test_members_are_chosen_by_the_fold_they_left_out(model):
    assert model.choose_members() == list(model.members)
    assert model.choose_members(1) == [model.members[1]]
    with pytest.raises(ValueError, match="left fold 4 out"):
        model.choose_members(4)


def test_the_bundled_shards_fit_a_space(predictor):
    files = [path for path in predictor._loaded.folder.iterdir() if path.is_file()]
    assert max(path.stat().st_size for path in files) < 10_000_000
    assert sum(path.stat().st_size for path in files) < 40_000_000
    assert {path.suffix for path in files} <= FILE_KINDS
