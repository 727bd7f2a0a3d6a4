from __future__ import annotations

from dataclasses import replace

import numpy as np

from dta_demo.inputs.molecule import Molecule
from dta_demo.inputs.protein import Protein
from dta_demo.results.scan import Mutant, MutationScan
from dta_demo.ui.scan.descriptions import describe_scan_map
from dta_demo.ui.scan.figures import scan_figure
from dta_demo.ui.text import scan as text


def mutant(name: str, change: float, spread: float = 0.1) -> Mutant:
    positions = tuple(int(each[1:-1]) for each in name.split(","))
    return Mutant(name, positions, 7.0 + change, change, spread, (6.0, 8.0))


MUTANTS = (
    mutant("A1G", -1.5), mutant("A1L", 0.05), mutant("T3I", 0.8), mutant("T3V", -0.2),
    mutant("A1G,T3I", -3.0),
)  # fmt: skip
SCAN = MutationScan(
    Protein("ACTDE", "ABL1"), Molecule("CCO", "ethanol"), 7.0, "list", MUTANTS, {3: "gatekeeper"}
)


def test_the_map_is_said_with_the_numbers_that_are_drawn() -> None:
    words = describe_scan_map(SCAN)
    coloured = scan_figure(SCAN).data[1]
    drawn = np.asarray(coloured.z, dtype=float)
    assert np.count_nonzero(np.isfinite(drawn)) == 3
    assert f"from {np.nanmin(drawn):+.2f} to {np.nanmax(drawn):+.2f}" in words
    assert "2 residues of ABL1, A1 to gatekeeper T3, with ethanol; the wild type has 7.00" in words
    assert "3 of 4 cells are coloured" in words
    assert "The largest changes are A1G (-1.50), T3I (+0.80), T3V (-0.20)." in words
    assert "mean change are A1 (-0.72), gatekeeper T3 (+0.30)." in words


def test_other_changes_are_said_otherwise() -> None:
    words = describe_scan_map(replace(SCAN, mutants=(mutant("A1W", 2.25),)))
    assert "The largest changes are A1W (+2.25)." in words


def test_what_lies_within_its_spread_is_not_named() -> None:
    words = describe_scan_map(replace(SCAN, mutants=(mutant("A1W", 0.01),)))
    assert "0 of 1 cells are coloured" in words
    assert "largest changes" not in words


def test_a_list_of_double_mutants_has_no_map() -> None:
    assert describe_scan_map(replace(SCAN, mutants=MUTANTS[-1:])) == text.NO_SINGLE


def test_no_change_is_written_as_minus_nothing() -> None:
    words = describe_scan_map(replace(SCAN, mutants=(mutant("A1W", -0.001, 0.0005),)))
    assert "A1W (+0.00)" in words
    assert "-0.00" not in words
