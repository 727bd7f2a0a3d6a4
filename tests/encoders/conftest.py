"""A tiny random ESM-2, big enough to tell layers, heads and residues apart."""

import random
from pathlib import Path

import pytest
import torch
from transformers import EsmConfig, EsmModel

from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.encoders.tokens import ESM2_VOCABULARY

LETTERS = "LAGVSERTIDPKQNFYMHWC"


@pytest.fixture(scope="package", autouse=True)
def one_thread():
    """Tensors this small only lose time to a second thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def make_config(**changes) -> EsmConfig:
    settings = {
        "vocab_size": 33, "hidden_size": 32, "num_hidden_layers": 4, "num_attention_heads": 4,
        "intermediate_size": 64, "max_position_embeddings": 1026, "pad_token_id": 1,
        "mask_token_id": 32, "position_embedding_type": "rotary", "token_dropout": True,
        "emb_layer_norm_before": False, "hidden_dropout_prob": 0.0,
        "attention_probs_dropout_prob": 0.0,
    }  # fmt: skip
    return EsmConfig(**{**settings, **changes})


def make_esm(**changes) -> EsmModel:
    """Weights twelve times as large as usual, or attention would be flat."""
    torch.manual_seed(0)
    esm = EsmModel(make_config(**changes), add_pooling_layer=False)
    with torch.no_grad():
        for name, parameter in esm.named_parameters():
            if name.endswith("weight") and parameter.ndim == 2:
                parameter.mul_(12.0)
    return esm.eval()


@pytest.fixture(scope="session")
def esm_folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("esm2")
    make_esm().save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(ESM2_VOCABULARY), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def eager(esm_folder) -> EsmModel:
    """The reference: transformers' own model with attention maps."""
    return EsmModel.from_pretrained(
        esm_folder, add_pooling_layer=False, attn_implementation="eager"
    ).eval()


@pytest.fixture
def make_encoder(esm_folder):
    def make(**settings) -> MemoryOptimizedESMEncoder:
        torch.manual_seed(1)
        settings = {"model_name": str(esm_folder), "device": "cpu", "output_dim": 16, **settings}
        return MemoryOptimizedESMEncoder(**settings).eval()

    return make


def random_sequence(length: int, seed: int = 0) -> str:
    return "".join(random.Random(seed + 1000 * length).choices(LETTERS, k=length))


@pytest.fixture
def sequences() -> list[str]:
    """Mixed lengths, in no order."""
    return [random_sequence(length) for length in (7, 1, 60, 13, 33, 150, 2, 20)]
