import numpy as np
import pytest
import torch

from dta_demo.kinases.construct import Construct
from dta_demo.model.ensemble import EncodedProteins, PairPredictions
from dta_demo.model.labels import OUTPUTS, PKD
from dta_demo.model.mutants import WildTypes, change, forget_region, predict_forms, take
from dta_demo.model.region import ProteinRegion

PAIRS = 3


def predictions(seed, weight):
    rng = np.random.default_rng(seed)
    return PairPredictions(
        networks=rng.normal(6, 1, (2, 4, PAIRS, len(OUTPUTS))),
        kernel=rng.normal(6, 1, (PAIRS, 2)),
        kernel_weight=np.full((PAIRS, 2), weight),
    )


KNOWN, MUTANT, UNKNOWN = predictions(0, 0.8), predictions(1, 0.4), predictions(2, 0.4)


@pytest.mark.parametrize("scales", [(1.0, 1.0), (0.5, 2.0), (0.0, 0.0)])
def test_the_blend_of_a_mutant_is_that_of_its_wild_type_and_the_change(scales):
    found = change(KNOWN, MUTANT, UNKNOWN, scales)
    moved = np.array(scales) * (MUTANT.blended - UNKNOWN.blended)
    np.testing.assert_allclose(found.blended, KNOWN.blended + moved)
    np.testing.assert_array_equal(found.kernel_weight, KNOWN.kernel_weight)


def test_every_network_moves_by_the_same():
    scales = (0.7, 0.7)
    found = change(KNOWN, MUTANT, UNKNOWN, scales)
    moved = (found.networks - KNOWN.networks)[..., : len(scales)]
    np.testing.assert_allclose(moved, np.broadcast_to(moved[0, 0], moved.shape))
    rest = (found.networks - KNOWN.networks)[..., len(scales) :]
    parted = (MUTANT.networks - UNKNOWN.networks)[..., len(scales) :]
    np.testing.assert_allclose(rest, scales[PKD] * parted)


def test_a_mutant_like_its_wild_type_is_predicted_as_that():
    found = change(KNOWN, MUTANT, MUTANT, (1.0, 1.0))
    np.testing.assert_array_equal(found.blended, KNOWN.blended)


class EnsembleDouble:
    """Predicts a value that tells which proteins were asked about, and how often."""

    def __init__(self):
        self.asked = []

    def predict_pairs(self, proteins, drugs, protein_index, drug_index, networks=None):
        names = [proteins.regions[place].construct.sequence for place in protein_index]
        self.asked.append(names)
        values = np.array([{"": 4.0, "WILD": 7.0, "MUTANT": 5.0}.get(each, 6.0) for each in names])
        networks = np.broadcast_to(values[:, None], (1, 4, len(names), len(OUTPUTS))).copy()
        return PairPredictions(networks, np.zeros((len(names), 2)), np.zeros((len(names), 2)))


def region(sequence):
    return ProteinRegion(
        Construct(sequence, phosphorylated=True), torch.ones(3, 2), torch.ones(2, 2), torch.zeros(2)
    )


def encoded(*sequences):
    regions = [region(each) for each in sequences]
    return EncodedProteins(regions, torch.zeros(4, len(regions), 1), None)


def test_only_mutants_are_changed():
    proteins = encoded("OTHER", "MUTANT")
    wild_types = WildTypes(encoded("WILD"), np.array([-1, 0]))
    index = np.array([0, 1, 1, 0])
    found = predict_forms(EnsembleDouble(), proteins, wild_types, None, index, index, (0.5, 0.5))
    np.testing.assert_allclose(found.blended[:, PKD], [6.0, 7.5, 7.5, 6.0])


def test_without_mutants_nothing_else_is_asked():
    ensemble, index = EnsembleDouble(), np.array([0, 0])
    none = WildTypes(None, np.array([-1]))
    predict_forms(ensemble, encoded("OTHER"), none, None, index, index, (1.0, 1.0))
    assert ensemble.asked == [["OTHER", "OTHER"]]


def test_a_region_is_forgotten_but_for_what_is_read_of_it():
    forgotten = forget_region(region("WILD"))
    assert forgotten.construct == Construct("", phosphorylated=True)
    assert torch.equal(forgotten.embeddings, region("WILD").embeddings)


def test_pairs_are_taken():
    found = take(KNOWN, np.array([2, 0]))
    np.testing.assert_array_equal(found.blended, KNOWN.blended[[2, 0]])
