import numpy as np

from dta_demo.model.binding_features import ABOVE, FEATURES, binding_features
from dta_demo.model.ensemble import PairPredictions
from dta_demo.model.labels import BINDS, IF_BOUND, OUTPUTS, PKD


def test_every_pair_has_a_row_and_every_feature_a_column():
    random = np.random.default_rng(0)
    networks = random.normal(6, 1, (5, 4, 7, len(OUTPUTS)))
    kernel, weight = random.normal(6, 1, (7, 2)), np.full((7, 2), 0.75)
    found = binding_features(PairPredictions(networks, kernel, weight), PKD)
    assert found.shape == (7, len(FEATURES))
    means = networks.mean(axis=(0, 1))
    blended = 0.25 * means[:, PKD] + 0.75 * kernel[:, PKD]
    expected = {
        "blended": blended,
        "networks": means[:, PKD],
        "kernel regression": kernel[:, PKD],
        "binds": means[:, BINDS],
        "if bound": means[:, IF_BOUND],
        "above the floor": np.maximum(blended - ABOVE, 0),
    }
    assert tuple(expected) == FEATURES
    np.testing.assert_allclose(found, np.column_stack(list(expected.values())))


def test_where_the_kernel_regression_says_nothing_the_networks_stand_in_its_place():
    networks = np.full((2, 4, 1, len(OUTPUTS)), 6.0)
    predicted = PairPredictions(networks, np.full((1, 2), 9.0), np.zeros((1, 2)))
    found = binding_features(predicted, PKD)[0]
    assert found[FEATURES.index("kernel regression")] == 6.0
