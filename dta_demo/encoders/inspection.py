"""Inspection of ESM-2: its parts, and what of them would train, by the shapes alone."""

from __future__ import annotations

import copy
from collections import Counter

import torch
from torch import nn
from transformers import EsmModel

from dta_demo.encoders.freezing import esm_parts, is_frozen
from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.results.encoder import EncoderPart, EncoderState


def inspect_state(esm: EsmModel, layers: int, embeddings: bool = False) -> EncoderState:
    """Tabulate the parts of ESM-2 as they are when its last layers are unfrozen.

    The model itself is only looked at.

    Parameters
    ----------
    layers : int
        Last layers that train; 0 leaves them all frozen.
    embeddings : bool
        Whether the token embeddings train as well.

    Raises
    ------
    ValueError
        When the number of layers is negative, or ESM-2 has fewer.
    """
    encoder = copy_shapes(esm)
    encoder.unfreeze_esm_layers(layers, embeddings)
    parts = tuple(_describe(name, part) for name, part in esm_parts(encoder.esm).items())
    return EncoderState(layers, embeddings, parts)


def copy_shapes(esm: EsmModel) -> MemoryOptimizedESMEncoder:
    """Copy ESM-2 without its values, which takes no memory: an encoder to freeze and unfreeze."""
    with torch.device("meta"):
        shapes = EsmModel(copy.deepcopy(esm.config), add_pooling_layer=False)
    torch.nn.Module.to(shapes, esm.dtype)
    return MemoryOptimizedESMEncoder.from_esm(shapes, pooling_strategy=None)


def _describe(name: str, part: nn.Module) -> EncoderPart:
    weights = list(part.parameters())
    shapes = Counter(tuple(each.shape) for each in weights)
    return EncoderPart(
        name=name,
        shapes=tuple(sorted(shapes.items(), key=lambda item: (-len(item[0]), item[0]))),
        parameters=sum(each.numel() for each in weights),
        nbytes=sum(each.nbytes for each in weights),
        trains=not is_frozen(part),
    )
