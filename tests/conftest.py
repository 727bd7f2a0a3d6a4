"""Fixtures that several rooms use, and the tiers of the tests."""

import json
import os

if "PYTEST_XDIST_WORKER" in os.environ:
    # Workers share the cores: a second thread of each, and of each process that a test starts,
    # would wait for the other workers' threads. The libraries read this when they are imported.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
import torch
from hypothesis import settings
from transformers import EsmModel

from dta_demo import AffinityPredictor
from dta_demo.cli.main import main
from tests.support import fuzzing  # noqa: F401  (registers the profiles)
from tests.support.datasets import write_dataset
from tests.support.encoders import make_config, save_esm
from tests.support.paths import EXAMPLES, SHARED_DATA

settings.load_profile("usual")

TIERS = {
    "browser": {"chromium"},
    "checkpoint": {"predictor", "planted"},
    "data": {"shared_data"},
    "fuzz": set(),
    "slow": set(),
    "training": {"tiny_checkpoint"},
}
"""Markers, and the fixtures whose use puts a test into each; more are marked by hand."""

MODULES = {
    "slow": (
        "benchmarks/test_timing.py", "data/test_fetch.py", "evaluation/test_plots.py",
        "molecules/test_conformers.py", "runtime/test_download.py", "structures/test_align.py",
        "structures/test_parse.py", "structures/test_structures_fuzz.py", "test_packaging.py",
        "ui/attention/test_figure.py", "ui/page/test_observability.py", "ui/page/test_server.py",
        "ui/structure/test_scenes.py",
    ),
    "training": (
        "training/test_drug_encoders.py", "training/test_member.py", "training/test_molecules.py",
        "training/test_recipe.py", "training/test_tuned_readout.py", "training/test_tuning.py",
        "training/test_tuning_demo.py",
    ),
}  # fmt: skip
"""Markers of whole modules: those that take seconds, and those that train."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark each test by the fixtures that it uses, and what is in no tier as fast."""
    for item in items:
        for tier, fixtures in TIERS.items():
            if fixtures.intersection(item.fixturenames):
                item.add_marker(tier)
        for tier, modules in MODULES.items():
            if item.path.as_posix().endswith(modules):
                item.add_marker(tier)
        if not any(item.get_closest_marker(tier) for tier in TIERS):
            item.add_marker("fast")


@pytest.fixture(scope="session")
def predictor():
    """The bundled checkpoint."""
    return AffinityPredictor.load(device="cpu")


@pytest.fixture
def loaded_once(predictor, monkeypatch):
    """Let every request for the bundled checkpoint get the one that is loaded."""
    load = AffinityPredictor.load

    def reuse(checkpoint=None, device="auto", precision="float32"):
        is_bundled = checkpoint is None and precision == "float32"
        return predictor if is_bundled else load(checkpoint, device, precision)

    monkeypatch.setattr(AffinityPredictor, "load", reuse)


@pytest.fixture(scope="session")
def examples():
    return {row["title"]: row for row in json.loads(EXAMPLES.read_text(encoding="utf-8"))}


@pytest.fixture(scope="session")
def shared_data():
    if not SHARED_DATA.is_dir():
        pytest.skip("the training data is not here")
    return SHARED_DATA


@pytest.fixture
def small_dataset(tmp_path):
    return write_dataset(tmp_path / "small")


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory):
    """A folder with a random ESM-2 of two small layers."""
    torch.manual_seed(0)
    config = make_config(
        num_hidden_layers=2, hidden_dropout_prob=0.1, attention_probs_dropout_prob=0.1
    )
    return save_esm(EsmModel(config, add_pooling_layer=False), tmp_path_factory.mktemp("esm"))


@pytest.fixture(scope="session")
def tiny_checkpoint(tmp_path_factory, tiny_encoder):
    """A checkpoint whose members left folds 0 and 1 of `first_dataset` out."""
    folder = tmp_path_factory.mktemp("tiny")
    arguments = [
        "train", "--data", str(write_dataset(folder / "first")), "--encoder", str(tiny_encoder),
        "--run", str(folder / "run"), "--output", str(folder / "checkpoint"), "--folds", "0,1",
        "--epochs", "2", "--device", "cpu",
    ]  # fmt: skip
    assert main(arguments) == 0
    return folder / "checkpoint"


@pytest.fixture(scope="session")
def tiny_predictor(tiny_checkpoint):
    return AffinityPredictor.load(tiny_checkpoint, device="cpu")


@pytest.fixture
def first_dataset(tmp_path):
    """The pairs that `tiny_checkpoint` was trained on."""
    return write_dataset(tmp_path / "first")
