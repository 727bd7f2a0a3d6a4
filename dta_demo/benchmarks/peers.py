"""Other implementations of ESM-2 with this demo's weights, to compare it with.

Each builder returns a pass: one sequence in, the last embeddings of its tokens out. They share
this demo's tokenizer, so that only the models differ; sequences have at least 126 residues, which
it does not pad. fair-esm and esm-cpp are not requirements of this demo; where they are absent, or
compute something else, `NotMeasurableError` says so.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor
from transformers import EsmConfig, EsmModel

from dta_demo.benchmarks.records import NotMeasurableError
from dta_demo.benchmarks.samples import fresh_protein
from dta_demo.encoders.protein import MemoryOptimizedESMEncoder

Pass = Callable[[str], Tensor]
"""Function of one sequence that returns its last embeddings, shape (tokens, hidden)."""

LARGEST_DIFFERENCE = 1e-4
"""Last embeddings (values up to 5) that differ by more come from another computation."""

CHECKED_RESIDUES = 128

ROTARY = "rotary_embeddings.inv_freq"

FAIR_ESM_NAMES = (
    ("embeddings.word_embeddings", "embed_tokens"),
    ("encoder.emb_layer_norm_after", "emb_layer_norm_after"),
    ("encoder.layer.", "layers."),
    ("attention.self.query", "self_attn.q_proj"),
    ("attention.self.key", "self_attn.k_proj"),
    ("attention.self.value", "self_attn.v_proj"),
    ("attention.output.dense", "self_attn.out_proj"),
    ("attention.LayerNorm", "self_attn_layer_norm"),
    ("intermediate.dense", "fc1"),
    ("output.dense", "fc2"),
    ("LayerNorm", "final_layer_norm"),
)
"""Names of the weights in transformers and in fair-esm, to be replaced in this order."""


# --- transformers ---------------------------------------------------------------------------------


def plain_model(encoder: MemoryOptimizedESMEncoder, attention: str = "sdpa") -> EsmModel:
    """Build transformers' own model with the encoder's weights, on its device.

    Parameters
    ----------
    attention : {"sdpa", "eager"}
        Implementation of the attention.
    """
    model = EsmModel(EsmConfig(**encoder.esm.config.to_dict()), add_pooling_layer=False)
    model.set_attn_implementation(attention)
    model.load_state_dict(encoder.esm.state_dict())
    torch.nn.Module.to(model, encoder.device)
    return model.eval()


def build_sdpa(encoder: MemoryOptimizedESMEncoder) -> Pass:
    """Build the fastest plain pass of transformers: no attention mask, no gradient."""
    return _pass_of(encoder, plain_model(encoder))


def build_masked(encoder: MemoryOptimizedESMEncoder) -> Pass:
    """Build the pass with a mask of ones, as a tokenizer returns it."""
    model = plain_model(encoder)

    @torch.inference_mode()
    def run(sequence: str) -> Tensor:
        tokens = encoder.tokenizer([sequence]).to(encoder.device)
        result = model(tokens.ids, attention_mask=tokens.attention_mask)
        embeddings: Tensor = result.last_hidden_state
        return embeddings[0]

    return run


def build_eager(encoder: MemoryOptimizedESMEncoder) -> Pass:
    """Build the pass of transformers that returns attention maps: all of them, held at once."""
    return _pass_of(encoder, plain_model(encoder, "eager"), output_attentions=True)


def _pass_of(encoder: MemoryOptimizedESMEncoder, model: EsmModel, **settings: bool) -> Pass:
    @torch.inference_mode()
    def run(sequence: str) -> Tensor:
        tokens = encoder.tokenizer([sequence]).to(encoder.device)
        embeddings: Tensor = model(tokens.ids, **settings).last_hidden_state
        return embeddings[0]

    return run


# --- fair-esm -------------------------------------------------------------------------------------


def build_fair_esm(encoder: MemoryOptimizedESMEncoder) -> Pass:
    """Build Meta's own ESM-2 with the encoder's weights; it always computes its head too.

    Raises
    ------
    NotMeasurableError
        When it is not installed or computes other embeddings.
    """
    network = _import("esm.model.esm2", "fair-esm").ESM2
    alphabet = _import("esm.data", "fair-esm").Alphabet.from_architecture("ESM-1b")
    config: Any = encoder.esm.config
    depth = config.num_hidden_layers
    model = network(depth, config.hidden_size, config.num_attention_heads, alphabet)
    # Not strict: its heads for tokens and contacts keep random weights, and nobody reads them.
    model.load_state_dict(_named_for_fair_esm(encoder), strict=False)
    model.to(encoder.device).eval()

    @torch.inference_mode()
    def run(sequence: str) -> Tensor:
        tokens = encoder.tokenizer([sequence]).to(encoder.device)
        embeddings: Tensor = model(tokens.ids, repr_layers=[depth])["representations"][depth]
        return embeddings[0]

    _check_embeddings(run, build_sdpa(encoder))
    return run


def _named_for_fair_esm(encoder: MemoryOptimizedESMEncoder) -> dict[str, Tensor]:
    weights = dict(encoder.esm.state_dict())
    frequencies = weights.pop(ROTARY)
    named = {}
    for name, tensor in weights.items():
        for ours, theirs in FAIR_ESM_NAMES:
            name = name.replace(ours, theirs)
        named[name] = tensor
    for number in range(encoder.num_layers):
        named[f"layers.{number}.self_attn.rot_emb.inv_freq"] = frequencies
    return named


# --- esm-cpp --------------------------------------------------------------------------------------


def build_esm_cpp(encoder: MemoryOptimizedESMEncoder) -> Pass:
    """Build esm-cpp's engine with the encoder's weights; it always computes its head too.

    Raises
    ------
    NotMeasurableError
        When it is not installed, computes other embeddings, or the encoder is not on the CPU.
    """
    if encoder.device.type != "cpu":
        raise NotMeasurableError("it runs on the CPU only")
    engine = _import("esm_cpp", "esm-cpp").Model
    with TemporaryDirectory() as folder:
        file = Path(folder) / "model.safetensors"
        save_file(_named_for_esm_cpp(encoder), file)
        # It maps the file into memory, where the weights stay when its name is gone.
        model = engine.load_from_safetensors(str(file))

    def run(sequence: str) -> Tensor:
        ids = encoder.tokenizer([sequence]).ids[0].numpy().astype(np.int32)
        return torch.from_numpy(model.forward_with_hidden_states(ids)[1][-1])

    # It computes the rotary frequencies itself, and a checkpoint may have rounded them.
    exact = plain_model(encoder)
    unrounded: Any = EsmModel(exact.config, add_pooling_layer=False).rotary_embeddings
    exact.rotary_embeddings = unrounded
    _check_embeddings(run, _pass_of(encoder, exact))
    return run


def _named_for_esm_cpp(encoder: MemoryOptimizedESMEncoder) -> dict[str, Tensor]:
    """Name the weights as the older files on the hub do, with an empty head for tokens."""
    config: Any = encoder.esm.config
    weights = {f"esm.{name}": tensor for name, tensor in encoder.esm.state_dict().items()}
    frequencies = weights.pop(f"esm.{ROTARY}")
    for number in range(encoder.num_layers):
        weights[f"esm.encoder.layer.{number}.attention.self.{ROTARY}"] = frequencies.clone()
    width = config.hidden_size
    head = {
        "lm_head.bias": torch.zeros(config.vocab_size),
        "lm_head.dense.weight": torch.zeros(width, width),
        "lm_head.dense.bias": torch.zeros(width),
        "lm_head.layer_norm.weight": torch.ones(width),
        "lm_head.layer_norm.bias": torch.zeros(width),
    }
    return weights | head


# --- Checks ---------------------------------------------------------------------------------------


def _import(module: str, package: str) -> ModuleType:
    try:
        return import_module(module)
    except ImportError as error:
        raise NotMeasurableError(f"{package} is not installed (pip install {package})") from error


def _check_embeddings(run: Pass, expected: Pass) -> None:
    """Check that a peer computes the same embeddings.

    Raises
    ------
    NotMeasurableError
        When it does not.
    """
    sequence = fresh_protein(CHECKED_RESIDUES, 0)
    difference = float((run(sequence) - expected(sequence)).abs().max())
    if not difference <= LARGEST_DIFFERENCE:  # This way around, not a number fails too.
        raise NotMeasurableError(
            f"its last embeddings differ from those of transformers by {difference:.1e} on this "
            f"processor, more than {LARGEST_DIFFERENCE:g}"
        )


PEERS: dict[str, Callable[[MemoryOptimizedESMEncoder], Pass]] = {
    "sdpa": build_sdpa,
    "masked": build_masked,
    "eager": build_eager,
    "fair-esm": build_fair_esm,
    "esm-cpp": build_esm_cpp,
}
