"""Landmarks of a kinase domain: the few places by which people find their way in one.

The profile of `dta_demo.kinases.domains` keeps one column for each residue of ABL1 242-493 (UniProt
P00519), so a landmark that is known there can be named in any kinase that aligns to it. For the
motifs see Hanks and Hunter 1995 (doi:10.1096/fasebj.9.8.7768349), for the gatekeeper the numbering
of KLIFS (van Linden et al. 2014, doi:10.1021/jm400378w).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dta_demo.kinases.domains import KinaseDomain

FIRST_RESIDUE = 242
"""The residue of ABL1 that stands at the first column of the profile."""

MOTIF_LETTERS = 2
"""Letters of HRD or DFG that a motif must share: YRD, HRN and DLG pass, what lost more does not."""


@dataclass(frozen=True)
class Landmark:
    """One landmark of a kinase domain in a sequence.

    Attributes
    ----------
    name : str
        What it is called, such as ``"DFG"``.
    start, end : int
        Its first and last residue, numbered from 1 in the sequence as given.
    letters : str
        The residues that stand there, which need not be those of the name: ``"DLG"``.
    """

    name: str
    start: int
    end: int
    letters: str

    def to_dict(self) -> dict[str, Any]:
        """Return the landmark as plain JSON types."""
        return {
            "name": self.name, "start": self.start, "end": self.end, "letters": self.letters,
        }  # fmt: skip


def _is_glycine_rich(letters: str) -> bool:
    """Whether at least one glycine of GxGxxG is left; GAK has AEGGFA."""
    return "G" in (letters[0], letters[2], letters[5])


def _resembles(motif: str) -> Callable[[str], bool]:
    def check(letters: str) -> bool:
        return sum(a == b for a, b in zip(letters, motif, strict=True)) >= MOTIF_LETTERS

    return check


LANDMARKS: tuple[tuple[str, int, int, Callable[[str], bool]], ...] = (
    ("glycine-rich loop", 249, 254, _is_glycine_rich),
    ("catalytic lysine", 271, 271, lambda letters: letters == "K"),
    ("gatekeeper", 315, 315, lambda letters: True),
    ("HRD", 361, 363, _resembles("HRD")),
    ("DFG", 381, 383, _resembles("DFG")),
)
"""Name, first and last residue in ABL1, and whether letters found there can be the landmark."""


def find_landmarks(domain: KinaseDomain | None, sequence: str) -> tuple[Landmark, ...]:
    """Find the landmarks of a kinase domain.

    Parameters
    ----------
    domain : KinaseDomain or None
        A domain of the sequence, aligned to the profile.
    sequence : str
        The sequence as given.

    Returns
    -------
    tuple of Landmark
        In their order along the sequence. One is left out when a residue of it is missing in the
        alignment, residues are inserted into it, or its letters cannot be it: a pseudokinase may
        have lost its lysine, HRD or DFG. Without a domain there are none.
    """
    if domain is None:
        return ()
    found = []
    for name, first, last, can_be in LANDMARKS:
        aligned = domain.residues[first - FIRST_RESIDUE : last - FIRST_RESIDUE + 1]
        start, end = aligned[0], aligned[-1]
        if start == 0 or aligned != tuple(range(start, end + 1)):
            continue
        letters = sequence[start - 1 : end]
        if can_be(letters):
            found.append(Landmark(name, start, end, letters))
    return tuple(found)
