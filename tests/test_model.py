import json

import pytest
import torch
from transformers import EsmConfig

from dta_demo.model import DTAConfig, DTAModel


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


def test_a_checkpoint_is_safetensors_and_json_only(model, tmp_path):
    model.save(tmp_path)
    assert {path.suffix for path in tmp_path.iterdir()} <= {".safetensors", ".json"}
    assert json.loads((tmp_path / "config.json").read_text())["model_type"] == "dta"


def test_members_are_chosen_by_the_fold_they_left_out(model):
    assert model.choose_members() == list(model.members)
    assert model.choose_members(1) == [model.members[1]]
    with pytest.raises(ValueError, match="left fold 4 out"):
        model.choose_members(4)


def test_the_bundled_shards_fit_a_space(predictor):
    files = [path for path in predictor.folder.iterdir() if path.is_file()]
    assert max(path.stat().st_size for path in files) < 10_000_000
    assert sum(path.stat().st_size for path in files) < 40_000_000
    assert {path.suffix for path in files} <= {"", ".safetensors", ".json", ".jsonl", ".md", ".hmm"}
