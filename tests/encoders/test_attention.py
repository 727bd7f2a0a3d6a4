import threading

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from transformers import EsmModel

from dta_demo.encoders import attention
from dta_demo.encoders.attention import (
    ATTENTION_NAME,
    AttentionMaps,
    ReceivedAttention,
    attend_and_receive,
)
from dta_demo.encoders.stack import embed_tokens, run_layers
from dta_demo.encoders.tokens import ResidueTokenizer
from tests.support.encoders import random_sequence

LAYERS, HEADS = 4, 4


@pytest.fixture
def esm(make_encoder):
    return make_encoder(pooling_strategy=None).esm


@torch.no_grad()
def run(esm, tokens, collector=None):
    hidden = embed_tokens(esm, tokens)
    return run_layers(esm, hidden, tokens.attention_mask, 0, LAYERS, collector=collector)


@torch.no_grad()
def eager_maps(eager, sequence):
    """Attention between residues, (layers, heads, n, n), as the library computes it."""
    ids = ResidueTokenizer()([sequence]).ids[:, : len(sequence) + 2]
    found = eager(ids, attention_mask=torch.ones_like(ids), output_attentions=True)
    return torch.stack(found.attentions)[:, 0, :, 1:-1, 1:-1]


def eager_received(eager, sequence):
    maps = eager_maps(eager, sequence)
    return (maps / maps.sum(dim=-1, keepdim=True)).mean(dim=-2)


def test_the_reference_has_something_to_tell_apart(eager):
    """Or else the comparisons below would hold for any attention."""
    received = eager_received(eager, random_sequence(60))
    assert (received.std(dim=-1) * 60 > 0.1).all()
    given = eager_maps(eager, random_sequence(60)).sum(dim=-1)
    assert given.min() < 0.8
    assert (given.std(dim=-1) > 1e-3).all()


@pytest.mark.parametrize("block_elements", [1, 700, 2**21])
def test_received_attention_is_that_of_the_library(
    block_elements, esm, eager, sequences, monkeypatch
):
    monkeypatch.setitem(attention.BLOCK_ELEMENTS, "cpu", block_elements)
    tokens = ResidueTokenizer()(sequences)
    collector = ReceivedAttention(tokens.lengths)
    run(esm, tokens, collector)
    received, given = (
        torch.stack(layers, dim=1) for layers in (collector.received, collector.given)
    )
    assert received.shape == given.shape == (len(sequences), LAYERS, HEADS, tokens.ids.shape[1])
    for row, sequence in enumerate(sequences):
        end = len(sequence) + 1
        torch.testing.assert_close(
            received[row, :, :, 1:end], eager_received(eager, sequence), atol=1e-5, rtol=0
        )
        expected = eager_maps(eager, sequence).sum(dim=-1)
        torch.testing.assert_close(given[row, :, :, 1:end], expected, atol=1e-5, rtol=0)
        for found in (received, given):
            assert not found[row, :, :, 0].any()
            assert not found[row, :, :, end:].any()


def test_collecting_does_not_change_the_states(esm, sequences):
    tokens = ResidueTokenizer()(sequences)
    plain = run(esm, tokens)
    for collector in (ReceivedAttention(tokens.lengths), AttentionMaps()):
        collected = run(esm, tokens, collector)
        real = tokens.attention_mask
        torch.testing.assert_close(collected[real], plain[real], atol=1e-5, rtol=1e-5)


def test_the_model_runs_by_itself_as_well(esm_folder, eager, sequences):
    """Under the registered name, `EsmModel.forward` attends as the library does."""
    esm = EsmModel.from_pretrained(
        esm_folder, add_pooling_layer=False, attn_implementation=ATTENTION_NAME
    ).eval()
    tokens = ResidueTokenizer()(sequences)
    with torch.no_grad():
        found, expected = (
            model(tokens.ids, attention_mask=tokens.attention_mask.long()).last_hidden_state
            for model in (esm, eager)
        )
    real = tokens.attention_mask
    torch.testing.assert_close(found[real], expected[real], atol=1e-5, rtol=0)


def test_one_map_is_collected_by_itself(esm, eager, sequences):
    tokens = ResidueTokenizer()(sequences)
    collector = AttentionMaps(layer=2, head=1)
    run(esm, tokens, collector)
    (maps,) = collector.layers
    assert maps.shape == (len(sequences), 1, *[tokens.ids.shape[1]] * 2)
    for row, sequence in enumerate(sequences):
        inner = slice(1, len(sequence) + 1)
        expected = eager_maps(eager, sequence)[2, 1]
        torch.testing.assert_close(maps[row, 0, inner, inner], expected, atol=1e-5, rtol=0)


def test_a_query_that_looks_at_no_residue_does_not_divide_by_zero():
    query, key, value = (torch.zeros(1, 5, 4) for _ in range(3))
    query[:, 1] = 30.0
    key[:, 0] = 30.0  # residue 1 attends to BOS only
    _, received, given = attend_and_receive(query, key, value)
    assert torch.isfinite(received).all()
    torch.testing.assert_close(received[0, 1:4], torch.full((3,), 2 / 9))
    torch.testing.assert_close(given[0, 1:4], torch.tensor([0.0, 0.6, 0.6]))


class LargestTensor(TorchDispatchMode):
    """Remembers the elements of the largest tensor that any operation returned."""

    elements = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        for tensor in result if isinstance(result, (tuple, list)) else [result]:
            if isinstance(tensor, torch.Tensor):
                self.elements = max(self.elements, tensor.numel())
        return result


def test_no_map_is_ever_held(monkeypatch):
    tokens = 200
    monkeypatch.setitem(attention.BLOCK_ELEMENTS, "cpu", 8 * HEADS * tokens)
    parts = torch.randn(3, HEADS, tokens, 8)
    with LargestTensor() as largest:
        attend_and_receive(*parts)
    assert largest.elements == 8 * HEADS * tokens


def test_threads_that_share_a_model_do_not_mix(esm, eager):
    texts = [random_sequence(50, seed) for seed in range(4)]
    found = {}
    start = threading.Barrier(len(texts))

    def work(text):
        start.wait()
        for _ in range(5):
            tokens = ResidueTokenizer()([text])
            collector = ReceivedAttention(tokens.lengths)
            run(esm, tokens, collector)
            found.setdefault(text, []).append(torch.stack(collector.received))

    threads = [threading.Thread(target=work, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for text in texts:
        expected = eager_received(eager, text)
        for received in found[text]:
            torch.testing.assert_close(received[:, 0, :, 1:51], expected, atol=1e-5, rtol=0)
