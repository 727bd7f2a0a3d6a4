"""A tiny random ESM-2, big enough to tell layers, heads and residues apart."""

from pathlib import Path

import pytest
import torch
from transformers import EsmModel

from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from tests.support.encoders import make_esm, random_sequence, save_esm


@pytest.fixture(scope="package", autouse=True)
def one_thread():
    """Tensors this small only lose time to a second thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def esm_folder(tmp_path_factory) -> Path:
    return save_esm(make_esm(), tmp_path_factory.mktemp("esm2"))


@pytest.fixture(scope="session")
def eager(esm_folder) -> EsmModel:
    """The reference: transformers' own model with attention maps."""
    return EsmModel.from_pretrained(
        esm_folder, add_pooling_layer=False, attn_implementation="eager"
    ).eval()


@pytest.fixture
def make_encoder(esm_folder):
    def make(**settings) -> MemoryOptimizedESMEncoder:
        torch.manual_seed(1)
        settings = {"model_name": str(esm_folder), "device": "cpu", "output_dim": 16, **settings}
        return MemoryOptimizedESMEncoder(**settings).eval()

    return make


@pytest.fixture
def sequences() -> list[str]:
    """Mixed lengths, in no order."""
    return [random_sequence(length) for length in (7, 1, 60, 13, 33, 150, 2, 20)]
