"""Passes of one batch through ESM-2 without a gradient: embeddings, attention maps, rollout."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from transformers import EsmModel

from dta_demo.encoders.attention import AttentionCollector, AttentionMaps, ReceivedAttention
from dta_demo.encoders.head_maps import AttentionRollout, HeadMaps, JoinedMaps
from dta_demo.encoders.head_statistics import ContactLikeness, PredictedContacts
from dta_demo.encoders.residues import WindowEmbeddings
from dta_demo.encoders.stack import embed_tokens, run_layers
from dta_demo.encoders.tokens import TokenBatch


@torch.no_grad()
def read_windows(
    esm: EsmModel, tokens: TokenBatch, received: bool, hidden_layers: Sequence[int]
) -> list[WindowEmbeddings]:
    """Compute the embeddings of a batch of windows.

    Parameters
    ----------
    tokens : TokenBatch
        The windows.
    received : bool
        Whether to collect the attention that each residue receives and gives.
    hidden_layers : sequence of int
        Layers whose output to return beside the last one: 0 is the token embedding, *k* the
        output of layer *k* counted from 1.

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
    embeddings = esm.encoder.emb_layer_norm_after(hidden)
    gathered: tuple[Tensor | None, Tensor | None] = (None, None)
    if collector is not None:
        gathered = torch.stack(collector.received, dim=1), torch.stack(collector.given, dim=1)
    chosen = [kept[layer] for layer in hidden_layers]
    middle = torch.stack(chosen, dim=1) if chosen else None
    return [
        WindowEmbeddings.cut(row, length, embeddings, middle, *gathered)
        for row, length in enumerate(tokens.lengths)
    ]


@torch.no_grad()
def read_maps(
    esm: EsmModel, tokens: TokenBatch, layer: int | None, head: int | None, normalise: bool
) -> list[Tensor]:
    """Compute the attention maps of a batch, and run no layer above the one asked for.

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


def read_joined_maps(
    esm: EsmModel, tokens: TokenBatch, layer: int | None, head: int | None, largest: bool
) -> list[Tensor]:
    """Compute one map of each sequence, joined over heads and layers by `JoinedMaps`.

    Returns
    -------
    list of Tensor of float32, each of shape (n, n)
        Rows sum to 1 over the residues, except for the maximum over several heads.
    """
    collector = JoinedMaps(tokens.lengths, layer, head, largest)
    return _run_over_maps(esm, tokens, collector, None if layer is None else layer + 1)


def read_rollout(esm: EsmModel, tokens: TokenBatch) -> list[Tensor]:
    """Compute the attention that each residue receives by attention rollout.

    Returns
    -------
    list of Tensor of float32, each of shape (n,)
        Mean over the query residues, with each row normalised over the residues; sums to 1.
    """
    maps = _run_over_maps(esm, tokens, AttentionRollout(tokens.lengths), None)
    return [rows.div_(rows.sum(dim=-1, keepdim=True)).mean(dim=0) for rows in maps]


@torch.no_grad()
def measure_heads(
    esm: EsmModel, tokens: TokenBatch, region: tuple[int, int]
) -> tuple[Tensor, Tensor]:
    """Measure how much each head is like the contacts of a region, and how diffuse it is.

    Parameters
    ----------
    tokens : TokenBatch
        One sequence.
    region : (int, int)
        First and last of its residues, from 1.

    Returns
    -------
    contacts, entropies : Tensor of float32, shape (layers, heads)
        See `head_statistics.ContactLikeness` and `head_statistics.correct_heads`.
    """
    (length,) = tokens.lengths
    head: Any = esm.contact_head
    predicted = PredictedContacts(length, region, head.regression)
    _run_with(esm, tokens, predicted, None)
    likeness = ContactLikeness(length, region, predicted.logits.sigmoid())
    _run_with(esm, tokens, likeness, None)
    return torch.stack(likeness.correlations), torch.stack(predicted.entropies)


def _run_over_maps(
    esm: EsmModel, tokens: TokenBatch, collector: HeadMaps, last: int | None
) -> list[Tensor]:
    """Run the first `last` layers, by default all, and return the maps between residues."""
    _run_with(esm, tokens, collector, last)
    return [collected[1:-1, 1:-1] for collected in collector.maps]


@torch.no_grad()
def _run_with(
    esm: EsmModel, tokens: TokenBatch, collector: AttentionCollector, last: int | None
) -> None:
    """Run the first `last` layers, by default all, with a collector."""
    hidden = embed_tokens(esm, tokens)
    last = esm.config.num_hidden_layers if last is None else last
    run_layers(esm, hidden, tokens.attention_mask, 0, last, collector=collector)
