import pytest
import torch

from dta_demo.model.readout import Readouts, Tower


def test_each_network_has_its_own_weights_and_rows_do_not_mix():
    torch.manual_seed(0)
    readouts = Readouts(3, 6, 5).eval()
    proteins, drugs = torch.randn(3, 4, 6), torch.randn(3, 2, 5)
    predicted = readouts(proteins, drugs)
    assert predicted.shape == (3, 4, 2)
    one = readouts(proteins[:, 2:3], drugs[:, 1:])
    torch.testing.assert_close(one[:, 0, 0], predicted[:, 2, 1])
    same = readouts(proteins[:1].expand(3, -1, -1), drugs[:1].expand(3, -1, -1))
    assert not torch.allclose(same[0], same[1])


def test_a_prediction_is_the_product_of_the_factors_and_the_biases():
    torch.manual_seed(0)
    readouts = Readouts(2, 6, 5, hidden=8, factors=4).eval()
    readouts.mean.copy_(torch.tensor([5.0, 6.0]))
    proteins, drugs = torch.randn(2, 3, 6), torch.randn(2, 2, 5)
    predicted = readouts(proteins, drugs)
    for network in range(2):
        own, other = (
            tower(x)[network] for tower, x in ((readouts.protein, proteins), (readouts.drug, drugs))
        )
        expected = (
            readouts.mean[network] + own[:, -1:] + other[:, -1] + own[:, :-1] @ other[:, :-1].T / 2
        )
        torch.testing.assert_close(predicted[network], expected)


def test_without_a_protein_all_proteins_are_predicted_alike():
    readouts = Readouts(2, 0, 5).eval()
    predicted = readouts(torch.empty(2, 4, 0), torch.randn(2, 3, 5))
    assert predicted.shape == (2, 4, 3)
    assert (predicted == predicted[:, :1]).all()


@pytest.mark.parametrize("training", [True, False])
def test_dropout_acts_in_training_only(training):
    torch.manual_seed(0)
    tower = Tower(2, 50, 16, 4, dropout=0.5).train(training)
    vectors = torch.randn(2, 8, 50)
    assert torch.equal(tower(vectors), tower(vectors)) is not training
