"""Copies of the bundled checkpoint that a test can spoil."""

import os
import shutil
from functools import cache

import pytest

from dta_demo.checkpoint import seal as seal_module
from dta_demo.checkpoint.seal import check_seal, digest_file
from dta_demo.kinases import known
from dta_demo.kinases.words import WordIndex
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
def shared_is_hashed(monkeypatch):
    """Hash each shared file once, as long as it stays as it is."""
    monkeypatch.setattr(seal_module, "digest_file", digest_once)


@pytest.fixture
def network_is_loaded(predictor, shared_is_hashed, monkeypatch):
    """Load no network where another file is spoiled, and index the known kinases once."""
    network = predictor._loaded.ensemble.model
    monkeypatch.setattr(DTAModel, "load", lambda folder: network)
    monkeypatch.setattr(known, "WordIndex", lambda sequences: index_once(tuple(sequences)))


def digest_once(path):
    status = path.stat()
    file = (status.st_ino, status.st_mtime_ns, status.st_size)
    if file not in DIGESTS:
        DIGESTS[file] = digest_file(path)
    return DIGESTS[file]


@cache
def index_once(sequences):
    return WordIndex(sequences)
