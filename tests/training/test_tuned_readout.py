import json
import os
import pickle

import numpy as np
import pytest
import torch
from safetensors.torch import save

from dta_demo.inputs.errors import InputError
from dta_demo.results.tuning import LAYERS, READOUT
from dta_demo.training import tuned_readout
from dta_demo.training.tuned_readout import FORMAT, load_tuned
from dta_demo.training.tuning_demo import TuningDemo, TuningSettings
from tests.support.encoders import make_esm, random_sequence
from tests.training.test_tuning_demo import learnable_pairs

PAIRS = [(random_sequence(50), "CCO"), (random_sequence(70), "c1ccncc1CO")]


@pytest.fixture(scope="module")
def esm():
    return make_esm()


@pytest.fixture(scope="module")
def tuned(esm):
    demo = TuningDemo(esm, learnable_pairs(), TuningSettings(1, 3, 2))
    list(demo.steps())
    return demo.result()


@pytest.fixture
def write(tmp_path):
    def write_file(content, name="tuned.safetensors"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write_file


def changed_card(tuned, **changes):
    card = tuned.card.to_dict() | changes
    return {"format": FORMAT, "card": json.dumps(card)}


@pytest.mark.parametrize("phase", [READOUT, LAYERS])
def test_a_loaded_file_predicts_the_same(tuned, esm, write, phase):
    loaded = load_tuned(write(tuned.to_bytes()), esm)
    assert loaded.card == tuned.card
    ours, theirs = (each.predict(esm, PAIRS, phase) for each in (tuned, loaded))
    np.testing.assert_array_equal(ours, theirs)
    assert np.isfinite(ours).all()


def test_the_two_phases_differ(tuned, esm):
    assert tuned.phases == (READOUT, LAYERS)
    first, second = (tuned.predict(esm, PAIRS, phase) for phase in tuned.phases)
    assert not np.array_equal(first, second)


def test_a_prediction_does_not_depend_on_its_neighbours(tuned, esm):
    many = [(random_sequence(30 + number), "CCO") for number in range(24)]
    together = tuned.predict(esm, many, LAYERS)
    alone = [tuned.predict(esm, [pair], LAYERS)[0] for pair in many[-2:]]
    np.testing.assert_allclose(together[-2:], alone, atol=1e-5)


def test_the_card_says_what_it_was_made_from(tuned, write):
    document = json.loads(json.dumps(tuned.card.to_dict()))
    assert document["pairs"] == document["training_pairs"] + document["validation_pairs"] == 144
    assert document["left_out"] == "molecule"
    assert (document["seed"], document["layers"]) == (0, 1)
    assert set(document["losses"]) == {READOUT, LAYERS}
    assert "torch" in document["versions"]
    assert b"it is not the model that predicts" in tuned.to_bytes()


def test_a_run_without_phase_two_is_kept_without_layers(esm, write):
    demo = TuningDemo(esm, learnable_pairs(), TuningSettings(0, 2, 0))
    list(demo.steps())
    loaded = load_tuned(write(demo.result().to_bytes()), esm)
    assert loaded.phases == (READOUT,)
    assert all(name.startswith("readout.") for name in loaded.weights)


class Bomb:
    def __reduce__(self):
        return os.abort, ()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\0" * 4, b"{}", b"\xff" * 64, pickle.dumps(Bomb()), save({"a": torch.ones(1)}),
        (2**60).to_bytes(8, "little") + b"{}",
        save({"a": torch.ones(1)}, {"format": FORMAT}),
        save({"a": torch.ones(1)}, {"format": FORMAT, "card": "[" * 10_000}),
        save({"a": torch.ones(1)}, {"format": FORMAT, "card": "[" * 100_000}),
        save({"a": torch.ones(1)}, {"format": FORMAT, "card": "{}"}),
        save({"a": torch.ones(1)}, {"format": FORMAT, "card": "1" * 15_000}),
    ],
)  # fmt: skip
def test_another_file_gets_one_sentence(content, esm, write):
    with pytest.raises(InputError, match="no file of a tuned readout") as caught:
        load_tuned(write(content), esm)
    assert str(caught.value).count("\n") == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"pairs": -1}, {"pairs": True}, {"pairs": "many"}, {"left_out": "<b>"}, {"layers": 10**12},
        {"layers": 40}, {"gain": float("nan")}, {"gain": 1e300}, {"versions": {"a": "x" * 1000}},
        {"versions": ["torch"]}, {"losses": {}}, {"losses": {"readout": {}, "layers": {}}},
        {"losses": {"readout": {"training": 1.0, "validation": "low"}}}, {"baseline": None},
        {"versions": {"a": "two\nlines"}},
    ],
)  # fmt: skip
def test_a_card_with_anything_else_is_refused(changes, tuned, esm, write):
    content = save(dict(tuned.weights), changed_card(tuned, **changes))
    with pytest.raises(InputError, match="no file of a tuned readout"):
        load_tuned(write(content), esm)


def test_another_encoder_is_told(tuned, write):
    with pytest.raises(InputError, match="another encoder"):
        load_tuned(write(tuned.to_bytes()), make_esm(num_hidden_layers=3))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda weights: weights.pop("readout.pair.joint.0.weight"), "lacks weights"),
        (lambda weights: weights.update(more=torch.ones(1)), "holds others"),
        (lambda weights: weights.update({"readout.pair.offset": torch.ones(3)}), "shape or type"),
        (lambda weights: weights.update({"readout.pair.offset": torch.tensor(1)}), "shape or type"),
        (
            lambda weights: weights.update({"readout.pair.offset": torch.tensor(torch.inf)}),
            "finite",
        ),
    ],
)
def test_other_weights_are_refused(change, reason, tuned, esm, write):
    weights = dict(tuned.weights)
    change(weights)
    with pytest.raises(InputError, match=reason):
        load_tuned(write(save(weights, changed_card(tuned))), esm)


def test_a_file_that_is_too_large_is_not_read(tuned, esm, write, monkeypatch):
    monkeypatch.setattr(tuned_readout, "MAX_FILE_BYTES", 1000)
    with pytest.raises(InputError, match="which no tuned readout has"):
        load_tuned(write(tuned.to_bytes()), esm)
