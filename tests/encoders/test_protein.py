import functools
import logging

import huggingface_hub
import pytest
import torch
from transformers import BertConfig, EsmModel

from dta_demo.encoders import windows
from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.encoders.tokens import ResidueTokenizer
from dta_demo.encoders.truncation import Truncation
from dta_demo.encoders.windows import cross_fade, plan_windows
from tests.support.encoders import eager_states, make_config, make_esm, random_sequence

POOLINGS = ["cls", "mean", "max", "attention"]
CLOSE = {"atol": 1e-5, "rtol": 0}


# --- Building -----------------------------------------------------------------------------------


def test_the_defaults_are_those_of_the_contract():
    defaults = MemoryOptimizedESMEncoder.__init__.__defaults__
    assert defaults == (128, "facebook/esm2_t6_8M_UR50D", 200, True, True, "cls", 8, 0.1)


def test_there_is_no_pooler(make_encoder):
    assert make_encoder().esm.pooler is None


def test_a_model_that_cannot_be_had_is_one_clear_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    for name in ("nobody/no-such-model", str(tmp_path)):
        with pytest.raises(OSError, match="give a folder") as caught:
            MemoryOptimizedESMEncoder(model_name=name)
        assert "\n" not in str(caught.value)


def test_another_kind_of_model_is_refused(tmp_path):
    BertConfig().save_pretrained(tmp_path)
    with pytest.raises(ValueError, match="bert, not ESM-2"):
        MemoryOptimizedESMEncoder(model_name=str(tmp_path))


def test_esm1_is_refused():
    esm = EsmModel(make_config(position_embedding_type="absolute"), add_pooling_layer=False)
    with pytest.raises(ValueError, match="rotary"):
        MemoryOptimizedESMEncoder.from_esm(esm)


def test_a_vocabulary_of_another_size_is_refused():
    with pytest.raises(ValueError, match="40 tokens"):
        MemoryOptimizedESMEncoder.from_esm(make_esm(vocab_size=40))


@pytest.mark.parametrize("settings", [{"pooling_strategy": "sum"}, {"max_length": 0}])
def test_settings_out_of_range_are_refused(settings, make_encoder):
    with pytest.raises(ValueError, match=r"sum|max_length"):
        make_encoder(**settings)


def test_a_built_model_gives_the_same(make_encoder, sequences):
    loaded = make_encoder()
    built = MemoryOptimizedESMEncoder.from_esm(make_esm(), output_dim=16).eval()
    built.projection.load_state_dict(loaded.projection.state_dict())
    torch.testing.assert_close(built(sequences), loaded(sequences))


# --- forward --------------------------------------------------------------------------------------


@pytest.mark.parametrize("pooling", POOLINGS)
def test_padding_changes_no_embedding(pooling, make_encoder, sequences):
    encoder = make_encoder(pooling_strategy=pooling)
    with torch.no_grad():
        together = encoder(sequences)
        alone = torch.cat([encoder([sequence]) for sequence in sequences])
    assert together.shape == (len(sequences), 16)
    torch.testing.assert_close(together, alone, **CLOSE)


def test_the_readout_reads_the_states_of_the_library(make_encoder, eager, sequences):
    encoder = make_encoder(pooling_strategy="mean")
    means = torch.stack([eager_states(eager, s)[1:-1].mean(dim=0) for s in sequences])
    torch.testing.assert_close(encoder(sequences), encoder.projection(means), **CLOSE)


def test_without_a_pooling_there_is_no_forward(make_encoder):
    with pytest.raises(ValueError, match="encode_residues"):
        make_encoder(pooling_strategy=None)(["AC"])


@pytest.mark.parametrize("method", ["forward", "encode_residues", "get_attention_weights"])
def test_nothing_to_encode_is_refused(method, make_encoder):
    call = getattr(make_encoder(), method)
    for nothing in ([], ["AC", ""]):
        with pytest.raises(ValueError, match="at least one"):
            call(nothing)
    with pytest.raises(TypeError, match="list"):
        call("ACDE")


def test_a_long_sequence_is_cut_and_reported(make_encoder, caplog):
    encoder = make_encoder(max_length=20)
    long = random_sequence(30)
    with torch.no_grad(), caplog.at_level(logging.WARNING):
        found = encoder(["ACDE", long])
    assert encoder.last_truncations == [Truncation(index=1, length=30, kept=20)]
    assert "1 of 2 sequences were cut to their first 20 residues" in caplog.text
    torch.testing.assert_close(found[1:], encoder([long[:20]]), **CLOSE)
    encoder(["ACDE"])
    assert encoder.last_truncations == []


def test_a_large_call_is_limited_to_its_95th_percentile(make_encoder):
    encoder = make_encoder()
    encoder(["ACDEF"] * 19 + [random_sequence(90)])
    assert encoder.last_truncations == [Truncation(index=19, length=90, kept=5)]
    encoder(["ACDEF"] * 18 + [random_sequence(90)])
    assert encoder.last_truncations == []


def test_the_peak_memory_of_a_call_can_be_read(make_encoder):
    encoder = make_encoder()
    encoder(["ACDE"])
    assert encoder.peak_memory.total > encoder.memory_footprint().total_bytes


# --- Residues -------------------------------------------------------------------------------------


@pytest.mark.parametrize("received", [False, True])
def test_residue_states_are_those_of_the_library(received, make_encoder, eager, sequences):
    encoder = make_encoder(max_length=5, pooling_strategy=None)  # truncates nothing here
    for sequence, embeddings in zip(
        sequences, encoder.encode_residues(sequences, received=received), strict=True
    ):
        expected = eager_states(eager, sequence)
        torch.testing.assert_close(embeddings.residues, expected[1:-1], **CLOSE)
        torch.testing.assert_close(embeddings.cls, expected[:1], **CLOSE)
        assert embeddings.windows == ((1, len(sequence)),)
        assert (embeddings.received is not None) == (embeddings.given is not None) == received
        assert not embeddings.residues.requires_grad


def test_received_attention_comes_with_the_states(make_encoder, sequences):
    encoder = make_encoder()
    maps = encoder.get_attention_weights(sequences)
    found = encoder.encode_residues(sequences, received=True)
    for embeddings, attention in zip(found, maps, strict=True):
        torch.testing.assert_close(embeddings.received, attention.mean(dim=-2), **CLOSE)


@pytest.fixture
def short_windows(monkeypatch):
    plan = functools.partial(plan_windows, window=30, overlap=10)
    monkeypatch.setattr(windows, "plan_windows", plan)
    return plan


def test_a_long_protein_is_joined_from_windows(make_encoder, eager, short_windows):
    sequence = random_sequence(77)
    plan = short_windows(77)
    assert len(plan) > 2
    (embeddings,) = make_encoder().encode_residues([sequence])
    joined = torch.zeros(77, 32)
    for number, (start, end) in enumerate(plan):
        part = eager_states(eager, sequence[start - 1 : end])
        joined[start - 1 : end] += part[1:-1] * cross_fade(plan, number)[:, None]
        torch.testing.assert_close(embeddings.cls[number], part[0], **CLOSE)
    assert embeddings.windows == plan
    torch.testing.assert_close(embeddings.residues, joined, **CLOSE)


def test_received_attention_is_joined_and_sums_to_one(make_encoder, short_windows):
    encoder = make_encoder()
    sequence = random_sequence(77)
    (embeddings,) = encoder.encode_residues([sequence], received=True)
    assert embeddings.received.shape == (4, 4, 77)
    torch.testing.assert_close(embeddings.received.sum(dim=-1), torch.ones(4, 4))
    # In the middle of the first window no other one has a say.
    (alone,) = encoder.encode_residues([sequence[: embeddings.windows[0][1]]], received=True)
    torch.testing.assert_close(embeddings.given[..., :10], alone.given[..., :10])
    assert 0 <= embeddings.given.min() < embeddings.given.max() <= 1
    share = embeddings.received[..., :10] / alone.received[..., :10]
    torch.testing.assert_close(share, share[..., :1].expand_as(share))


def test_windows_of_many_proteins_are_batched(make_encoder, short_windows):
    encoder = make_encoder()
    texts = [random_sequence(length) for length in (77, 5, 40, 120)]
    encoder.token_budget = 10**6
    together = encoder.encode_residues(texts, received=True)
    encoder.token_budget = 1
    for text, embeddings in zip(texts, together, strict=True):
        (alone,) = encoder.encode_residues([text], received=True)
        torch.testing.assert_close(embeddings.residues, alone.residues, **CLOSE)
        torch.testing.assert_close(embeddings.received, alone.received, **CLOSE)


def test_inner_layers_can_be_had(make_encoder, eager, sequences):
    encoder = make_encoder()
    ids = ResidueTokenizer()([sequences[2]]).ids[:, :62]
    with torch.no_grad():
        expected = eager(ids, torch.ones_like(ids), output_hidden_states=True).hidden_states
    embeddings = encoder.encode_residues(sequences, hidden_layers=[2, 0])[2]
    assert embeddings.hidden.shape == (2, 60, 32)
    for found, layer in zip(embeddings.hidden, (2, 0), strict=True):
        torch.testing.assert_close(found, expected[layer][0, 1:-1], **CLOSE)
    assert encoder.encode_residues(["AC"])[0].hidden is None
    with pytest.raises(ValueError, match="hidden_layers"):
        encoder.encode_residues(["AC"], hidden_layers=[5])
