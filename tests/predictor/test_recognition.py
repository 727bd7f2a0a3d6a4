"""The same kinase, however it is given, with a small checkpoint that was trained on twelve."""

from dataclasses import replace

import numpy as np
import pytest

from dta_demo import AffinityPredictor
from dta_demo.data.affinities import load_affinities
from dta_demo.evaluation.prediction import encode_targets, predict_folds
from dta_demo.explain.attribution import attribute
from dta_demo.explain.explained_pair import ExplainedPair
from dta_demo.inputs.molecule import parse_molecule
from dta_demo.inputs.protein import Protein
from dta_demo.kinases.construct import Construct
from dta_demo.kinases.known import KnownKinases, digest_sequence
from dta_demo.kinases.targets import Target
from dta_demo.model.labels import PKD
from dta_demo.predictor.prediction import predict_encoded
from tests.support.encoders import random_sequence

pytestmark = pytest.mark.usefixtures("nothing_remembered")

MOLECULE = "CC(=O)Nc1ccccc1"
TAG = "MGSSHHHHHHSSGLVPRGSH"
FRAGMENT = random_sequence(150, 7)


@pytest.fixture
def kinase(tiny_predictor):
    """The first training target: its letters that are read."""
    return tiny_predictor._loaded.known[0].form.letters


@pytest.fixture
def mutant(kinase):
    """The same with one residue changed that the profile has a column for."""
    place = kinase.index("K", 100)
    return kinase[:place] + ("W" if kinase[place] != "W" else "A") + kinase[place + 1 :]


@pytest.fixture
def with_alias(tiny_predictor):
    """A predictor that knows a fragment without a domain as the first training target."""
    first, *others = tiny_predictor._loaded.known
    known = KnownKinases([replace(first, aliases=(digest_sequence(FRAGMENT),)), *others])
    return AffinityPredictor(replace(tiny_predictor._loaded, known=known))


def blended(predictor, protein):
    loaded = predictor._loaded
    drugs = loaded.ensemble.encode_drugs(loaded.ensemble.fingerprint_smiles([MOLECULE]))
    return predict_encoded(loaded, predictor.encode(protein), drugs).blended[0, PKD]


def test_a_kinase_gets_one_answer_however_it_is_given(tiny_predictor, kinase):
    plain = tiny_predictor.predict(kinase, MOLECULE)
    assert plain.applicability.group == "seen"
    assert plain.recognised.name == "t0"
    for given in (TAG + kinase, kinase + TAG, TAG + kinase + random_sequence(900)):
        found = tiny_predictor.predict(given, MOLECULE)
        assert found.affinity == plain.affinity
        assert found.interval == plain.interval
        start = given.index(kinase) + 1
        region = found.regions[0]
        assert (region.start, region.end) == (start, start + len(kinase) - 1)


def test_it_is_read_once(tiny_predictor, kinase, monkeypatch):
    asked = []
    encode = tiny_predictor.encoder.encode_residues

    def note(sequences, **options):
        asked.extend(sequences)
        return encode(sequences, **options)

    monkeypatch.setattr(tiny_predictor.encoder, "encode_residues", note)
    for given in (TAG + kinase, kinase + TAG):
        tiny_predictor.predict(given, MOLECULE)
    assert asked == [kinase]
    tiny_predictor.attention(TAG + kinase)
    assert asked == [kinase, TAG + kinase]


def test_a_mutant_is_its_wild_type_with_a_change(tiny_predictor, kinase, mutant):
    found = tiny_predictor.predict(TAG + mutant, MOLECULE)
    assert found.recognised.relation == "mutant"
    assert found.applicability.group == "new target"
    (substitution,) = found.recognised.substitutions
    assert found.applicability.reason.endswith(f"without {substitution}.")
    assert found.interval != tiny_predictor.predict(kinase, MOLECULE).interval
    change = blended(tiny_predictor, Protein(mutant)) - blended(tiny_predictor, Protein(kinase))
    assert 0 < abs(change) < 0.5


def test_the_scale_multiplies_the_change(tiny_predictor, kinase, mutant, monkeypatch):
    calibrations = tiny_predictor._loaded.trust.calibrations
    wild_type = blended(tiny_predictor, Protein(kinase))
    change = blended(tiny_predictor, Protein(mutant)) - wild_type
    monkeypatch.setitem(calibrations, "pKd", replace(calibrations["pKd"], mutant_scale=0.5))
    assert blended(tiny_predictor, Protein(mutant)) == pytest.approx(wild_type + change / 2)


def test_screening_gives_a_mutant_what_predict_gives(tiny_predictor, mutant):
    texts = [MOLECULE, "CCO", "c1ccc2ccccc2c1"]
    for each in tiny_predictor.screen(mutant, texts):
        alone = tiny_predictor.predict(mutant, each.text)
        assert each.affinity == pytest.approx(alone.affinity, abs=1e-5)
        assert each.interval == pytest.approx(alone.interval, abs=1e-5)


@pytest.mark.parametrize("smiles", [MOLECULE, "c1ccc2ccccc2c1"])
@pytest.mark.parametrize("what", ["kinase", "mutant"])
def test_an_explanation_begins_at_the_prediction(tiny_predictor, request, what, smiles):
    protein = Protein(TAG + request.getfixturevalue(what))
    pair = ExplainedPair(tiny_predictor, protein, parse_molecule(smiles))
    loaded = tiny_predictor._loaded
    drugs = loaded.ensemble.encode_drugs(
        loaded.ensemble.fingerprint_smiles([parse_molecule(smiles).smiles])
    )
    expected = predict_encoded(loaded, tiny_predictor.encode(protein), drugs).blended[0, PKD]
    found = pair.predict(pair.intact, pair.whole_and_none)[0, 0]
    assert found == pytest.approx(expected, abs=1e-4)


def test_contributions_are_numbered_as_given_and_a_tag_has_none(tiny_predictor, mutant):
    plain = attribute(tiny_predictor, mutant, MOLECULE)
    tagged = attribute(tiny_predictor, TAG + mutant + TAG, MOLECULE)
    inside = slice(len(TAG), -len(TAG))
    np.testing.assert_allclose(tagged.residues[inside], plain.residues, atol=1e-7)
    tagged.residues[inside] = 0.0
    assert not tagged.residues.any()
    assert plain.residues.any()


def test_weights_of_poolings_are_numbered_as_given(tiny_predictor, kinase):
    whole = tiny_predictor.poolings(kinase, MOLECULE)
    tagged = tiny_predictor.poolings(TAG + kinase, MOLECULE)
    assert not tagged.weights[:, : len(TAG)].any()
    np.testing.assert_array_equal(tagged.weights[:, len(TAG) :], whole.weights)
    # Letters that the sequence lacks are read, but have no place in it.
    short = tiny_predictor.poolings(kinase[5:], MOLECULE)
    np.testing.assert_array_equal(short.weights, whole.weights[:, 5:])


def test_for_a_fragment_the_domain_that_it_lacks_is_read(with_alias, kinase):
    found = with_alias.predict(FRAGMENT, MOLECULE)
    assert found.affinity == with_alias.predict(kinase, MOLECULE).affinity
    assert "which the given sequence lacks" in found.recognised.sentence
    assert "numbered along the kinase domain" in " ".join(found.notes)
    assert (found.regions[0].start, found.regions[0].end) == (1, len(kinase))
    assert found.to_dict()["receipt"]["recognised"]["name"] == "t0"
    assert with_alias.poolings(FRAGMENT, MOLECULE).weights.shape == (4, len(kinase))
    report = with_alias.attention(FRAGMENT)
    assert (report.received.shape[-1], report.regions, report.landmarks) == (150, (), ())


def test_an_explanation_of_a_fragment_is_that_of_the_domain(with_alias, kinase):
    found = attribute(with_alias, FRAGMENT, MOLECULE)
    assert found.protein.sequence == kinase
    assert found.residues is attribute(with_alias, kinase, MOLECULE).residues


def test_controls_shuffle_what_is_read(tiny_predictor, kinase):
    plain = tiny_predictor.controls(kinase, MOLECULE)
    tagged = tiny_predictor.controls(TAG + kinase, MOLECULE)
    assert tagged.shuffled == plain.shuffled


def test_measured_pairs_get_what_predict_gives(tiny_predictor, first_dataset):
    data = load_affinities(first_dataset)
    found = predict_folds(tiny_predictor, data, encode_targets(tiny_predictor, data), ())
    for row in (0, 17, 40):
        sequence = data.targets[data.target_index[row]].sequence
        smiles = data.drugs[data.drug_index[row]].smiles
        alone = tiny_predictor.predict(sequence, smiles).affinity
        assert found[row] == pytest.approx(alone, abs=1e-5)


def test_a_measured_pair_of_a_mutant_is_predicted_as_one(tiny_predictor, first_dataset, mutant):
    data = load_affinities(first_dataset)
    target = Target("t0(K1W)", Construct(mutant))
    data = replace(data, targets=(target, *data.targets[1:]))
    encoded = encode_targets(tiny_predictor, data)
    assert encoded[0].wild_type is not None
    assert encoded[1].wild_type is None
    (row, *_) = np.flatnonzero(data.target_index == 0)
    found = predict_folds(tiny_predictor, data, encoded, ())[row]
    smiles = data.drugs[data.drug_index[row]].smiles
    assert found == pytest.approx(tiny_predictor.predict(mutant, smiles).affinity, abs=1e-5)
