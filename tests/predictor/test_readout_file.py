import json
import shutil

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file

from dta_demo.checkpoint.checks import CheckpointError
from dta_demo.predictor.kinome_file import digest_weights
from dta_demo.predictor.pooled_kinome import load_pooled_kinome
from dta_demo.predictor.pooling import KINOME, READOUTS
from dta_demo.predictor.predictor import CHECKPOINT
from dta_demo.predictor.readout_file import load_readouts, save_readouts
from dta_demo.runtime.bundled import bundled_file

pytestmark = pytest.mark.checkpoint

HIDDEN = 320


@pytest.fixture(scope="module")
def digest() -> str:
    return digest_weights(CHECKPOINT)


def read(name: str):
    with safe_open(bundled_file(name), framework="np") as file:
        names = file.keys()
        return {key: file.get_tensor(key) for key in names}, dict(file.metadata())


def test_readouts_take_at_most_three_megabytes():
    assert bundled_file(READOUTS).stat().st_size < 3_000_000


def test_readouts_are_written_as_they_were_read(tmp_path, digest):
    found = load_readouts(bundled_file(READOUTS), digest, HIDDEN)
    sizes = {"networks": 5, "hidden": 64, "factors": 32, "heads": 8}
    save_readouts(found, sizes, digest, tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == bundled_file(READOUTS).read_bytes()


def test_readouts_of_other_weights_are_refused():
    with pytest.raises(CheckpointError, match="other weights"):
        load_readouts(bundled_file(READOUTS), "0" * 64, HIDDEN)
    with pytest.raises(CheckpointError, match="other weights"):
        load_pooled_kinome(bundled_file(KINOME), "0" * 64, HIDDEN)


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("mean.protein.weight", None, "lacks"),
        ("mean.protein.weight", np.zeros((5, 320, 63), np.float16), "was expected"),
        ("max.scale.spread", np.zeros(320, np.float16), "not above 0"),
        ("cls.drug.bias", np.full((5, 1, 64), np.nan, np.float16), "not finite"),
        ("attention.score.weight", np.zeros((5, 7, 320), np.float16), "was expected"),
    ],
)
def test_damaged_readouts_are_refused(tmp_path, digest, key, value, fault):
    arrays, metadata = read(READOUTS)
    arrays.pop(key)
    if value is not None:
        arrays[key] = value
    save_file(arrays, tmp_path / "file", metadata)
    with pytest.raises(CheckpointError, match=fault):
        load_readouts(tmp_path / "file", digest, HIDDEN)


@pytest.mark.parametrize(
    "change",
    [
        {"sizes": {"networks": 10**9, "hidden": 64, "factors": 32, "heads": 8}},
        {"sizes": 5},
        {"calibrations": {}},
        {"figures": {"mean": 0}},
    ],
)
def test_impossible_entries_are_refused_before_anything_is_built(tmp_path, digest, change):
    arrays, metadata = read(READOUTS)
    entries = {**json.loads(metadata["readouts"]), **change}
    save_file(arrays, tmp_path / "file", {"readouts": json.dumps(entries)})
    with pytest.raises(CheckpointError):
        load_readouts(tmp_path / "file", digest, HIDDEN)


@pytest.mark.parametrize("content", [b"", b"not safetensors", b"\x80\x04."])
def test_what_is_no_such_file_is_refused(tmp_path, digest, content):
    (tmp_path / "file").write_bytes(content)
    for load in (load_readouts, load_pooled_kinome):
        with pytest.raises(CheckpointError, match="cannot be read"):
            load(tmp_path / "file", digest, HIDDEN)


def test_a_kinome_of_another_catalogue_is_refused(tmp_path, digest):
    arrays, metadata = read(KINOME)
    entries = json.loads(metadata["kinome"])
    entries["labels"][0] = "NOBODY"
    save_file(arrays, tmp_path / "file", {"kinome": json.dumps(entries)})
    with pytest.raises(CheckpointError, match="another catalogue"):
        load_pooled_kinome(tmp_path / "file", digest, HIDDEN)
    shutil.copy(bundled_file(READOUTS), tmp_path / "readouts")
    with pytest.raises(CheckpointError, match="cannot be read as pooled kinases"):
        load_pooled_kinome(tmp_path / "readouts", digest, HIDDEN)
