from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn.functional import one_hot

from dta_demo.model.kernel_function import KernelFunction
from dta_demo.model.region import RESIDUE_CODES
from dta_demo.molecules.fingerprints import fingerprint_smiles
from tests.support.kernels import (
    BITS,
    NEW,
    REGIONS,
    SMILES,
    make_encoder,
    make_model,
    make_trainer,
    predict,
)

UNSEEN = "CCCCCC(=O)Nc1ccccc1"


@pytest.fixture(scope="module", params=[(7, 6), (5, 4)], ids=["pKd alone", "with displacement"])
def model(request):
    return make_model(make_trainer(request.param))


def differentiable(model, region, smiles):
    """Prediction of a pair by its differentiable twin, with the inputs that have gradients."""
    function = KernelFunction(model, region.construct, smiles, torch.device("cpu"))
    letters = one_hot(region.pocket_codes, RESIDUE_CODES).float().requires_grad_()
    logarithms = torch.from_numpy(fingerprint_smiles([smiles], BITS).counts)
    counts = torch.expm1(logarithms).requires_grad_()
    embeddings = make_encoder().embed(torch.log1p(counts))
    near_targets = function.compare_targets(
        region.construct.phosphorylated, region.fixed("mean")[None], letters[None]
    )
    value = function(near_targets, function.compare_drugs(counts, embeddings))
    return value, letters, counts


@pytest.mark.parametrize("smiles", [*SMILES, UNSEEN])
@pytest.mark.parametrize(
    "region",
    [
        *REGIONS,
        NEW,
        replace(REGIONS[1], construct=replace(REGIONS[1].construct, phosphorylated=True)),
    ],
    ids=[*(f"target {n}" for n in range(7)), "new", "phosphorylated"],
)
def test_the_differentiable_twin_gives_what_the_model_predicts(model, region, smiles):
    """Seen, new drug, new target, both new, and what has displacement only."""
    value, _, _ = differentiable(model, region, smiles)
    expected = predict(model, [region], [smiles]).values[0, 0]
    assert value.item() == pytest.approx(expected, abs=2e-5)


def test_forms_are_compared_side_by_side_as_one_by_one(model):
    function = KernelFunction(model, NEW.construct, UNSEEN, torch.device("cpu"))
    means = torch.stack([region.fixed("mean") for region in REGIONS])
    codes = torch.stack([region.pocket_codes for region in REGIONS])
    letters = one_hot(codes, RESIDUE_CODES).float()
    together = function.compare_targets(False, means, letters)
    alone = [
        function.compare_targets(False, means[n : n + 1], letters[n : n + 1])
        for n in range(len(means))
    ]
    torch.testing.assert_close(together, torch.cat(alone))


def test_molecules_are_compared_side_by_side_as_one_by_one(model):
    function = KernelFunction(model, NEW.construct, UNSEEN, torch.device("cpu"))
    counts = torch.from_numpy(fingerprint_smiles([*SMILES, UNSEEN], BITS).counts)
    embeddings = make_encoder().embed(counts)
    together = function.compare_drugs(torch.expm1(counts), embeddings)
    alone = [
        function.compare_drugs(torch.expm1(counts[n : n + 1]), embeddings[n : n + 1])
        for n in range(len(counts))
    ]
    torch.testing.assert_close(together, torch.cat(alone))
    settings = model.settings
    expected = model.panel.compare_drugs(
        counts.numpy(),
        embeddings.detach().numpy(),
        settings.drug_power,
        settings.embedding_weight,
    )
    np.testing.assert_allclose(together.detach(), expected, atol=1e-5)


def test_gradients_reach_residues_and_fragments_through_the_embeddings(model):
    value, letters, counts = differentiable(model, NEW, UNSEEN)
    value.sum().backward()
    assert letters.grad.abs().sum() > 0
    assert torch.isfinite(counts.grad).all()
    # A fragment that no drug of the panel has is seen by the drug encoder alone.
    in_panel = torch.from_numpy(fingerprint_smiles(SMILES, BITS).counts).sum(dim=0) > 0
    own = (counts.detach()[0] > 0) & ~in_panel
    assert own.any()
    assert (counts.grad[0, own] != 0).all()
