import pytest
import torch

from dta_demo.encoders.tokens import ResidueTokenizer
from dta_demo.encoders.truncation import Truncation
from tests.support.encoders import random_sequence

CLOSE = {"atol": 1e-5, "rtol": 0}


@torch.no_grad()
def eager_maps(eager, sequence):
    ids = ResidueTokenizer()([sequence]).ids[:, : len(sequence) + 2]
    found = eager(ids, attention_mask=torch.ones_like(ids), output_attentions=True)
    return torch.stack(found.attentions)[:, 0, :, 1:-1, 1:-1]


def test_attention_maps_are_those_of_the_library(make_encoder, eager, sequences):
    encoder = make_encoder()
    raw = encoder.get_attention_weights(sequences, normalise=False)
    shares = encoder.get_attention_weights(sequences)
    for sequence, values, rows in zip(sequences, raw, shares, strict=True):
        expected = eager_maps(eager, sequence)
        torch.testing.assert_close(values, expected, **CLOSE)
        torch.testing.assert_close(rows.sum(dim=-1), torch.ones(rows.shape[:-1]))
        expected /= expected.sum(dim=-1, keepdim=True)
        torch.testing.assert_close(rows, expected, **CLOSE)


def test_one_layer_and_head_is_a_part_of_all(make_encoder, sequences):
    encoder = make_encoder()
    every = encoder.get_attention_weights(sequences)
    one = encoder.get_attention_weights(sequences, layer=2, head=3)
    for whole, part in zip(every, one, strict=True):
        torch.testing.assert_close(part, whole[2:3, 3:4])


@pytest.mark.parametrize("place", [{"layer": 4}, {"head": -1}])
def test_a_layer_or_head_that_is_not_there_is_refused(place, make_encoder):
    with pytest.raises(ValueError, match="must lie between 0 and 3"):
        make_encoder().get_attention_weights(["ACDE"], **place)


def test_maps_are_cut_to_the_maximum_and_say_so(make_encoder):
    encoder = make_encoder(max_length=20)
    (maps,) = encoder.get_attention_weights([random_sequence(30)])
    assert maps.shape == (4, 4, 20, 20)
    assert encoder.last_truncations == [Truncation(0, 30, 20)]
