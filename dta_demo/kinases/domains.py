"""Kinase domains of a protein, found and aligned with a profile HMM.

The profile is a hidden Markov model of the protein kinase domain, made from the training
sequences by iterated search (Eddy 2011, doi:10.1371/journal.pcbi.1002195), and is part of the
checkpoint. The alignment with it gives the residue of any kinase at each of the 85 positions of
the binding pocket in KLIFS (van Linden et al. 2014, doi:10.1021/jm400378w).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pyhmmer.easel import Alphabet, DigitalSequenceBlock, TextSequence
from pyhmmer.plan7 import HMM, Domain, HMMFile, Pipeline

MIN_BITS = 40.0
"""Bit score from which a stretch counts as a kinase domain; background stays below 20."""

MAX_INSERT = 450
"""Most residues between two parts of one domain; the inserts of receptor kinases reach 100."""

MAX_BACKSTEP = 15
"""Most profile columns by which two consecutive parts of a domain may overlap."""


@dataclass(frozen=True)
class KinaseDomain:
    """Kinase domain of a sequence.

    Attributes
    ----------
    start, end : int
        First and last residue, numbered from 1.
    score : float
        Bit score of the profile, summed over the parts of the domain.
    residues : tuple of int
        Number of the residue aligned with each column of the profile, 0 where there is none.
    """

    start: int
    end: int
    score: float
    residues: tuple[int, ...]


class KinaseProfile:
    """Profile HMM of the kinase domain."""

    def __init__(self, hmm: HMM) -> None:
        self.hmm = hmm
        self.alphabet = Alphabet.amino()

    @classmethod
    def load(cls, path: str | Path) -> KinaseProfile:
        """Read a profile in the text format of HMMER3.

        Raises
        ------
        ValueError
            When the file contains no profile.
        """
        with HMMFile(str(path)) as file:
            hmm = file.read()
        if hmm is None:
            raise ValueError(f"{path} holds no profile.")
        return cls(hmm)

    def save(self, path: str | Path) -> None:
        """Write the profile in the text format of HMMER3."""
        with Path(path).open("wb") as file:
            self.hmm.write(file)

    def find(self, sequence: str) -> list[KinaseDomain]:
        """Find the kinase domains of a sequence, in the order along it."""
        query = TextSequence(name="query", sequence=sequence).digitize(self.alphabet)
        # Pipelines keep state between calls, so each call has its own: safe under threads.
        pipeline = Pipeline(self.alphabet, Z=1)
        hits = pipeline.search_hmm(self.hmm, DigitalSequenceBlock(self.alphabet, [query]))
        parts = [part for hit in hits for part in hit.domains if part.score > 0]
        domains = [self._join(chain) for chain in chain_parts(parts)]
        return [domain for domain in domains if domain.score >= MIN_BITS]

    def _join(self, parts: Sequence[Domain]) -> KinaseDomain:
        """Join the parts of one domain that the search found."""
        residues = np.zeros(self.hmm.M, dtype=int)
        for part in parts:
            place_alignment(residues, part)
        return KinaseDomain(
            start=parts[0].alignment.target_from,
            end=parts[-1].alignment.target_to,
            score=float(sum(part.score for part in parts)),
            residues=tuple(int(residue) for residue in residues),
        )


def place_alignment(residues: np.ndarray, part: Domain) -> None:
    """Write the residue aligned with each column of the profile into ``residues``."""
    alignment = part.alignment
    residue, column = alignment.target_from, alignment.hmm_from - 1
    for letter, state in zip(alignment.target_sequence, alignment.hmm_sequence, strict=True):
        in_profile, in_sequence = state != ".", letter != "-"
        if in_profile and in_sequence:
            residues[column] = residue
        column += in_profile
        residue += in_sequence


def chain_parts(parts: Sequence[Domain]) -> list[list[Domain]]:
    """Group the parts that belong to one domain.

    Where a domain has a long insert, as in PDGFR-like receptors, the search reports two parts, the
    second of which continues in the profile where the first one ended.
    """
    chains: list[list[Domain]] = []
    for part in sorted(parts, key=lambda part: part.alignment.target_from):
        if chains and _continues(chains[-1][-1], part):
            chains[-1].append(part)
        else:
            chains.append([part])
    return chains


def _continues(last: Domain, part: Domain) -> bool:
    in_profile = part.alignment.hmm_from > last.alignment.hmm_to - MAX_BACKSTEP
    insert = part.alignment.target_from - last.alignment.target_to
    return in_profile and 0 < insert < MAX_INSERT


def choose_domain(domains: Sequence[KinaseDomain], which: str = "") -> KinaseDomain | None:
    """Choose the domain that a prediction is about.

    Parameters
    ----------
    domains : sequence of KinaseDomain
        In the order along the sequence.
    which : {"", "first", "last"}
        Domain of a `Construct`; empty chooses the one with the best score, which is the catalytic
        domain where the other is a pseudokinase.

    Returns
    -------
    KinaseDomain or None
        None when there is no domain.
    """
    if not domains:
        return None
    if which == "first":
        return domains[0]
    if which == "last":
        return domains[-1]
    return max(domains, key=lambda domain: domain.score)
