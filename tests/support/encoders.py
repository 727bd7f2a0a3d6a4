"""Random ESM-2 models, big enough to tell layers, heads and residues apart."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import EsmConfig, EsmModel

from dta_demo.encoders.tokens import ESM2_VOCABULARY, ResidueTokenizer

LETTERS = "LAGVSERTIDPKQNFYMHWC"


def make_config(**changes: Any) -> EsmConfig:
    settings = {
        "vocab_size": 33, "hidden_size": 32, "num_hidden_layers": 4, "num_attention_heads": 4,
        "intermediate_size": 64, "max_position_embeddings": 1026, "pad_token_id": 1,
        "mask_token_id": 32, "position_embedding_type": "rotary", "token_dropout": True,
        "emb_layer_norm_before": False, "hidden_dropout_prob": 0.0,
        "attention_probs_dropout_prob": 0.0,
    }  # fmt: skip
    return EsmConfig(**{**settings, **changes})


def make_esm(**changes: Any) -> EsmModel:
    """Weights twelve times as large as usual, or attention would be flat."""
    torch.manual_seed(0)
    esm = EsmModel(make_config(**changes), add_pooling_layer=False)
    with torch.no_grad():
        for name, parameter in esm.named_parameters():
            if name.endswith("weight") and parameter.ndim == 2:
                parameter.mul_(12.0)
    return esm.eval()


def save_esm(esm: EsmModel, folder: Path) -> Path:
    """Write a model with its vocabulary, as an encoder is loaded from."""
    esm.save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(ESM2_VOCABULARY), encoding="utf-8")
    return folder


def random_sequence(length: int, seed: int = 0) -> str:
    return "".join(random.Random(seed + 1000 * length).choices(LETTERS, k=length))


@torch.no_grad()
def eager_states(eager: EsmModel, sequence: str) -> Tensor:
    """Embeddings of all tokens as the library computes them, (tokens, hidden)."""
    ids = ResidueTokenizer()([sequence]).ids[:, : len(sequence) + 2]
    embeddings: Tensor = eager(ids, attention_mask=torch.ones_like(ids)).last_hidden_state[0]
    return embeddings
