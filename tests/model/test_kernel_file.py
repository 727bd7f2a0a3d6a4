import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from dta_demo.checkpoint.checks import CheckpointError
from dta_demo.model.kernel_file import load_kernel, save_kernel
from tests.support.kernels import (
    NEW,
    REGIONS,
    SMILES,
    make_encoder,
    make_model,
    make_trainer,
    predict,
)


@pytest.fixture(scope="module")
def model():
    return make_model(make_trainer((5, 4)))


@pytest.fixture
def path(model, tmp_path):
    path = tmp_path / "kernel.safetensors"
    save_kernel(model, path)
    return path


def test_a_saved_model_predicts_the_same(model, path):
    loaded = load_kernel(path, make_encoder())
    assert loaded.settings == model.settings
    assert loaded.panel.measured == (5, 4)
    np.testing.assert_array_equal(loaded.weights, model.weights)
    for fold in (-1, 0):
        queries = ([*REGIONS, NEW], [*SMILES, "CCCCCC(=O)O"])
        found, expected = (predict(each, *queries, fold=fold) for each in (loaded, model))
        np.testing.assert_allclose(found.values, expected.values, atol=1e-4 if fold < 0 else 0.01)
        np.testing.assert_array_equal(found.new_target, expected.new_target)
        np.testing.assert_array_equal(found.new_drug, expected.new_drug)


def test_the_drugs_embeddings_are_those_that_the_encoder_gives_their_fragments(model, path):
    """One of the drugs has more of a fragment than the file counts."""
    loaded = load_kernel(path, make_encoder())
    np.testing.assert_allclose(loaded.panel.drug_embeddings, model.panel.drug_embeddings, atol=1e-6)


def test_what_was_read_and_is_written_again_predicts_exactly_the_same(path, tmp_path):
    once = load_kernel(path, make_encoder())
    save_kernel(once, tmp_path / "again.safetensors")
    twice = load_kernel(tmp_path / "again.safetensors", make_encoder())
    for fold in (-1, 0):
        np.testing.assert_allclose(
            predict(twice, fold=fold).values, predict(once, fold=fold).values, atol=1e-6
        )


@pytest.mark.parametrize(
    ("measured", "fault"),
    [
        (np.array([8, 4]), "more was measured than the panel has"),
        (np.array([5, 7]), "more was measured than the panel has"),
        (np.array([0, 4]), "more was measured than the panel has"),
        (np.array([5, -1]), "more was measured than the panel has"),
        (np.array([2**62, 4]), "more was measured than the panel has"),
        (np.array([5, 4, 1]), "'measured' as int64 in the shape"),
        (np.array([[5, 4]]), "'measured' as int64 in the shape"),
        (np.array([5.0, 4.0]), "'measured' as float64"),
        (None, "lacks measured"),
    ],
)
def test_a_number_of_measured_ones_that_cannot_be_is_refused(path, measured, fault):
    arrays = load_file(path)
    del arrays["measured"]
    save_file(arrays if measured is None else {**arrays, "measured": measured}, path)
    with pytest.raises(CheckpointError, match=fault):
        load_kernel(path, make_encoder())


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_a_weight_of_embeddings_that_is_no_share_is_refused(path, value):
    arrays = load_file(path)
    arrays["settings"][1] = value
    save_file(arrays, path)
    with pytest.raises(CheckpointError, match=r"out of its bounds|not finite"):
        load_kernel(path, make_encoder())


@pytest.mark.parametrize("name", ["low", "step"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), 3e38])
def test_a_fold_whose_predictions_are_no_affinities_is_refused(path, name, value):
    arrays = load_file(path)
    arrays[f"0/{name}"][0] = value
    save_file(arrays, path)
    with pytest.raises(CheckpointError, match=r"not finite|out of its bounds"):
        load_kernel(path, make_encoder())


def test_half_precision_halves_the_coefficients(model, path, tmp_path):
    save_kernel(model, tmp_path / "half.safetensors", np.float16)
    half, whole = (load_file(each) for each in (tmp_path / "half.safetensors", path))
    assert half["plain"].nbytes * 2 == whole["plain"].nbytes
    loaded = load_kernel(tmp_path / "half.safetensors", make_encoder())
    np.testing.assert_allclose(predict(loaded).values, predict(model).values, atol=0.02)


def test_a_file_of_another_drug_encoder_is_refused(path):
    with pytest.raises(CheckpointError, match="does not fit the drug encoder"):
        load_kernel(path, make_encoder(bits=256))
