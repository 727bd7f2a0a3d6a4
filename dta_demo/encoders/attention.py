"""Attention statistics collected while ESM-2 runs, without ever holding its attention maps.

An eager pass with ``output_attentions=True`` holds layers x heads x n x n numbers (480 MB for
ESM-2 8M and 1,022 residues).  Here an implementation registered with
`transformers.AttentionInterface` reduces the attention block by block, in the spirit of
FlashAttention (Dao et al. 2022, arXiv:2205.14135), while it computes the layer's output.  A
collector is passed with the call as a keyword argument, so that threads which share a model
cannot mix theirs up; without one, the implementation is plain scaled dot-product attention.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

from dta_demo.encoders.tokens import SPECIAL_TOKENS

ATTENTION_NAME = "dta_collecting"
"""Name of the implementation, for `EsmModel.set_attn_implementation`."""

BLOCK_ELEMENTS = {"cpu": 2**22}
"""Attention weights held at once, by device: 16 MB on a CPU. Smaller blocks make the products slow
(a third more time with 2 MB at 1,022 residues); blocks of twice the size gain 5%."""

BLOCK_ELEMENTS_ACCELERATOR = 2**24
"""Attention weights held at once on an accelerator: 64 MB, so that kernels are few and large."""

SMALLEST = torch.finfo(torch.float32).tiny
"""Smallest divisor, for a query that attends to no residue at all."""

LARGEST_SCORE = 80.0
"""Largest score that is exponentiated without subtracting the maximum: exp overflows at 88."""


class AttentionCollector(ABC):
    """Collector of a statistic from the attention of each layer in one pass of the encoder."""

    @abstractmethod
    def attend(
        self, layer: int, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None
    ) -> Tensor:
        """Compute a layer's attention and collect from it.

        Parameters
        ----------
        layer : int
            Number of the layer, from 0.
        query, key, value : Tensor, shape (batch, heads, tokens, channels)
            The query is scaled already, as ESM does before its rotary embedding.
        mask : Tensor of bool, shape (batch, 1, 1 or tokens, tokens), or None
            True on the keys that are not padding; None without padding.

        Returns
        -------
        Tensor, shape (batch, heads, tokens, channels)
            Output of the attention.
        """


class ReceivedAttention(AttentionCollector):
    r"""Collector of the attention that each residue receives and gives, per layer and head.

    With :math:`a_{ij}` the softmax of the layer and *R* the residues of the sequence, residue
    *j* receives

    .. math:: r_j = \frac{1}{|R|} \sum_{i \in R} \frac{a_{ij}}{\sum_{k \in R} a_{ik}},

    the mean over the query residues, after the row of every query is normalised over the residues.
    Special tokens, on which some of ESM-2's heads put most of their attention, are left out.  It
    sums to 1 over the residues and is 0 elsewhere.

    The attention that residue *i* gives to residues, :math:`g_i = \sum_{k \in R} a_{ik}`, is
    between 0 and 1; the rest of it goes to the special tokens.

    Parameters
    ----------
    lengths : sequence of int
        Residues of each sequence of the batch; they are at the positions from 1.

    Attributes
    ----------
    received, given : list of Tensor of float32, each of shape (batch, heads, tokens)
        One tensor per layer that ran.
    """

    def __init__(self, lengths: Sequence[int]) -> None:
        self.lengths = lengths
        self.received: list[Tensor] = []
        self.given: list[Tensor] = []

    def attend(
        self, layer: int, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None
    ) -> Tensor:
        """Compute output, received and given attention, one sequence after the other.

        Each is computed at its own length, so that padding costs nothing; the output there is 0.
        """
        if mask is None and len(self.lengths) == 1:
            alone, of_layer, by_layer = attend_and_receive(query[0], key[0], value[0])
            self.received.append(of_layer.unsqueeze(0))
            self.given.append(by_layer.unsqueeze(0))
            return alone.unsqueeze(0)
        output = torch.zeros_like(query)
        received, given = torch.zeros(2, *query.shape[:3], device=query.device)
        for row, length in enumerate(self.lengths):
            place = (row, slice(None), slice(length + SPECIAL_TOKENS))
            found = attend_and_receive(query[place], key[place], value[place])
            output[place], received[place], given[place] = found
        self.received.append(received)
        self.given.append(given)
        return output


class AttentionMaps(AttentionCollector):
    """Collector of the full attention maps of one or all layers and heads.

    Parameters
    ----------
    layer, head : int or None
        The one layer and head to keep, counted from 0; None keeps all of them.

    Attributes
    ----------
    layers : list of Tensor, shape (batch, heads kept, tokens, tokens)
        Softmax weights as in an eager pass, float32, one tensor per layer kept.
    """

    def __init__(self, layer: int | None = None, head: int | None = None) -> None:
        self.layer = layer
        self.heads = slice(None) if head is None else slice(head, head + 1)
        self.layers: list[Tensor] = []

    def attend(
        self, layer: int, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None
    ) -> Tensor:
        """Compute the output and the maps of the chosen heads."""
        if self.layer in (None, layer):
            chosen = query[:, self.heads].float()
            scores = chosen @ key[:, self.heads].float().transpose(-1, -2)
            if mask is not None:
                scores.masked_fill_(~mask, float("-inf"))
            self.layers.append(scores.softmax(dim=-1))
        return nn.functional.scaled_dot_product_attention(query, key, value, mask, scale=1.0)


def attend_and_receive(query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Compute the attention of one sequence, and what each residue receives and gives of it.

    One pass over blocks of query rows: scores, softmax and output of a block and its contribution
    to the received attention are computed before the next block overwrites it.  The given
    attention needs only the sums over residues by which the received attention is divided.

    Parameters
    ----------
    query, key, value : Tensor, shape (heads, tokens, channels)
        The query is scaled already; the first token is BOS, the last EOS, the others residues.

    Returns
    -------
    output : Tensor, shape (heads, tokens, channels)
    received, given : Tensor of float32, shape (heads, tokens)
        As `ReceivedAttention` defines them, 0 for BOS and EOS.
    """
    heads, tokens, channels = query.shape
    # Contiguous float32: the batched products are several times slower on strided views.
    queries, keys, values = (part.float().contiguous() for part in (query, key, value))
    largest_score = (longest_vector(queries) * longest_vector(keys)).max()
    may_overflow = bool(largest_score > LARGEST_SCORE)
    row_share = queries.new_full((tokens,), 1 / (tokens - SPECIAL_TOKENS))
    row_share[[0, -1]] = 0.0
    elements = BLOCK_ELEMENTS.get(query.device.type, BLOCK_ELEMENTS_ACCELERATOR)
    rows = min(tokens, max(1, elements // (heads * tokens)))

    buffer = queries.new_empty(heads * rows * tokens)
    # In the memory layout that the layer reads, which saves a copy.
    output = queries.new_empty(tokens, heads, channels).transpose(0, 1)
    received = queries.new_zeros(heads, 1, tokens)
    given = queries.new_empty(heads, tokens)
    for start in range(0, tokens, rows):
        block = slice(start, min(start + rows, tokens))
        shape = (heads, block.stop - start, tokens)
        weights = buffer[: math.prod(shape)].view(shape)
        torch.bmm(queries[:, block], keys.transpose(1, 2), out=weights)
        if may_overflow:
            weights -= weights.amax(dim=-1, keepdim=True)
        # Left unnormalised: the sums by which output and received attention are divided have the
        # shape (heads, rows), whereas a softmax would go over the whole block once more.
        weights.exp_()
        mass = weights[..., 1:-1].sum(dim=-1)
        total = mass + weights[..., 0] + weights[..., -1]
        output[:, block] = torch.bmm(weights, values) / total.unsqueeze(2)
        torch.div(mass, total, out=given[:, block])
        received.baddbmm_((row_share[block] / mass.clamp_min_(SMALLEST)).unsqueeze(1), weights)
    received = received.squeeze(1)
    received[:, [0, -1]] = given[:, [0, -1]] = 0.0
    return output.to(query.dtype), received, given


def longest_vector(vectors: Tensor) -> Tensor:
    """Largest Euclidean norm of each head's vectors: (heads, tokens, channels) to (heads,)."""
    return torch.linalg.vector_norm(vectors, dim=-1).amax(dim=-1)


def collecting_attention(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    collector: AttentionCollector | None = None,
    **kwargs: Any,
) -> tuple[Tensor, None]:
    """Compute attention as transformers' SDPA does, or by a collector if one is passed.

    `transformers` calls this for every layer; see `AttentionInterface`.

    Returns
    -------
    output : Tensor, shape (batch, tokens, heads, channels)
    None
        In place of the attention weights, which are never held.
    """
    if collector is None:
        return sdpa_attention_forward(module, query, key, value, attention_mask, **kwargs)
    output = collector.attend(module.layer_idx, query, key, value, attention_mask)
    return output.transpose(1, 2).contiguous(), None


AttentionInterface.register(ATTENTION_NAME, collecting_attention)
AttentionMaskInterface.register(ATTENTION_NAME, sdpa_mask)
