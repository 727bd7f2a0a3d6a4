from __future__ import annotations

import json
import pickle
import shutil

import pytest
import torch
from safetensors.torch import save_file

from dta_demo.encoders import other
from dta_demo.encoders.other import HUB_PARAMETERS, count_parameters, fetch_encoder, load_encoder
from dta_demo.inputs.errors import InputError
from tests.support.encoders import make_esm, random_sequence

CPU = torch.device("cpu")


class Trap:
    """An object whose pickle runs code."""

    def __reduce__(self):
        return (pytest.fail, ("A pickle was read.",))


@pytest.fixture
def folder(esm_folder, tmp_path):
    return shutil.copytree(esm_folder, tmp_path / "esm")


def change_settings(folder, **changes) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_a_folder_gives_the_encoder_that_the_library_loads(folder, make_encoder):
    sequence = random_sequence(40)
    found = load_encoder(folder, CPU)
    (ours,), (theirs,) = (
        each.encode_residues([sequence], received=True) for each in (found, make_encoder())
    )
    torch.testing.assert_close(ours.residues, theirs.residues)
    torch.testing.assert_close(ours.received, theirs.received)


def test_weights_of_a_language_model_are_read_by_their_own_names(folder):
    path = folder / "model.safetensors"
    weights = other.load_file(path)
    named = {f"esm.{name}": value.half() for name, value in weights.items()}
    save_file({**named, "lm_head.bias": torch.zeros(33)}, path)
    found = dict(load_encoder(folder, CPU).esm.named_parameters())
    name = "encoder.layer.0.attention.self.query.weight"
    torch.testing.assert_close(found[name], weights[name], atol=1e-2, rtol=1e-2)
    assert found[name].dtype == torch.float32


def test_a_pickle_is_never_read(folder):
    (folder / "model.safetensors").unlink()
    for name in ("pytorch_model.bin", "model.bin", "training_args.bin"):
        (folder / name).write_bytes(pickle.dumps(Trap()))
    with pytest.raises(InputError, match="no weights as safetensors"):
        load_encoder(folder, CPU)


@pytest.mark.parametrize(
    "changes",
    [
        {"model_type": "bert", "auto_map": {"AutoModel": "code.Model"}},
        {"position_embedding_type": "absolute"},
        {"hidden_size": 10**9},
        {"num_hidden_layers": -1},
        {"num_attention_heads": 7},
        {"vocab_size": 34},
        {"hidden_size": 64},
    ],
)
def test_a_config_that_is_none_of_esm_2_or_does_not_fit_is_refused(folder, changes):
    (folder / "code.py").write_text("raise SystemExit('Code of the folder ran.')")
    change_settings(folder, **changes)
    with pytest.raises(InputError, match="holds no ESM-2 that can be used"):
        load_encoder(folder, CPU)


def test_a_config_can_name_neither_code_nor_another_model(folder, make_encoder):
    (folder / "code.py").write_text("raise SystemExit('Code of the folder ran.')")
    (folder / "adapter_config.json").write_text('{"base_model_name_or_path": "somebody/else"}')
    change_settings(
        folder, auto_map={"AutoModel": "code.Model"}, quantization_config={"quant_method": "x"},
        attn_implementation="somebody/kernel", _name_or_path="somebody/else",
    )  # fmt: skip
    assert load_encoder(folder, CPU).num_layers == make_encoder().num_layers


@pytest.mark.parametrize("content", ["", "[]", "{" * 100_000, '{"model_type": "esm"}'])
def test_a_config_that_cannot_be_read_is_refused(folder, content):
    (folder / "config.json").write_text(content)
    with pytest.raises(InputError, match="holds no ESM-2 that can be used"):
        load_encoder(folder, CPU)


@pytest.mark.parametrize("damage", [b"", b"\xff" * 100])
def test_weights_that_are_broken_are_refused(folder, damage):
    (folder / "model.safetensors").write_bytes(damage)
    with pytest.raises(InputError, match="holds no ESM-2 that can be used"):
        load_encoder(folder, CPU)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="holds no ESM-2 that can be used"):
        load_encoder(tmp_path / "nowhere", CPU)


def test_what_does_not_fit_into_memory_is_not_loaded(folder, monkeypatch):
    monkeypatch.setattr(other, "available_bytes", lambda: 400_000_000)
    monkeypatch.setattr(other, "load_file", lambda path: pytest.fail("Weights were read."))
    with pytest.raises(InputError, match=r"needs about 0\.5 GB of memory, and 0\.4 GB are"):
        load_encoder(folder, CPU)


def test_what_is_larger_than_the_largest_is_not_loaded(folder, monkeypatch):
    change_settings(folder, hidden_size=2560, num_hidden_layers=36, intermediate_size=10240)
    monkeypatch.setattr(other, "EsmModel", lambda *_, **__: pytest.fail("A model was built."))
    with pytest.raises(InputError, match="at most 700,000,000 are loaded"):
        load_encoder(folder, CPU)


def test_a_file_far_larger_than_its_configuration_is_not_read(folder, monkeypatch):
    monkeypatch.setattr(other, "load_file", lambda path: pytest.fail("Weights were read."))
    with (folder / "model-2.safetensors").open("wb") as file:
        file.truncate(10**9)
    with pytest.raises(InputError, match="many more than its config"):
        load_encoder(folder, CPU)


def test_parameters_are_counted_from_the_sizes():
    esm = make_esm(hidden_size=64, intermediate_size=256)
    exact = sum(each.numel() for each in esm.parameters())
    assert count_parameters(esm.config) == pytest.approx(exact, rel=0.05)


def test_only_models_of_the_list_are_fetched(monkeypatch):
    monkeypatch.setattr(other, "snapshot_download", lambda *_, **__: pytest.fail("Asked the hub."))
    for name in ("somebody/else", "../..", "/etc", "facebook/esm2_t48_15B_UR50D"):
        with pytest.raises(InputError, match="Only the ESM-2 models of the list"):
            fetch_encoder(name)


def test_a_hub_that_cannot_be_reached_is_told_in_one_sentence(monkeypatch):
    def fail(*arguments, **named):
        raise ConnectionError("no route to host")

    monkeypatch.setattr(other, "snapshot_download", fail)
    with pytest.raises(InputError, match="could not be fetched from the Hugging Face hub"):
        fetch_encoder(next(iter(HUB_PARAMETERS)))


def test_memory_is_looked_at_before_anything_is_fetched(monkeypatch):
    monkeypatch.setattr(other, "available_bytes", lambda: 2_000_000_000)
    monkeypatch.setattr(other, "snapshot_download", lambda *_, **__: pytest.fail("Asked the hub."))
    with pytest.raises(InputError, match=r"needs about 5\.7 GB of memory"):
        fetch_encoder("facebook/esm2_t33_650M_UR50D")
