"""One pass of a batch through all of ESM-2 without a gradient, for what is read out of it."""

from collections.abc import Sequence

import torch
from torch import Tensor
from transformers import EsmModel

from dta_demo.encoders.attention import AttentionMaps, ReceivedAttention
from dta_demo.encoders.residues import WindowStates
from dta_demo.encoders.stack import embed_tokens, run_layers
from dta_demo.encoders.tokens import TokenBatch


@torch.no_grad()
def read_windows(
    esm: EsmModel, tokens: TokenBatch, received: bool, hidden_layers: Sequence[int]
) -> list[WindowStates]:
    """Read the states of a batch of windows.

    Parameters
    ----------
    tokens : TokenBatch
        The windows.
    received : bool
        Whether to gather the attention that each residue receives.
    hidden_layers : sequence of int
        Layers to keep beside the last: 0 the embedding, *k* the output of layer *k* from 1.

    Returns
    -------
    list of WindowStates
        One for each row of the batch.
    """
    collector = ReceivedAttention(tokens.lengths) if received else None
    hidden = embed_tokens(esm, tokens)
    kept = {0: hidden} if 0 in hidden_layers else {}

    def keep(number: int, output: Tensor) -> None:
        if number + 1 in hidden_layers:
            kept[number + 1] = output

    depth = esm.config.num_hidden_layers
    hidden = run_layers(
        esm, hidden, tokens.attention_mask, 0, depth, collector=collector, keep=keep
    )
    states = esm.encoder.emb_layer_norm_after(hidden)
    attention = None if collector is None else torch.stack(collector.layers, dim=1)
    chosen = [kept[layer] for layer in hidden_layers]
    middle = torch.stack(chosen, dim=1) if chosen else None
    return [
        WindowStates.cut(row, length, states, middle, attention)
        for row, length in enumerate(tokens.lengths)
    ]


@torch.no_grad()
def read_maps(
    esm: EsmModel, tokens: TokenBatch, layer: int | None, head: int | None, normalise: bool
) -> list[Tensor]:
    """Read the attention maps of a batch, running no layer further than asked for.

    Parameters
    ----------
    tokens : TokenBatch
        The sequences.
    layer, head : int or None
        One layer and head, from 0; None takes all.
    normalise : bool
        Whether each row sums to 1 over the residues.

    Returns
    -------
    list of Tensor, each of shape (layers, heads, n, n)
    """
    collector = AttentionMaps(layer, head)
    last = esm.config.num_hidden_layers if layer is None else layer + 1
    hidden = embed_tokens(esm, tokens)
    run_layers(esm, hidden, tokens.attention_mask, 0, last, collector=collector)
    found = []
    for row, length in enumerate(tokens.lengths):
        inner = slice(1, length + 1)
        maps = torch.stack([weights[row, :, inner, inner] for weights in collector.layers])
        found.append(maps / maps.sum(dim=-1, keepdim=True) if normalise else maps)
    return found
