"""What is said of mutants that were not measured, and the intervals that they get."""

from dataclasses import asdict

import numpy as np
import pytest

from dta_demo.checkpoint.checks import CheckpointError
from dta_demo.results.applicability import Neighbour
from dta_demo.results.group import GROUPS, Group
from dta_demo.trust.applicability import MUTANTS, find_applicability, interval_entry
from dta_demo.trust.assessment import DrugQuery, TargetQuery, Trust
from dta_demo.trust.calibration import (
    Calibration,
    GroupCalibration,
    load_calibrations,
    save_calibrations,
)
from dta_demo.trust.reference import DrugNeighbours, TargetNeighbour

DRUG = DrugNeighbours(Neighbour("imatinib", 1.0), Neighbour("imatinib", 1.0))
TARGET = TargetNeighbour(Neighbour("ABL1", 1.0), True)


def width(half):
    return GroupCalibration((), (-half,), (half,), 100)


GROUP_WIDTHS = {group.value: width(1.0 + group.place) for group in GROUPS}


class ReferenceDouble:
    def nearest_target(self, mean_embedding):
        return TARGET


def assess(groups, mutation, new_drug=False):
    trust = Trust({"pKd": Calibration(0.9, None, 5.0, groups)}, ReferenceDouble())
    target = TargetQuery(np.zeros(2), True, True, mutation)
    index = np.zeros(1, dtype=np.int64)
    drugs = [DrugQuery(DRUG, new_drug)]
    return trust.assess("pKd", np.array([7.0]), [target], drugs, index, index)


@pytest.mark.parametrize(
    ("group", "reason"),
    [
        (Group.NEW_TARGET, "The molecule was measured in the training panel, the target only with"),
        (Group.BOTH_NEW, "The molecule was not measured in the training panel, and the target onl"),
    ],
)
def test_the_reason_says_that_the_mutant_was_not_measured(group, reason):
    found = find_applicability(DRUG, TARGET, True, group, "T315I")
    assert found.reason.startswith(reason)
    assert found.reason.endswith("without T315I.")
    assert "T315I" not in find_applicability(DRUG, TARGET, True, group).reason


def test_outside_the_domain_the_reason_stays_that():
    strange = DrugNeighbours(Neighbour("CCO", 0.1), Neighbour("CCO", 0.1))
    found = find_applicability(strange, TARGET, True, Group.BOTH_NEW, "T315I")
    assert found.reason.startswith("No training molecule")


def test_a_mutant_gets_the_interval_of_new_targets():
    for new_drug, half in ((False, 3.0), (True, 4.0)):
        found = assess(GROUP_WIDTHS, "T315I", new_drug)
        assert (found.low[0], found.high[0]) == (7.0 - half, 7.0 + half)


def test_it_gets_its_own_where_mutants_were_calibrated():
    groups = {**GROUP_WIDTHS, MUTANTS[Group.NEW_TARGET]: width(1.5)}
    found = assess(groups, "T315I")
    assert (found.low[0], found.high[0]) == (5.5, 8.5)
    assert found.interval_groups == [Group.NEW_TARGET]
    assert found.entries == ["mutant"]
    assert assess(groups, "").high[0] == 10.0
    assert assess(groups, "T315I", new_drug=True).high[0] == 11.0


def test_outside_the_domain_a_mutant_gets_the_widest():
    strange = DrugNeighbours(Neighbour("CCO", 0.1), Neighbour("CCO", 0.1))
    outside = find_applicability(strange, TARGET, True, Group.NEW_TARGET, "T315I")
    assert interval_entry(outside, True, set(MUTANTS.values())) == "both new"


def test_the_scale_of_mutations_survives_a_file(tmp_path):
    path = tmp_path / "calibration.json"
    calibration = Calibration(0.9, 5.0, 5.2, GROUP_WIDTHS, 0.7)
    save_calibrations({"pKd": calibration}, path)
    assert load_calibrations(path) == {"pKd": calibration}
    assert Trust({"pKd": calibration}, ReferenceDouble()).mutant_scales == (0.7, 1.0)


@pytest.mark.parametrize("scale", [-0.1, 11.0, float("nan"), "1", None, True])
def test_a_scale_that_is_none_is_refused(tmp_path, scale):
    path = tmp_path / "calibration.json"
    save_calibrations({"pKd": Calibration(0.9, 5.0, 5.2, GROUP_WIDTHS, scale)}, path)
    with pytest.raises(CheckpointError, match="scale of mutations"):
        load_calibrations(path)


def test_a_calibration_without_a_scale_has_one_of_1(tmp_path):
    path = tmp_path / "calibration.json"
    calibration = Calibration(0.9, 5.0, 5.2, GROUP_WIDTHS)
    save_calibrations({"pKd": calibration}, path)
    assert asdict(calibration)["mutant_scale"] == 1.0
    path.write_text(path.read_text().replace(',\n  "mutant_scale": 1.0', ""))
    assert "mutant_scale" not in path.read_text()
    assert load_calibrations(path)["pKd"].mutant_scale == 1.0
