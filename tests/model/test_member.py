from dataclasses import replace

import pytest
import torch

from dta_demo.encoders.pooling import POOLING_NAMES
from dta_demo.encoders.residues import ResidueEmbeddings
from dta_demo.kinases.construct import Construct
from dta_demo.kinases.domains import KinaseDomain
from dta_demo.model.labels import OUTPUTS
from dta_demo.model.member import AffinityMember, join_drug_inputs
from dta_demo.model.region import AMINO_ACIDS, ProteinRegion, RegionBatch, cut_region

HIDDEN, POSITIONS, INPUTS = 16, 3, 144


@pytest.fixture
def member():
    torch.manual_seed(0)
    return AffinityMember(HIDDEN, 8, POSITIONS, 2, 4, INPUTS, 0.1).eval()


def region(residues, seed=0):
    torch.manual_seed(seed)
    return ProteinRegion(
        Construct("M" * residues),
        torch.randn(residues + 1, HIDDEN),
        torch.randn(POSITIONS, HIDDEN),
        torch.randint(0, 21, (POSITIONS,)),
    )


def test_a_protein_has_the_same_vectors_alone_and_in_any_batch(member):
    regions = [region(n, n) for n in (5, 300, 40)]
    together = member.encode_proteins(RegionBatch(regions))
    for row, each in enumerate(regions):
        alone = member.encode_proteins(RegionBatch([each]))
        for name in POOLING_NAMES:
            torch.testing.assert_close(together[name][row], alone[name][0], atol=1e-5, rtol=0)


def test_every_pooling_predicts_every_output(member):
    proteins = member.encode_proteins(RegionBatch([region(5), region(9, 1)]))
    drugs = member.drug(torch.rand(3, INPUTS))
    rows, columns = torch.tensor([0, 1, 1]), torch.tensor([2, 0, 1])
    assert member(proteins, drugs, rows, columns).shape == (4, 3, len(OUTPUTS)) == (4, 3, 4)


def test_counts_and_embedding_both_change_the_vector_of_a_molecule(member):
    counts, embeddings = torch.rand(1, INPUTS - 16), torch.rand(1, 16)
    joined = join_drug_inputs(counts, embeddings)
    assert joined.shape == (1, INPUTS)
    vectors = [
        member.drug(each)
        for each in (
            joined,
            join_drug_inputs(counts + 1, embeddings),
            join_drug_inputs(counts, -embeddings),
        )
    ]
    assert not torch.allclose(vectors[0], vectors[1])
    assert not torch.allclose(vectors[0], vectors[2])


def test_a_pocket_residue_changes_the_prediction(member):
    one = region(5)
    other = replace(one, pocket_codes=(one.pocket_codes + 1) % 21)
    phosphorylated = replace(one, construct=replace(one.construct, phosphorylated=True))
    encoded, *changed = (
        member.encode_pocket(RegionBatch([each])) for each in (one, other, phosphorylated)
    )
    assert not any(torch.allclose(encoded, each) for each in changed)


def test_a_region_holds_the_domain_and_the_pocket_by_residue_number():
    protein = Construct("MKTAYIAKQR")
    embeddings = ResidueEmbeddings(torch.randn(10, HIDDEN), torch.randn(1, HIDDEN), ((1, 10),))
    domain = KinaseDomain(3, 8, 99.0, (3, 0, 8))
    cut = cut_region(protein, embeddings, domain, [0, 1, 2])
    torch.testing.assert_close(cut.embeddings[0], embeddings.cls[0])
    torch.testing.assert_close(cut.embeddings[1:], embeddings.residues[2:8])
    torch.testing.assert_close(cut.pocket[2], embeddings.residues[7])
    assert cut.pocket[1].abs().sum() == 0
    assert cut.pocket_codes.tolist() == [AMINO_ACIDS.index("T"), 20, AMINO_ACIDS.index("K")]


def test_without_a_domain_the_region_is_the_whole_protein():
    embeddings = ResidueEmbeddings(torch.randn(10, HIDDEN), torch.randn(1, HIDDEN), ((1, 10),))
    cut = cut_region(Construct("MKTAYIAKQR"), embeddings, None, [0, 1, 2])
    assert len(cut.embeddings) == 11
    assert cut.pocket_codes.tolist() == [20, 20, 20]


def test_the_start_token_is_that_of_the_window_with_the_domain():
    embeddings = ResidueEmbeddings(
        torch.randn(10, HIDDEN), torch.randn(2, HIDDEN), ((1, 6), (5, 10))
    )
    cut = cut_region(
        Construct("MKTAYIAKQR"), embeddings, KinaseDomain(7, 10, 99.0, (7, 8, 9)), [0, 1, 2]
    )
    torch.testing.assert_close(cut.embeddings[0], embeddings.cls[1])
