"""A mutation scan: what substitutions of a protein change in its affinity for one molecule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from dta_demo.inputs.molecule import Molecule
from dta_demo.inputs.protein import Protein

RESIDUES = "ACDEFGHIKLMNPQRSTVWY"
"""Amino acids in the order of the columns of a scan."""


@dataclass(frozen=True)
class Mutant:
    """One or several substitutions, and what they change.

    Attributes
    ----------
    name : str
        Such as ``"T315I"``, with commas between several.
    positions : tuple of int
        Numbers of the residues, from 1 in the sequence as given.
    affinity, change : float
        pKd of the mutant, and its difference from the wild type: negative where it is weaker.
    spread : float
        Ensemble standard deviation of the change itself, by the networks and before the floor.
    interval : tuple of float
        Conformal interval of the mutant's pKd.
    role : str
        Landmark of the kinase domain that the residue belongs to, such as ``"gatekeeper"``.
    measured_as : str
        Training target that the mutant is; empty where it was not measured.
    """

    name: str
    positions: tuple[int, ...]
    affinity: float
    change: float
    spread: float
    interval: tuple[float, float]
    role: str = ""
    measured_as: str = ""

    @property
    def told_apart(self) -> bool:
        """Whether the change is larger than its spread."""
        return abs(self.change) > self.spread

    def to_dict(self) -> dict[str, Any]:
        """Return the mutant as plain JSON types."""
        return {
            "mutation": self.name,
            "positions": list(self.positions),
            "change": round(self.change, 4),
            "spread": round(self.spread, 4),
            "told_apart": self.told_apart,
            "pkd": round(self.affinity, 4),
            "interval": [round(end, 4) for end in self.interval],
            "role": self.role,
            "measured_as": self.measured_as,
        }


@dataclass(frozen=True)
class MutationScan:
    """Mutants of one protein with one molecule.

    Attributes
    ----------
    wild_type : float
        pKd of the protein as given.
    region : str
        What was scanned: ``"pocket"``, ``"residues 310-320"`` or ``"list"``.
    mutants : tuple of Mutant
        By position and residue, or in the order of the list.
    roles : dict of int to str
        Landmark of each position that has one.
    """

    protein: Protein
    molecule: Molecule
    wild_type: float
    region: str
    mutants: tuple[Mutant, ...]
    roles: dict[int, str]

    @property
    def positions(self) -> tuple[int, ...]:
        """Numbers of the residues that single substitutions change, ascending."""
        return tuple(sorted({m.positions[0] for m in self.mutants if len(m.positions) == 1}))

    def grid(self) -> tuple[np.ndarray, np.ndarray]:
        """Changes and their spreads, (positions, 20): 0 for the wild type, NaN where not read."""
        places = {number: row for row, number in enumerate(self.positions)}
        change, spread = (np.full((len(places), len(RESIDUES)), np.nan) for _ in range(2))
        for number, row in places.items():
            column = RESIDUES.find(self.protein.sequence[number - 1])
            if column >= 0:
                change[row, column] = spread[row, column] = 0.0
        for mutant in self.mutants:
            if len(mutant.positions) == 1:
                cell = places[mutant.positions[0]], RESIDUES.index(mutant.name[-1])
                change[cell], spread[cell] = mutant.change, mutant.spread
        return change, spread

    def strongest(self, count: int = 20) -> list[Mutant]:
        """Choose the mutants with the largest changes that are told apart, largest first."""
        apart = [mutant for mutant in self.mutants if mutant.told_apart]
        return sorted(apart, key=lambda mutant: -abs(mutant.change))[:count]

    def to_dict(self) -> dict[str, Any]:
        """Return the scan as plain JSON types."""
        return {
            "protein": {"name": self.protein.name, "residues": len(self.protein.sequence)},
            "molecule": {"name": self.molecule.name, "smiles": self.molecule.smiles},
            "region": self.region,
            "wild_type_pkd": round(self.wild_type, 4),
            "mutants": [mutant.to_dict() for mutant in self.mutants],
        }


CSV_HEADERS = (
    "mutation", "position", "role", "change_pkd", "spread_pkd", "told_apart", "pkd", "low", "high",
    "measured_as",
)  # fmt: skip
"""Columns of a scan as a file."""


def csv_rows(scan: MutationScan) -> Iterator[tuple[str, ...]]:
    """Write each mutant as a row of a file; no cell is text that was given."""
    for each in scan.mutants:
        numbers = (each.change, each.spread, each.affinity, *each.interval)
        change, spread, affinity, low, high = (f"{number:.4f}" for number in numbers)
        position = " ".join(map(str, each.positions))
        yield (
            each.name, position, each.role, change, spread, "yes" if each.told_apart else "no",
            affinity, low, high, each.measured_as,
        )  # fmt: skip


def describe_scan(scan: MutationScan) -> list[str]:
    """Write a scan in lines: a list of mutants whole, and of a region the strongest."""
    shown = list(scan.mutants) if scan.region == "list" else scan.strongest()
    apart = sum(mutant.told_apart for mutant in scan.mutants)
    lines = [
        f"Wild type as given: pKd {scan.wild_type:.2f}. {len(scan.mutants):,} mutants "
        f"({scan.region}), {apart:,} of them further from it than the members differ.",
        "",
        f"{'mutation':<10}{'change':>8}{'spread':>8}{'pKd':>7}  remarks",
    ]
    for each in shown:
        remarks = [
            each.role,
            f"measured as {each.measured_as}" if each.measured_as else "",
            "" if each.told_apart else "not told apart",
        ]
        lines.append(
            f"{each.name:<10}{each.change:>+8.2f}{each.spread:>8.2f}{each.affinity:>7.2f}  "
            + ", ".join(filter(None, remarks))
        )
    return [line.rstrip() for line in lines]
