from dataclasses import replace

import numpy as np
import pytest

from dta_demo.data.affinities import DataError, load_affinities
from dta_demo.evaluation.alignment import AlignmentKernel, compare_molecules
from dta_demo.evaluation.baselines import (
    RIDGE,
    SHRINKAGE,
    Additive,
    DrugMean,
    GlobalMean,
    KronRLS,
    TargetMean,
    choose_training_pairs,
    clip_eigenvalues,
    predict_baselines,
)
from dta_demo.kinases.construct import Construct
from dta_demo.kinases.targets import Target
from tests.support.datasets import rename_targets, write_dataset


@pytest.fixture
def data(small_dataset):
    return load_affinities(small_dataset)


@pytest.fixture
def kernel():
    return AlignmentKernel(None)


def pairs(data, *wanted):
    """Keep only these (drug, target) pairs, in this order."""
    known = list(zip(data.drug_index, data.target_index, strict=True))
    return data.take(np.array([known.index(pair) for pair in wanted]))


def fitted(baseline, train):
    baseline.fit(train)
    return baseline


def test_golden_means(data):
    train = pairs(data, (0, 0), (0, 1), (1, 0))
    train = replace(train, affinity=np.array([5.0, 7.0, 9.0]))
    asked = pairs(data, (0, 0), (1, 1), (2, 2))
    np.testing.assert_allclose(fitted(GlobalMean(), train).predict(asked), 7)
    np.testing.assert_allclose(fitted(DrugMean(), train).predict(asked), [6, 9, 7])
    np.testing.assert_allclose(fitted(TargetMean(), train).predict(asked), [7, 7, 7])


def test_additive_solves_the_ridge_problem_of_both_offsets(data):
    drugs, targets = np.eye(len(data.drugs)), np.eye(len(data.targets))
    design = np.hstack([drugs[data.drug_index], targets[data.target_index]])
    mean = data.affinity.mean()
    normal = design.T @ design + SHRINKAGE * np.eye(design.shape[1])
    offsets = np.linalg.solve(normal, design.T @ (data.affinity - mean))
    predicted = fitted(Additive(), data).predict(data)
    np.testing.assert_allclose(predicted, mean + design @ offsets, atol=1e-4)


def test_additive_knows_nothing_of_what_is_new(data):
    train = data.take((data.drug_index < 5) & (data.target_index < 8))
    both = data.take((data.drug_index >= 5) & (data.target_index >= 8))
    np.testing.assert_allclose(fitted(Additive(), train).predict(both), train.affinity.mean())


def test_kronrls_solves_the_ridge_problem_on_the_measured_pairs(data, kernel):
    train, test = data.take(data.fold != 0), data.take(data.fold == 0)
    smiles = [drug.smiles for drug in data.drugs]
    drugs = compare_molecules(smiles, smiles)
    targets = clip_eigenvalues(kernel.similarity(data.targets, data.targets))

    def gram(rows, columns):
        return (
            drugs[np.ix_(rows.drug_index, columns.drug_index)]
            * targets[np.ix_(rows.target_index, columns.target_index)]
        )

    mean = train.affinity.mean()
    dual = np.linalg.solve(gram(train, train) + RIDGE * np.eye(len(train)), train.affinity - mean)
    expected = mean + gram(test, train) @ dual
    np.testing.assert_allclose(fitted(KronRLS(kernel), train).predict(test), expected, atol=0.01)


def test_a_similarity_is_made_a_kernel():
    broken = np.array([[1.0, 0.9, 0.0], [0.9, 1.0, 0.9], [0.0, 0.9, 1.0]])
    assert np.linalg.eigvalsh(broken)[0] < -0.2
    assert np.linalg.eigvalsh(clip_eigenvalues(broken))[0] > -1e-12
    whole = np.array([[1.0, 0.5], [0.5, 1.0]])
    np.testing.assert_allclose(clip_eigenvalues(whole), whole)


def test_pairs_are_matched_across_datasets_by_content(data, kernel):
    train, test = data.take(data.fold != 0), data.take(data.fold == 0)
    renamed = replace(
        test,
        drug_ids=tuple(f"x{name}" for name in reversed(test.drug_ids)),
        drugs=test.drugs[::-1],
        targets=tuple(replace(target, name="?") for target in test.targets[::-1]),
        drug_index=len(test.drugs) - 1 - test.drug_index,
        target_index=len(test.targets) - 1 - test.target_index,
    )
    same = predict_baselines(train, test, 5.0, kernel)
    for name, values in predict_baselines(train, renamed, 5.0, kernel).items():
        np.testing.assert_allclose(values, same[name], err_msg=name)


def test_predictions_are_clipped_as_the_models_are(data, kernel):
    low = replace(data, affinity=np.full(len(data), 3.0))
    for values in predict_baselines(low, low, 5.0, kernel).values():
        np.testing.assert_allclose(values, 4.98)
    for values in predict_baselines(low, low, None, kernel).values():
        np.testing.assert_allclose(values, 3)


def test_a_phosphorylated_form_is_another_target(data):
    forms = replace(
        data,
        targets=(
            Target("t", Construct(data.targets[0].sequence)),
            Target("tp", Construct(data.targets[0].sequence, phosphorylated=True)),
            *data.targets[2:],
        ),
    )
    train = replace(pairs(forms, (0, 0), (0, 1)), affinity=np.array([5.0, 9.0]))
    np.testing.assert_allclose(fitted(TargetMean(), train).predict(train), [5, 9])


def test_a_fold_is_fitted_on_all_others(data):
    train = choose_training_pairs(data, [1, 3], None)
    assert list(train) == [1, 3]
    assert set(train[3].fold) == {0, 1, 2, 4}


def test_the_published_test_fold_is_never_fitted_on(data):
    fold = np.where(data.fold == 2, -1, data.fold)
    published = replace(data, fold=fold, has_test_fold=True)
    assert set(choose_training_pairs(published, [0], None)[0].fold) == {1, 3, 4}


def test_without_folds_other_pairs_are_fitted_on(data, tmp_path):
    folder = write_dataset(tmp_path / "other", seed=5)
    rename_targets(folder)
    assert len(choose_training_pairs(data, [], folder)[None]) == 96


def test_what_cannot_be_fitted_on_is_refused(data, small_dataset, tmp_path):
    kiba = write_dataset(tmp_path / "kiba", label="KIBA score", floor=None)
    with pytest.raises(DataError, match="--folds"):
        choose_training_pairs(data, [], None)
    with pytest.raises(DataError, match="--train-data"):
        choose_training_pairs(data, [0], small_dataset)
    with pytest.raises(DataError, match="96 of the pairs"):
        choose_training_pairs(data, [], small_dataset)
    with pytest.raises(DataError, match="KIBA score"):
        choose_training_pairs(data, [], kiba)
    with pytest.raises(DataError, match="outside fold 0"):
        choose_training_pairs(data.take(data.fold == 0), [0], None)
