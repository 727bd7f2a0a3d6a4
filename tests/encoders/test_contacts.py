import numpy as np

from dta_demo.encoders.contacts import correct_average_product


def test_a_map_that_is_all_background_leaves_nothing():
    weights = np.random.default_rng(0).random(30) + 0.1
    assert np.abs(correct_average_product(np.outer(weights, weights))).max() < 1e-6


def test_a_planted_contact_is_the_highest_pair_whichever_of_the_two_looked():
    rng = np.random.default_rng(0)
    popular = rng.random(40) ** 3  # a few residues receive most from everyone
    attention = np.outer(np.ones(40), popular) + 0.05 * rng.random((40, 40))
    attention[7, 31] += 0.4
    assert np.unravel_index(attention.argmax(), attention.shape) != (7, 31)
    corrected = correct_average_product(attention.astype(np.float32))
    assert corrected.dtype == np.float32
    np.testing.assert_array_equal(corrected, corrected.T)
    assert {*np.unravel_index(corrected.argmax(), corrected.shape)} == {7, 31}
    np.testing.assert_allclose(corrected.sum(axis=0), 0, atol=1e-4)


def test_the_definition_holds_number_by_number():
    # The map and its transpose sum to [[2, 3], [3, 6]].
    expected = [[2 - 25 / 14, 3 - 45 / 14], [3 - 45 / 14, 6 - 81 / 14]]
    found = correct_average_product(np.array([[1.0, 1.0], [2.0, 3.0]]))
    np.testing.assert_allclose(found, expected, rtol=1e-6)
