"""Attention that residues receive and give, by layer and head.

Residues are numbered from 1 in the sequence as given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from dta_demo.inputs.protein import Protein
from dta_demo.kinases.landmarks import Landmark
from dta_demo.results.region import Region

Direction = Literal["received", "given"]
"""Of attention: what residues receive from others, or what they give to residues."""


MEAN, MAXIMUM = 0, -1
"""In the place of a layer's or head's number: all of them, averaged; of heads also the largest."""


@dataclass(frozen=True)
class AttentionReport:
    """Attention that each residue received and gave, per layer and head.

    Attributes
    ----------
    received : numpy.ndarray
        ``(layers, heads, residues)``, float32; each row sums to 1 over the residues.
    given : numpy.ndarray
        ``(layers, heads, residues)``, float32: the share of each residue's attention that goes
        to residues, in [0, 1]; the rest is on the special tokens BOS and EOS.
    windows : tuple of (start, end)
        The windows in which the protein was read (numbered from 1, ends included); more
        than one for a protein longer than the encoder's window.
    landmarks : tuple of Landmark
        Those of the kinase domain that predictions are about.
    """

    protein: Protein
    received: np.ndarray
    given: np.ndarray
    windows: tuple[tuple[int, int], ...]
    regions: tuple[Region, ...]
    landmarks: tuple[Landmark, ...]

    @property
    def by_layer(self) -> np.ndarray:
        """``(layers, residues)``: the mean over heads, each row summing to 1."""
        return self.received.mean(axis=1)

    @property
    def joints(self) -> tuple[tuple[int, int], ...]:
        """First and last residue of each stretch that two neighbouring windows share."""
        pairs = zip(self.windows, self.windows[1:], strict=False)
        return tuple((start, end) for (_, end), (start, _) in pairs)

    def by_head(self, direction: Direction, layer: int) -> np.ndarray:
        """``(heads, residues)`` of one layer, from 1, or the ``MEAN`` over layers."""
        values = self._of(direction)
        return np.asarray(values.mean(axis=0) if layer == MEAN else values[layer - 1])

    def profile(self, direction: Direction, layer: int, head: int) -> np.ndarray:
        """``(residues,)`` of one layer and head, both from 1.

        The ``MEAN`` or ``MAXIMUM`` over heads is taken in each layer, the ``MEAN`` over layers
        last.
        """
        values = self._of(direction)
        chosen = values if layer == MEAN else values[layer - 1 : layer]
        if head == MEAN:
            by_layer = chosen.mean(axis=1)
        elif head == MAXIMUM:
            by_layer = chosen.max(axis=1)
        else:
            by_layer = chosen[:, head - 1]
        return np.asarray(by_layer.mean(axis=0))

    def _of(self, direction: Direction) -> np.ndarray:
        return self.received if direction == "received" else self.given

    def to_dict(self) -> dict[str, Any]:
        """Return the attention, means over heads, as plain JSON types."""
        layers, heads, _ = self.received.shape
        return {
            "sequence": self.protein.sequence,
            "layers": layers,
            "heads": heads,
            "received": [[round(float(x), 7) for x in row] for row in self.by_layer],
            "given": [[round(float(x), 5) for x in row] for row in self.given.mean(axis=1)],
            "windows": [list(window) for window in self.windows],
            "regions": [region.to_dict() for region in self.regions],
            "landmarks": [landmark.to_dict() for landmark in self.landmarks],
            "receipt": {"protein": list(self.protein.changes)},
        }
