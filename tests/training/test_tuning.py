from dataclasses import replace

import pytest
import torch

from dta_demo.benchmarks.plain_tuning import PlainTuningTrainer
from dta_demo.results.group import Group
from dta_demo.training import tuning
from dta_demo.training.batches import shuffled_batches
from dta_demo.training.jobs import Job
from dta_demo.training.member import Network
from dta_demo.training.phases import second_phase
from dta_demo.training.preparation import prepare
from dta_demo.training.settings import RecipeSettings
from tests.support.encoders import make_esm


@pytest.fixture
def make_tuner(small_dataset, tmp_path):
    # Without dropout, as ESM-2 is: it would differ with the batch.
    make_esm().save_pretrained(tmp_path / "esm")

    def make():
        torch.manual_seed(0)
        prepared = prepare(
            RecipeSettings(
                data=(small_dataset,),
                encoder=str(tmp_path / "esm"),
                run=tmp_path / "run",
                output=tmp_path / "checkpoint",
                device="cpu",
            )
        )
        network = Network(prepared.config.build_member())
        inputs = torch.rand(len(prepared.table.smiles), prepared.config.drug_inputs)
        return second_phase(prepared, Job(Group.SEEN, 0), inputs, network, layers=2)

    return make


def gradients(trainer):
    """Gradients of one step's loss; the same units drop out every time."""
    torch.manual_seed(0)
    trainer.network.zero_grad()
    trainer.network.train()
    trainer.loss(*next(shuffled_batches(trainer.task.sources, trainer.task.settings, 0))).backward()
    named = trainer.network.named_parameters()
    return {name: weights.grad for name, weights in named if weights.grad is not None}


def test_gradients_are_those_of_transformers_model_on_a_padded_batch(make_tuner):
    tuner = make_tuner()
    assert len({len(window.hidden) for window in tuner.windows.values()}) > 1
    tuner.windows = {
        number: replace(window, hidden=tuner.encoder.embed_frozen([window.protein.sequence])[0])
        for number, window in tuner.windows.items()
    }
    ours, plain = gradients(tuner), gradients(PlainTuningTrainer(tuner))
    assert ours.keys() == plain.keys()
    assert {name.split(".")[4] for name in ours if "encoder.layer" in name} == {"2", "3"}
    largest = max(gradient.norm() for gradient in plain.values())
    for name, gradient in ours.items():
        error = (gradient - plain[name]).norm()
        assert error <= 1e-5 * plain[name].norm() + 1e-7 * largest, name


def test_layers_are_computed_twice_only_where_a_step_would_keep_too_much(make_tuner, monkeypatch):
    kept = make_tuner()
    assert not kept.network.encoder.use_gradient_checkpointing
    monkeypatch.setattr(tuning, "KEPT_BYTES", 10**6)
    recomputed = make_tuner()
    assert recomputed.network.encoder.use_gradient_checkpointing
    first, second = gradients(kept), gradients(recomputed)
    for name, gradient in first.items():
        assert torch.equal(gradient, second[name]), name


def test_what_a_step_keeps_is_estimated(make_tuner):
    tuner = make_tuner()
    window = max(tuner.windows.values(), key=lambda window: len(window.hidden))
    tuner.encoder.train()
    storages = {}

    def keep(tensor):
        storages[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        embeddings, _ = tuner.encoder.run_unfrozen([window.hidden.float()])
    embeddings.sum().backward()
    kept = sum(storages.values()) / len(window.hidden)
    assert tuning.bytes_per_token(tuner.encoder) == pytest.approx(kept, rel=0.5)
