import math

import numpy as np
import pytest
import torch

from dta_demo.encoders.drug import (
    FEW_MOLECULES,
    MOST_COUNTED,
    DrugEncoder,
    FragmentNetwork,
    cap_counts,
)
from dta_demo.inputs.molecule import parse_molecule
from dta_demo.molecules.fingerprints import fingerprint_smiles

SPELLINGS = ("CC(=O)Oc1ccccc1C(=O)O", "O=C(O)c1ccccc1OC(C)=O", "C1=CC=CC(=C1C(O)=O)OC(=O)C")
OTHERS = ["CCO", "CCN", "c1ccncc1", "CC(C)O", "C" * 40]


@pytest.fixture(scope="module")
def encoder():
    torch.manual_seed(0)
    return DrugEncoder(output_dim=16, bits=64, hidden_size=12, networks=2).eval()


def test_spellings_of_one_molecule_give_one_vector(encoder):
    vectors = encoder(list(SPELLINGS))
    torch.testing.assert_close(vectors, vectors[:1].expand(3, -1), atol=0, rtol=0)


def test_different_molecules_give_different_vectors():
    torch.manual_seed(0)
    encoder = DrugEncoder(output_dim=16, bits=1024).eval()
    one, other = encoder(["CCO", "CCN"])
    assert not torch.allclose(one, other)


def test_a_batch_gives_what_single_molecules_give_in_any_order(encoder):
    smiles = [*OTHERS, *SPELLINGS]
    together = encoder(smiles)
    alone = torch.cat([encoder([each]) for each in smiles])
    torch.testing.assert_close(together, alone, atol=1e-6, rtol=0)
    turned = encoder(smiles[::-1]).flip(0)
    torch.testing.assert_close(together, turned, atol=1e-6, rtol=0)


def test_a_salt_gives_the_vector_of_its_molecule(encoder):
    salt, free = encoder([parse_molecule("CCN.Cl").smiles, parse_molecule("CCN").smiles])
    torch.testing.assert_close(salt, free)


def test_a_vector_is_that_of_each_network_side_by_side(encoder):
    counts = torch.from_numpy(fingerprint_smiles(OTHERS, 64).counts)
    whole = encoder.embed(counts)
    assert whole.shape == (len(OTHERS), encoder.output_dim) == (len(OTHERS), 16)
    halves = [network(counts) for network in encoder.networks]
    torch.testing.assert_close(whole, torch.cat(halves, dim=1))
    assert not torch.allclose(*halves)


def test_counts_above_eight_are_taken_for_eight(encoder):
    counts = torch.zeros(4, 128)
    counts[:, 3] = torch.log1p(torch.tensor([7.0, MOST_COUNTED, 9.0, 100.0]))
    assert MOST_COUNTED == 8
    seven, eight, nine, hundred = encoder.embed(counts)
    torch.testing.assert_close(eight, nine, atol=0, rtol=0)
    torch.testing.assert_close(eight, hundred, atol=0, rtol=0)
    assert not torch.allclose(seven, eight)
    capped = cap_counts(counts)[:, 3]
    torch.testing.assert_close(capped[1:], torch.full((3,), math.log1p(8)))


def test_the_longest_chains_are_one_molecule_to_it():
    encoder = DrugEncoder(output_dim=16, bits=1024).eval()
    shorter, long, longer = encoder(["C" * 8, "C" * 30, "C" * 50])
    torch.testing.assert_close(long, longer, atol=0, rtol=0)
    assert not torch.allclose(shorter, long)


def test_arrays_are_embedded_as_tensors_are(encoder):
    counts = fingerprint_smiles(OTHERS, 64).counts
    found = encoder.embed_counts(counts)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, encoder(OTHERS).detach().numpy())


def test_in_training_channels_drop_out_and_otherwise_nothing_is_left_to_chance(encoder):
    again = encoder(OTHERS)
    torch.testing.assert_close(encoder(OTHERS), again, atol=0, rtol=0)
    encoder.train()
    assert not torch.allclose(encoder(OTHERS), again)
    encoder.eval()


def test_weights_are_read_back(encoder):
    other = DrugEncoder(output_dim=16, bits=64, hidden_size=12, networks=2).eval()
    assert not torch.allclose(other(OTHERS), encoder(OTHERS))
    other.load_state_dict(encoder.state_dict())
    torch.testing.assert_close(other(OTHERS), encoder(OTHERS), atol=0, rtol=0)


def test_a_smiles_that_cannot_be_read_is_refused(encoder):
    with pytest.raises(ValueError, match="cannot read the SMILES 'not a SMILES'"):
        encoder(["not a SMILES"])


def test_a_few_molecules_are_embedded_as_many_are():
    """They are read without the fragments that none of them has."""
    counts = torch.zeros(2 * FEW_MOLECULES, 64)
    counts[torch.arange(2 * FEW_MOLECULES), torch.arange(2 * FEW_MOLECULES) * 3] = 1.1
    network = FragmentNetwork(64, 16, 8).eval()
    with torch.no_grad():
        many = network(counts)
        for place, row in enumerate(counts):
            torch.testing.assert_close(network(row[None])[0], many[place])
        torch.testing.assert_close(network(torch.zeros(1, 64)), network(torch.zeros(20, 64))[:1])


def test_fragments_that_are_not_there_have_a_gradient():
    counts = torch.zeros(1, 64)
    counts[0, 3] = 1.1
    counts.requires_grad_()
    FragmentNetwork(64, 16, 8).eval()(counts)[0, 0].backward()
    assert (counts.grad != 0).all()
