"""Copies of the bundled checkpoint that a test can spoil."""

import os
import shutil

import pytest

from dta_demo.checkpoint import seal as seal_module
from dta_demo.checkpoint.seal import check_seal, digest_file
from dta_demo.model.network import DTAModel
from dta_demo.predictor.predictor import CHECKPOINT

DIGESTS: dict[tuple[int, int, int], str] = {}


@pytest.fixture(scope="module")
def shared_copy(tmp_path_factory):
    """A copy of the bundled checkpoint, whose files the folders of all tests share."""
    folder = shutil.copytree(CHECKPOINT, tmp_path_factory.mktemp("shared") / "checkpoint")
    yield folder
    assert check_seal(folder) == check_seal(CHECKPOINT), "a test wrote into a shared file"


@pytest.fixture
def folder(shared_copy, tmp_path):
    """A folder of hard links; what is changed in it is written anew."""
    return shutil.copytree(shared_copy, tmp_path / "checkpoint", copy_function=os.link)


@pytest.fixture
def network_is_loaded(predictor, monkeypatch):
    """Load no network where another file is spoiled, and hash each shared file once."""
    network = predictor._loaded.ensemble.model
    monkeypatch.setattr(DTAModel, "load", lambda folder: network)
    monkeypatch.setattr(seal_module, "digest_file", digest_once)


def digest_once(path):
    status = path.stat()
    file = (status.st_ino, status.st_mtime_ns, status.st_size)
    if file not in DIGESTS:
        DIGESTS[file] = digest_file(path)
    return DIGESTS[file]
