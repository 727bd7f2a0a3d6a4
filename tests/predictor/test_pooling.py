"""Every number of the pooling tab against a direct computation in NumPy."""

import json

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from dta_demo.checkpoint.checks import CheckpointError
from dta_demo.encoders.pooling import POOLING_NAMES
from dta_demo.kinases.naming import read_protein
from dta_demo.molecules.fingerprints import fingerprint_smiles
from dta_demo.predictor.pooled_kinome import NEIGHBOURS
from dta_demo.predictor.pooling import READOUTS, PoolingPredictor
from dta_demo.predictor.pooling_hiding import hide_letters
from dta_demo.predictor.pooling_map import LEAST_PROTEINS, map_proteins
from dta_demo.runtime.bundled import bundled_file

pytestmark = pytest.mark.checkpoint

KINASE, MOLECULE = "ABL1", "imatinib"
NETWORKS, HEADS = 5, 8


def gelu(values: np.ndarray) -> np.ndarray:
    from scipy.special import erf

    return values * (1 + erf(values / np.sqrt(2))) / 2


def softmax(values: np.ndarray, axis: int) -> np.ndarray:
    powers = np.exp(values - values.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


@pytest.fixture(scope="module")
def stored() -> dict[str, np.ndarray]:
    arrays = load_file(bundled_file(READOUTS))
    return {name: array.astype(np.float64) for name, array in arrays.items()}


@pytest.fixture(scope="module")
def analysis(predictor):
    return predictor.analyse_poolings(KINASE, MOLECULE)


@pytest.fixture(scope="module")
def embeddings(predictor) -> np.ndarray:
    region = predictor.encode(read_protein(KINASE)).region
    return region.embeddings.double().numpy()


def attend(stored, embeddings, network: int) -> np.ndarray:
    """Weights of each head of one network: (heads, residues)."""
    weight = stored["attention.score.weight"][network]
    scores = embeddings[1:] @ weight.T + stored["attention.score.bias"][network]
    return softmax(scores, axis=0).T


def pool(stored, embeddings, name: str, network: int) -> np.ndarray:
    residues = embeddings[1:]
    if name == "cls":
        return embeddings[0]
    if name == "mean":
        return residues.mean(axis=0)
    if name == "max":
        return residues.max(axis=0)
    parts = np.split(residues, HEADS, axis=1)
    weights = attend(stored, embeddings, network)
    return np.concatenate([own @ part for own, part in zip(weights, parts, strict=True)])


def tower(stored, prefix: str, vector: np.ndarray, network: int) -> np.ndarray:
    weight, bias, output, output_bias = (
        stored[f"{prefix}.{part}"][network] for part in ("weight", "bias", "output", "output_bias")
    )
    return gelu(vector @ weight + bias[0]) @ output + output_bias[0]


def answer(predictor, stored, embeddings, name: str) -> np.ndarray:
    """pKd by each network: (networks,)."""
    counts = fingerprint_smiles([analysis_smiles(predictor)], predictor.fingerprint_bits).counts
    drug = predictor._loaded.ensemble.model.drug_encoder.embed_counts(counts)[0].astype(np.float64)
    scaled = (drug - stored[f"{name}.scale.drug_mean"]) / stored[f"{name}.scale.drug_spread"]
    values = []
    for network in range(NETWORKS):
        vector = pool(stored, embeddings, name, network)
        vector = (vector - stored[f"{name}.scale.mean"]) / stored[f"{name}.scale.spread"]
        protein = tower(stored, f"{name}.protein", vector, network)
        molecule = tower(stored, f"{name}.drug", scaled, network)
        product = protein[:-1] @ molecule[:-1] / np.sqrt(len(protein) - 1)
        values.append(stored[f"{name}.mean"][network] + protein[-1] + molecule[-1] + product)
    return np.array(values)


def analysis_smiles(predictor) -> str:
    return predictor.predict(KINASE, MOLECULE).molecule.smiles


@pytest.mark.parametrize("name", POOLING_NAMES)
def test_each_answer_is_that_of_its_networks(predictor, stored, analysis, embeddings, name):
    expected = answer(predictor, stored, embeddings, name)
    found = {each.name: each for each in analysis.report.answers}[name]
    assert found.affinity == pytest.approx(expected.mean(), abs=2e-4)
    assert found.network_std == pytest.approx(expected.std(), abs=2e-4)
    low, high = found.interval
    assert low <= found.affinity <= high


def test_the_answers_are_not_those_inside_the_model(analysis):
    """By themselves the poolings must be able to differ, from one another and from the model."""
    report = analysis.report
    own = np.array([each.affinity for each in report.answers])
    inside = np.array([report.prediction.by_pooling[name] for name in report.names])
    assert np.ptp(own) > 0.05
    assert np.abs(own - inside).max() > 0.3


def test_weights_and_heads_are_those_of_the_poolings(predictor, stored, analysis, embeddings):
    report = analysis.report
    encoded = predictor.encode(read_protein(KINASE))
    length = len(report.prediction.protein.sequence)
    by_head = np.concatenate([attend(stored, embeddings, each) for each in range(NETWORKS)])
    np.testing.assert_allclose(report.head_weights, encoded.place(by_head, length), atol=2e-6)
    np.testing.assert_allclose(report.head_weights.sum(axis=1), 1, atol=1e-4)
    cls, mean, _, attention = report.weights
    np.testing.assert_allclose(attention, report.head_weights.mean(axis=0), atol=1e-6)
    winners = np.bincount(embeddings[1:].argmax(axis=0), minlength=len(embeddings) - 1)
    np.testing.assert_array_equal(report.maxima, encoded.place(winners, length))
    assert report.maxima.sum() == embeddings.shape[1]
    assert not cls.any()
    assert mean.sum() == pytest.approx(1)


def test_similarities_are_cosines(stored, analysis, embeddings):
    vectors = np.stack(
        [
            np.mean([pool(stored, embeddings, name, each) for each in range(NETWORKS)], axis=0)
            for name in POOLING_NAMES
        ]
    )
    centred = np.stack(
        [
            (vector - stored[f"{name}.scale.mean"]) / stored[f"{name}.scale.spread"]
            for name, vector in zip(POOLING_NAMES, vectors, strict=True)
        ]
    )
    for rows, found in (
        (vectors, analysis.report.similarity), (centred, analysis.report.centred_similarity),
    ):  # fmt: skip
        units = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        np.testing.assert_allclose(found, units @ units.T, atol=2e-4)


def test_the_pocket_is_in_the_proteins_own_numbers(predictor, analysis):
    """T315 is the gatekeeper of ABL1, and its pocket has the DFG's aspartate."""
    pocket, sequence = analysis.report.pocket, analysis.report.prediction.protein.sequence
    gatekeeper = sequence.index("YIITEFMTYGNLLDYL") + 4
    assert sequence[gatekeeper - 1] == "T"
    assert gatekeeper in pocket
    assert all(analysis.report.weights[1][number - 1] > 0 for number in pocket)


def test_hidden_residues_are_hidden_from_the_encoder(predictor, stored, analysis):
    encoded = predictor.encode(read_protein(KINASE))
    numbers = encoded.numbers.tolist()
    for each in analysis.hidden:
        places = [numbers.index(number) for number in each.numbers]
        form = hide_letters(encoded.read.form, places)
        assert form.letters.count("X") == len(each.numbers)
        (region,) = predictor._encoding.read_regions([form])
        values = [
            answer(predictor, stored, region.embeddings.double().numpy(), name).mean()
            for name in POOLING_NAMES
        ]
        floor = predictor._loaded.floor
        clipped = [value if value > floor else floor + 0.01 * (value - floor) for value in values]
        before = [found.affinity for found in analysis.report.answers]
        np.testing.assert_allclose(each.changes, np.subtract(clipped, before), atol=2e-3)
        assert all(std >= 0 for std in each.random_std)


def test_the_nearest_kinases_are_those_with_the_largest_cosine(predictor, analysis):
    kinome = predictor.pooling.kinome
    own = kinome.letters[kinome.labels.index(KINASE)]
    for number, name in enumerate(POOLING_NAMES):
        vectors = kinome.vectors[number].astype(np.float64)
        centred = (vectors - vectors.mean(axis=0)) / vectors.std(axis=0)
        units = centred / np.linalg.norm(centred, axis=1, keepdims=True)
        cosines = units @ units[kinome.labels.index(KINASE)]
        order = [place for place in np.argsort(-cosines) if kinome.letters[place] != own]
        found = analysis.nearest[name]
        assert [each.name for each in found][:3] == [kinome.labels[x] for x in order[:3]]
        assert found[0].similarity == pytest.approx(cosines[order[0]], abs=2e-3)
        assert len(found) == NEIGHBOURS
    assert analysis.nearest["max"][0].name == "ABL2"


@pytest.mark.parametrize("tag", ["MHHHHHH", ""])
def test_answers_do_not_change_with_the_form_of_the_kinase(predictor, analysis, tag):
    sequence = tag + analysis.report.prediction.protein.sequence
    report = predictor.poolings(sequence, MOLECULE)
    for found, expected in zip(report.answers, analysis.report.answers, strict=True):
        assert found.affinity == pytest.approx(expected.affinity, abs=1e-4)


def test_a_document_has_it_all_as_plain_numbers(analysis):
    document = json.loads(json.dumps(analysis.to_dict()))
    assert set(document["by_themselves"]) == set(POOLING_NAMES)
    assert document["effective_residues"][0] is None
    assert document["entropies"][1] == pytest.approx(
        np.log2(document["effective_residues"][1]), abs=1e-3
    )
    assert {each["what"] for each in document["hidden"]} == {"max", "attention", "pocket"}
    assert document["advice"]["verdict"] == analysis.advice.verdict.value
    assert document["kinome"]["same_family_by_chance"] < 0.05


def test_embeddings_of_another_type_or_place_are_read(predictor, embeddings):
    for readouts in predictor.pooling.readouts.values():
        wide, narrow = (
            readouts.pool(torch.from_numpy(embeddings).to(each))
            for each in (torch.float64, torch.float32)
        )
        torch.testing.assert_close(wide[0].vector, narrow[0].vector)


def test_damaged_readouts_are_no_silent_fallback(predictor, tmp_path, monkeypatch):
    """Only readouts of other weights are left out; a file that cannot be read is a fault."""
    (tmp_path / "poolings").mkdir()
    (tmp_path / READOUTS).write_bytes(b"not safetensors")
    monkeypatch.setattr("dta_demo.predictor.pooling.bundled_file", lambda name: tmp_path / name)
    fresh = PoolingPredictor(predictor._loaded, predictor._encoding)
    with pytest.raises(CheckpointError, match="cannot be read as readouts"):
        _ = fresh.readouts


def test_other_weights_have_no_readouts(tiny_predictor):
    report = tiny_predictor.poolings("MLEICLKLVGCKSKKGLSSSSSCYLEE" * 3, "CCO")
    assert report.answers == ()
    assert tiny_predictor.pooling.study is None
    assert report.weights.shape == (4, 81)


# --- The kinome under each pooling -------------------------------------------------------------


def test_the_catalogue_is_pooled_as_a_kinase_is(predictor):
    """What comes with the code is what the readouts make of each kinase."""
    kinome, pooling = predictor.pooling.kinome, predictor.pooling
    places = [kinome.labels.index(label) for label in ("ABL1", "CDK2", "JAK1 domain 2")]
    chosen = [kinome.profiled[place] for place in places]
    fresh = pooling.pool(chosen, pooling.readouts)
    np.testing.assert_allclose(fresh.vectors, kinome.vectors[:, places], atol=3e-3)
    assert fresh.letters == tuple(kinome.letters[place] for place in places)


def test_maps_agree_with_direct_computations(predictor):
    kinome = predictor.pooling.kinome
    found = map_proteins(kinome)
    vectors = kinome.vectors.astype(np.float64)
    centred = vectors - vectors.mean(axis=1, keepdims=True)
    x, y = centred[1], centred[2]
    cka = np.linalg.norm(x.T @ y) ** 2 / (np.linalg.norm(x.T @ x) * np.linalg.norm(y.T @ y))
    assert found.cka[1, 2] == pytest.approx(cka, abs=1e-6)
    nearest = []
    for number in (1, 2):
        scaled = centred[number] / vectors[number].std(axis=0)
        units = scaled / np.linalg.norm(scaled, axis=1, keepdims=True)
        cosines = units @ units.T
        np.fill_diagonal(cosines, -2)
        nearest.append(np.argsort(-cosines, axis=1)[:, :NEIGHBOURS])
    shared = [len(set(a) & set(b)) / NEIGHBOURS for a, b in zip(*nearest, strict=True)]
    assert found.overlap[1, 2] == pytest.approx(np.mean(shared), abs=2e-3)
    families = found.families
    sizes = {family: families.count(family) for family in families}
    judged = [row for row, family in enumerate(families) if family and sizes[family] > 1]
    same = np.mean([[families[other] == families[row] for other in nearest[1][row]]
                    for row in judged])  # fmt: skip
    assert found.same_family[2] == pytest.approx(same, abs=2e-3)
    chance = np.mean([(sizes[families[row]] - 1) / (len(families) - 1) for row in judged])
    assert found.by_chance == pytest.approx(chance)


def test_poolings_know_families_better_than_chance_and_not_alike(predictor):
    found = map_proteins(predictor.pooling.kinome)
    assert min(found.same_family) > 5 * found.by_chance
    assert max(found.same_family) > found.by_composition + 0.1
    assert np.ptp(found.same_family) > 0.1


def test_too_few_proteins_make_no_map(predictor):
    pooling = predictor.pooling
    few = pooling.pool(pooling.kinome.profiled[: LEAST_PROTEINS - 1], pooling.readouts)
    with pytest.raises(ValueError, match="at least 11 proteins"):
        map_proteins(few)
    with pytest.raises(ValueError, match="Maps are made by PCA"):
        map_proteins(pooling.kinome, "t-SNE")
