import copy
import itertools
import random

import numpy as np
import pytest
import torch

from dta_demo.inputs.errors import InputError
from dta_demo.results.tuning import LAYERS, READING, READOUT
from dta_demo.training.tuning_demo import TuningDemo, TuningSettings
from dta_demo.training.tuning_pairs import TuningPair
from tests.support.encoders import make_esm

FAST = TuningSettings(layers=2, readout_epochs=40, layer_epochs=6)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def esm():
    return make_esm()


def proteins_of_two_kinds():
    """Twelve proteins, every second one mostly of leucine and the others of charged residues."""
    chance = random.Random(0)
    return [
        "".join(chance.choices("LLLLAVG" if number % 2 else "KEDRKES", k=40 + number))
        for number in range(12)
    ]


def molecules_of_two_kinds():
    """Twelve molecules: chains of six lengths, and rings with chains of six lengths."""
    chains = ["C" * length + "O" for length in range(3, 9)]
    return [*chains, *(f"c1ccncc1{chain}" for chain in chains)]


def learnable_pairs():
    """Pairs whose affinity is 2 higher with a ring, and 1 higher with charges."""
    return [
        TuningPair(letters, smiles, 6.0 + 2.0 * smiles.startswith("c1") + 1.0 * (number % 2 == 0))
        for (number, letters), smiles in itertools.product(
            enumerate(proteins_of_two_kinds()), molecules_of_two_kinds()
        )
    ]


def shuffled_pairs():
    pairs = learnable_pairs()
    labels = [pair.affinity for pair in pairs]
    random.Random(1).shuffle(labels)
    return [
        TuningPair(pair.letters, pair.smiles, label)
        for pair, label in zip(pairs, labels, strict=True)
    ]


def run(demo):
    return list(demo.steps())


def test_what_can_be_learned_is_learned_and_carries_over(esm):
    demo = TuningDemo(esm, learnable_pairs(), FAST)
    points = run(demo)[-1].points
    by_phase = {
        phase: [each for each in points if each.phase == phase] for phase in (READOUT, LAYERS)
    }
    for of_phase in by_phase.values():
        assert of_phase[-1].training < of_phase[0].training
    assert points[-1].validation < 0.5 * demo.baseline
    card = demo.result().card
    assert card.verdict == "better"
    assert (card.readout_epochs, card.layer_epochs, card.layers) == (40, 6, 2)


def test_shuffled_labels_teach_nothing_about_others(esm):
    demo = TuningDemo(esm, shuffled_pairs(), FAST)
    points = run(demo)[-1].points
    assert points[-1].training < points[0].training
    assert points[-1].validation > 0.9 * demo.baseline
    assert demo.result().card.verdict != "better"


def test_the_encoder_given_is_left_as_it_was(esm):
    before = copy.deepcopy(esm.state_dict())
    trains, mode = [each.requires_grad for each in esm.parameters()], esm.training
    demo = TuningDemo(esm, learnable_pairs(), TuningSettings(2, 2, 1))
    run(demo)
    assert all(torch.equal(before[name], each) for name, each in esm.state_dict().items())
    assert [each.requires_grad for each in esm.parameters()] == trains
    assert esm.training is mode
    changed = [
        name
        for name, each in demo.encoder.esm.state_dict().items()
        if not torch.equal(before[name], each)
    ]
    tuned = ("encoder.layer.2.", "encoder.layer.3.", "encoder.emb_layer_norm_after.")
    assert changed
    assert all(name.startswith(tuned) for name in changed)


def test_a_run_can_be_repeated(esm):
    settings = TuningSettings(1, 3, 2, seed=5)
    first, second = (run(TuningDemo(esm, learnable_pairs(), settings))[-1] for _ in range(2))
    assert first.points == second.points
    other = run(TuningDemo(esm, learnable_pairs(), TuningSettings(1, 3, 2, seed=6)))[-1]
    assert other.points != first.points


def test_the_losses_are_those_of_the_pairs_left_out(esm):
    pairs = learnable_pairs()
    demo = TuningDemo(esm, pairs, TuningSettings(0, 5, 0))
    last = run(demo)[-1]
    split = demo.split
    seen = {pair.smiles for pair in split.training}
    assert split.left_out == "molecule"
    assert not seen & {pair.smiles for pair in split.validation}
    assert len(split.training) + len(split.validation) == len(pairs)
    measured = np.array([pair.affinity for pair in split.validation])
    mean = np.mean([pair.affinity for pair in split.training])
    assert last.baseline == pytest.approx(np.mean((measured - mean) ** 2))
    found = demo.result().predict(esm, [(x.letters, x.smiles) for x in split.validation], READOUT)
    assert last.points[-1].validation == pytest.approx(np.mean((measured - found) ** 2), rel=1e-3)


def test_checkpointing_changes_memory_and_no_loss(esm, monkeypatch):
    settings = TuningSettings(2, 2, 2)
    plain = run(TuningDemo(esm, learnable_pairs(), settings))[-1].points
    monkeypatch.setattr("dta_demo.training.tuning_demo.KEPT_BYTES", 0)
    demo = TuningDemo(esm, learnable_pairs(), settings)
    assert demo.encoder.use_gradient_checkpointing
    checkpointed = run(demo)[-1].points
    assert demo.result().card.checkpointed
    for ours, theirs in zip(plain, checkpointed, strict=True):
        assert ours.training == pytest.approx(theirs.training, rel=1e-4)


@pytest.mark.parametrize("phase", [READING, READOUT, LAYERS])
def test_what_is_done_stays_when_a_run_is_stopped(esm, phase):
    demo = TuningDemo(esm, learnable_pairs(), TuningSettings(2, 3, 3))
    steps = demo.steps()
    reached = next(each for each in steps if each.stage == phase)
    if phase == LAYERS:  # In the middle of the second epoch.
        reached = next(each for each in steps if each.points[-1].phase == LAYERS)
        reached = next(steps)
    steps.close()
    assert list(steps) == []
    result = demo.result()
    if phase == READING:
        assert result is None
        return
    assert result.card.readout_epochs == (1 if phase == READOUT else 3)
    assert result.card.layer_epochs == (0 if phase == READOUT else 1)
    assert result.card.layers == (0 if phase == READOUT else 2)
    assert result.card.losses[reached.points[-1].phase]["training"] == reached.points[-1].training


def test_the_number_of_threads_is_given_back(esm):
    torch.set_num_threads(2)
    steps = TuningDemo(esm, learnable_pairs(), TuningSettings(0, 2, 0)).steps()
    next(steps)
    assert torch.get_num_threads() == 2
    steps.close()
    torch.set_num_threads(1)


def test_progress_counts_up(esm):
    found = run(TuningDemo(esm, learnable_pairs(), TuningSettings(1, 2, 2)))
    for stage in (READOUT, LAYERS):
        done = [each.done for each in found if each.stage == stage]
        assert done == sorted(done)
        assert done[-1] == next(each.total for each in found if each.stage == stage)


def test_layers_that_are_not_there_get_refused(esm):
    with pytest.raises(InputError, match="has 4 layers"):
        TuningDemo(esm, learnable_pairs(), TuningSettings(layers=5))


def test_layers_too_large_for_a_file_get_refused(esm, monkeypatch):
    monkeypatch.setattr("dta_demo.training.tuning_demo.MAX_LAYER_BYTES", 1000)
    with pytest.raises(InputError, match="tune fewer"):
        TuningDemo(esm, learnable_pairs(), TuningSettings(layers=1))
