from dataclasses import replace

import numpy as np
import pytest
import torch
from filelock import FileLock, Timeout

from dta_demo.kinases.construct import Construct
from dta_demo.model.config import DTAConfig
from dta_demo.model.labels import BINDS, IF_BOUND, KIBA, LABELS, OUTPUTS, PKD
from dta_demo.model.region import ProteinRegion
from dta_demo.training.batches import cut_batches
from dta_demo.training.member import MemberTrainer, TrainingTask, binding_loss
from dta_demo.training.settings import MemberSettings
from tests.support.encoders import make_config
from tests.support.tables import make_source

MEANS = {"pKd": 6.0, "KIBA score": 11.0}
CONFIG = DTAConfig(
    esm=make_config().to_dict(),
    pocket_columns=[0, 1, 2],
    label_mean=MEANS,
    attention_heads=4,
    fingerprint_bits=16,
    drug_networks=1,
    drug_channels=4,
    width=8,
)
SETTINGS = MemberSettings(epochs=3, batch_proteins=4, batch_pairs=8, weights=(("weighed", 0.5),))
GRID = tuple(index.ravel() for index in np.indices((6, 8)))


def make_regions():
    torch.manual_seed(0)
    return [
        ProteinRegion(
            Construct("M" * n), torch.randn(5, 32), torch.randn(3, 32), torch.randint(0, 21, (3,))
        )
        for n in range(1, 7)
    ]


def make_trainer(folder, *sources, settings=SETTINGS):
    torch.manual_seed(0)
    inputs = torch.rand(8, CONFIG.drug_inputs)
    return MemberTrainer(
        TrainingTask(CONFIG, settings, inputs, make_regions(), sources, folder, torch.device("cpu"))
    )


def measure(**changes):
    """Measure a grid of proteins by molecules, in which one protein binds tighter."""
    affinity = 5.5 + (GRID[0] == 2) * 2.0
    settings = {"protein": GRID[0], "drug": GRID[1], "fold": GRID[0] * 0, **changes}
    return make_source(affinity, **settings)


# --- The loss -----------------------------------------------------------------------------------


def loss_of_one(tmp_path, monkeypatch, error, censored=False, saturated=False, **changes):
    """Loss of one pair that every pooling predicts with an error, and its gradient by output."""
    source = make_source(
        np.array([5.5]), censored=np.array([censored]), saturated=np.array([saturated]), **changes
    )
    settings = replace(SETTINGS, binding_weight=changes.get("binding", 0.0))
    trainer = make_trainer(tmp_path, source, settings=settings)
    outputs = torch.zeros(4, 1, len(OUTPUTS))
    outputs[..., source.label] = 5.5 + error - MEANS[LABELS[source.label]]
    outputs.requires_grad_()
    monkeypatch.setattr(trainer, "_predict_rows", lambda *_: outputs)
    loss = trainer.loss(source, np.array([0]))
    loss.backward()
    return loss.item(), outputs.grad.sum(dim=(0, 1)).tolist()


@pytest.mark.parametrize("error", [-0.5, 0.5])
@pytest.mark.parametrize("label", [PKD, KIBA])
def test_a_pair_within_the_assay_is_pulled_from_either_side(tmp_path, monkeypatch, error, label):
    loss, gradient = loss_of_one(tmp_path, monkeypatch, error, label=label)
    assert loss == pytest.approx(0.25)
    assert gradient == pytest.approx([2 * error * (place == label) for place in range(4)])


def test_above_saturation_nothing_pulls_a_prediction_down(tmp_path, monkeypatch):
    assert loss_of_one(tmp_path, monkeypatch, 0.5, saturated=True) == (0.0, [0.0] * 4)
    loss, gradient = loss_of_one(tmp_path, monkeypatch, -0.5, saturated=True)
    assert (loss, gradient[PKD]) == (pytest.approx(0.25), pytest.approx(-1.0))


def test_below_the_floor_a_prediction_is_pulled_less(tmp_path, monkeypatch):
    weight = SETTINGS.censored_weight
    loss, gradient = loss_of_one(tmp_path, monkeypatch, -0.5, censored=True)
    assert (loss, gradient[PKD]) == (pytest.approx(0.25 * weight), pytest.approx(-weight))
    loss, gradient = loss_of_one(tmp_path, monkeypatch, 0.5, censored=True)
    assert (loss, gradient[PKD]) == (pytest.approx(0.25), pytest.approx(1.0))


def test_a_dataset_has_its_weight(tmp_path, monkeypatch):
    loss, gradient = loss_of_one(tmp_path, monkeypatch, 0.5, name="weighed")
    assert (loss, gradient[PKD]) == (pytest.approx(0.125), pytest.approx(0.5))


def test_binding_is_asked_of_all_and_the_affinity_of_what_binds_only():
    outputs = torch.zeros(4, 2, len(OUTPUTS), requires_grad=True)
    affinity, bound = torch.tensor([1.5, -1.0]), torch.tensor([True, False])
    loss = binding_loss(outputs, affinity, bound)
    assert loss.item() == pytest.approx(np.log(2) + 1.5**2 / 2)
    loss.backward()
    gradient = outputs.grad.sum(dim=0)
    assert gradient[:, BINDS].tolist() == pytest.approx([-0.25, 0.25])
    assert gradient[:, IF_BOUND].tolist() == pytest.approx([-1.5, 0.0])
    assert (gradient[:, :BINDS] == 0).all()


def test_kiba_scores_say_nothing_of_binding(tmp_path):
    settings = replace(SETTINGS, binding_weight=5.0)
    rows = np.arange(8)
    pkd, score = measure(), measure(label=KIBA)
    for source, differ in ((pkd, True), (score, False)):
        torch.manual_seed(1)
        with_binding = make_trainer(tmp_path, source, settings=settings)
        with_binding.network.eval()
        without = make_trainer(tmp_path, source, settings=replace(settings, binding_weight=0.0))
        without.network.eval()
        losses = [each.loss(source, rows).item() for each in (with_binding, without)]
        assert (abs(losses[0] - losses[1]) > 0.1) is differ


# --- Training -----------------------------------------------------------------------------------


def test_a_member_learns_what_tells_proteins_apart(tmp_path):
    source = measure()
    settings = replace(SETTINGS, epochs=12, learning_rate=1e-2, ema_decay=0.8)
    trainer = make_trainer(tmp_path, source, settings=settings)
    trainer.run()
    found = trainer.predict(source)
    assert found.shape == (4, 48, len(OUTPUTS))
    error = np.square(found[..., PKD].mean(axis=0) - source.affinity).mean()
    assert error < 0.3 * source.affinity.var()


def test_a_run_that_was_killed_goes_on_to_the_same_bits(tmp_path, monkeypatch):
    sources = (measure(), measure(name="aux", auxiliary=True, saturated=GRID[0] == 2))
    whole = make_trainer(tmp_path / "whole", *sources).run().state_dict()
    killed = make_trainer(tmp_path / "killed", *sources)
    step, calls = MemberTrainer.step, []

    def interrupt(*arguments):
        calls.append(arguments)
        if killed.finished_epochs == 2:
            raise KeyboardInterrupt
        return step(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(MemberTrainer, "step", interrupt)
        with pytest.raises(KeyboardInterrupt):
            killed.run()
    torch.manual_seed(99)
    resumed = make_trainer(tmp_path / "killed", *sources)
    again = resumed.run().state_dict()
    for name, weights in whole.items():
        assert torch.equal(weights, again[name]), name


def test_a_member_that_another_process_trains_is_left_to_it(tmp_path):
    trainer = make_trainer(tmp_path, measure())
    with FileLock(tmp_path / "lock"), pytest.raises(Timeout):
        trainer.run(wait=False)
    assert not trainer.state_path.exists()


def test_an_auxiliary_dataset_has_batches_of_its_own_size():
    settings = replace(SETTINGS, auxiliary_proteins=6, auxiliary_pairs=24)
    own, auxiliary = (
        cut_batches(each, settings, 0) for each in (measure(), measure(auxiliary=True))
    )
    for batches in (own, auxiliary):
        np.testing.assert_array_equal(np.sort(np.concatenate(batches)), np.arange(48))
    assert {len(batch) for batch in own} == {4, 8}
    assert {len(batch) for batch in auxiliary} == {24}
