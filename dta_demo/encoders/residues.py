"""Embeddings of the residues of a protein, joined from the windows in which it was read."""

from dataclasses import dataclass

import torch
from torch import Tensor

from dta_demo.encoders.windows import cross_fade


@dataclass(frozen=True)
class ResidueEmbeddings:
    """Embeddings and attention of every residue of a protein of n residues.

    Attributes
    ----------
    residues : Tensor of float32, shape (n, hidden)
        Embeddings of the last layer; row *i* belongs to residue *i* + 1.
    cls : Tensor of float32, shape (windows, hidden)
        Embedding of the BOS token in each window.
    windows : tuple of (int, int)
        First and last residue of each window, numbered from 1, both included.
    received : Tensor of float32, shape (layers, heads, n), or None
        Attention received (see `attention.ReceivedAttention`); sums to 1 over the residues.
    given : Tensor of float32, shape (layers, heads, n), or None
        Fraction of its attention that each residue gives to residues, in [0, 1]; None where
        `received` is.
    hidden : Tensor of float32, shape (chosen layers, n, hidden), or None
        Output of the layers that were asked for, in their order.
    """

    residues: Tensor
    cls: Tensor
    windows: tuple[tuple[int, int], ...]
    received: Tensor | None = None
    given: Tensor | None = None
    hidden: Tensor | None = None


@dataclass(frozen=True)
class WindowEmbeddings:
    """Embeddings and attention of one window of m residues, as views of its batch.

    Attributes
    ----------
    cls : Tensor, shape (hidden,)
    residues : Tensor, shape (m, hidden)
    hidden : Tensor, shape (chosen layers, m, hidden), or None
    received, given : Tensor, shape (layers, heads, m), or None
    """

    cls: Tensor
    residues: Tensor
    hidden: Tensor | None
    received: Tensor | None
    given: Tensor | None

    @classmethod
    def cut(
        cls,
        row: int,
        length: int,
        embeddings: Tensor,
        hidden: Tensor | None = None,
        received: Tensor | None = None,
        given: Tensor | None = None,
    ) -> "WindowEmbeddings":
        """Select one sequence of a padded batch, without its special tokens."""
        inner = slice(1, length + 1)
        return cls(
            cls=embeddings[row, 0],
            residues=embeddings[row, inner],
            hidden=None if hidden is None else hidden[row, :, inner],
            received=None if received is None else received[row, :, :, inner],
            given=None if given is None else given[row, :, :, inner],
        )


class WindowJoiner:
    """Joins the windows of one protein, which come in any order, by a linear cross-fade.

    Received attention sums to 1 within each window.  As the windows are equally long, it is faded
    like the embeddings and normalised at the end.  Given attention is faded only.

    All results are allocated in advance: allocated between two windows, they would fragment the
    memory that the first one freed, so that the second would not fit into it.

    Parameters
    ----------
    windows : tuple of (int, int)
        First and last residue of each window, numbered from 1.
    channels : int
        Hidden size.
    kept_layers : int
        Number of layers whose output is joined besides the last.
    attention : (int, int) or None
        Numbers of layers and heads of the received and given attention; None without them.
    device : torch.device
    """

    def __init__(
        self,
        windows: tuple[tuple[int, int], ...],
        channels: int,
        kept_layers: int,
        attention: tuple[int, int] | None,
        device: torch.device,
    ) -> None:
        length = windows[-1][1]
        self.windows = windows
        self.cls = torch.zeros(len(windows), channels, device=device)
        self.residues = torch.zeros(length, channels, device=device)
        self.hidden: Tensor | None = None
        if kept_layers:
            self.hidden = torch.zeros(kept_layers, length, channels, device=device)
        self.received: Tensor | None = None
        self.given: Tensor | None = None
        if attention is not None:
            self.received = torch.zeros(*attention, length, device=device)
            self.given = torch.zeros(*attention, length, device=device)

    def add(self, number: int, embeddings: WindowEmbeddings) -> None:
        """Add the results of one window."""
        start, end = self.windows[number]
        place = slice(start - 1, end)
        device = embeddings.residues.device
        fade = cross_fade(self.windows, number).to(device)
        # The encoder may have left an accelerator between two windows.
        self.cls, self.residues = self.cls.to(device), self.residues.to(device)
        self.cls[number] = embeddings.cls
        self.residues[place] += embeddings.residues * fade[:, None]
        if self.hidden is not None:
            assert embeddings.hidden is not None
            self.hidden = self.hidden.to(device)
            self.hidden[:, place] += embeddings.hidden * fade[:, None]
        if self.received is not None:
            assert embeddings.received is not None
            self.received = self.received.to(device)
            self.received[..., place] += embeddings.received * fade
        if self.given is not None:
            assert embeddings.given is not None
            self.given = self.given.to(device)
            self.given[..., place] += embeddings.given * fade

    def finish(self) -> ResidueEmbeddings:
        """Return the joined results, once every window has been added."""
        if self.received is not None:
            self.received /= self.received.sum(dim=-1, keepdim=True)
        return ResidueEmbeddings(
            residues=self.residues,
            cls=self.cls,
            windows=self.windows,
            received=self.received,
            given=self.given,
            hidden=self.hidden,
        )
