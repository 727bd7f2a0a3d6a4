"""Attention maps joined over heads, and attention rollout, both in the memory of a few maps.

The maps of all heads at once would take heads x n x n numbers. Here the heads of a layer are
joined block by block, so that a layer takes one n x n map, however many heads it has.
"""

from abc import abstractmethod
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from dta_demo.encoders.attention import (
    BLOCK_ELEMENTS,
    BLOCK_ELEMENTS_ACCELERATOR,
    SMALLEST,
    AttentionCollector,
)
from dta_demo.encoders.tokens import SPECIAL_TOKENS


class HeadMaps(AttentionCollector):
    """Collector of one map per sequence, computed at the sequence's own length.

    Parameters
    ----------
    lengths : sequence of int
        Residues of each sequence of the batch; they are at the positions from 1.

    Attributes
    ----------
    maps : list of Tensor of float32, each of shape (length + 2, length + 2)
        One map for each sequence, special tokens included.
    """

    def __init__(self, lengths: Sequence[int]) -> None:
        self.lengths = lengths
        self.maps: list[Tensor] = []

    @abstractmethod
    def gather(self, layer: int, row: int, query: Tensor, key: Tensor) -> None:
        """Add one layer of one sequence to its map, ``self.maps[row]``.

        Parameters
        ----------
        query, key : Tensor of float32, shape (heads, length + 2, channels)
            The query is scaled already.
        """

    def attend(
        self, layer: int, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None
    ) -> Tensor:
        """Compute the output, and gather from every sequence."""
        if not self.maps:
            self.maps = [
                query.new_zeros(length + SPECIAL_TOKENS, length + SPECIAL_TOKENS, dtype=torch.float)
                for length in self.lengths
            ]
        for row, length in enumerate(self.lengths):
            place = (row, slice(None), slice(length + SPECIAL_TOKENS))
            self.gather(layer, row, query[place].float(), key[place].float())
        return nn.functional.scaled_dot_product_attention(query, key, value, mask, scale=1.0)


class JoinedMaps(HeadMaps):
    """Collector of one map per sequence, joined over heads and averaged over layers.

    The rows of each head are normalised over the residues first, as in `ReceivedAttention`, so
    that the mean over the rows of a map is the attention received, in the mean over the heads.

    Parameters
    ----------
    layer, head : int or None
        One layer and head, from 0; None takes all of them.
    largest : bool
        Whether to take the maximum over the heads instead of their mean.
    """

    def __init__(
        self, lengths: Sequence[int], layer: int | None, head: int | None, largest: bool
    ) -> None:
        super().__init__(lengths)
        self.layer = layer
        self.heads = slice(None) if head is None else slice(head, head + 1)
        self.largest = largest
        self.layers_seen = [0] * len(lengths)

    def gather(self, layer: int, row: int, query: Tensor, key: Tensor) -> None:
        """Add the layer's map to the mean over the layers."""
        if self.layer not in (None, layer):
            return
        self.layers_seen[row] += 1
        found = join_heads(query[self.heads], key[self.heads], True, self.largest)
        self.maps[row] += (found - self.maps[row]) / self.layers_seen[row]


class AttentionRollout(HeadMaps):
    r"""Collector of attention rollout (Abnar and Zuidema 2020, arXiv:2005.00928).

    With :math:`A_l` the mean over the heads of layer *l*, it is the product
    :math:`\hat A_L \cdots \hat A_1` of :math:`\hat A_l = (A_l + I) / 2`, in which the identity
    stands for the residual connection.  It includes the special tokens.
    """

    def gather(self, layer: int, row: int, query: Tensor, key: Tensor) -> None:
        """Multiply the product by the layer's map from the left."""
        if layer == 0:
            self.maps[row].fill_diagonal_(1.0)
        so_far = self.maps[row]
        mean = join_heads(query, key, False, False)
        self.maps[row] = torch.addmm(so_far, mean, so_far, beta=0.5, alpha=0.5)


def join_heads(query: Tensor, key: Tensor, over_residues: bool, largest: bool) -> Tensor:
    """Join the attention maps of several heads, in blocks of query rows.

    Parameters
    ----------
    query, key : Tensor of float32, shape (heads, tokens, channels)
        The query is scaled already; the first token is BOS, the last EOS.
    over_residues : bool
        Whether the rows of each head are normalised over the residues, without special tokens.
    largest : bool
        Whether to take the maximum over the heads instead of their mean.

    Returns
    -------
    Tensor of float32, shape (tokens, tokens)
    """
    heads, tokens, _ = query.shape
    elements = BLOCK_ELEMENTS.get(query.device.type, BLOCK_ELEMENTS_ACCELERATOR)
    rows = max(1, elements // (heads * tokens))
    joined = query.new_empty(tokens, tokens)
    for start in range(0, tokens, rows):
        block = slice(start, start + rows)
        weights = (query[:, block] @ key.transpose(1, 2)).softmax(dim=-1)
        if over_residues:
            weights /= weights[..., 1:-1].sum(dim=-1, keepdim=True).clamp_min_(SMALLEST)
        joined[block] = weights.amax(dim=0) if largest else weights.mean(dim=0)
    return joined
