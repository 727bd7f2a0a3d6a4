"""The survey of drugs in their places, and what is kept of it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from dta_demo.explain.pocket_findings import (
    CAFFEINE,
    FINDINGS,
    OTHERS,
    OWN,
    Difference,
    PocketFindings,
    Spread,
    choose_heads,
    load_findings,
    summarise,
)
from dta_demo.explain.pocket_survey import survey
from dta_demo.kinases.naming import read_protein
from dta_demo.runtime.bundled import bundled_file
from dta_demo.structures.bundled import read_bundled

IMATINIB = {"pdb_id": "2HYY", "drug": "Imatinib", "gene": "ABL1"}


@pytest.fixture(scope="module")
def documents(predictor, tmp_path_factory):
    """Imatinib in its place, and dasatinib said to be there, too."""
    folder: Path = tmp_path_factory.mktemp("structures")
    (folder / "2HYY.pdb.gz").write_bytes(read_bundled())
    rows = [IMATINIB, {**IMATINIB, "drug": "Dasatinib"}, {**IMATINIB, "drug": "Nosuchdrug"}]
    found = list(survey(predictor, rows, folder))
    return {each["drug"]: each for each in found}


def test_a_drug_that_nobody_knows_is_skipped_and_said(documents):
    assert "Nosuchdrug" in documents["Nosuchdrug"]["skipped"]


def test_the_residues_of_the_domain_that_the_structure_shows_are_ranked(documents):
    row = documents["Imatinib"]
    assert (row["ligand"], row["residues"], row["touching"], row["pocket"]) == ("STI", 251, 26, 86)
    assert row["chance"] == pytest.approx(26 / 251)
    assert row["group"] == "seen"
    assert set(row["rankings"]) == {
        OWN, OTHERS, CAFFEINE, "rollout", "pocket", "pooling mean", "pooling max",
        "pooling attention", *(f"attention {layer}" for layer in range(1, 7)),
    }  # fmt: skip
    assert row["rankings"]["pooling mean"]["area"] == pytest.approx(0.5, abs=0.02)
    assert np.array(row["heads"]).shape == (6, 20)


def test_the_pocket_is_ranked_by_counting(documents, predictor):
    row = documents["Imatinib"]
    pocket, touching = row["pocket"], row["touching_in_pocket"]
    assert pocket == len(predictor.variants.pocket(read_protein("ABL1")))
    assert touching == row["touching"]
    assert row["rankings"]["pocket"]["precision"] == pytest.approx(touching / pocket)
    outside = row["residues"] - pocket
    area = 1 - 0.5 * (pocket - touching) / (outside + pocket - touching)
    assert row["rankings"]["pocket"]["area"] == pytest.approx(area)


def test_the_other_drug_is_the_control(documents):
    one, two = documents["Imatinib"], documents["Dasatinib"]
    assert one["rankings"][OTHERS] == two["rankings"][OWN]
    assert one["in_pocket"][OTHERS] == two["in_pocket"][OWN]
    assert one["rankings"][CAFFEINE] == two["rankings"][CAFFEINE]
    assert one["rankings"][OWN] != one["rankings"][OTHERS]


def test_the_survey_that_comes_with_the_code_is_of_its_checkpoint(documents, predictor):
    assert load_findings(predictor) is not None
    kept = json.loads(bundled_file(FINDINGS).read_text(encoding="utf-8"))
    (row,) = [each for each in kept["structures"] if each["pdb_id"] == "2HYY"]
    assert row["group"] == documents["Imatinib"]["group"]
    for name, found in documents["Imatinib"]["rankings"].items():
        if name != OTHERS:  # Dasatinib alone here, fourteen drugs there.
            assert row["rankings"][name] == pytest.approx(found, abs=0.005), name


def test_the_survey_says_nothing_of_other_weights(tiny_predictor):
    assert load_findings(tiny_predictor) is None


def test_a_survey_is_made_of_numbers_and_names(predictor):
    kept = json.loads(bundled_file(FINDINGS).read_text(encoding="utf-8"))
    assert len(bundled_file(FINDINGS).read_bytes()) < 40_000
    assert "heads" not in kept["structures"][0]
    findings = PocketFindings.from_dict(kept)
    assert (findings.structures, findings.kinases) == (16, 11)
    assert (findings.of_measured.kinases, findings.of_new.kinases) == (6, 6)  # EGFR is in both.
    assert findings.of_layers.lowest < findings.of_layers.highest < findings.areas[OWN].mean


# ---- Counting ---------------------------------------------------------------------------------


def test_the_best_head_is_chosen_on_other_kinases():
    """Each kinase has a head of its own that finds it, and fails on all others."""
    areas = np.full((3, 2, 3), 0.65)
    areas[:, 0] = 0.3
    areas[[0, 1, 2], 0, [0, 1, 2]] = 0.9
    found = choose_heads(areas, ["A", "B", "C"])
    assert found["each"] == pytest.approx(0.9)
    assert found["same"] == found["left_out"] == pytest.approx(0.65)
    assert found["left_out_heads"] == [(2, 1)]


def test_a_head_that_is_good_on_one_kinase_only_is_never_its_own_choice():
    genes = ["A", "A", "A", "B"]
    areas = np.full((4, 1, 2), 0.5)
    areas[:3, 0, 0] = 1.0
    areas[3, 0, 1] = 0.6
    found = choose_heads(areas, genes)
    assert found["same_head"] == [1, 1]
    assert found["left_out"] == pytest.approx((3 * 0.5 + 0.5) / 4)


def test_structures_of_one_kinase_count_once():
    found = Difference.over_kinases([0.0, 0.2, 0.3], ["A", "A", "B"])
    assert found.mean == pytest.approx(0.2)
    assert found.standard_error == pytest.approx(0.1)
    assert found.kinases == 2
    assert not found.is_above_chance


def test_few_kinases_need_a_larger_difference():
    """Student's t at 95%: 12.7 standard errors with two, 2.2 with eleven."""
    assert not Difference(0.1, 0.01, 2).is_above_chance
    assert Difference(0.13, 0.01, 2).is_above_chance
    assert not Difference(0.022, 0.01, 11).is_above_chance
    assert Difference(0.023, 0.01, 11).is_above_chance
    assert not Difference(-0.5, 0.01, 11).is_above_chance


def test_numbers_are_rounded_and_what_was_skipped_is_kept():
    ranking = {"area": 0.123456, "precision": 0.5}
    row = {**IMATINIB, "heads": [[0.5]], "rankings": {OWN: ranking}, "chance": 0.1}
    other = {**row, "gene": "KIT"}
    kept = summarise([row, other, {**IMATINIB, "skipped": "No."}], "digest")
    assert kept["weights"] == "digest"
    assert kept["structures"][0]["rankings"][OWN] == {"area": 0.1235, "precision": 0.5}
    assert kept["structures"][2]["skipped"] == "No."


def test_a_spread_has_its_ends():
    assert Spread.of([0.2, 0.4, 0.9]) == Spread(pytest.approx(0.5), 0.2, 0.9)
