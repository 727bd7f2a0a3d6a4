from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from captum.attr import IntegratedGradients, ShapleyValueSampling

from dta_demo import AffinityPredictor
from dta_demo.explain import attribution
from dta_demo.explain.attribution import (
    ATOM_ORDERS,
    FIRST_STEPS,
    SHARED_ATTRIBUTIONS,
    attribute,
    attribute_atoms,
    attribute_residues,
    order_atoms,
)
from dta_demo.explain.explained_pair import ExplainedPair
from dta_demo.inputs.molecule import parse_molecule
from dta_demo.inputs.protein import parse_protein
from dta_demo.model.labels import LABELS
from dta_demo.model.region import RESIDUE_CODES
from tests.support.outside import GLUCOSE, IMATINIB, PROTEINS

MOLECULE = "Fc1ccc(CCCCNC(=O)CCBr)cc1"


@pytest.fixture(scope="module")
def found(predictor, cdk2):
    return attribute(predictor, *cdk2)


def test_contributions_sum_to_the_difference_from_the_baseline(found):
    total = found.residues.sum() + found.atoms.sum()
    assert total == pytest.approx(found.value - found.baseline, rel=0.05)
    assert found.completeness_error <= 0.05
    assert abs(found.value - found.baseline) > 0.5


@pytest.mark.parametrize("protein", ["INS", "HBA"])
def test_they_do_outside_the_domain_too(predictor, protein):
    assert attribute(predictor, PROTEINS[protein], GLUCOSE).completeness_error <= 0.05


def test_the_value_is_the_prediction_and_every_residue_and_atom_has_a_number(
    predictor, cdk2, found
):
    assert found.value == pytest.approx(predictor.predict(*cdk2).affinity, abs=1e-3)
    document = found.to_dict()
    assert [row["number"] for row in document["residues"]] == list(
        range(1, len(cdk2[0].sequence) + 1)
    )
    assert "".join(row["residue"] for row in document["residues"]) == cdk2[0].sequence
    assert len(document["atoms"]) == len(found.symbols) == len(found.atoms) == len(found.removed)


def test_another_spelling_of_the_molecule_gives_the_same(predictor, cdk2):
    protein, _ = cdk2
    one, other = (attribute(predictor, protein, smiles) for smiles in ("OCCF", "C(F)CO"))
    assert one.symbols == other.symbols
    np.testing.assert_array_equal(one.atoms, other.atoms)
    np.testing.assert_array_equal(one.residues, other.residues)


def test_it_is_computed_once_and_nobody_gets_the_names_of_another(predictor, cdk2, found):
    protein, molecule = cdk2
    other = attribute(predictor, replace(protein, name="mine"), replace(molecule, name="my drug"))
    assert other.residues is found.residues
    assert (other.protein.name, other.molecule.name) == ("mine", "my drug")
    assert found.protein.name == protein.name


def test_residues_that_are_not_read_contribute_nothing(predictor, cdk2, found):
    """What stands around the kinase domain changes no other contribution either."""
    protein, molecule = cdk2
    tagged = replace(protein, sequence="MGSSHHHHHHSSG" + protein.sequence)
    other = attribute(predictor, tagged, molecule)
    start, end = found.region.start, found.region.end
    assert (other.region.start, other.region.end) == (start + 13, end + 13)
    np.testing.assert_array_equal(other.residues[13:], found.residues)
    outside = np.delete(found.residues, np.arange(start - 1, end))
    assert len(outside) > 0
    assert not outside.any()


def test_orders_come_in_pairs_and_are_the_same_each_time():
    orders = list(order_atoms(7, 4))
    assert orders == list(order_atoms(7, 4))
    assert orders[1] == orders[0][::-1]
    assert sorted(orders[2]) == list(range(7))


def test_residues_get_what_captum_finds_in_many_steps(predictor):
    """Fewer steps, where they are needed, are as good as many of equal size."""
    pair = ExplainedPair(predictor, parse_protein(PROTEINS["INS"]), parse_molecule(IMATINIB))
    function, start = pair.function, pair.unknown_letters

    def predict(mixed: torch.Tensor) -> torch.Tensor:
        return function.predict(function.read(mixed), pair.whole_and_none).mean(dim=1)

    expected = IntegratedGradients(predict).attribute(
        function.letters[None], start[None], n_steps=100, method="riemann_middle",
        internal_batch_size=4,
    )[0].sum(dim=1)  # fmt: skip
    found, steps = attribute_residues(pair, 0.02)
    assert FIRST_STEPS <= steps < 64
    difference = np.abs(found - pair.place(expected.numpy())).sum()
    assert difference < 0.1 * np.abs(found).sum()


def test_atoms_get_what_captum_finds_in_the_same_orders(pair):
    def predict(present: torch.Tensor) -> torch.Tensor:
        both = pair.predict_atoms(present.numpy() > 0, pair.intact, pair.unknown)
        return torch.from_numpy(both.mean(axis=0))

    method = ShapleyValueSampling(predict)
    method.permutation_generator = order_atoms
    expected = method.attribute(
        torch.ones(1, pair.atoms), n_samples=ATOM_ORDERS, perturbations_per_eval=pair.atoms
    )
    shares, alone = attribute_atoms(pair)
    np.testing.assert_allclose(shares, expected[0].numpy(), atol=1e-5)
    ends = [pair.predict(each, pair.whole_and_none)[0] for each in (pair.intact, pair.unknown)]
    assert shares.sum() == pytest.approx(np.mean([whole - none for whole, none in ends]), abs=1e-4)
    every = [number + 1 for number in range(pair.atoms)]
    without = pair.predict_without_atoms([[], *([number] for number in every)])
    np.testing.assert_allclose(alone, without[0] - without[1:], atol=1e-5)


def test_an_integration_ends_at_the_last_at_the_greatest_number_of_steps(pair, monkeypatch):
    monkeypatch.setattr(attribution, "MOST_STEPS", 10)
    assert attribute_residues(pair, 0.0)[1] == 10


# --- A model made to depend on chosen residues and atoms ----------------------------------------


@pytest.fixture(scope="module")
def planted():
    """The bundled model, cut down to three pocket positions and to a fluorine and a bromine."""
    predictor = AffinityPredictor.load(device="cpu")
    model, positions = predictor._loaded.ensemble.model, (3, 30, 61)
    channels = model.config.pocket_channels
    pair = ExplainedPair(predictor, parse_protein(CDK2), parse_molecule(MOLECULE))
    symbols = pair.fragments.symbols
    atoms = {symbols.index("F"), symbols.index("Br")}
    columns = [x.column for x in pair.fragments.fragments if x.atoms <= atoms]
    kept = torch.zeros(model.members[0].pocket[1].in_features, dtype=torch.bool)
    width = channels + RESIDUE_CODES
    for position in positions:
        kept[position * width + channels : (position + 1) * width] = True
    with torch.no_grad():
        for member in model.members:
            member.pocket[1].weight[:, ~kept] = 0.0
            member.pocket[1].weight[:, kept] *= 20.0
            for projection in member.projections.values():
                projection.pooled.weight[:] = 0.0
            weight = member.drug[1].weight
            chosen = torch.zeros(weight.shape[1], dtype=torch.bool)
            chosen[columns] = True
            weight[:, ~chosen] = 0.0
            weight[:, chosen] *= 20.0
    predictor._loaded.ensemble.kernels[LABELS[0]].weights[:] = 0.0
    predictor._loaded.ensemble._stacks.clear()
    columns, aligned = pair.function.columns, pair.function.domain.residues
    residues = {int(pair.residues[aligned[columns[place]] - 1]) for place in positions}
    SHARED_ATTRIBUTIONS.clear()
    yield predictor, residues, {atom + 1 for atom in atoms}
    SHARED_ATTRIBUTIONS.clear()


def top(values: np.ndarray, count: int) -> set[int]:
    return set((np.argsort(-np.abs(values))[:count] + 1).tolist())


def test_the_top_residues_and_atoms_are_those_that_the_model_was_made_to_use(planted):
    predictor, residues, atoms = planted
    by_residue = attribute(predictor, CDK2, MOLECULE)
    assert top(by_residue.residues, len(residues)) == residues
    assert top(by_residue.atoms, len(atoms)) == atoms
    others = [n - 1 for n in range(1, len(by_residue.residues) + 1) if n not in residues]
    assert np.abs(by_residue.residues[others]).max() < 1e-6
    assert by_residue.completeness_error <= 0.05


CDK2 = (
    "MENFQKVEKIGEGTYGVVYKARNKLTGEVVALKKIRLDTETEGVPSTAIREISLLKELNHPNIVKLLDVIHTENKLYLVFEFLHQD"
    "LKKFMDASALTGIPLPLIKSYLFQLLQGLAFCHSHRVLHRDLKPQNLLINTEGAIKLADFGLARAFGVPVRTYTHEVVTLWYRAPE"
    "ILLGCKYYSTAVDIWSLGCIFAEMVTRRALFPGDSEIDQLFRIFRTLGTPDEVVWPGVTSMPDYKPSFPKWARQDFSKVVPPLDED"
    "GRSLLSQMLHYDPNKRISAKAALAHPFFQDVTKPVPHLRL"
)
