import threading
from dataclasses import replace

import numpy as np
import pytest

from dta_demo import AffinityPredictor
from dta_demo.encoders.pooling import POOLING_NAMES
from dta_demo.inputs.errors import InputError
from dta_demo.inputs.protein import parse_protein
from dta_demo.results.attention import MAXIMUM, MEAN
from dta_demo.results.group import GROUPS
from dta_demo.results.units import say_pkd
from tests.support.outside import IMATINIB, PAIRS, PROTEINS

HAEMOGLOBIN = PROTEINS["HBA"]


def pair(examples, title):
    row = examples[title]
    return f">{row['gene']}\n{row['sequence']}", row["smiles"]


def test_binders_are_told_from_pairs_at_the_floor(predictor, examples):
    values = {
        title: predictor.predict(*pair(examples, title)).affinity
        for title in ("Dasatinib – LCK", "Erlotinib – EGFR", "Imatinib – EGFR", "BI-2536 – CDK2")
    }
    assert min(values["Dasatinib – LCK"], values["Erlotinib – EGFR"]) > 7.5
    assert max(values["Imatinib – EGFR"], values["BI-2536 – CDK2"]) < 6


def test_a_point_mutation_changes_the_prediction(predictor, examples):
    wild = predictor.predict(*pair(examples, "Imatinib – ABL1")).affinity
    mutant = predictor.predict(*pair(examples, "Imatinib – ABL1(T315I)")).affinity
    assert wild - mutant > 0.5


def test_the_document_has_what_the_contract_names(predictor, examples):
    prediction = predictor.predict(*pair(examples, "Imatinib – ABL1"))
    document = prediction.to_dict()
    assert document["unit"] == "pKd"
    assert document["level"] == 0.9
    assert document["kd_nm"] == pytest.approx(10 ** (9 - prediction.affinity), rel=1e-3)
    assert tuple(document["by_pooling"]) == POOLING_NAMES
    low, high = document["interval"]
    assert low <= document["affinity"] <= high
    assert {"group", "in_domain", "reason", "nearest_drug", "nearest_target"} <= set(
        document["applicability"]
    )
    assert document["receipt"]["drug"]["smiles"]


def test_spelling_of_the_smiles_does_not_matter(predictor, examples):
    protein, smiles = pair(examples, "Imatinib – ABL1")
    assert (
        predictor.predict(protein, smiles).affinity
        == predictor.predict(protein, IMATINIB).affinity
        == predictor.predict(protein, IMATINIB + ".CS(=O)(=O)O").affinity
    )


def test_a_training_molecule_is_known_by_its_name(predictor, examples):
    found = predictor.predict(*pair(examples, "Imatinib – ABL1")).applicability
    assert found.nearest_drug.name == "imatinib"
    assert found.nearest_drug.similarity == pytest.approx(1.0)
    assert found.nearest_target.similarity > 0.995
    assert found.group == "seen"
    assert found.in_domain


def test_the_domain_that_the_name_asks_for_is_read(predictor, examples):
    row = examples["Tofacitinib – JAK2(JH1)"]
    first = predictor.predict(f">JAK2(JH2domain-pseudokinase)\n{row['sequence']}", row["smiles"])
    last = predictor.predict(row["sequence"], row["smiles"])
    assert first.regions[0].end < last.regions[0].start
    assert first.affinity != last.affinity
    assert "2 kinase domains" in " ".join(last.notes)


def test_of_a_long_protein_only_the_kinase_domain_is_read(predictor, examples):
    row = examples["SGX-523 – MET"]
    prediction = predictor.predict(row["sequence"], row["smiles"])
    region = prediction.regions[0]
    assert region.start > 1022
    assert prediction.notes == ()
    assert predictor.encode(prediction.protein).read.windows == (
        (1, region.end - region.start + 1),
    )
    report = predictor.attention(row["sequence"])
    assert len(report.windows) == 2
    assert report.received.shape[-1] == len(row["sequence"])
    np.testing.assert_allclose(report.received.sum(axis=-1), 1, atol=1e-4)


def test_one_attention_map_sums_to_one_and_fits_what_was_received(predictor):
    full = predictor.attention_map(HAEMOGLOBIN, 3, 7)
    np.testing.assert_allclose(full.sum(axis=1), 1, atol=1e-4)
    received = predictor.attention(HAEMOGLOBIN).received[2, 6]
    assert np.corrcoef(full.mean(axis=0), received)[0, 1] > 0.99


def test_a_long_protein_without_a_domain_is_read_in_windows_and_says_so(predictor):
    prediction = predictor.predict(parse_protein(HAEMOGLOBIN).sequence * 8, "CCO")
    assert "2 overlapping windows" in prediction.notes[0]


@pytest.mark.parametrize(("layer", "head"), [(-1, 1), (7, 1), (1, -2), (1, 21)])
def test_a_layer_or_head_that_is_not_there_is_refused(predictor, layer, head):
    with pytest.raises(InputError, match="layers 1 to 6 and heads 1 to 20"):
        predictor.attention_map(HAEMOGLOBIN, layer, head)


def test_a_full_map_of_a_long_protein_is_that_of_a_window(predictor, examples):
    sequence = examples["SGX-523 – MET"]["sequence"]
    second = predictor.attention_map(sequence, 3, 7, window=2)
    alone = predictor.attention_map(sequence[595:], 3, 7)
    np.testing.assert_array_equal(second, alone)
    for window in (None, 0, 3):
        with pytest.raises(InputError, match=r"windows 1 to 2 .residues 1 to 795, 596 to 1390."):
            predictor.attention_map(sequence, 3, 7, window)
    with pytest.raises(InputError, match=r"window 1 .residues 1 to 142."):
        predictor.attention_map(HAEMOGLOBIN, 3, 7, 2)


def test_a_map_fits_what_was_received_whatever_is_joined(predictor):
    report = predictor.attention(HAEMOGLOBIN)
    for layer in (MEAN, 4):
        for head in (MEAN, 7):
            full = predictor.attention_map(HAEMOGLOBIN, layer, head)
            np.testing.assert_allclose(full.sum(axis=1), 1, atol=1e-4)
            received = report.profile("received", layer, head)
            np.testing.assert_allclose(full.mean(axis=0), received, atol=1e-6)
    largest = predictor.attention_map(HAEMOGLOBIN, 4, MAXIMUM)
    heads = [predictor.attention_map(HAEMOGLOBIN, 4, head) for head in range(1, 21)]
    np.testing.assert_allclose(largest, np.max(heads, axis=0), atol=1e-6)


def test_rollout_sums_to_one_and_ends_where_the_windows_end(predictor, examples):
    sequence = examples["SGX-523 – MET"]["sequence"]
    rollout = predictor.attention_rollout(sequence)
    assert (rollout.shape, rollout.dtype) == ((len(sequence),), np.float32)
    assert rollout.sum() == pytest.approx(1, abs=1e-5)
    assert rollout.min() > 0
    first = predictor.attention_rollout(sequence[:795])[:595]
    assert np.corrcoef(first, rollout[:595])[0, 1] == pytest.approx(1, abs=1e-6)


def test_maps_and_rollouts_are_computed_once(predictor, examples, monkeypatch):
    sequence = examples["Staurosporine – CDK2"]["sequence"][:-3]
    runs = []
    for name in ("join_attention", "roll_out_attention"):
        compute = getattr(predictor.encoder, name)

        def count(*asked, compute=compute, **options):
            runs.append(compute.__name__)
            return compute(*asked, **options)

        monkeypatch.setattr(predictor.encoder, name, count)
    for _ in range(2):
        kept = predictor.attention_map(sequence, 2, 3), predictor.attention_rollout(sequence)
    assert sorted(runs) == ["join_attention", "roll_out_attention"]
    for each in kept:
        with pytest.raises(ValueError, match="read-only"):
            each[0] = 1.0


def test_the_report_names_landmarks_and_what_is_given(predictor, examples):
    sequence = examples["Erlotinib – EGFR"]["sequence"]
    report = predictor.attention(sequence)
    assert 0 <= report.given.min() < report.given.max() <= 1
    assert report.given.shape == report.received.shape
    assert report.joints == ((506, 705),)
    document = report.to_dict()
    assert {"name": "gatekeeper", "start": 790, "end": 790, "letters": "T"} in document["landmarks"]
    assert np.shape(document["given"]) == (6, len(sequence))
    assert predictor.attention(HAEMOGLOBIN).landmarks == ()


def test_a_profile_joins_heads_before_layers(predictor):
    report = predictor.attention(HAEMOGLOBIN)
    for direction, values in (("received", report.received), ("given", report.given)):
        expected = {
            (2, 3): values[1, 2],
            (2, MEAN): values[1].mean(axis=0),
            (2, MAXIMUM): values[1].max(axis=0),
            (MEAN, 3): values[:, 2].mean(axis=0),
            (MEAN, MEAN): values.mean(axis=(0, 1)),
            (MEAN, MAXIMUM): values.max(axis=1).mean(axis=0),
        }
        for (layer, head), profile in expected.items():
            found = report.profile(direction, layer, head)
            np.testing.assert_allclose(found, profile, rtol=1e-5)
        np.testing.assert_array_equal(report.by_head(direction, 2), values[1])
        np.testing.assert_allclose(report.by_head(direction, MEAN), values.mean(axis=0))


def test_the_cache_counts_all_that_is_kept_of_attention(predictor):
    with_attention = predictor.encode(parse_protein(HAEMOGLOBIN), with_attention=True)
    without = replace(with_attention, received=None, given=None)
    assert with_attention.nbytes - without.nbytes == 2 * 6 * 20 * 142 * 4


def test_the_poolings_are_compared(predictor, examples):
    report = predictor.poolings(*pair(examples, "Imatinib – ABL1"))
    assert report.names == POOLING_NAMES
    np.testing.assert_allclose(np.diag(report.similarity), 1, atol=1e-5)
    np.testing.assert_allclose(report.similarity, report.similarity.T, atol=1e-6)
    region = report.prediction.regions[0]
    weights = dict(zip(report.names, report.weights, strict=True))
    assert weights["cls"].sum() == 0
    for name in ("mean", "max", "attention"):
        assert weights[name].sum() == pytest.approx(1, abs=1e-3)
        assert weights[name][: region.start - 1].sum() == 0
        assert weights[name][region.end :].sum() == 0


def test_threads_get_their_own_answers(predictor, examples):
    titles = list(examples)[:4]
    expected = {title: predictor.predict(*pair(examples, title)).affinity for title in titles}
    found = {}

    def ask(title, number):
        found[title, number] = predictor.predict(*pair(examples, title)).affinity

    threads = [threading.Thread(target=ask, args=(t, n)) for t in titles for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {(t, n): expected[t] for t in titles for n in range(4)}


@pytest.fixture
def twin():
    """Another predictor of the same checkpoint."""
    return AffinityPredictor.load(device="cpu")


@pytest.fixture
def encoder_of_twin_is_asked(twin, monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError("the encoder was asked")

    monkeypatch.setattr(twin.encoder, "encode_residues", refuse)


@pytest.mark.usefixtures("encoder_of_twin_is_asked")
def test_predictors_of_one_checkpoint_share_what_was_encoded(predictor, twin):
    received = predictor.attention(HAEMOGLOBIN).received
    np.testing.assert_array_equal(twin.attention(HAEMOGLOBIN).received, received)
    assert twin.predict(HAEMOGLOBIN, "CCO") == predictor.predict(HAEMOGLOBIN, "CCO")
    with pytest.raises(AssertionError, match="the encoder was asked"):
        twin.predict(HAEMOGLOBIN.rstrip() + "AC", "CCO")


@pytest.mark.usefixtures("encoder_of_twin_is_asked")
def test_another_precision_shares_nothing(predictor, twin):
    predictor.predict(HAEMOGLOBIN, "CCO")
    twin._loaded.ensemble.model.half()
    with pytest.raises(AssertionError, match="the encoder was asked"):
        twin.predict(HAEMOGLOBIN, "CCO")


@pytest.mark.usefixtures("nothing_remembered", "encoder_of_twin_is_asked")
def test_another_name_of_the_same_form_shares_what_was_encoded(predictor, twin, examples):
    """And the phosphorylated form, which is another question, does not."""
    sequence = examples["Imatinib – ABL1"]["sequence"]
    predictor.predict(f">ABL1\n{sequence}", "CCO")
    assert twin.predict(f">my protein\n{sequence}", "CCO").affinity > 0
    with pytest.raises(AssertionError, match="the encoder was asked"):
        twin.predict(f">ABL1p\n{sequence}", "CCO")


@pytest.mark.usefixtures("nothing_remembered")
def test_a_prediction_does_not_hang_on_whether_attention_was_gathered(predictor, examples):
    fasta, smiles = pair(examples, "Dasatinib – LCK")
    without = predictor.predict(fasta, smiles)
    predictor.attention(fasta)
    assert predictor.predict(fasta, smiles).affinity == pytest.approx(without.affinity, abs=1e-5)


def test_bfloat16_changes_a_prediction_by_little(predictor, examples, monkeypatch):
    monkeypatch.setattr("dta_demo.predictor.loaded_model.has_fast_bfloat16", lambda device: True)
    reduced = AffinityPredictor.load(device="cpu", precision="bfloat16")
    assert reduced.info().precision == "bfloat16"
    for title in ("Imatinib – ABL1", "Dasatinib – LCK", "Imatinib – EGFR"):
        asked = pair(examples, title)
        difference = reduced.predict(*asked).affinity - predictor.predict(*asked).affinity
        assert 0 < abs(difference) < 0.02


def test_bfloat16_is_refused_where_it_is_not_faster(monkeypatch):
    monkeypatch.setattr("dta_demo.predictor.loaded_model.has_fast_bfloat16", lambda device: False)
    with pytest.raises(ValueError, match="leave the precision at float32"):
        AffinityPredictor.load(device="cpu", precision="bfloat16")


def test_a_precision_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="one of float32, bfloat16"):
        AffinityPredictor.load(device="cpu", precision="int8")


def test_the_fold_of_a_member_is_checked(predictor):
    with pytest.raises(ValueError, match="left fold 9 out"):
        predictor._loaded.ensemble.model.choose_members(9)


def test_a_prediction_is_the_mix_of_networks_and_kernel_regression(predictor, examples):
    found = predictor.predict(*pair(examples, "Imatinib – ABL1"))
    networks = np.mean(list(found.by_pooling.values()))
    weight = found.kernel.weight
    assert 0.5 < weight < 1
    assert found.affinity == pytest.approx((1 - weight) * networks + weight * found.kernel.pkd)
    document = found.to_dict()["kernel_regression"]
    assert document == {"pkd": round(found.kernel.pkd, 4), "share": round(weight, 2)}


def test_a_mutant_that_was_not_measured_is_new_to_the_panel(predictor, examples):
    """Though its embeddings are all but those of the wild type."""
    fasta, smiles = pair(examples, "Imatinib – ABL1")
    name, sequence = fasta.split("\n")
    place = predictor.predict(fasta, smiles).regions[0].start + 120
    letter = "A" if sequence[place] != "A" else "G"
    mutant = sequence[:place] + letter + sequence[place + 1 :]
    found = predictor.predict(f"{name}\n{mutant}", smiles).applicability
    assert (found.group, found.in_domain) == ("new target", True)
    assert found.nearest_target.similarity > 0.99
    assert "the target only without" in found.reason


def test_info_tells_the_cross_validated_error(predictor):
    info = predictor.info()
    assert 0.1 < info.cross_validation["mse"] < 0.25
    assert set(info.poolings) == set(POOLING_NAMES)
    assert info.label_range[0] == 5.0


def test_info_scores_the_poolings_frozen_and_tuned_on_the_same_pairs(predictor):
    everything, frozen, tuned = predictor.info().pooling_runs
    assert (everything["layers"], frozen["layers"]) == (0, 0)
    assert tuned["layers"] > 0
    assert frozen["n"] == tuned["n"] < everything["n"]
    for run in (everything, frozen, tuned):
        assert set(run["by_pooling"]) == set(POOLING_NAMES)
        assert 0.1 < run["mse"] < 0.25


def test_info_tells_the_errors_by_what_is_new(predictor):
    groups = predictor.info().by_group
    assert list(groups) == list(GROUPS)
    assert groups["seen"]["mse"] < groups["new target"]["mse"] < groups["new drug"]["mse"]
    for group in groups.values():
        assert 0.88 <= group["coverage"] <= 0.92
        assert group["coverage_actives"] >= 0.85


def test_a_number_at_the_floor_is_said_as_a_bound(predictor, examples):
    prediction = predictor.predict(*pair(examples, "Imatinib – EGFR"))
    document = prediction.to_dict()
    assert document["at_floor"] is True
    assert document["summary"].startswith("Kd above 10 µM (pKd at most 5); 90% interval: pKd at ")
    _, high = document["interval"]
    assert document["summary"].endswith(f"pKd at most {high:.2f}.")


def test_a_number_above_the_floor_is_said_with_both_ends(predictor, examples):
    prediction = predictor.predict(*pair(examples, "Imatinib – ABL1"))
    low, high = prediction.interval
    value = say_pkd(prediction.affinity)
    assert prediction.summary == f"{value}; 90% interval: pKd {low:.2f} to {high:.2f}."


def test_controls_of_a_binder(predictor, examples):
    controls = predictor.controls(*pair(examples, "Imatinib – ABL1"))
    assert controls.prediction.affinity - controls.shuffled_mean > 2
    assert controls.protein_matters is True
    assert "protein matters" in controls.verdict
    document = controls.to_dict()
    assert document["drug_mean"]["name"] == "imatinib"
    assert document["target_mean"]["name"] == "ABL1"
    assert 5 < document["drug_mean"]["mean"] < document["target_mean"]["mean"]
    together = sum(document[name]["mean"] for name in ("drug_mean", "target_mean"))
    assert document["additive"] == pytest.approx(together - document["overall_mean"], abs=1e-3)
    assert len(document["shuffled"]["draws"]) == 5


def test_controls_are_the_same_each_time(predictor, examples):
    asked = pair(examples, "Staurosporine – CDK2")
    assert predictor.controls(*asked) == predictor.controls(*asked)


def test_controls_at_the_floor_tell_nothing_of_the_protein(predictor, examples):
    controls = predictor.controls(*pair(examples, "Imatinib – EGFR"))
    assert controls.protein_matters is None
    assert "does not tell" in controls.verdict


def test_controls_outside_the_domain_say_so_first(predictor):
    controls = predictor.controls(*PAIRS["caffeine, A2A receptor"])
    assert controls.verdict.startswith("Outside the training domain")
    assert controls.target_mean.nearest.name == "P29274"


def test_the_mean_of_a_molecule_without_a_measured_pkd_is_its_neighbours(predictor):
    asked = PAIRS["caffeine, ABL1"]
    controls = predictor.controls(*asked)
    assert controls.prediction.applicability.nearest_drug.similarity == pytest.approx(1.0)
    assert controls.drug_mean.nearest.similarity < 0.5
    assert np.isfinite(controls.drug_mean.pkd)


def test_a_protein_without_a_kinase_domain_hears_that_it_is_drawn_to_such_targets(predictor):
    """One that was measured is predicted from what it binds, and hears nothing of the kind."""
    drawn = "The prediction is drawn to the mean of training targets without one."
    assert drawn in predictor.predict(HAEMOGLOBIN, "CCO").notes
    measured = next(kinase for kinase in predictor._loaded.known if kinase.form.domain is None)
    assert drawn not in predictor.predict(measured.form.letters, "CCO").notes


def test_without_a_kinase_domain_the_kernel_regression_tells_no_molecules_apart(
    predictor, examples
):
    kinase, _ = pair(examples, "Imatinib – ABL1")
    spans = [
        np.ptp([predictor.predict(protein, smiles).kernel.pkd for smiles in ("CCO", IMATINIB)])
        for protein in (HAEMOGLOBIN, kinase)
    ]
    assert spans[0] == 0.0
    assert spans[1] > 1.0
