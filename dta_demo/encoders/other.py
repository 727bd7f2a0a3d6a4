"""Another ESM-2 than the bundled one: from a short list of the hub, or from a folder.

What a folder holds is not trusted: of its configuration only sizes are read, its weights are
read from safetensors by themselves, and nothing in it can name code or another model.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from huggingface_hub import snapshot_download
from safetensors import SafetensorError
from safetensors.torch import load_file
from transformers import EsmConfig, EsmModel

from dta_demo.checkpoint.checks import CheckpointError
from dta_demo.checkpoint.reading import read_json
from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.encoders.stack import ESM_SETTINGS, check_esm, check_whole_weights
from dta_demo.encoders.tokens import ESM2_VOCABULARY
from dta_demo.inputs.errors import InputError
from dta_demo.inputs.wording import plain_line
from dta_demo.runtime.memory import available_bytes

HUB_PARAMETERS = {
    "facebook/esm2_t6_8M_UR50D": 8_000_000,
    "facebook/esm2_t12_35M_UR50D": 35_000_000,
    "facebook/esm2_t30_150M_UR50D": 150_000_000,
    "facebook/esm2_t33_650M_UR50D": 650_000_000,
}
"""Models of the hub that can be loaded, with their parameters."""

FILES = ("config.json", "model.safetensors")
"""What is fetched of them."""

MAX_PARAMETERS = 700_000_000
COPIES = 2
"""Times that weights in single precision are in memory while they are read."""

SPARE_BYTES = 50_000_000
"""What the file of weights may have beside the encoder, such as the head of a language model."""

WORKING_BYTES = 500_000_000
"""Memory that a pass over one window takes, at most."""


def fetch_encoder(name: str) -> Path:
    """Fetch a model of `HUB_PARAMETERS`, or find it where it was fetched before.

    Raises
    ------
    InputError
        When it is none of them, there is no room for it, or the hub cannot be reached.
    """
    if name not in HUB_PARAMETERS:
        raise InputError("Only the ESM-2 models of the list can be loaded from the hub.")
    check_room(HUB_PARAMETERS[name])
    try:
        return Path(snapshot_download(name, allow_patterns=list(FILES), etag_timeout=10))
    # The hub's client has errors of its own, of several kinds and versions.
    except Exception as error:
        raise InputError(
            f"{name} could not be fetched from the Hugging Face hub; without a network, it must "
            "have been fetched before."
        ) from error


def load_encoder(folder: Path, device: torch.device) -> MemoryOptimizedESMEncoder:
    """Load ESM-2 from a folder that holds ``config.json`` and weights as safetensors.

    Raises
    ------
    InputError
        When it holds no ESM-2 that can be used here, or there is no room for it.
    """
    try:
        config = _read_config(folder)
        paths = sorted(folder.glob("model*.safetensors"))
        if not paths:
            raise InputError("The folder holds no weights as safetensors, and no others are read.")
        check_room(parameters := count_parameters(config))
        if sum(path.stat().st_size for path in paths) > SPARE_BYTES + 8 * parameters:
            raise CheckpointError("its weights are many more than its config.json asks for.")
        esm = EsmModel(config, add_pooling_layer=False).eval()
        found = {
            _modern(name): weights.float()
            for path in paths
            for name, weights in load_file(path).items()
        }
        missing = esm.load_state_dict(found, strict=False).missing_keys
        check_whole_weights(esm, missing, "The encoder")
        return MemoryOptimizedESMEncoder.from_esm(esm, pooling_strategy=None, device=device).eval()
    except InputError:
        raise
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        reason = plain_line(str(error), 200)
        raise InputError(f"The folder holds no ESM-2 that can be used: {reason}") from error


def check_room(parameters: int) -> None:
    """Raise `InputError` when a model is too large, by itself or for the memory there is."""
    if parameters > MAX_PARAMETERS:
        raise InputError(
            f"The encoder has {parameters:,} parameters, and at most {MAX_PARAMETERS:,} are loaded."
        )
    needed, available = COPIES * 4 * parameters + WORKING_BYTES, available_bytes()
    if available is not None and needed > available:
        raise InputError(
            f"The encoder needs about {needed / 1e9:.1f} GB of memory, and "
            f"{available / 1e9:.1f} GB are available."
        )


def count_parameters(config: EsmConfig) -> int:
    """Parameters of an ESM-2 but its biases and norms, a thousandth of all."""
    sizes: Any = config
    by_layer = 4 * sizes.hidden_size**2 + 2 * sizes.hidden_size * sizes.intermediate_size
    return int(sizes.num_hidden_layers * by_layer + sizes.vocab_size * sizes.hidden_size)


def _modern(name: str) -> str:
    """Name of a weight in `EsmModel`, from that in a language model or in an older file."""
    name = name.removeprefix("esm.")
    for old, new in (("LayerNorm.gamma", "LayerNorm.weight"), ("LayerNorm.beta", "LayerNorm.bias")):
        name = name.replace(old, new)
    return name


def _read_config(folder: Path) -> EsmConfig:
    settings = read_json(folder / "config.json")
    if settings.get("model_type") != "esm" or settings.get("position_embedding_type") != "rotary":
        raise CheckpointError("its config.json is not that of an ESM-2.")
    check_esm(settings)
    if settings["vocab_size"] != len(ESM2_VOCABULARY):
        raise CheckpointError("its vocabulary is not that of ESM-2.")
    return EsmConfig(**{name: settings[name] for name in ESM_SETTINGS if name in settings})
