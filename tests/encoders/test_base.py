import mmap
import sys

import pytest
import torch
from torch import nn

from dta_demo.encoders.base import BaseEncoder


class Toy(BaseEncoder):
    """Counts letters, and holds a large block of memory while it does."""

    def __init__(self):
        super().__init__(output_dim=3)
        self.linear = nn.Linear(1, 3)
        self.frozen = nn.Linear(2, 2, bias=False).requires_grad_(False)
        self.register_buffer("offset", torch.zeros(5, dtype=torch.float64))

    def forward(self, inputs):
        with self._measured():
            # From the system itself: an allocator takes memory that earlier tests had freed, if
            # it has enough, and then the process does not grow.
            fresh = mmap.mmap(-1, 64 * 2**20)
            block = torch.frombuffer(fresh, dtype=torch.float32).fill_(1)
            lengths = torch.tensor([[float(len(text))] for text in inputs])
            return self.linear(lengths) + 0 * block[0]


def test_an_encoder_must_have_a_forward():
    with pytest.raises(TypeError, match="forward"):
        BaseEncoder(output_dim=2)


def test_parameters_are_counted():
    encoder = Toy()
    assert encoder.count_parameters() == 10
    assert encoder.count_parameters(trainable_only=True) == 6


def test_the_footprint_counts_bytes():
    footprint = Toy().memory_footprint()
    assert footprint.parameter_bytes == 40
    assert footprint.buffer_bytes == 40
    assert footprint.total_bytes == 80


def test_the_device_is_that_of_the_parameters():
    assert Toy().device == torch.device("cpu")
    assert Toy().to("meta").device == torch.device("meta")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
def test_the_peak_of_the_last_call_can_be_read():
    encoder = Toy()
    assert encoder.peak_memory is None
    assert encoder(["AC", "D"]).shape == (2, 3)
    assert 50e6 < encoder.peak_memory.growth < 200e6
    assert encoder.peak_memory.total > encoder.peak_memory.growth
