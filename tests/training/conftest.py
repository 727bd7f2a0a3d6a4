import pytest

from dta_demo import AffinityPredictor
from dta_demo.cli.main import main
from tests.conftest import write_dataset


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
