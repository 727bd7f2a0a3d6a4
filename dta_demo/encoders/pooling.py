"""Poolings of residue embeddings into one vector per protein, in one registry.

Every pooling takes the embeddings of a batch of token sequences, with the BOS (CLS) token at
position 0, and a mask that is True on the residues to pool over.  It returns the vector and the
weight of every position in it.  The mask leaves special tokens and padding out, and may be True
on only a region of the protein.  To add a pooling, add one class below.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn


class Pooled(NamedTuple):
    """Pooled vectors, and the weight of every position in them.

    Attributes
    ----------
    vector : Tensor, shape (batch, hidden)
    weights : Tensor, shape (batch, length)
        Each row sums to 1.  The positions are those of the embeddings: position 0 is the BOS
        token, and residue *i*, counted from 1, is at position *i*.
    """

    vector: Tensor
    weights: Tensor


class Pooling(nn.Module, ABC):
    """Pooling of the embeddings of a protein into one vector.

    Parameters
    ----------
    hidden_size : int
        Channels of an embedding.
    heads : int
        Attention heads, for poolings that have any.
    """

    def __init__(self, hidden_size: int, heads: int = 8) -> None:
        super().__init__()
        self.hidden_size = hidden_size
        self.heads = heads

    def forward(self, embeddings: Tensor, residue_mask: Tensor) -> Pooled:
        """Pool a batch.

        Parameters
        ----------
        embeddings : Tensor, shape (batch, length, hidden)
            Embeddings, with the BOS token at position 0.
        residue_mask : Tensor of bool, shape (batch, length)
            True on the residues to pool over; False on special tokens, padding and residues
            outside the region of interest.

        Returns
        -------
        Pooled
            Vectors (batch, hidden) and weights (batch, length).

        Raises
        ------
        ValueError
            When the shapes do not fit, or a row of the mask has no residue.
        """
        if residue_mask.shape != embeddings.shape[:2] or residue_mask.dtype != torch.bool:
            raise ValueError(
                f"The residue mask must be boolean with the shape {tuple(embeddings.shape[:2])}, "
                f"not {residue_mask.dtype} with {tuple(residue_mask.shape)}."
            )
        if not residue_mask.any(dim=1).all():
            raise ValueError("Every sequence needs at least one residue to pool over.")
        return self._pool(embeddings, residue_mask)

    @abstractmethod
    def _pool(self, embeddings: Tensor, residue_mask: Tensor) -> Pooled:
        """Pool a batch that `forward` has checked."""


POOLINGS: dict[str, type[Pooling]] = {}
"""Poolings by name, in the order in which the page shows them."""


def register_pooling(name: str) -> Callable[[type[Pooling]], type[Pooling]]:
    """Decorator that registers a class in `POOLINGS` under `name`."""

    def register(cls: type[Pooling]) -> type[Pooling]:
        if name in POOLINGS:
            raise ValueError(f"The pooling {name!r} is registered already.")
        POOLINGS[name] = cls
        return cls

    return register


def make_pooling(name: str, hidden_size: int, heads: int = 8) -> Pooling:
    """Construct a pooling by its name.

    Raises
    ------
    ValueError
        When the name is unknown, or `heads` does not divide the hidden size where it has to.
    """
    if name not in POOLINGS:
        raise ValueError(f"Unknown pooling {name!r}; choose one of {', '.join(POOLINGS)}.")
    return POOLINGS[name](hidden_size, heads)


def weighted_sum(weights: Tensor, embeddings: Tensor) -> Tensor:
    """Weighted sum of embeddings (batch, length, hidden) over the length: (batch, hidden)."""
    return torch.bmm(weights.to(embeddings.dtype).unsqueeze(1), embeddings).squeeze(1)


@register_pooling("cls")
class ClsPooling(Pooling):
    r"""Embedding of the BOS token: :math:`v = h_0`.

    All weight is on position 0, which is no residue: the token depends on the residues through
    the encoder's attention.  A region in the mask does not change the vector.
    """

    def _pool(self, embeddings: Tensor, residue_mask: Tensor) -> Pooled:
        weights = embeddings.new_zeros(residue_mask.shape)
        weights[:, 0] = 1.0
        return Pooled(embeddings[:, 0], weights)


@register_pooling("mean")
class MeanPooling(Pooling):
    r"""Mean over the residues: :math:`v = \frac{1}{n} \sum_i h_i`."""

    def _pool(self, embeddings: Tensor, residue_mask: Tensor) -> Pooled:
        weights = residue_mask / residue_mask.sum(dim=1, keepdim=True)
        return Pooled(weighted_sum(weights, embeddings), weights)


@register_pooling("max")
class MaxPooling(Pooling):
    r"""Maximum of each channel over the residues: :math:`v_c = \max_i h_{ic}`.

    The weight of a residue is the fraction of channels in which it has the maximum.
    """

    def _pool(self, embeddings: Tensor, residue_mask: Tensor) -> Pooled:
        lowest = torch.finfo(embeddings.dtype).min
        vector, winners = embeddings.masked_fill(~residue_mask.unsqueeze(-1), lowest).max(dim=1)
        share = torch.full_like(winners, 1.0 / embeddings.shape[-1], dtype=torch.float32)
        weights = torch.zeros(residue_mask.shape, device=embeddings.device)
        return Pooled(vector, weights.scatter_add(1, winners, share))


@register_pooling("attention")
class AttentionPooling(Pooling):
    r"""Attention pooling with several heads, each with one learned query.

    Each head *k* scores every residue, applies a softmax over the residues and averages its own
    slice of the channels with the resulting weights,

    .. math:: a_{ik} = \mathrm{softmax}_i (w_k \cdot h_i + b_k), \quad
              v_k = \sum_i a_{ik} h_i^{(k)},

    the self-attentive pooling of Lin et al. (2017, arXiv:1703.03130), except that the heads
    average different channels, so that it has only ``heads * (hidden + 1)`` parameters.  The
    weight of a residue is the mean over the heads.

    Raises
    ------
    ValueError
        When `hidden_size` is not a multiple of `heads`.
    """

    def __init__(self, hidden_size: int, heads: int = 8) -> None:
        super().__init__(hidden_size, heads)
        if heads < 1 or hidden_size % heads:
            raise ValueError(
                f"The hidden size {hidden_size} is not a multiple of {heads} attention heads."
            )
        self.score = nn.Linear(hidden_size, heads)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Initialise to scores of unit variance on normalised embeddings: soft, not uniform."""
        nn.init.normal_(self.score.weight, std=self.hidden_size**-0.5)
        nn.init.zeros_(self.score.bias)

    def weigh(self, embeddings: Tensor, residue_mask: Tensor) -> Tensor:
        """Weights of each head: (batch, length, heads), summing to 1 over the residues."""
        scores = self.score(embeddings).float()  # (batch, length, heads)
        # softmax subtracts the maximum itself, and every row has a residue: never NaN.
        scores = scores.masked_fill(~residue_mask.unsqueeze(-1), float("-inf"))
        return scores.softmax(dim=1)

    def _pool(self, embeddings: Tensor, residue_mask: Tensor) -> Pooled:
        weights = self.weigh(embeddings, residue_mask)
        # Every head averages all channels and keeps its own slice: more products, but no copy of
        # the embeddings, which would take longer.
        averages = torch.bmm(weights.to(embeddings.dtype).transpose(1, 2), embeddings)
        own = averages.unflatten(-1, (self.heads, -1)).diagonal(dim1=1, dim2=2)
        return Pooled(own.transpose(1, 2).flatten(1), weights.mean(dim=-1))


POOLING_NAMES = tuple(POOLINGS)

FIXED_POOLINGS = ("cls", "mean", "max")
"""Poolings that learn nothing, whose vectors are computed once."""
