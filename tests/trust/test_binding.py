import json
from dataclasses import replace
from functools import reduce

import numpy as np
import pytest

from dta_demo.checkpoint.checks import CheckpointError
from dta_demo.results.group import GROUPS, Group
from dta_demo.trust.binding import (
    BindingCalibration,
    BindingPrediction,
    GroupBinding,
    LinearPredictor,
    check_bindings,
    load_bindings,
    save_bindings,
)
from dta_demo.trust.calibration import Calibration, GroupCalibration
from tests.support.bindings import fitted, known_pairs

OFFSETS = GroupCalibration((6.0,), (-0.5, -1.0), (0.5, 1.0), 400)


def simple(**changes):
    """One feature x: logits 2x and 2x + 1, affinity 6 + x."""
    group = GroupBinding(
        (1.0,),
        (2.0,),
        LinearPredictor(2.0, (4.0,)),
        LinearPredictor(3.0, (4.0,)),
        LinearPredictor(7.0, (2.0,)),
        OFFSETS,
    )
    return BindingCalibration(0.9, 5.0, 7.0, {name: replace(group, **changes) for name in GROUPS})


def test_features_are_standardised_before_they_are_weighed():
    found = simple().predict(np.array([[0.0], [1.0]]), Group.SEEN)
    np.testing.assert_allclose(found.probability_binds, [0.5, 1 / (1 + np.exp(-2))])
    np.testing.assert_allclose(found.affinity_if_bound, [6.0, 7.0])
    np.testing.assert_allclose(found.low, [5.5, 6.0])
    np.testing.assert_allclose(found.high, [6.5, 8.0])


def test_a_pair_is_never_more_likely_active_than_bound():
    found = simple().predict(np.linspace(-5, 5, 50)[:, None], Group.SEEN)
    assert (found.probability_active <= found.probability_binds).all()


def test_nothing_lies_below_the_floor():
    found = simple().predict(np.array([[-50.0]]), Group.SEEN)
    assert (found.affinity_if_bound, found.low, found.high) == (5.0, 5.0, 5.5)


@pytest.mark.parametrize("value", [-1e9, 1e9])
def test_a_feature_far_out_gives_a_chance_all_the_same(value):
    with np.errstate(all="raise"):
        found = simple().predict(np.array([[value]]), Group.SEEN)
    assert 0 < found.probability_active <= found.probability_binds < 1


def test_each_pair_gets_its_own_group():
    calibration = fitted()
    features = known_pairs(9, 40)[1].astype(np.float32)
    groups = [GROUPS[number % 4] for number in range(40)]
    mixed = calibration.predict_pairs(features, groups)
    for number, group in enumerate(groups):
        alone = calibration.predict(features[number : number + 1], group)
        for name in BindingPrediction.__dataclass_fields__:
            assert getattr(mixed, name)[number] == pytest.approx(getattr(alone, name)[0])


def test_no_pairs_give_no_predictions():
    found = simple().predict_pairs(np.empty((0, 1)), [])
    assert found.probability_binds.shape == found.high.shape == (0,)


def test_bindings_survive_a_file(tmp_path):
    path = tmp_path / "binding.json"
    save_bindings({"pKd": fitted()}, path)
    assert load_bindings(path) == {"pKd": fitted()}


SPOILT = {
    "no level": (("level",), None),
    "a level of text": (("level",), "0.9"),
    "a level above 1": (("level",), 1.5),
    "a floor of NaN": (("floor",), float("nan")),
    "actives below the floor": (("active_from",), 4.0),
    "groups that are a list": (("groups",), []),
    "a group that is text": (("groups", "seen"), "seen"),
    "no features": (("groups", "seen", "mean"), []),
    "too many features": (("groups", "seen", "mean"), [0.0] * 1001),
    "a mean more": (("groups", "seen", "mean"), [0.0, 0.0]),
    "a mean without end": (("groups", "seen", "mean"), [float("inf")]),
    "a mean that is a truth": (("groups", "seen", "mean"), [True]),
    "a scale of zero": (("groups", "seen", "scale"), [0.0]),
    "a scale below zero": (("groups", "seen", "scale"), [-1.0]),
    "a scale of NaN": (("groups", "seen", "scale"), [float("nan")]),
    "a scale that is a number": (("groups", "seen", "scale"), 1.0),
    "no predictor": (("groups", "seen", "binds"), None),
    "an intercept of text": (("groups", "seen", "binds", "intercept"), "1"),
    "an intercept of a million digits": (("groups", "seen", "active", "intercept"), 10**400),
    "a weight more": (("groups", "seen", "active", "weights"), [0.0, 1.0]),
    "a weight of NaN": (("groups", "seen", "affinity", "weights"), [float("nan")]),
    "a huge weight": (("groups", "seen", "affinity", "weights"), [1e7]),
    "weights in an object": (("groups", "seen", "binds", "weights"), {"0": 1}),
    "no offsets": (("groups", "seen", "offsets"), {}),
    "offsets out of order": (("groups", "seen", "offsets", "low"), [2.0, 2.0]),
    "an offset without end": (("groups", "seen", "offsets", "high"), [0.5, float("inf")]),
    "edges out of order": (("groups", "seen", "offsets", "edges"), [7.0, 6.0]),
    "pairs below zero": (("groups", "seen", "offsets", "pairs"), -1),
}


@pytest.mark.parametrize("fault", SPOILT)
def test_a_spoilt_file_is_refused_in_one_sentence(fault, tmp_path):
    path = tmp_path / "binding.json"
    save_bindings({"pKd": simple()}, path)
    content = json.loads(path.read_text(encoding="utf-8"))
    (*way, last), value = SPOILT[fault]
    reduce(lambda entry, name: entry[name], way, content["pKd"])[last] = value
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(CheckpointError) as caught:
        load_bindings(path)
    assert str(caught.value).endswith(".")
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("text", ["", "[]", "{", '{"pKd": 1}', '{"pKd": null}', "[" * 100_000])
def test_what_is_no_binding_is_refused(text, tmp_path):
    path = tmp_path / "binding.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CheckpointError):
        load_bindings(path)


def test_binding_must_fit_the_intervals_and_the_features(tmp_path):
    path = tmp_path / "binding.json"
    entries = {group.value: simple().groups["seen"].offsets for group in GROUPS}
    intervals = {"pKd": Calibration(0.9, 5.0, 5.3, entries)}
    check_bindings({"pKd": simple()}, intervals, "pKd", 1, path)
    few = replace(simple(), groups={"seen": simple().groups["seen"]})
    for bindings, features, fault in (
        ({}, 1, "no calibration of binding"),
        ({"pKd": simple()}, 2, "1 features where the model has 2"),
        ({"pKd": replace(simple(), level=0.8)}, 1, "level or the floor"),
        ({"pKd": replace(simple(), floor=4.0)}, 1, "level or the floor"),
        ({"pKd": few}, 1, "lacks the group new drug"),
    ):
        with pytest.raises(CheckpointError, match=fault):
            check_bindings(bindings, intervals, "pKd", features, path)
    mutants = {"pKd": replace(intervals["pKd"], groups={**entries, "mutant": entries["seen"]})}
    with pytest.raises(CheckpointError, match="lacks the group mutant"):
        check_bindings({"pKd": simple()}, mutants, "pKd", 1, path)
