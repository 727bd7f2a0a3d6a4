from types import SimpleNamespace

import numpy as np
import pytest
import torch
from filelock import FileLock

from dta_demo.model.config import DTAConfig
from dta_demo.molecules.fingerprints import fingerprint_smiles
from dta_demo.training.drug_encoders import DrugEncoders
from dta_demo.training.molecules import DrugEncoderTraining
from tests.support.datasets import MOLECULES
from tests.support.tables import FRAGMENTS, make_molecules

CONFIG = DTAConfig(
    fingerprint_bits=FRAGMENTS // 2, drug_networks=2, drug_hidden=16, drug_channels=8
)


@pytest.fixture
def prepared(tmp_path):
    """As much of a preparation as drug encoders read."""
    return SimpleNamespace(
        config=CONFIG,
        table=SimpleNamespace(smiles=tuple(MOLECULES)),
        molecules=[make_molecules(molecules=300)],
        settings=SimpleNamespace(run=tmp_path / "run", member=SimpleNamespace(seed=0)),
    )


@pytest.fixture
def encoders(prepared):
    return DrugEncoders(prepared)


def files(prepared):
    run = prepared.settings.run
    return {str(path.relative_to(run)) for path in run.glob("*/*.safetensors")}


def test_a_fold_of_targets_has_an_encoder_of_its_own_in_a_folder_of_its_own(encoders, prepared):
    whole, without = encoders.embeddings(), encoders.embeddings(1)
    assert whole.shape == without.shape == (len(MOLECULES), 2 * 8)
    assert np.abs(whole - without).max() > 0.01
    assert files(prepared) == {
        f"{folder}/network-{number}.safetensors"
        for folder in ("drug-encoder", "drug-encoder-1")
        for number in (0, 1)
    }


def test_an_encoder_is_trained_once_and_a_later_process_reads_it(encoders, prepared, monkeypatch):
    embeddings = encoders.embeddings()
    monkeypatch.setattr(DrugEncoderTraining, "_train", None)
    assert encoders.encoder() is encoders.encoder()
    np.testing.assert_array_equal(DrugEncoders(prepared).embeddings(), embeddings)


def test_weights_are_rounded_as_the_checkpoint_holds_them(encoders):
    encoder = encoders.encoder()
    assert not encoder.training
    for weights in encoder.state_dict().values():
        assert torch.equal(weights, weights.half().float())


def test_members_read_counts_and_embeddings(encoders):
    inputs = encoders.inputs(1)
    assert inputs.shape == (len(MOLECULES), CONFIG.drug_inputs)
    counts = fingerprint_smiles(MOLECULES, CONFIG.fingerprint_bits).counts
    np.testing.assert_array_equal(inputs[:, :FRAGMENTS], counts)
    np.testing.assert_array_equal(inputs[:, FRAGMENTS:], encoders.embeddings(1))


def test_networks_that_another_process_trains_are_left_to_it(encoders, prepared):
    folder = prepared.settings.run / "drug-encoder"
    folder.mkdir(parents=True)
    with FileLock(folder / "network-0.lock"):
        encoders.share_out([-1, 2])
    assert files(prepared) == {
        "drug-encoder/network-1.safetensors",
        "drug-encoder-2/network-0.safetensors",
        "drug-encoder-2/network-1.safetensors",
    }
    encoders.encoder()
    assert "drug-encoder/network-0.safetensors" in files(prepared)
