import torch

from dta_demo.encoders.drug import DrugEncoder
from dta_demo.inputs.molecule import parse_molecule

SPELLINGS = ("CC(=O)Oc1ccccc1C(=O)O", "O=C(O)c1ccccc1OC(C)=O", "C1=CC=CC(=C1C(O)=O)OC(=O)C")


def test_spellings_of_one_molecule_give_one_vector():
    encoder = DrugEncoder(output_dim=16, bits=64).eval()
    vectors = encoder(list(SPELLINGS))
    torch.testing.assert_close(vectors, vectors[:1].expand(3, -1), atol=0, rtol=0)


def test_different_molecules_give_different_vectors():
    encoder = DrugEncoder(output_dim=16, bits=1024).eval()
    one, other = encoder(["CCO", "CCN"])
    assert not torch.allclose(one, other)


def test_a_batch_gives_what_single_molecules_give():
    encoder = DrugEncoder(output_dim=16, bits=64).eval()
    together = encoder(["CCO", *SPELLINGS])
    alone = torch.cat([encoder([smiles]) for smiles in ("CCO", *SPELLINGS)])
    torch.testing.assert_close(together, alone, atol=1e-6, rtol=0)


def test_a_salt_gives_the_vector_of_its_molecule():
    encoder = DrugEncoder(output_dim=16, bits=64).eval()
    salt, free = encoder([parse_molecule("CCN.Cl").smiles, parse_molecule("CCN").smiles])
    torch.testing.assert_close(salt, free)
