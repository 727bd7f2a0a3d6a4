"""The bundled checkpoint with a binding calibration that is made up, and without."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from dta_demo.model.binding_features import FEATURES
from dta_demo.predictor.prediction import predict_binding
from dta_demo.results.group import GROUPS, Group
from dta_demo.trust.applicability import MUTANTS
from dta_demo.trust.assessment import Trust
from dta_demo.trust.binding import (
    BindingCalibration,
    GroupBinding,
    LinearPredictor,
    save_bindings,
)
from dta_demo.trust.calibration import GroupCalibration
from tests.support.outside import IMATINIB, PROTEINS


def binding_of_the_blend():
    """Of every group: certain above a blended pKd of 6; in both new nothing is known."""
    rest = (0.0,) * (len(FEATURES) - 1)
    offsets = GroupCalibration((), (-1.0,), (1.0,), 100)
    sure, unknown = LinearPredictor(-60.0, (10.0, *rest)), LinearPredictor(0.0, (0.0, *rest))
    affinity = LinearPredictor(0.5, (1.0, *rest))
    mean, scale = (0.0,) * len(FEATURES), (1.0,) * len(FEATURES)
    known = GroupBinding(mean, scale, sure, sure, affinity, offsets)
    groups = dict.fromkeys([*GROUPS, *MUTANTS.values()], known)
    groups[Group.BOTH_NEW] = replace(known, binds=unknown, active=unknown)
    return BindingCalibration(0.9, 5.0, 7.0, groups)


@pytest.fixture
def with_binding(predictor, monkeypatch):
    monkeypatch.setitem(predictor._loaded.trust.bindings, "pKd", binding_of_the_blend())
    return predictor


def abl1(examples):
    return examples["Imatinib – ABL1"]["sequence"]


def test_a_prediction_says_whether_the_pair_binds(with_binding, examples):
    binds = with_binding.predict(abl1(examples), IMATINIB)
    assert binds.binding.probability_binds > 0.99
    assert binds.binding.affinity_if_bound == pytest.approx(binds.affinity + 0.5)
    low, high = binds.binding.interval_if_bound
    assert (low, high) == pytest.approx((binds.affinity - 0.5, binds.affinity + 1.5))
    row = examples["Imatinib – EGFR"]
    assert with_binding.predict(row["sequence"], IMATINIB).binding.probability_binds < 0.01
    assert binds.to_dict()["probability_active"] > 0.99


def test_outside_the_domain_a_pair_gets_what_new_ones_get(with_binding):
    outside = with_binding.predict(PROTEINS["HBA"], IMATINIB)
    assert not outside.applicability.in_domain
    assert outside.binding.probability_binds == 0.5


def test_screening_gives_what_predict_gives(with_binding, examples):
    texts = ["CCO", IMATINIB, "no molecule"]
    first, second, refused = with_binding.screen(abl1(examples), texts)
    assert refused.binding is None
    for each in (first, second):
        alone = with_binding.predict(abl1(examples), each.text).binding
        assert each.binding.probability_binds == pytest.approx(alone.probability_binds, abs=1e-4)
        assert each.binding.affinity_if_bound == pytest.approx(alone.affinity_if_bound, abs=1e-4)
        assert each.binding.interval_if_bound == pytest.approx(alone.interval_if_bound, abs=1e-4)


def test_without_the_file_there_is_no_binding(predictor, examples, monkeypatch):
    monkeypatch.setattr(predictor._loaded.trust, "bindings", {})
    assert predictor.predict(abl1(examples), IMATINIB).binding is None
    (screened,) = predictor.screen(abl1(examples), ["CCO"])
    assert screened.binding is None
    assert predict_binding(predictor._loaded, None, [Group.SEEN] * 2) == [None, None]


def test_the_file_is_read_where_it_lies(predictor, tmp_path):
    loaded = predictor._loaded
    hidden = loaded.ensemble.model.config.esm["hidden_size"]
    for name in ("calibration.json", "reference.json", "reference.safetensors"):
        shutil.copy(loaded.folder / name, tmp_path)
    assert Trust.load(tmp_path, hidden, "pKd").bindings == {}
    save_bindings({"pKd": binding_of_the_blend()}, tmp_path / "binding.json")
    found = Trust.load(tmp_path, hidden, "pKd").bindings["pKd"]
    assert found == binding_of_the_blend()
    features = np.array([[6.0, *[0.0] * (len(FEATURES) - 1)]])
    assert found.predict(features, Group.SEEN).probability_binds == 0.5
