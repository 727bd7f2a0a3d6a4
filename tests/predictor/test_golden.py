"""The bundled checkpoint's answers to known pairs; they change only with the checkpoint."""

import pytest

GOLDEN = {
    "Imatinib – ABL1": 8.6190,
    "Imatinib – ABL1(T315I)": 5.2469,
    "Dasatinib – LCK": 9.8451,
    "SGX-523 – MET": 8.1730,
    "Tofacitinib – JAK2(JH1)": 8.9978,
    "Erlotinib – EGFR": 9.0372,
    "Quizartinib – FLT3": 8.4943,
    "Imatinib – EGFR": 4.9994,
}
"""pKd, computed once by the released checkpoint in single precision on a CPU."""


@pytest.mark.parametrize(("title", "value"), GOLDEN.items())
def test_known_pairs_keep_their_prediction(predictor, examples, title, value):
    row = examples[title]
    found = predictor.predict(f">{row['gene']}\n{row['sequence']}", row["smiles"])
    assert found.affinity == pytest.approx(value, abs=1e-3)


@pytest.mark.parametrize("title", ["Imatinib – EGFR", "Tofacitinib – EGFR", "BI-2536 – CDK2"])
def test_pairs_measured_at_the_floor_are_called_so(predictor, examples, title):
    row = examples[title]
    assert predictor.predict(row["sequence"], row["smiles"]).at_floor
