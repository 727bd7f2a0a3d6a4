import sys

import pytest
import torch

from dta_demo.benchmarks.peers import PEERS, build_esm_cpp, build_fair_esm, plain_model
from dta_demo.benchmarks.records import NotMeasurableError
from dta_demo.benchmarks.samples import fresh_protein


@pytest.fixture(scope="module")
def encoder(predictor):
    return predictor.encoder


def states_of(encoder, sequence: str) -> torch.Tensor:
    (found,) = encoder.encode_residues([sequence])
    return torch.cat([found.cls, found.residues])


@pytest.mark.parametrize("name", ["sdpa", "masked", "eager"])
def test_transformers_gives_our_last_states(encoder, name):
    sequence = fresh_protein(150, 3)
    embeddings = PEERS[name](encoder)(sequence)
    torch.testing.assert_close(embeddings[:-1], states_of(encoder, sequence), atol=1e-4, rtol=0)


def test_a_peer_leaves_the_encoder_as_it_was(encoder):
    weight = encoder.esm.get_parameter("encoder.emb_layer_norm_after.weight")
    model = plain_model(encoder)
    theirs = model.get_parameter("encoder.emb_layer_norm_after.weight")
    assert torch.equal(weight, theirs)
    assert weight.data_ptr() != theirs.data_ptr()
    assert encoder.esm.config._attn_implementation != model.config._attn_implementation


def test_fair_esm_gives_our_last_states(encoder):
    pytest.importorskip("esm.model.esm2", reason="fair-esm is not installed")
    sequence = fresh_protein(150, 3)
    embeddings = build_fair_esm(encoder)(sequence)
    torch.testing.assert_close(embeddings[:-1], states_of(encoder, sequence), atol=1e-4, rtol=0)


@pytest.mark.parametrize(
    ("build", "module", "package"),
    [(build_fair_esm, "esm", "fair-esm"), (build_esm_cpp, "esm_cpp", "esm-cpp")],
)
def test_an_absent_peer_says_how_to_get_it(encoder, monkeypatch, build, module, package):
    for name in [name for name in sys.modules if name.split(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    message = rf"{package} is not installed \(pip install {package}\)"
    with pytest.raises(NotMeasurableError, match=message):
        build(encoder)
