"""Frozen records of an explanation.

Attributions and changes are in pKd; residues and atoms are numbered from 1, residues in the
sequence as given, atoms in the canonical SMILES of the receipt.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dta_demo.inputs.molecule import Molecule
from dta_demo.inputs.protein import Protein
from dta_demo.results.prediction import Prediction
from dta_demo.results.region import Region


@dataclass(frozen=True)
class Attribution:
    """Contributions of each residue and each atom to a prediction.

    Attributes
    ----------
    protein : Protein
        In whose numbering residues are: as given, or the kinase domain that was read in the place
        of a fragment that lacks it.
    value : float
        The pKd that is explained: the prediction before it is pressed against the floor.
    baseline : float
        The pKd with every residue hidden and no atom left.
    residues : numpy.ndarray, shape (residues,)
    atoms : numpy.ndarray, shape (atoms,)
        Contributions; with those of the residues they sum to ``value - baseline``, up to
        ``completeness_error``.
    removed : numpy.ndarray, shape (atoms,)
        How much lower the pKd is without an atom, while everything else is there.
    symbols : tuple of str
        Element of each atom.
    region : Region
        The part of the protein that the poolings read.
    steps : int
        Steps of the integration.
    """

    protein: Protein
    molecule: Molecule
    value: float
    baseline: float
    residues: np.ndarray
    atoms: np.ndarray
    removed: np.ndarray
    symbols: tuple[str, ...]
    region: Region
    steps: int

    @property
    def completeness_error(self) -> float:
        """Difference of the contributions from what they should sum to, as a fraction of it."""
        difference = self.value - self.baseline
        missed = abs(float(self.residues.sum() + self.atoms.sum()) - difference)
        return missed / abs(difference) if difference else missed

    @property
    def nbytes(self) -> int:
        """Memory that a cache counts it with."""
        return int(self.residues.nbytes + self.atoms.nbytes + self.removed.nbytes)

    def to_dict(self) -> dict[str, Any]:
        """Return the attributions as plain JSON types."""
        return {
            "affinity": round(self.value, 4),
            "baseline": round(self.baseline, 4),
            "residues": [
                {"number": number, "residue": residue, "attribution": round(float(worth), 6)}
                for number, (residue, worth) in enumerate(
                    zip(self.protein.sequence, self.residues, strict=True), start=1
                )
            ],
            "atoms": [
                {
                    "number": number,
                    "symbol": symbol,
                    "attribution": round(float(worth), 6),
                    "removed": round(float(removed), 6),
                }
                for number, (symbol, worth, removed) in enumerate(
                    zip(self.symbols, self.atoms, self.removed, strict=True), start=1
                )
            ],
            "completeness_error": round(self.completeness_error, 5),
        }


@dataclass(frozen=True)
class HidingCurve:
    """Predictions while more and more residues or atoms are hidden.

    Attributes
    ----------
    counts : tuple of int
        How many are hidden.
    pkd : numpy.ndarray, shape (draws, counts)
        The prediction then: one row, or one for each random draw.
    areas : numpy.ndarray, shape (draws,)
        Mean change over the counts, in pKd, positive towards the prediction with all hidden:
        the higher, the more of what the model uses was hidden early.
    """

    counts: tuple[int, ...]
    pkd: np.ndarray
    areas: np.ndarray

    @property
    def nbytes(self) -> int:
        """Memory that a cache counts it with."""
        return int(self.pkd.nbytes + self.areas.nbytes)

    def to_dict(self) -> dict[str, Any]:
        """Return the curve as plain JSON types; of several draws the mean and their spread."""
        document: dict[str, Any] = {
            "hidden": list(self.counts),
            "affinity": [round(float(pkd), 4) for pkd in self.pkd.mean(axis=0)],
            "area": round(float(self.areas.mean()), 5),
        }
        if len(self.pkd) > 1:
            document["spread"] = [round(float(each), 4) for each in self.pkd.std(axis=0)]
            document["areas"] = [round(float(each), 5) for each in self.areas]
        return document


@dataclass(frozen=True)
class Faithfulness:
    """Whether hiding what a ranking puts first changes the prediction more than chance does.

    Attributes
    ----------
    intact, all_hidden : float
        The pKd with nothing hidden, and with all that could be.
    rankings : dict of str to HidingCurve
        By ``"attribution"`` and, of residues, by ``"attention"``.
    random : HidingCurve
        The same for random residues or atoms, in several draws.
    """

    intact: float
    all_hidden: float
    rankings: dict[str, HidingCurve]
    random: HidingCurve

    @property
    def nbytes(self) -> int:
        """Memory that a cache counts it with."""
        return self.random.nbytes + sum(curve.nbytes for curve in self.rankings.values())

    def above_random(self, ranking: str) -> float:
        """Area between the curve of a ranking and the mean of the random ones, in pKd."""
        return float(self.rankings[ranking].areas[0] - self.random.areas.mean())

    def beats_chance(self, ranking: str) -> bool:
        """Whether a ranking has a larger area than every random draw."""
        return bool(self.rankings[ranking].areas[0] > self.random.areas.max())

    @property
    def matters(self) -> bool:
        """Whether hiding all changes the prediction enough for the curves to tell anything."""
        return abs(self.intact - self.all_hidden) >= LEAST_CHANGE

    def to_dict(self) -> dict[str, Any]:
        """Return the curves as plain JSON types."""
        return {
            **{
                name: {**curve.to_dict(), "above_random": round(self.above_random(name), 5)}
                for name, curve in self.rankings.items()
            },
            "random": self.random.to_dict(),
            "all_hidden": round(self.all_hidden, 4),
        }


LEAST_CHANGE = 0.1
"""Change in pKd below which hiding everything shows nothing: under a third of the typical error."""


@dataclass(frozen=True)
class Explanation:
    """A prediction with its attributions and their faithfulness.

    Attributes
    ----------
    layer, head : int
        Whose attention was checked, both from 1; head 0 is the mean over heads.
    of_residues, of_atoms : Faithfulness
    """

    prediction: Prediction
    attribution: Attribution
    layer: int
    head: int
    of_residues: Faithfulness
    of_atoms: Faithfulness

    @property
    def verdicts(self) -> tuple[str, ...]:
        """Verdicts on the rankings, one sentence each."""
        attention = f"attention in layer {self.layer}" + (f", head {self.head}" * bool(self.head))
        return (
            _verdict(self.of_residues, "attention", attention, "residues"),
            _verdict(self.of_residues, "attribution", "attribution", "residues"),
            _verdict(self.of_atoms, "attribution", "attribution", "atoms"),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the document that ``explain --json`` and ``/explain`` print."""
        return {
            **self.attribution.to_dict(),
            "faithfulness": {
                **self.of_residues.to_dict(),
                "layer": self.layer,
                "head": self.head,
                "atoms": self.of_atoms.to_dict(),
                "verdicts": list(self.verdicts),
            },
            "prediction": self.prediction.to_dict(),
        }


def _verdict(found: Faithfulness, ranking: str, name: str, what: str) -> str:
    """Compare a ranking with chance in one sentence."""
    if not found.matters:
        change = abs(found.intact - found.all_hidden)
        return (
            f"Hiding all {what} changes this prediction by {change:.2f} pKd only, so that the "
            f"order in which {name} would hide them tells nothing."
        )
    area, random = found.rankings[ranking].areas[0], found.random.areas
    above = round(found.above_random(ranking), 2) + 0.0  # -0.0 becomes 0.0
    numbers = (
        f"{area:.2f} pKd on average against {random.min():.2f} to {random.max():.2f} for random "
        f"{what}, {above:+.2f} between the curves"
    )
    subject = name[0].upper() + name[1:]
    if found.beats_chance(ranking):
        return (
            f"{subject} finds {what} that the model uses: hiding those that it puts first moves "
            f"the prediction more than chance does, {numbers}."
        )
    return (
        f"{subject} is no better than chance at finding the {what} that the model uses: {numbers}."
    )
