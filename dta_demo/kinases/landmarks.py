"""Landmarks of a kinase domain, such as the gatekeeper and the HRD and DFG motifs.

The profile of `domains` has one column for each residue of ABL1 242-493 (UniProt P00519), so that a
landmark of ABL1 can be found in any kinase that is aligned with the profile. Motifs: Hanks and
Hunter 1995 (doi:10.1096/fasebj.9.8.7768349); gatekeeper: the numbering of KLIFS (van Linden et al.
2014, doi:10.1021/jm400378w).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dta_demo.kinases.domains import KinaseDomain

FIRST_RESIDUE = 242
"""Residue of ABL1 at the first column of the profile."""

MOTIF_LETTERS = 2
"""Letters that a motif must share with HRD or DFG, so that YRD, HRN and DLG pass."""


@dataclass(frozen=True)
class Landmark:
    """Landmark of a kinase domain in a sequence.

    Attributes
    ----------
    name : str
        Name, such as ``"DFG"``.
    start, end : int
        First and last residue, numbered from 1 in the sequence as given.
    letters : str
        Residues of the sequence there, which may differ from the name: ``"DLG"``.
    """

    name: str
    start: int
    end: int
    letters: str

    def to_dict(self) -> dict[str, Any]:
        """Landmark as plain JSON types."""
        return {
            "name": self.name, "start": self.start, "end": self.end, "letters": self.letters,
        }  # fmt: skip


def _is_glycine_rich(letters: str) -> bool:
    """Test whether at least one glycine of GxGxxG is left; GAK has AEGGFA."""
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
"""Name, first and last residue in ABL1, and a test whether given letters can be the landmark."""


def find_landmarks(domain: KinaseDomain | None, sequence: str) -> tuple[Landmark, ...]:
    """Find the landmarks of a kinase domain.

    Parameters
    ----------
    domain : KinaseDomain or None
        Domain of the sequence, aligned with the profile.
    sequence : str
        Sequence as given.

    Returns
    -------
    tuple of Landmark
        In the order along the sequence; empty without a domain. A landmark is left out when the
        alignment has a gap or an insertion in it, or its letters do not fit: a pseudokinase may
        have lost its lysine, HRD or DFG.
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
