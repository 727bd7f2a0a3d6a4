import functools

import numpy as np
import pytest
import torch

from dta_demo.encoders import attention, windows
from dta_demo.encoders.tokens import ResidueTokenizer
from dta_demo.encoders.windows import WINDOW_RESIDUES, cross_fade, plan_windows
from tests.support.encoders import random_sequence

CLOSE = {"atol": 1e-5, "rtol": 0}


@pytest.fixture
def encoder(make_encoder):
    return make_encoder(pooling_strategy=None)


@torch.no_grad()
def eager_softmax(eager, sequence):
    """All attention, (layers, heads, n + 2, n + 2), as the library computes it."""
    ids = ResidueTokenizer()([sequence]).ids[:, : len(sequence) + 2]
    found = eager(ids, attention_mask=torch.ones_like(ids), output_attentions=True)
    return torch.stack(found.attentions)[:, 0].numpy()


def over_residues(maps):
    inner = maps[..., 1:-1, 1:-1]
    return inner / inner.sum(axis=-1, keepdims=True)


def roll_out(maps):
    """What Abnar and Zuidema write, with whole matrices."""
    product = np.eye(maps.shape[-1])
    for layer in maps.astype(np.float64).mean(axis=1):
        product = (0.5 * layer + 0.5 * np.eye(len(layer))) @ product
    return over_residues(product).mean(axis=0)


@pytest.mark.parametrize("block_elements", [1, 700, 2**21])
@pytest.mark.parametrize("length", [1, 2, 60, 150])
def test_rollout_is_the_product_of_the_librarys_maps(
    length, block_elements, encoder, eager, monkeypatch
):
    monkeypatch.setitem(attention.BLOCK_ELEMENTS, "cpu", block_elements)
    sequence = random_sequence(length)
    found = encoder.roll_out_attention(sequence)
    assert found.shape == (length,)
    assert float(found.sum()) == pytest.approx(1, abs=1e-5)
    np.testing.assert_allclose(found, roll_out(eager_softmax(eager, sequence)), **CLOSE)


def test_rollout_is_not_just_what_one_layer_receives(eager):
    """Or else the comparison above would hold without a product."""
    maps = eager_softmax(eager, random_sequence(60))
    received = over_residues(maps).mean(axis=(1, 2))
    assert (np.abs(received - roll_out(maps)).max(axis=-1) * 60 > 0.05).all()


def test_rollout_of_a_long_protein_is_joined_from_windows(encoder, eager, monkeypatch):
    short_windows = functools.partial(plan_windows, window=30, overlap=10)
    monkeypatch.setattr(windows, "plan_windows", short_windows)
    sequence, plan = random_sequence(77), short_windows(77)
    assert len(plan) > 2
    expected = np.zeros(77)
    for number, (start, end) in enumerate(plan):
        part = roll_out(eager_softmax(eager, sequence[start - 1 : end]))
        expected[start - 1 : end] += part * cross_fade(plan, number).numpy()
    found = encoder.roll_out_attention(sequence)
    np.testing.assert_allclose(found, expected / expected.sum(), **CLOSE)


@pytest.mark.parametrize("layer", [None, 0, 3])
@pytest.mark.parametrize(("head", "largest"), [(None, False), (None, True), (2, False)])
@pytest.mark.parametrize("block_elements", [1, 2**21])
def test_a_joined_map_is_that_of_the_librarys_maps(
    layer, head, largest, block_elements, encoder, eager, monkeypatch
):
    monkeypatch.setitem(attention.BLOCK_ELEMENTS, "cpu", block_elements)
    sequence = random_sequence(60)
    maps = over_residues(eager_softmax(eager, sequence))
    if head is not None:
        maps = maps[:, [head]]
    joined = maps.max(axis=1) if largest else maps.mean(axis=1)
    expected = joined.mean(axis=0) if layer is None else joined[layer]
    found = encoder.join_attention(sequence, layer=layer, head=head, largest=largest)
    np.testing.assert_allclose(found, expected, **CLOSE)


def test_the_rows_of_a_joined_map_average_to_what_is_received(encoder):
    sequence = random_sequence(40)
    (embeddings,) = encoder.encode_residues([sequence], received=True)
    torch.testing.assert_close(
        encoder.join_attention(sequence, layer=1).mean(dim=0),
        embeddings.received[1].mean(dim=0),
        **CLOSE,
    )
    torch.testing.assert_close(
        encoder.join_attention(sequence).mean(dim=0), embeddings.received.mean(dim=(0, 1)), **CLOSE
    )


def test_a_joined_map_of_too_long_a_sequence_is_refused(encoder):
    with pytest.raises(ValueError, match="more than 1022 residues"):
        encoder.join_attention("A" * (WINDOW_RESIDUES + 1))
    with pytest.raises(ValueError, match="layer must lie"):
        encoder.join_attention("ACD", layer=4)
    with pytest.raises(ValueError, match="head must lie"):
        encoder.join_attention("ACD", head=-1)
    with pytest.raises(ValueError, match="at least one sequence"):
        encoder.roll_out_attention("")
