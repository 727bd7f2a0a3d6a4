from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from dta_demo.explain.explained_pair import ExplainedPair
from dta_demo.inputs.errors import InputError
from dta_demo.inputs.molecule import parse_molecule
from dta_demo.inputs.protein import parse_protein
from dta_demo.kinases.construct import Construct
from dta_demo.model.labels import LABELS, PKD
from dta_demo.model.region import cut_region
from dta_demo.predictor.prediction import predict_encoded
from tests.support.datasets import KINASE
from tests.support.outside import CAFFEINE, IMATINIB, PROTEINS, read_abl1

PAIRS = {
    "both in the panel, two windows": (read_abl1(), IMATINIB),
    "new molecule": (read_abl1(), CAFFEINE),
    "new target": (KINASE, IMATINIB),
    "both new": (KINASE, CAFFEINE),
    "phosphorylated form": (read_abl1().replace(">ABL1", ">ABL1p"), IMATINIB),
    "mutant that was not measured": (read_abl1().replace("IITEFMTYG", "IIAEFMTYG"), IMATINIB),
    "no kinase domain": (PROTEINS["ADRB2"], IMATINIB),
    "short": (PROTEINS["INS"], CAFFEINE),
}


def blended(predictor, protein, molecule) -> float:
    """The prediction before the floor, by the way that predict() takes."""
    loaded = predictor._loaded
    drugs = loaded.ensemble.encode_drugs(loaded.ensemble.fingerprint_smiles([molecule.smiles]))
    return predict_encoded(loaded, predictor.encode(protein), drugs).blended[0, PKD]


@pytest.mark.parametrize("name", PAIRS)
def test_a_pair_as_it_is_gets_the_value_of_the_prediction(predictor, name):
    protein, molecule = parse_protein(PAIRS[name][0]), parse_molecule(PAIRS[name][1])
    pair = ExplainedPair(predictor, protein, molecule)
    value = pair.predict(pair.intact, pair.whole_and_none)[0]
    assert value == pytest.approx(blended(predictor, protein, molecule), abs=1e-4)


def test_hidden_residues_are_read_as_the_letter_for_an_unknown_residue(predictor, pair):
    hidden = [31, 32, 33, 82, 200]
    letters = list(pair.function.construct.sequence)
    for number in hidden:
        letters[number - 1] = "X"
    construct = Construct("".join(letters))
    (embeddings,) = predictor.encoder.encode_residues([construct.sequence])
    region = cut_region(construct, embeddings, pair.function.domain, pair.function.columns)
    expected = predictor._loaded.ensemble.encode([region]).vectors
    found = pair.read(pair.function.hide(hidden))
    torch.testing.assert_close(found.vectors, expected, atol=1e-4, rtol=1e-4)
    kernel = predictor._loaded.ensemble.kernels[LABELS[PKD]]
    near = kernel.panel.compare_targets([region], kernel.settings.pocket_share)[0]
    np.testing.assert_allclose(found.near_targets.numpy(), near, atol=1e-4)


def test_the_residues_are_those_of_the_region_of_the_prediction(predictor, pair, cdk2):
    region = predictor.region(cdk2[0])
    assert pair.residues.tolist() == list(range(region.start, region.end + 1))
    assert len(pair.function.letters) == len(pair.residues)


def test_letters_that_the_sequence_lacks_are_left_as_they_are(predictor, cdk2):
    protein, molecule = cdk2
    region = predictor.region(protein)
    short = replace(protein, sequence=protein.sequence[region.start + 4 : region.end - 3])
    pair = ExplainedPair(predictor, short, molecule)
    lacking = np.flatnonzero(predictor.read_numbers(short) == 0)
    assert len(lacking) == 8
    assert torch.equal(pair.unknown_letters[lacking], pair.function.letters[lacking])
    placed = pair.place(np.arange(1.0, len(pair.function.letters) + 1))
    np.testing.assert_array_equal(placed, np.arange(6.0, len(short.sequence) + 6))
    whole = predictor.predict(protein, molecule).affinity
    assert predictor.predict(short, molecule).affinity == whole


def test_molecules_at_once_get_the_values_of_one_by_one(pair):
    present = np.random.default_rng(0).random((5, pair.atoms)) < 0.7
    counts = pair.count(present)
    at_once = pair.predict(pair.intact, counts)
    one_by_one = [pair.predict(pair.intact, row[None])[0] for row in counts]
    np.testing.assert_allclose(at_once, one_by_one, atol=1e-5)


def test_a_long_protein_without_a_domain_is_refused_in_one_sentence(predictor):
    sequence = "".join(np.random.default_rng(0).choice(list("ACDEFGHIKLMNPQRSTVWY"), 4900))
    with pytest.raises(InputError, match="4,000 residues"):
        ExplainedPair(predictor, parse_protein(sequence), parse_molecule(CAFFEINE))
