import copy

import pytest
import torch

from dta_demo.encoders.inspection import inspect_state
from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.encoders.step_memory import measure_step, predict_step
from dta_demo.runtime.jobs import Job, JobStoppedError
from tests.support.encoders import make_esm, random_sequence

STEPS = [
    # layers, embeddings, checkpointed, batch size, residues
    (0, False, False, 4, 200),
    (1, False, False, 32, 20),
    (2, False, False, 4, 200),
    (4, False, False, 16, 50),
    (6, False, False, 1, 100),
    (6, False, False, 8, 200),
    (6, False, False, 2, 600),
    (6, False, False, 1, 1000),
    (2, True, False, 4, 200),
    (0, True, False, 4, 200),
    (6, True, True, 4, 200),
    (0, True, True, 4, 200),
    (6, False, True, 4, 200),
    (6, False, True, 12, 200),
    (4, False, True, 2, 600),
    (2, False, True, 8, 400),
]


@pytest.mark.slow
@pytest.mark.parametrize(("layers", "embeddings", "checkpointed", "batch", "residues"), STEPS)
def test_the_peak_is_predicted_within_a_fifth(
    predictor, layers, embeddings, checkpointed, batch, residues
):
    esm = predictor.encoder.esm
    state = inspect_state(esm, layers, embeddings)
    predicted = predict_step(esm, state, batch, residues, checkpointed)
    measured = measure_step(esm, state, batch, residues, checkpointed)
    assert predicted.peak == pytest.approx(measured.peak, rel=0.2)
    # So is what comes and goes in a step, without what is there all the time.
    always = predicted.weights + predicted.moments
    assert predicted.peak - always == pytest.approx(measured.peak - always, rel=0.2)


@pytest.mark.parametrize("checkpointed", [False, True])
@pytest.mark.parametrize("layers", [1, 3])
def test_the_formula_holds_for_other_sizes(layers, checkpointed):
    esm = make_esm(
        hidden_size=128, intermediate_size=384, num_attention_heads=8, num_hidden_layers=3
    )
    state = inspect_state(esm, layers)
    predicted = predict_step(esm, state, 6, 150, checkpointed)
    assert predicted.peak == pytest.approx(
        measure_step(esm, state, 6, 150, checkpointed).peak, rel=0.2
    )


@pytest.mark.parametrize(("layers", "embeddings"), [(1, False), (4, False), (2, True)])
def test_the_activations_are_those_that_autograd_saves(layers, embeddings):
    esm = make_esm()
    predicted = predict_step(esm, inspect_state(esm, layers, embeddings), 3, 126)
    encoder = MemoryOptimizedESMEncoder.from_esm(
        copy.deepcopy(esm), output_dim=16, use_gradient_checkpointing=False
    ).train()
    encoder.unfreeze_esm_layers(layers, embeddings)
    weights = {each.untyped_storage().data_ptr() for each in encoder.parameters()}
    kept, alive = {}, []

    def pack(tensor):
        alive.append(tensor)
        kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        loss = encoder([random_sequence(126, seed) for seed in range(3)]).sum()
    saved = sum(size for place, size in kept.items() if place not in weights)
    assert loss.requires_grad
    assert predicted.activations == pytest.approx(saved, rel=0.02)


def test_checkpointing_saves_activations_and_costs_passes():
    esm = make_esm()
    state = inspect_state(esm, 4)
    plain, checkpointed = (predict_step(esm, state, 8, 200, each) for each in (False, True))
    assert checkpointed.activations < plain.activations / 4
    assert checkpointed.peak < plain.peak
    assert (plain.passes, checkpointed.passes) == (4 + 2 * 4, 4 + 3 * 4)


def test_nothing_is_kept_where_nothing_trains():
    esm = make_esm()
    found = predict_step(esm, inspect_state(esm, 0), 4, 100)
    assert (found.moments, found.gradients, found.activations, found.passes) == (0, 0, 0, 4)
    assert found.peak > found.weights
    assert set(found.to_dict()) >= {"weights", "peak"}


def test_a_measurement_ends_with_its_job():
    esm, job = make_esm(), Job(False, 60)
    job.stop()
    with pytest.raises(JobStoppedError):
        job.run(lambda: measure_step(esm, inspect_state(esm, 1), 2, 30))


def test_a_measurement_leaves_the_model_as_it_was():
    esm = make_esm()
    before = copy.deepcopy(esm.state_dict())
    measured = measure_step(esm, inspect_state(esm, 2), 2, 30)
    assert measured.seconds > 0
    assert all(torch.equal(before[name], value) for name, value in esm.state_dict().items())
