"""Four ways to turn the states of a protein's residues into one vector, in one registry.

Every pooling takes the states of a batch of token sequences with the BOS (CLS) token at
position 0 and a mask that is True on the residues to read, and returns the vector together
with the weight that every position had in it.  The mask leaves special tokens and padding out;
it may also be True on a region of the protein only.  Adding a pooling is one class below.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn


class Pooled(NamedTuple):
    """What a pooling returns.

    Attributes
    ----------
    vector : Tensor, shape (batch, hidden)
        The pooled vector.
    weights : Tensor, shape (batch, length)
        Share of every position in the vector; each row sums to 1.  The positions are those of
        the states, so position 0 is the BOS token and residue *i* (from 1) is position *i*.
    """

    vector: Tensor
    weights: Tensor


class Pooling(nn.Module, ABC):
    """One vector from the states of a protein.

    Parameters
    ----------
    hidden_size : int
        Channels of a state.
    heads : int
        Attention heads, for the poolings that have any.
    """

    def __init__(self, hidden_size: int, heads: int = 8) -> None:
        super().__init__()
        self.hidden_size = hidden_size
        self.heads = heads

    def forward(self, states: Tensor, residue_mask: Tensor) -> Pooled:
        """Pool a batch.

        Parameters
        ----------
        states : Tensor, shape (batch, length, hidden)
            States with the BOS token at position 0.
        residue_mask : Tensor of bool, shape (batch, length)
            True on the residues to read; False on special tokens, padding and whatever lies
            outside the region of interest.

        Returns
        -------
        Pooled
            Vector (batch, hidden) and weights (batch, length).

        Raises
        ------
        ValueError
            When the shapes do not fit, or a row of the mask has no residue.
        """
        if residue_mask.shape != states.shape[:2] or residue_mask.dtype != torch.bool:
            raise ValueError(
                f"The residue mask must be boolean with the shape {tuple(states.shape[:2])}, "
                f"not {residue_mask.dtype} with {tuple(residue_mask.shape)}."
            )
        if not residue_mask.any(dim=1).all():
            raise ValueError("Every sequence needs at least one residue to pool over.")
        return self._pool(states, residue_mask)

    @abstractmethod
    def _pool(self, states: Tensor, residue_mask: Tensor) -> Pooled:
        """Pool inputs that `forward` has checked."""


POOLINGS: dict[str, type[Pooling]] = {}
"""The poolings by name, in the order in which the page shows them."""


def register_pooling(name: str) -> Callable[[type[Pooling]], type[Pooling]]:
    """Enter a class into `POOLINGS` under `name`."""

    def register(cls: type[Pooling]) -> type[Pooling]:
        if name in POOLINGS:
            raise ValueError(f"The pooling {name!r} is registered already.")
        POOLINGS[name] = cls
        return cls

    return register


def make_pooling(name: str, hidden_size: int, heads: int = 8) -> Pooling:
    """Build a pooling by its name.

    Raises
    ------
    ValueError
        When there is no pooling of that name, or `heads` does not suit the pooling.
    """
    if name not in POOLINGS:
        raise ValueError(f"Unknown pooling {name!r}; choose one of {', '.join(POOLINGS)}.")
    return POOLINGS[name](hidden_size, heads)


def weighted_sum(weights: Tensor, states: Tensor) -> Tensor:
    """Sum states (batch, length, hidden) with weights (batch, length) to (batch, hidden)."""
    return torch.bmm(weights.to(states.dtype).unsqueeze(1), states).squeeze(1)


@register_pooling("cls")
class ClsPooling(Pooling):
    r"""The state of the BOS token: :math:`v = h_0`.

    All weight lies on position 0, which is a token and not a residue: what the residues gave
    went through the encoder's attention.  A region in the mask does not change the vector.
    """

    def _pool(self, states: Tensor, residue_mask: Tensor) -> Pooled:
        weights = states.new_zeros(residue_mask.shape)
        weights[:, 0] = 1.0
        return Pooled(states[:, 0], weights)


@register_pooling("mean")
class MeanPooling(Pooling):
    r"""The mean over the residues: :math:`v = \frac{1}{n} \sum_i h_i`."""

    def _pool(self, states: Tensor, residue_mask: Tensor) -> Pooled:
        weights = residue_mask / residue_mask.sum(dim=1, keepdim=True)
        return Pooled(weighted_sum(weights, states), weights)


@register_pooling("max")
class MaxPooling(Pooling):
    r"""The largest value of each channel over the residues: :math:`v_c = \max_i h_{ic}`.

    The weight of a residue is the share of the channels in which it is the largest.
    """

    def _pool(self, states: Tensor, residue_mask: Tensor) -> Pooled:
        lowest = torch.finfo(states.dtype).min
        vector, winners = states.masked_fill(~residue_mask.unsqueeze(-1), lowest).max(dim=1)
        share = torch.full_like(winners, 1.0 / states.shape[-1], dtype=torch.float32)
        weights = torch.zeros(residue_mask.shape, device=states.device)
        return Pooled(vector, weights.scatter_add(1, winners, share))


@register_pooling("attention")
class AttentionPooling(Pooling):
    r"""Learnable multi-head attention with one query per head.

    Each head *k* scores every residue, normalises the scores with a softmax over the residues
    and averages its own slice of the channels with them,

    .. math:: a_{ik} = \mathrm{softmax}_i (w_k \cdot h_i + b_k), \quad
              v_k = \sum_i a_{ik} h_i^{(k)},

    the self-attentive pooling of Lin et al. (2017, arXiv:1703.03130) with the heads reading
    different channels, so that it costs only ``heads * (hidden + 1)`` parameters.  The reported
    weight is the mean over the heads.

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
        """Start with scores of unit variance on normalised states: soft, but not uniform."""
        nn.init.normal_(self.score.weight, std=self.hidden_size**-0.5)
        nn.init.zeros_(self.score.bias)

    def _pool(self, states: Tensor, residue_mask: Tensor) -> Pooled:
        scores = self.score(states).float()  # (batch, length, heads)
        # softmax subtracts the maximum itself, and every row has a residue: never NaN.
        scores = scores.masked_fill(~residue_mask.unsqueeze(-1), float("-inf"))
        weights = scores.softmax(dim=1)
        # Every head averages all channels and keeps its own slice: more products, but no copy of
        # the states, which is what costs time.
        averages = torch.bmm(weights.to(states.dtype).transpose(1, 2), states)
        own = averages.unflatten(-1, (self.heads, -1)).diagonal(dim1=1, dim2=2)
        return Pooled(own.transpose(1, 2).flatten(1), weights.mean(dim=-1))


POOLING_NAMES = tuple(POOLINGS)
