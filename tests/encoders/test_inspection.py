import copy

import pytest
import torch

from dta_demo.encoders.inspection import copy_shapes, inspect_state
from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from tests.support.encoders import make_esm


@pytest.mark.parametrize(
    ("layers", "embeddings"), [(0, False), (1, False), (4, False), (0, True), (2, True)]
)
def test_a_state_says_what_an_encoder_in_it_says(layers, embeddings):
    esm = make_esm()
    state = inspect_state(esm, layers, embeddings)
    encoder = MemoryOptimizedESMEncoder.from_esm(copy.deepcopy(esm), pooling_strategy=None)
    encoder.unfreeze_esm_layers(layers, embeddings)
    status = encoder.get_frozen_status()
    assert state.parameters == status.esm.total == sum(each.numel() for each in esm.parameters())
    assert state.trainable == status.esm.trainable
    assert state.frozen_share == pytest.approx(status.esm.frozen_share)
    for part in state.parts:
        assert part.parameters == status.parts[part.name].total
        assert part.trains is (status.parts[part.name].trainable > 0)
    assert sum(part.nbytes for part in state.parts) == encoder.memory_footprint().parameter_bytes


def test_the_shapes_are_those_of_the_tensors():
    (layer,) = [each for each in inspect_state(make_esm(), 0).parts if each.name == "layer_0"]
    assert dict(layer.shapes) == {(32, 32): 4, (64, 32): 1, (32, 64): 1, (32,): 9, (64,): 1}


def test_the_bundled_encoder_is_frozen_wholly_or_to_a_third(predictor):
    shares = [inspect_state(predictor.encoder.esm, layers).frozen_share for layers in range(7)]
    assert shares[0] == 1
    assert shares[4] == pytest.approx(0.334, abs=0.001)
    assert shares == sorted(shares, reverse=True)


def test_the_model_is_only_looked_at():
    esm = make_esm()
    before = copy.deepcopy(esm.state_dict())
    trains, config = [each.requires_grad for each in esm.parameters()], esm.config.to_dict()
    inspect_state(esm, 2, True)
    assert [each.requires_grad for each in esm.parameters()] == trains
    assert esm.config.to_dict() == config
    assert esm.config._attn_implementation == make_esm().config._attn_implementation
    assert all(torch.equal(before[name], value) for name, value in esm.state_dict().items())


def test_a_copy_of_the_shapes_holds_no_values():
    encoder = copy_shapes(make_esm())
    assert {each.device.type for each in encoder.parameters()} == {"meta"}


def test_more_layers_than_there_are_get_refused():
    with pytest.raises(ValueError, match="between 0 and 4"):
        inspect_state(make_esm(), 5)
