"""The map of a scan in words, for who does not see it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dta_demo.results.scan import MutationScan
from dta_demo.results.units import format_pkd
from dta_demo.ui.scan.figures import row_label
from dta_demo.ui.shared.formatting import (
    join_sentences,
    list_differences,
    molecule_name,
    protein_name,
    write_difference,
)
from dta_demo.ui.text import scan as text

NAMED = 5
"""Substitutions and residues that are named."""


def describe_scan_map(scan: MutationScan) -> str:
    """Describe the changes by single substitutions."""
    return join_sentences(_sentences(scan)) if scan.positions else text.NO_SINGLE


def _sentences(scan: MutationScan) -> Iterator[str]:
    singles = [mutant for mutant in scan.mutants if len(mutant.positions) == 1]
    apart = sorted((each for each in singles if each.told_apart), key=lambda each: each.change)
    rows = [row_label(scan, number) for number in scan.positions]
    yield text.DESCRIPTION.format(
        residues=len(rows),
        protein=protein_name(scan.protein),
        first=rows[0],
        last=rows[-1],
        molecule=molecule_name(scan.molecule),
        wild_type=format_pkd(scan.wild_type),
        apart=f"{len(apart):,}",
        count=f"{len(singles):,}",
        lowest=write_difference(apart[0].change if apart else 0.0),
        highest=write_difference(apart[-1].change if apart else 0.0),
    )
    if apart:
        largest = sorted(apart, key=lambda each: -abs(each.change))[:NAMED]
        names = [each.name for each in largest]
        top = list_differences(names, [each.change for each in largest])
        yield text.STRONGEST_CELLS.format(top=top)
    means = np.array(
        [
            np.mean([each.change for each in singles if each.positions[0] == number])
            for number in scan.positions
        ]
    )
    order = np.argsort(-np.abs(means), kind="stable")[:NAMED].tolist()
    top = list_differences([rows[place] for place in order], means[order])
    yield text.STRONGEST_ROWS.format(top=top)
    yield text.DESCRIBED_REST
