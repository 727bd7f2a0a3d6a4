"""States of a protein's residues, joined from the windows in which it was read."""

from dataclasses import dataclass

import torch
from torch import Tensor

from dta_demo.encoders.windows import cross_fade


@dataclass(frozen=True)
class ResidueStates:
    """What the encoder says of every residue of one protein of n residues.

    Attributes
    ----------
    residues : Tensor of float32, shape (n, hidden)
        Last states; row *i* belongs to residue *i* + 1.
    cls : Tensor of float32, shape (windows, hidden)
        Last state of the BOS token in each window.
    windows : tuple of (int, int)
        First and last residue of each window, from 1, both inclusive.
    received : Tensor of float32, shape (layers, heads, n), or None
        Attention received, see `attention.ReceivedAttention`; sums to 1 over the residues.
    hidden : Tensor of float32, shape (chosen layers, n, hidden), or None
        Output of the layers that were asked for.
    """

    residues: Tensor
    cls: Tensor
    windows: tuple[tuple[int, int], ...]
    received: Tensor | None = None
    hidden: Tensor | None = None


@dataclass(frozen=True)
class WindowStates:
    """The same of one window of m residues, as views of the batch it ran in.

    Attributes
    ----------
    cls : Tensor, shape (hidden,)
    residues : Tensor, shape (m, hidden)
    hidden : Tensor, shape (chosen layers, m, hidden), or None
    received : Tensor, shape (layers, heads, m), or None
    """

    cls: Tensor
    residues: Tensor
    hidden: Tensor | None
    received: Tensor | None

    @classmethod
    def cut(
        cls, row: int, length: int, states: Tensor, hidden: Tensor | None, received: Tensor | None
    ) -> "WindowStates":
        """Cut one sequence out of a padded batch, without its special tokens."""
        inner = slice(1, length + 1)
        return cls(
            cls=states[row, 0],
            residues=states[row, inner],
            hidden=None if hidden is None else hidden[row, :, inner],
            received=None if received is None else received[row, :, :, inner],
        )


class WindowJoiner:
    """Joins the windows of one protein by a linear cross-fade, in any order of arrival.

    Received attention sums to 1 within each window.  As the windows are equally long it is faded
    like the states, and normalised at the end.

    Parameters
    ----------
    windows : tuple of (int, int)
        First and last residue of each window, from 1.
    """

    def __init__(self, windows: tuple[tuple[int, int], ...]) -> None:
        self.windows = windows
        self.length = windows[-1][1]
        self.cls: dict[int, Tensor] = {}
        self.residues: Tensor | None = None
        self.hidden: Tensor | None = None
        self.received: Tensor | None = None

    def add(self, number: int, states: WindowStates) -> None:
        """Add what one window gave."""
        start, end = self.windows[number]
        place = slice(start - 1, end)
        fade = cross_fade(self.windows, number).to(states.residues.device)
        # A copy, or else the view would keep its whole batch alive.
        self.cls[number] = states.cls.float().clone()
        self.residues = self._blend(self.residues, states.residues, fade[:, None], place, -2)
        if states.hidden is not None:
            self.hidden = self._blend(self.hidden, states.hidden, fade[:, None], place, -2)
        if states.received is not None:
            self.received = self._blend(self.received, states.received, fade, place, -1)

    def _blend(
        self, total: Tensor | None, part: Tensor, fade: Tensor, place: slice, axis: int
    ) -> Tensor:
        """Add a faded part to the total at its place along the axis of the residues."""
        if total is None:
            shape = list(part.shape)
            shape[axis] = self.length
            total = torch.zeros(shape, device=part.device)
        # The encoder may have left an accelerator between two windows.
        total = total.to(part.device)
        total.narrow(axis, place.start, place.stop - place.start).add_(part * fade)
        return total

    def finish(self) -> ResidueStates:
        """Return the joined states, once every window was added."""
        assert self.residues is not None
        cls = [self.cls[number].to(self.residues.device) for number in range(len(self.windows))]
        received = self.received
        if received is not None:
            received = received / received.sum(dim=-1, keepdim=True)
        return ResidueStates(
            residues=self.residues,
            cls=torch.stack(cls),
            windows=self.windows,
            received=received,
            hidden=self.hidden,
        )
