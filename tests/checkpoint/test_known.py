"""The known kinases of a checkpoint, and the files that a seal must name, without a network."""

import gzip
import json

import pytest

from dta_demo.checkpoint.checks import CheckpointError
from dta_demo.checkpoint.reading import load_known
from dta_demo.checkpoint.seal import NEEDED, check_seal, seal
from dta_demo.kinases.construct import Construct
from dta_demo.kinases.domains import KinaseProfile
from dta_demo.kinases.known import KNOWN_KINASES, KnownKinases
from dta_demo.kinases.targets import Target
from dta_demo.predictor.predictor import CHECKPOINT
from tests.support.datasets import KINASE


@pytest.fixture(scope="module")
def profile():
    return KinaseProfile.load(CHECKPOINT / "kinase.hmm")


@pytest.fixture
def path(tmp_path, profile):
    path = tmp_path / KNOWN_KINASES
    KnownKinases.of([Target("K", Construct("MGS" + KINASE))], profile).save(path)
    return path


def test_they_are_read_ready_for_the_first_request(path, profile):
    found = load_known(path, profile)
    assert [each.form.letters for each in found] == [KINASE]
    assert "words" in vars(found)


@pytest.mark.parametrize("content", [None, b"no gzip"])
def test_a_file_that_cannot_be_read_is_a_fault_of_the_checkpoint(path, profile, content):
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CheckpointError, match="cannot be read as known kinases"):
        load_known(path, profile)


def test_an_alignment_with_another_profile_is_refused(path, profile):
    entry = {"names": ["K"], "letters": "ACDEF", "start": 1, "score": 50.0, "runs": [[0, 1, 3]]}
    document = json.dumps({"columns": 8, "kinases": [entry]})
    path.write_bytes(gzip.compress(document.encode()))
    with pytest.raises(CheckpointError, match="aligned with another profile"):
        load_known(path, profile)


def test_a_seal_names_the_known_kinases_and_binding_where_it_is_there(tmp_path):
    for name in (*NEEDED, "model.safetensors"):
        (tmp_path / name).write_text(name)
    (tmp_path / "config.json").write_text("{}")
    seal(tmp_path)
    assert KNOWN_KINASES in json.loads((tmp_path / "config.json").read_text())["files"]
    (tmp_path / "binding.json").write_text("{}")
    with pytest.raises(CheckpointError, match=r"lacks the file 'binding\.json'"):
        check_seal(tmp_path)
    seal(tmp_path)
    (tmp_path / KNOWN_KINASES).write_text("others")
    with pytest.raises(CheckpointError, match=r"file kinases\.json\.gz .* is not the one"):
        check_seal(tmp_path)
