"""Attention of another encoder along a protein of the bundled model."""

import numpy as np
import pytest
import torch

from dta_demo.encoders.other import load_encoder
from dta_demo.inputs.protein import parse_protein
from dta_demo.predictor.other_encoder import OtherEncoder
from tests.support.encoders import make_esm, save_esm


@pytest.fixture(scope="module")
def other(predictor, tmp_path_factory):
    folder = save_esm(make_esm(), tmp_path_factory.mktemp("esm2"))
    return OtherEncoder(predictor, "tiny", load_encoder(folder, torch.device("cpu")))


@pytest.fixture(scope="module")
def protein(examples):
    return parse_protein(examples["Staurosporine – CDK2"]["sequence"])


def test_its_attention_stands_beside_the_places_of_the_bundled_model(other, predictor, protein):
    assert not other.remembers(protein)
    found, bundled = other.attention(protein), predictor.attention(protein)
    assert found.received.shape == (4, 4, len(protein.sequence))
    (alone,) = other.encoder.encode_residues([protein.sequence], received=True)
    np.testing.assert_allclose(found.received, alone.received.numpy(), atol=1e-6)
    np.testing.assert_allclose(found.given, alone.given.numpy(), atol=1e-6)
    assert (found.regions, found.landmarks) == (bundled.regions, bundled.landmarks)
    assert other.remembers(protein)


def test_nothing_of_one_encoder_is_taken_for_that_of_the_other(other, predictor, protein):
    ours, theirs = predictor.attention_map(protein, 1, 1), other.attention_map(protein, 1, 1)
    assert np.abs(ours - theirs).max() > 1e-3
    received = other.attention(protein).received[0, 0]
    np.testing.assert_allclose(theirs.mean(axis=0), received, atol=1e-5)
    rollouts = [each.attention_rollout(protein) for each in (predictor, other)]
    assert np.abs(rollouts[0] - rollouts[1]).max() > 1e-6
    assert rollouts[1].sum() == pytest.approx(1.0, abs=1e-4)
    assert other.head_statistics(protein).entropy.shape == (4, 4)
    assert predictor.head_statistics(protein).entropy.shape == (6, 20)


def test_predictions_stay_with_the_bundled_model(other, predictor, protein):
    before = predictor.predict(protein, "CCO").affinity
    other.attention(protein)
    assert predictor.predict(protein, "CCO").affinity == before
    assert other.times_bundled == 1.0
