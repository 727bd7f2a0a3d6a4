"""ESM-2: loading, checks of its configuration and weights, and runs of some of its layers.

`EsmModel.forward` always runs all layers.  Here a part of them can run by itself, so that the
output of frozen layers is computed once and kept, and gradients and checkpointing are switched
on layer by layer.
"""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint
from transformers import AutoConfig, EsmModel

from dta_demo.checkpoint.checks import CheckpointError, check_number, check_whole
from dta_demo.encoders.attention import ATTENTION_NAME, AttentionCollector
from dta_demo.encoders.tokens import ResidueTokenizer, TokenBatch
from dta_demo.inputs.wording import quote

MAX_LAYERS, MAX_HIDDEN, MAX_HEADS, MAX_INTERMEDIATE = 48, 5120, 40, 20480
"""Sizes of the largest ESM-2, with 15 billion parameters."""

MAX_TOKENS, MAX_POSITIONS = 64, 4096
"""Upper bounds; ESM-2 has 33 tokens, and 1,026 positions in its configuration."""

ESM_SETTINGS = (
    "vocab_size", "mask_token_id", "pad_token_id", "hidden_size", "num_hidden_layers",
    "num_attention_heads", "intermediate_size", "hidden_dropout_prob",
    "attention_probs_dropout_prob", "max_position_embeddings", "layer_norm_eps",
    "position_embedding_type", "emb_layer_norm_before", "token_dropout",
)  # fmt: skip
"""Settings that are read of the encoder: others can name code on a hub, or other models."""


def load_esm(model_name: str) -> tuple[EsmModel, ResidueTokenizer]:
    """Load ESM-2 from a folder or from the Hugging Face hub, without its pooler.

    Only safetensors are read, since a pickle could run any code.

    Parameters
    ----------
    model_name : str
        A folder with `config.json` and the weights, or a name on the hub.

    Raises
    ------
    OSError
        When the model cannot be loaded, for example without a network; the environment variable
        ``HF_HUB_OFFLINE=1`` avoids the wait for one.
    ValueError
        When the model is not ESM-2, or its weights are incomplete.
    """
    try:
        config = AutoConfig.from_pretrained(model_name)
        if config.model_type != "esm":
            raise CheckpointError(
                f"{model_name} is a model of type {config.model_type}, not ESM-2."
            )
        check_esm(config.to_dict())
        loaded: Any = EsmModel.from_pretrained(
            model_name,
            config=config,
            add_pooling_layer=False,
            use_safetensors=True,
            output_loading_info=True,
        )
    except CheckpointError:
        raise
    # transformers raises ValueError for a folder without a config.json, and RuntimeError for
    # weights that do not fit it.
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise OSError(
            f"The protein model {model_name!r} could not be loaded; without a network, give a "
            "folder that holds its config.json and weights, as safetensors, as model_name."
        ) from error
    esm, found = loaded
    check_whole_weights(esm, found["missing_keys"], f"The protein model {model_name!r}")
    return esm, ResidueTokenizer.from_folder(Path(model_name))


def check_esm(settings: Mapping[str, Any]) -> None:
    """Check the configuration of an ESM-2 before a model is built from it.

    Raises
    ------
    CheckpointError
        When a size is out of bounds, or sizes do not fit each other.
    """
    bounds = {
        "num_hidden_layers": MAX_LAYERS,
        "hidden_size": MAX_HIDDEN,
        "num_attention_heads": MAX_HEADS,
        "intermediate_size": MAX_INTERMEDIATE,
        "vocab_size": MAX_TOKENS,
        "max_position_embeddings": MAX_POSITIONS,
    }
    sizes = {name: check_whole(name, settings.get(name), 1, high) for name, high in bounds.items()}
    for name in ("pad_token_id", "mask_token_id"):
        check_whole(name, settings.get(name), 0, sizes["vocab_size"] - 1)
    for name in ("hidden_dropout_prob", "attention_probs_dropout_prob", "layer_norm_eps"):
        check_number(name, settings.get(name), 0.0, 1.0)
    for name in ("emb_layer_norm_before", "token_dropout"):
        if settings.get(name) not in (True, False, None):
            raise CheckpointError(f"The checkpoint's {name} must be true or false.")
    # Rotary position embeddings rotate the channels of a head in pairs.
    if sizes["hidden_size"] % (2 * sizes["num_attention_heads"]):
        raise CheckpointError(
            f"The checkpoint's hidden_size {sizes['hidden_size']} cannot be shared out among "
            f"{sizes['num_attention_heads']} attention heads of an even number of channels."
        )


def check_whole_weights(model: nn.Module, missing: Collection[str], whose: str) -> None:
    """Check that every weight was in the file, and none initialised instead, and is finite.

    Raises
    ------
    CheckpointError
        When a weight is missing or not finite.
    """
    for name in sorted(missing):
        raise CheckpointError(f"{whose} lacks the weights {quote(name)}.")
    for name, weights in model.state_dict().items():
        # NumPy starts no threads, which for hundreds of small tensors take most of the time.
        if not np.isfinite(weights.float().numpy()).all():
            raise CheckpointError(f"{whose} has a value that is not finite in {name}.")


class FusedIntermediate(nn.Module):
    """First half of ESM-2's feed-forward block, with the GELU in one kernel.

    transformers computes the exact GELU in five passes over the widest tensor of the layer, which
    takes a tenth of the encoder's time on a CPU.  `torch.nn.functional.gelu` is the same function;
    the embeddings differ by rounding only (4e-6 on values up to 5).

    Parameters
    ----------
    dense : nn.Linear
        The layer's own projection, under the same name, so that checkpoints fit.
    """

    def __init__(self, dense: nn.Linear) -> None:
        super().__init__()
        self.dense = dense

    def forward(self, hidden: Tensor) -> Tensor:
        """Project (batch, tokens, hidden) to (batch, tokens, intermediate)."""
        return nn.functional.gelu(self.dense(hidden))


def prepare_esm(esm: EsmModel) -> EsmModel:
    """Change a model in place for `run_layers`: collectors, numbered layers, fused GELU.

    Raises
    ------
    ValueError
        When the model has no rotary position embedding, such as ESM-1.
    """
    if esm.config.position_embedding_type != "rotary":
        raise ValueError("Only ESM-2, with its rotary position embedding, can be used here.")
    esm.set_attn_implementation(ATTENTION_NAME)
    layers: Any = esm.encoder.layer
    for number, layer in enumerate(layers):
        layer.attention.self.layer_idx = number
        layer.intermediate = FusedIntermediate(layer.intermediate.dense)
    return esm


def embed_tokens(esm: EsmModel, tokens: TokenBatch, looked_up: Tensor | None = None) -> Tensor:
    """Compute the token embeddings, with ESM-2's scaling for masked tokens.

    Parameters
    ----------
    looked_up : Tensor, shape (batch, tokens, hidden), optional
        Vectors to use instead of those in ESM-2's table of tokens.

    Returns
    -------
    Tensor, shape (batch, tokens, hidden)
    """
    return esm.embeddings(
        input_ids=tokens.ids, attention_mask=tokens.attention_mask, inputs_embeds=looked_up
    )


def run_layers(
    esm: EsmModel,
    hidden: Tensor,
    attention_mask: Tensor,
    first: int,
    last: int,
    *,
    checkpointed: bool = False,
    collector: AttentionCollector | None = None,
    keep: Callable[[int, Tensor], None] | None = None,
) -> Tensor:
    """Run the layers from `first` to `last`, the latter not included.

    Parameters
    ----------
    hidden : Tensor, shape (batch, tokens, hidden)
        Input of layer `first`.
    attention_mask : Tensor of bool, shape (batch, tokens)
        False on padding.
    checkpointed : bool
        Whether to recompute each layer in the backward pass instead of keeping its activations
        (gradient checkpointing, Chen et al. 2016, arXiv:1604.06174).
    collector : AttentionCollector, optional
        Collects attention statistics; only without a gradient.
    keep : callable, optional
        Called with the number of each layer, from 0, and its output.

    Returns
    -------
    Tensor, shape (batch, tokens, hidden)
        Output of layer ``last - 1``, before the final layer norm.
    """
    # (batch, 1, 1, tokens), broadcast over heads and queries; none at all without padding.
    mask = None if bool(attention_mask.all()) else attention_mask[:, None, None, :]
    positions = torch.arange(hidden.shape[1], device=hidden.device).unsqueeze(0)
    assert esm.rotary_embeddings is not None  # as prepare_esm checked
    rotary = esm.rotary_embeddings(hidden, positions)
    for number in range(first, last):
        layer = esm.encoder.layer[number]
        settings = {"attention_mask": mask, "position_embeddings": rotary, "collector": collector}
        if checkpointed:
            # Not re-entrant: the input of the first trained layer needs no gradient itself.
            hidden = checkpoint(layer, hidden, use_reentrant=False, **settings)
        else:
            hidden = layer(hidden, **settings)
        if keep is not None:
            keep(number, hidden)
    return hidden
