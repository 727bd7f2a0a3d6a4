import math

import pytest

from dta_demo.benchmarks import precision, predict
from dta_demo.benchmarks.explain import measure as measure_explanation
from dta_demo.benchmarks.precision import measure_precision
from dta_demo.benchmarks.profile import measure as measure_profile
from dta_demo.benchmarks.records import Figure, NotMeasured, Settings
from dta_demo.benchmarks.samples import new_molecules
from dta_demo.benchmarks.scan import measure as measure_scan
from dta_demo.benchmarks.screen import fingerprint
from dta_demo.benchmarks.screen import measure as measure_screening
from dta_demo.inputs.molecule import parse_molecule
from dta_demo.trust.reference import SAME_DRUG


@pytest.fixture(scope="module")
def predictions(predictor):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(predict, "load_predictor", lambda settings: predictor)
        return list(predict.measure(Settings(quick=True)))


def test_predictions_are_measured_against_the_bare_encoder(predictions):
    new, known, *_ = predictions
    assert "bare" in new.against
    for figure in (new, known):
        assert math.isfinite(figure.ratio)
        assert figure.ratio > 0


def test_without_the_data_bfloat16_is_not_called_exact(predictions):
    assert isinstance(predictions[-1], NotMeasured)


@pytest.mark.usefixtures("loaded_once")
def test_screening_is_measured_against_rdkit_on_as_many_processes():
    one, two, growth, memory = measure_screening(Settings(quick=True))
    assert one.asked is None
    assert two.asked == 0.5
    assert two.at_least
    assert (growth.ours, growth.reference) == (two.ours, one.ours)
    assert min(one.ours, one.reference, two.ours, two.reference) > 0
    assert memory.unit == "MB"
    assert 0.9 < memory.ratio < 1.1


@pytest.mark.usefixtures("loaded_once")
def test_profiles_and_scans_are_measured_against_predictions_one_by_one():
    profiled, beside = measure_profile(Settings(quick=True))
    assert profiled.against == "a bound"
    assert 0 < beside.ratio < 1
    scanned, one_by_one = measure_scan(Settings(quick=True))
    assert (scanned.reference, scanned.asked) == (60.0, 1.0)
    assert one_by_one.reference > 0


@pytest.mark.usefixtures("loaded_once")
def test_an_explanation_and_its_parts_are_measured_against_bare_passes():
    bound, *parts = measure_explanation(Settings(quick=True))
    assert (bound.reference, bound.asked) == (4.0, 1.0)
    assert [figure.what.split(": ")[1] for figure in parts] == [
        "all of it",
        "residues",
        "atoms",
        "check",
    ]
    assert len({figure.reference for figure in parts}) == 1
    assert all("bare SDPA pass of the 40 residues" in figure.against for figure in parts)
    assert all(figure.ratio > 0 for figure in parts)


def test_the_molecules_of_a_screen_are_new_and_readable(predictor):
    texts = new_molecules(40)
    assert len(texts) == 40
    assert fingerprint(texts) == 40
    nearest = predictor._loaded.trust.reference.nearest_drugs(
        predictor._loaded.ensemble.fingerprint_smiles(
            [parse_molecule(text).smiles for text in texts]
        ).morgan_bits
    )
    new = [each.nearest.similarity < SAME_DRUG for each in nearest]
    assert sum(new) > 30


def test_a_device_without_bfloat16_is_not_measured(predictor, monkeypatch):
    monkeypatch.setattr(precision, "has_fast_bfloat16", lambda device: False)
    (only,) = measure_precision(predictor, Settings(quick=True))
    assert isinstance(only, NotMeasured)


def test_bfloat16_is_compared_on_a_left_out_fold(predictor, shared_data, monkeypatch):
    monkeypatch.setattr(precision, "has_fast_bfloat16", lambda device: True)
    figures = list(measure_precision(predictor, Settings(quick=True, data=shared_data / "davis")))
    changed, of_order = figures[1:]
    assert isinstance(changed, Figure)
    assert 0 < changed.ratio < 1
    assert of_order.unit == ""
