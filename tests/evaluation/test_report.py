from dta_demo.evaluation.report import align, format_evaluation

FIGURES = {
    "mse": 0.25, "ci": 0.9, "rm2": 0.7, "pearson": 0.8, "spearman": 0.7, "ci_per_target": 0.85,
    "ci_per_drug": None, "mse_actives": 1.0, "ci_actives": 0.7, "aupr": 0.6, "base_rate": 0.08,
}  # fmt: skip


def document(**more):
    return {
        "dataset": "davis",
        "n": 25046,
        "coverage": 0.901,
        "coverage_actives": None,
        "mean_width": 1.5,
        "diagnostics": {},
        **FIGURES,
        **more,
    }


def test_columns_are_aligned():
    assert align([["", "a"], ["name", "0.5"]]) == "        a\nname  0.5"


def test_model_baselines_and_controls_are_rows_of_one_table():
    controls = {"residues shuffled": FIGURES}
    text = format_evaluation(document(baselines={"additive": FIGURES}, controls=controls))
    assert text.startswith("davis, 25,046 pairs\n")
    rows = [line for line in text.splitlines() if "0.250" in line]
    assert [row.split("  ")[0] for row in rows] == ["model", "additive", "model, residues shuffled"]
    assert all("-" in row.split() for row in rows)


def test_what_was_not_measured_is_not_told():
    fold = {"fold": 0, "mse": 0.2, "ci": None}
    unscored = document(
        mse=None,
        coverage=None,
        split="new-drug",
        baselines={"additive": {**FIGURES, "folds": [fold]}},
    )
    text = format_evaluation(unscored)
    assert "model" not in text
    assert "Intervals" not in text
    assert "0.200 / -" in text


def test_errors_are_listed_by_label():
    bins = [
        {"from": 5.0, "to": 5.0, "n": 1000, "mse": 0.1, "bias": 0.2},
        {"from": 5.0, "to": 6.0, "n": 3, "mse": 0.3, "bias": -0.4},
    ]
    text = format_evaluation(document(diagnostics={"errors_by_label": bins}))
    assert "at 5" in text
    assert "1,000" in text
    assert "-0.400" in text


def test_chances_stand_beside_the_base_rate_or_it_is_told_why_not():
    figures = {
        "brier": 0.081, "brier_base_rate": 0.152, "brier_skill": 0.467, "ece": 0.012,
        "aupr": None, "base_rate": 0.301, "reliability": [],
    }  # fmt: skip
    text = format_evaluation(document(binding={"binds": figures, "active": figures}))
    head, binds, active = text.split("\n\n")[-1].splitlines()
    assert "calibration error" in head
    assert binds.split() == ["binds", "0.081", "0.152", "0.467", "0.012", "-", "0.301"]
    assert active.startswith("is active")
    assert "Not on folds." in format_evaluation(document(binding={"left_out": "Not on folds."}))
