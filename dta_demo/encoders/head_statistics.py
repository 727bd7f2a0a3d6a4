"""Statistics by which the attention heads of one sequence are told apart, in two passes.

No map is kept: what a head's map has in common with the contacts that ESM-2 predicts is known
once all heads have been read, so that they are read twice.
"""

import math
from abc import abstractmethod

import torch
from torch import Tensor, nn

from dta_demo.encoders.attention import (
    BLOCK_ELEMENTS,
    BLOCK_ELEMENTS_ACCELERATOR,
    SMALLEST,
    AttentionCollector,
)
from dta_demo.encoders.tokens import SPECIAL_TOKENS

NEAR_RESIDUES = 6
"""Separation along the chain from which two residues can be a contact, as ESM-2's own (Rao et al.
2021): nearer ones always are."""


class _CorrectedMaps(AttentionCollector):
    """Collector that is shown the corrected maps of a region, layer by layer.

    Parameters
    ----------
    length : int
        Residues of the sequence, at the positions from 1.
    region : (int, int)
        Its first and last residue, from 1.
    """

    def __init__(self, length: int, region: tuple[int, int]) -> None:
        self.length, self.region = length, region

    def attend(
        self, layer: int, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None
    ) -> Tensor:
        """Compute the output, and show the maps of the layer."""
        place = (0, slice(None), slice(self.length + SPECIAL_TOKENS))
        self.show(layer, *correct_heads(query[place].float(), key[place].float(), self.region))
        return nn.functional.scaled_dot_product_attention(query, key, value, mask, scale=1.0)

    @abstractmethod
    def show(self, layer: int, maps: Tensor, entropies: Tensor) -> None:
        """Take what `correct_heads` found in a layer, from 0."""


class PredictedContacts(_CorrectedMaps):
    """Collector of the contacts that ESM-2's own contact head predicts from all heads.

    Attributes
    ----------
    logits : Tensor, shape (region, region)
    entropies : list of Tensor, shape (heads,)
    """

    def __init__(self, length: int, region: tuple[int, int], head: nn.Linear) -> None:
        super().__init__(length, region)
        self.weights = head.weight[0]
        self.logits: Tensor = head.bias
        self.entropies: list[Tensor] = []

    def show(self, layer: int, maps: Tensor, entropies: Tensor) -> None:
        """Add the layer's share of the contacts."""
        weights = self.weights[layer * len(maps) : (layer + 1) * len(maps)]
        self.logits = self.logits + torch.einsum("h,hij->ij", weights, maps)
        self.entropies.append(entropies)


class ContactLikeness(_CorrectedMaps):
    """Collector of the correlation of each head's map with the contacts.

    Parameters
    ----------
    contacts : Tensor, shape (region, region)
        Probabilities.

    Attributes
    ----------
    correlations : list of Tensor, shape (heads,)
        Pearson's, over the pairs that are `NEAR_RESIDUES` apart or more; NaN without such pairs.
    """

    def __init__(self, length: int, region: tuple[int, int], contacts: Tensor) -> None:
        super().__init__(length, region)
        size = len(contacts)
        self._pairs = torch.triu_indices(size, size, NEAR_RESIDUES, device=contacts.device)
        self._contacts = standardise(contacts[tuple(self._pairs)])
        self.correlations: list[Tensor] = []

    def show(self, layer: int, maps: Tensor, entropies: Tensor) -> None:
        """Correlate the maps of a layer, one after the other."""
        chosen = tuple(self._pairs)
        found = [(standardise(each[chosen]) * self._contacts).mean() for each in maps]
        self.correlations.append(torch.stack(found))


def standardise(values: Tensor) -> Tensor:
    """Values (n,) with mean 0 and standard deviation 1."""
    centred = values - values.mean()
    return centred / centred.square().mean().sqrt()


def correct_heads(query: Tensor, key: Tensor, region: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Symmetrise the maps of some heads and apply the average product correction, in a region.

    The sums of the correction go over all residues of the sequence, see `contacts`.

    Parameters
    ----------
    query, key : Tensor of float32, shape (heads, tokens, channels)
        The query is scaled already; the first token is BOS, the last EOS.
    region : (int, int)
        First and last residue, from 1.

    Returns
    -------
    maps : Tensor, shape (heads, region, region)
    entropies : Tensor, shape (heads,)
        Mean entropy of the rows of all residues, each normalised over the residues, in units of
        that of an even row.
    """
    heads, tokens, _ = query.shape
    first, last = region
    residues, size = tokens - SPECIAL_TOKENS, last - first + 1
    elements = BLOCK_ELEMENTS.get(query.device.type, BLOCK_ELEMENTS_ACCELERATOR)
    rows = max(1, elements // (heads * tokens))
    maps, sums = query.new_empty(heads, size, size), query.new_zeros(heads, residues)
    entropies = query.new_zeros(heads)
    for start in range(0, residues, rows):
        stop = min(start + rows, residues)
        scores = query[:, start + 1 : stop + 1] @ key.transpose(1, 2)
        weights = scores.softmax(dim=-1)[..., 1:-1]
        mass = weights.sum(dim=2)
        sums += weights.sum(dim=1)
        sums[:, start:stop] += mass
        mass = mass.clamp(min=SMALLEST)
        entropies += (torch.special.entr(weights).sum(dim=2) / mass + mass.log()).sum(dim=1)
        inside = slice(max(start, first - 1), min(stop, last))
        if inside.start < inside.stop:
            block = weights[:, inside.start - start : inside.stop - start, first - 1 : last]
            maps[:, inside.start - first + 1 : inside.stop - first + 1] = block
    here = sums[:, first - 1 : last]
    background = here[:, :, None] * (here / sums.sum(dim=1, keepdim=True))[:, None]
    even = residues * max(math.log(residues), SMALLEST)
    return maps + maps.transpose(1, 2) - background, entropies / even
