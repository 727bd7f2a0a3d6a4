"""Pairs outside the domain get a reason, a wide interval and no confident number."""

import pytest

from tests.support.outside import CAFFEINE, IMATINIB, PAIRS, read_abl1


@pytest.fixture(params=PAIRS)
def prediction(request, predictor):
    return predictor.predict(*PAIRS[request.param])


def test_it_is_flagged_with_a_reason(prediction):
    applicability = prediction.to_dict()["applicability"]
    assert applicability["in_domain"] is False
    assert applicability["reason"].endswith("the number is a guess.")


def test_it_gets_the_interval_of_new_molecules_and_targets(predictor, prediction):
    calibration = predictor.calibration("pKd")
    low, high = calibration.interval([prediction.affinity], "both new")
    assert prediction.interval == (low[0], high[0])
    low_if_seen, high_if_seen = calibration.interval([prediction.affinity], "seen")
    assert high[0] - low[0] > 1.5 * (high_if_seen[0] - low_if_seen[0])


def test_its_summary_starts_with_the_reason(prediction):
    summary = prediction.to_dict()["summary"]
    assert summary.startswith(f"Outside the training domain. {prediction.applicability.reason}")
    assert summary.index("guess") < summary.index("pKd")


def test_the_reason_names_what_is_strange(predictor):
    reasons = {name: predictor.predict(*pair).applicability.reason for name, pair in PAIRS.items()}
    for name, reason in reasons.items():
        assert ("No training molecule" in reason) == name.endswith("ABL1")
        assert ("No protein kinase domain" in reason) != name.endswith("ABL1")


def test_caffeine_is_out_although_it_was_trained_on(predictor):
    found = predictor.predict(read_abl1(), CAFFEINE).applicability
    assert found.nearest_drug.similarity == pytest.approx(1.0)
    assert "bound a kinase" in found.reason


@pytest.mark.parametrize(
    "smiles",
    [
        IMATINIB,
        "COc1cc(N(C)CCN(C)C)c(NC(=O)C=C)cc1Nc1nccc(n1)-c1cn(C)c2ccccc12",
        "Cc1ccc(C(=O)Nc2ccc(CN3CCN(C)CC3)c(c2)C(F)(F)F)cc1C#Cc1cnc2cccnn12",
        "C=CC(=O)N1CCCC(C1)n1nc(-c2ccc(Oc3ccccc3)cc2)c2c(N)ncnc12",
    ],
    ids=["imatinib", "osimertinib", "ponatinib", "ibrutinib"],
)
def test_kinase_inhibitors_with_a_kinase_are_within(predictor, smiles):
    assert predictor.predict(read_abl1(), smiles).applicability.in_domain


def test_every_example_is_within(predictor, examples):
    for row in examples.values():
        found = predictor.predict(f">{row['gene']}\n{row['sequence']}", row["smiles"])
        assert found.applicability.in_domain
