"""Profile of the kinase domain, built from the training sequences by iterated search."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from pyhmmer.easel import Alphabet, DigitalSequenceBlock, TextSequence
from pyhmmer.hmmer import jackhmmer

from dta_demo.kinases.domains import KinaseProfile

SEED = (
    "ITMKHKLGGGQYGEVYEGVWKKYSLTVAVKTLKEDTMEVEEFLKEAAVMKEIKHPNLVQLLGVCTREPPFYIITEFMTYGNLLDY"
    "LRECNRQEVNAVVLLYMATQISSAMEYLEKKNFIHRDLAARNCLVGENHLVKVADFGLSRLMTGDTYTAHAGAKFPIKWTAPES"
    "LAYNKFSIKSDVWAFGVLLWEIATYGMSPYPGIDLSQVYELLEKDYRMERPEGCPEKVYELMRACWQWNPSDRPSFAEIHQAF"
)
"""Kinase domain of human ABL1 (UniProt P00519, residues 242 to 493)."""

POCKET_STRETCHES = (
    "HKLGGGQYGEVYE",  # I, glycine-rich loop, II
    "VAVKTL",  # III
    "EFLKEAAVMKE",  # helix C
    "IKHPNLVQLLGV",  # back loop, IV
    "YIITEFMTYGNLLDYLRE",  # V, gatekeeper, hinge, linker, helix D
    "YLEKK",  # helix E
    "NFIHRDLAARN",  # VI, catalytic loop
    "CLV",  # VII
    "VADFGLS",  # VIII, DFG, activation loop
)
"""The pocket of ABL1 by the numbering of KLIFS (van Linden et al. 2014), with the histidine of
the back loop that KLIFS leaves out so that the stretch is whole."""

INCLUSION_E = 1e-5
"""Largest E-value of a hit that joins the profile of the next round, so that it does not drift."""


def pocket_columns() -> list[int]:
    """Columns of the profile, from 0, whose residues line the pocket."""
    columns: list[int] = []
    for stretch in POCKET_STRETCHES:
        start = SEED.index(stretch)
        columns.extend(range(start, start + len(stretch)))
    return columns


def build_profile(sequences: Iterable[str]) -> KinaseProfile:
    """Profile that an iterated search (jackhmmer) with `SEED` finds in the sequences.

    It keeps one column for each residue of the seed.
    """
    alphabet = Alphabet.amino()
    block = DigitalSequenceBlock(
        alphabet,
        [
            TextSequence(name=f"t{number}", sequence=sequence).digitize(alphabet)
            for number, sequence in enumerate(dict.fromkeys(sequences))
        ],
    )
    seed = TextSequence(name="seed", sequence=SEED).digitize(alphabet)
    # pyhmmer's types are narrower here than what it documents and takes.
    queries: Any = [seed]
    targets: Any = block
    (result,) = jackhmmer(queries, targets, max_iterations=6, incE=INCLUSION_E, incdomE=INCLUSION_E)
    hmm: Any = cast(Any, result).hmm
    hmm.name = "kinase"
    hmm.command_line = None  # It names paths of this machine.
    return KinaseProfile(hmm)
