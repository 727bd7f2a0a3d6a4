"""Embeddings of every layer of the encoder, from which poolings are compared by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from tqdm import tqdm
from transformers import EsmModel

from dta_demo.encoders.pooling import FIXED_POOLINGS, make_pooling
from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.encoders.stack import embed_tokens, prepare_esm, run_layers
from dta_demo.encoders.windows import cross_fade, split_windows
from dta_demo.model.region import pool_region

LEAST_SPREAD = 1e-4
"""Standard deviation of a channel below which it is rounding."""


@dataclass(frozen=True)
class Scale:
    """Mean and standard deviation of channels, by which they are standardised.

    Attributes
    ----------
    mean, spread : Tensor, shape (..., channels)
        A channel that is always the same has a spread of 1.
    """

    mean: Tensor
    spread: Tensor

    @classmethod
    def of(cls, vectors: Tensor) -> Scale:
        """Scale of each channel of vectors (..., rows, channels) over the rows."""
        spread = vectors.std(dim=-2, correction=0)
        return cls(vectors.mean(dim=-2), torch.where(spread > LEAST_SPREAD, spread, 1.0))

    @classmethod
    def stack(cls, scales: Sequence[Scale]) -> Scale:
        """Stack the scales of several layers."""
        means, spreads = [each.mean for each in scales], [each.spread for each in scales]
        return cls(torch.stack(means), torch.stack(spreads))

    def take(self, layers: Tensor) -> Scale:
        """Scale of some layers."""
        return Scale(self.mean[layers], self.spread[layers])

    def apply(self, vectors: Tensor) -> Tensor:
        """Standardise vectors: (..., rows, channels)."""
        return (vectors - self.mean.unsqueeze(-2)) / self.spread.unsqueeze(-2)

    def undo(self, vectors: Tensor) -> Tensor:
        """Take back `apply`: (..., rows, channels)."""
        return vectors * self.spread.unsqueeze(-2) + self.mean.unsqueeze(-2)


@dataclass(frozen=True)
class LayerEmbeddings:
    """Embeddings of some proteins in every layer.

    Attributes
    ----------
    pooled : dict of str to Tensor, shape (layers, proteins, hidden)
        Vectors of the poolings that learn nothing, each channel standardised over the proteins.
        Layer 0 is the token embedding, the last one is behind the final layer norm.
    residues : Tensor of bfloat16, shape (layers, residues of all proteins, hidden)
        Each channel standardised over all residues.
    starts, lengths : Tensor of int64, shape (proteins,)
        Where the residues of each protein begin, and how many they are.
    pooled_scales : dict of str to Scale
        By which ``pooled`` was standardised, of (layers, hidden).
    residue_scale : Scale
        By which ``residues`` was.
    """

    pooled: dict[str, Tensor]
    residues: Tensor
    starts: Tensor
    lengths: Tensor
    pooled_scales: dict[str, Scale]
    residue_scale: Scale

    @property
    def last_layer(self) -> int:
        """Number of the last layer; the token embedding is 0."""
        return len(self.residues) - 1

    def standardise_mean(self, means: Tensor, layers: Tensor) -> Tensor:
        """Standardise weighted means of `residues` as ``pooled["mean"]`` is.

        Parameters
        ----------
        means : Tensor, shape (..., layers, proteins, hidden)
        layers : Tensor of int64, shape (layers,)
        """
        scale, own = self.pooled_scales["mean"].take(layers), self.residue_scale.take(layers)
        return scale.apply(own.undo(means))


def randomise_esm(esm: EsmModel, seed: int) -> EsmModel:
    """Build a model of the same shape with random weights, as they are before any training."""
    torch.manual_seed(seed)
    return prepare_esm(EsmModel(esm.config, add_pooling_layer=False).eval())


@torch.no_grad()
def read_every_layer(encoder: MemoryOptimizedESMEncoder, sequence: str) -> Tensor:
    """Embeddings of a protein of any length in every layer, the start token's first.

    A protein of several windows is joined as `encode_residues` does it, and the start token is the
    mean over the windows.

    Returns
    -------
    Tensor of float32, shape (layers + 1, 1 + residues, hidden)
        The last layer behind the final layer norm, the others as they come.
    """
    windows, texts = split_windows(sequence)
    joined = torch.zeros(encoder.num_layers + 1, 1 + len(sequence), encoder.hidden_size)
    for number, ((first, last), text) in enumerate(zip(windows, texts, strict=True)):
        layers = _read_window(encoder, text).cpu()
        joined[:, 0] += layers[:, 0] / len(windows)
        fade = cross_fade(windows, number)[:, None]
        joined[:, first : last + 1] += layers[:, 1 : len(text) + 1] * fade
    return joined


def _read_window(encoder: MemoryOptimizedESMEncoder, text: str) -> Tensor:
    """Embeddings of the tokens of one window in every layer: (layers + 1, tokens, hidden)."""
    tokens = encoder.tokenizer([text]).to(encoder.device)
    hidden = embed_tokens(encoder.esm, tokens)
    kept = [hidden[0]]

    def keep(number: int, output: Tensor) -> None:
        kept.append(output[0])

    hidden = run_layers(
        encoder.esm, hidden, tokens.attention_mask, 0, encoder.num_layers, keep=keep
    )
    kept[-1] = encoder.esm.encoder.emb_layer_norm_after(hidden)[0]
    return torch.stack(kept)


def embed_every_layer(
    encoder: MemoryOptimizedESMEncoder, sequences: Sequence[str], what: str
) -> LayerEmbeddings:
    """Embed proteins in every layer.

    Parameters
    ----------
    what : str
        Said beside the progress.
    """
    encoder.eval()
    poolings = {name: make_pooling(name, encoder.hidden_size) for name in FIXED_POOLINGS}
    pooled: dict[str, list[Tensor]] = {name: [] for name in FIXED_POOLINGS}
    lengths = torch.tensor([len(sequence) for sequence in sequences])
    starts = lengths.cumsum(0) - lengths
    residues = torch.empty(
        encoder.num_layers + 1, int(lengths.sum()), encoder.hidden_size, dtype=torch.bfloat16
    )
    for start, sequence in zip(starts.tolist(), tqdm(sequences, what, mininterval=10), strict=True):
        layers = read_every_layer(encoder, sequence)
        residues[:, start : start + len(sequence)] = layers[:, 1:].bfloat16()
        for name, pooling in poolings.items():
            pooled[name].append(torch.stack([pool_region(pooling, x).vector[0] for x in layers]))
    vectors = {name: torch.stack(each, dim=1) for name, each in pooled.items()}
    scales = {name: Scale.of(each) for name, each in vectors.items()}
    of_residues = Scale.stack([Scale.of(layer.float()) for layer in residues])
    for number, layer in enumerate(residues):
        layer.copy_(of_residues.take(torch.tensor(number)).apply(layer.float()))
    return LayerEmbeddings(
        {name: scales[name].apply(each) for name, each in vectors.items()},
        residues,
        starts,
        lengths,
        scales,
        of_residues,
    )
