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
    value = pair.predict(pair.intact, pair.whole_and_none)[0, 0]
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
    found = pair.read(pair.function.hide(hidden)[None])
    torch.testing.assert_close(found.vectors, expected, atol=1e-4, rtol=1e-4)
    kernel = predictor._loaded.ensemble.kernels[LABELS[PKD]]
    near = kernel.panel.compare_targets([region], kernel.settings.pocket_share)[0]
    np.testing.assert_allclose(found.near_targets[0].numpy(), near, atol=1e-4)


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
    present = np.random.default_rng(0).random((40, pair.atoms)) < 0.7
    at_once = pair.predict_atoms(present, pair.intact, pair.unknown)
    one_by_one = [pair.predict_atoms(row[None], pair.intact, pair.unknown) for row in present]
    np.testing.assert_allclose(at_once, np.concatenate(one_by_one, axis=1), atol=1e-5)


HIDDEN = [[], [3], [90, 91, 95, 200], list(range(1, 60)), [120], [7, 60]]


def long_pair(predictor) -> ExplainedPair:
    """A pair of a protein without a kinase domain that is read in two windows."""
    sequence = "".join(np.random.default_rng(1).choice(list("ACDEFGHIKLMNPQRSTVWY"), 1100))
    found = ExplainedPair(predictor, parse_protein(sequence), parse_molecule(CAFFEINE))
    assert len(found.function.windows) == 2
    return found


@pytest.mark.parametrize("length", ["one window", "two windows"])
def test_proteins_at_once_get_the_values_of_one_by_one(predictor, pair, length):
    asked = pair if length == "one window" else long_pair(predictor)
    one_by_one = []
    for numbers in HIDDEN:
        residues = np.searchsorted(asked.residues, asked.residues[np.array(numbers, dtype=int)])
        letters = asked.function.hide((residues + 1).tolist())
        one_by_one.append(asked.predict(asked.read(letters[None]), asked.whole_and_none)[0, 0])
    hidden = [asked.residues[np.array(numbers, dtype=int)].tolist() for numbers in HIDDEN]
    letters = torch.stack(
        [asked.function.hide((np.array(numbers, dtype=int) + 1).tolist()) for numbers in HIDDEN]
    )
    at_once = asked.predict(asked.read(letters), asked.whole_and_none)[:, 0]
    np.testing.assert_allclose(at_once, one_by_one, atol=1e-4)
    np.testing.assert_allclose(asked.predict_without_residues(hidden), one_by_one, atol=1e-4)


def test_a_window_in_which_nothing_is_hidden_is_read_once(predictor, monkeypatch):
    asked, read = long_pair(predictor), []
    run = asked.function._run

    def note(letters, first, last):
        read.append((first, len(letters)))
        return run(letters, first, last)

    monkeypatch.setattr(asked.function, "_run", note)
    second = asked.function.windows[1][0]
    asked.predict_without_residues([[1], [2], [3, 1000]])
    assert sorted(read) == [(1, 1), (1, 1), (1, 1), (second, 1), (second, 1)]


def test_gradients_at_once_are_those_of_one_by_one_and_of_the_prediction(predictor, cdk2):
    pair = ExplainedPair(predictor, *cdk2)
    places = np.array([0.2, 0.5, 0.7])
    values, slopes = pair.differentiate(places)
    for place, value, slope in zip(places, values, slopes, strict=True):
        (alone,), (of_alone,) = pair.differentiate(place[None])
        assert value == pytest.approx(alone, abs=1e-4)
        np.testing.assert_allclose(slope, of_alone, atol=1e-4)
    before, after = pair.differentiate(np.array([0.5 - 1e-3, 0.5 + 1e-3]))[0]
    assert slopes[1].sum() == pytest.approx((after - before) / 2e-3, rel=0.05, abs=0.02)


def test_a_part_of_a_fragment_is_shared_as_far_as_it_is_there(pair):
    """The similarity of counts that are not whole is that of the smaller of each two counts."""
    kernel = pair.function.kernel
    counts = torch.from_numpy(pair.fragments.count(np.ones((1, pair.atoms), dtype=bool))) * 0.37
    embeddings = pair.function.drug_encoder.embed(counts.log1p())
    known = kernel._levels.T.unflatten(1, (-1, 8)).sum(dim=2)
    shared = torch.minimum(counts, known).sum(dim=1)
    either = counts.sum() + known.sum(dim=1) - shared
    fragments = (shared / either.clip(min=1.0)) ** kernel.settings.drug_power
    scaled = (embeddings - kernel._drug_centre) / kernel._drug_spread
    apart = (scaled - kernel._drug_embeddings).square().sum(dim=1)
    weight = kernel.settings.embedding_weight
    expected = (1 - weight) * fragments + weight * torch.exp(-apart / kernel._drug_distance)
    torch.testing.assert_close(
        kernel.compare_drugs(counts, embeddings)[0], expected, atol=1e-5, rtol=1e-4
    )


def test_a_long_protein_without_a_domain_is_refused_in_one_sentence(predictor):
    sequence = "".join(np.random.default_rng(0).choice(list("ACDEFGHIKLMNPQRSTVWY"), 4900))
    with pytest.raises(InputError, match="4,000 residues"):
        ExplainedPair(predictor, parse_protein(sequence), parse_molecule(CAFFEINE))
