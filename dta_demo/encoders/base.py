"""Base class of the encoders: a batch of texts in, one vector per text out."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from dta_demo.encoders.devices import MemoryFootprint, MemoryMeter, PeakMemory


class BaseEncoder(nn.Module, ABC):
    """An encoder of texts (protein sequences, SMILES).

    Parameters
    ----------
    output_dim : int
        Channels of the vectors that `forward` returns.
    """

    def __init__(self, output_dim: int) -> None:
        super().__init__()
        self.output_dim = output_dim
        self._peak_memory: PeakMemory | None = None

    @abstractmethod
    def forward(self, inputs: list[str]) -> Tensor:
        """Encode texts.

        Parameters
        ----------
        inputs : list of str
            A batch of any size.

        Returns
        -------
        Tensor, shape (batch, output_dim)
            One vector per text, in the order of the texts.
        """

    @property
    def device(self) -> torch.device:
        """Device of the parameters; the CPU for an encoder without any."""
        for parameter in self.parameters():
            return parameter.device
        return torch.device("cpu")

    def count_parameters(self, trainable_only: bool = False) -> int:
        """Count the parameters, or only those that train."""
        return sum(
            parameter.numel()
            for parameter in self.parameters()
            if parameter.requires_grad or not trainable_only
        )

    def memory_footprint(self) -> MemoryFootprint:
        """Bytes of the parameters and of the buffers."""
        return MemoryFootprint(
            parameter_bytes=sum(tensor.nbytes for tensor in self.parameters()),
            buffer_bytes=sum(tensor.nbytes for tensor in self.buffers()),
        )

    @property
    def peak_memory(self) -> PeakMemory | None:
        """Peak memory of the last call, None before the first one."""
        return self._peak_memory

    @contextmanager
    def _measured(self) -> Iterator[None]:
        """Record the peak memory of a block as that of the last call."""
        meter = MemoryMeter(self.device)
        yield
        self._peak_memory = meter.read()
