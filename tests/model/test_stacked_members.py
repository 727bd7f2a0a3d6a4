import pytest
import torch
from scipy.sparse import csr_matrix

from dta_demo.kinases.construct import Construct
from dta_demo.model import stacked_members
from dta_demo.model.labels import OUTPUTS
from dta_demo.model.member import AffinityMember
from dta_demo.model.network import mean_outputs
from dta_demo.model.region import ProteinRegion, RegionBatch
from dta_demo.model.stacked_members import StackedMembers

MEAN = torch.tensor(mean_outputs({"pKd": 5.0, "KIBA score": 11.0}))
INPUTS = 144


@pytest.fixture
def members():
    torch.manual_seed(0)
    return [AffinityMember(16, 8, 3, 2, 4, INPUTS, 0.1).eval() for _ in range(3)]


@pytest.fixture
def proteins():
    torch.manual_seed(1)
    return RegionBatch(
        [
            ProteinRegion(
                Construct("M" * n, phosphorylated=n == 40),
                torch.randn(n + 1, 16),
                torch.randn(3, 16),
                torch.randint(0, 21, (3,)),
            )
            for n in (5, 40, 300)
        ]
    )


@pytest.mark.parametrize("pairs_at_once", [2, 512])
def test_stacked_members_give_what_each_gives_alone(members, proteins, pairs_at_once, monkeypatch):
    monkeypatch.setattr(stacked_members, "PAIRS_AT_ONCE", pairs_at_once)
    inputs = torch.rand(4, INPUTS)
    rows, columns = torch.tensor([0, 1, 2, 1, 0]), torch.tensor([3, 2, 1, 0, 0])
    with torch.no_grad():
        alone = torch.stack(
            [
                member(member.encode_proteins(proteins), member.drug(inputs), rows, columns)
                for member in members
            ]
        )
    stack = StackedMembers(members, MEAN)
    fragments = csr_matrix(inputs[:, :-2].numpy())
    for drugs in (stack.encode_inputs(inputs), stack.encode_fragments(fragments, inputs[:, -2:])):
        found = stack.predict(stack.encode_proteins(proteins), drugs, rows, columns)
        assert found.shape == (3, 4, 5, len(OUTPUTS))
        torch.testing.assert_close(found, alone + MEAN, atol=1e-5, rtol=0)


def test_outputs_are_relative_to_the_means_of_their_labels():
    """A logit has no mean, and the pKd of what binds has that of the pKd."""
    means = dict(zip(OUTPUTS, MEAN.tolist(), strict=True))
    assert means == {"pKd": 5.0, "KIBA score": 11.0, "binds": 0.0, "pKd if bound": 5.0}


def test_the_members_themselves_are_left_as_they_were(members, proteins):
    before = [{name: w.clone() for name, w in m.state_dict().items()} for m in members]
    StackedMembers(members, MEAN).encode_proteins(proteins)
    for member, weights in zip(members, before, strict=True):
        for name, value in member.state_dict().items():
            assert torch.equal(value, weights[name])
