"""Kinome profiles: one molecule against every human kinase, or against proteins of the user's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from dta_demo.checkpoint.checks import CheckpointError
from dta_demo.inputs.errors import InputError
from dta_demo.inputs.molecule import Molecule
from dta_demo.model.labels import LABELS, PKD
from dta_demo.predictor.kinome import EncodedKinome, ProfiledProtein
from dta_demo.predictor.predictor import AffinityPredictor
from dta_demo.results.profile import KinomeProfile
from dta_demo.screening.selectivity import score_selectivity
from dta_demo.screening.sources import PROTEINS, InputRow, Source

MOST_PROTEINS = 1_000
"""Proteins of the user's in one profile."""


def profile(
    predictor: AffinityPredictor,
    molecule: str | Molecule,
    proteins: Sequence[ProfiledProtein] | None = None,
) -> KinomeProfile:
    """Predict one molecule with every kinase of the catalogue, and score its selectivity.

    Parameters
    ----------
    molecule : str or Molecule
        SMILES or the name of an inhibitor, or a parsed molecule.
    proteins : sequence of ProfiledProtein, optional
        In the place of the catalogue, see `read_proteins`.

    Raises
    ------
    InputError
        When the text is no molecule.
    """
    found = predictor.kinome.predict(encode(predictor, proteins), molecule)
    floor_below = predictor.calibration(LABELS[PKD]).floor_below
    return replace(found, selectivity=score_selectivity(found.kinases, floor_below))


def encode(
    predictor: AffinityPredictor, proteins: Sequence[ProfiledProtein] | None = None
) -> EncodedKinome:
    """Encode the proteins of a profile, or recall the kinases of the catalogue.

    With another checkpoint than that which comes with the code its encoder reads the catalogue,
    which takes half a minute once.
    """
    if proteins is not None:
        return predictor.kinome.encode(proteins)
    try:
        return predictor.kinome.recall()
    except CheckpointError:
        return predictor.kinome.encode_catalogue()


def read_proteins(file: Path | BinaryIO, limit_bytes: int | None = None) -> list[ProfiledProtein]:
    """Read the proteins of a file for a profile.

    Parameters
    ----------
    file : Path or BinaryIO
        FASTA, CSV or TSV, also as gzip.
    limit_bytes : int, optional
        Most bytes of text that are read once they are unpacked.

    Raises
    ------
    InputError
        When there is none, one cannot be read, or there are more than `MOST_PROTEINS`.
    """
    source = Source(file, PROTEINS, limit_bytes=limit_bytes)
    proteins: list[ProfiledProtein] = []
    try:
        for row in source:
            if len(proteins) == MOST_PROTEINS:
                raise InputError(f"At most {MOST_PROTEINS:,} proteins are profiled at once.")
            proteins.append(_read_row(row))
    finally:
        source.close()
    if not proteins:
        raise InputError("There is no protein in the file.")
    return _tell_apart(proteins)


def _read_row(row: InputRow) -> ProfiledProtein:
    """Read a protein now, so that a bad one is refused before anything is predicted."""
    read = ProfiledProtein(row.id, row.protein)
    try:
        if row.fault:
            raise InputError(row.fault)
        name = read.protein.name
    except InputError as error:
        raise InputError(f"Protein {row.line:,} cannot be read: {error}") from error
    return replace(read, label=row.id or name or f"protein {row.line:,}")


def _tell_apart(proteins: Sequence[ProfiledProtein]) -> list[ProfiledProtein]:
    """Number the labels that were there before, by which rows of two profiles are joined."""
    taken: set[str] = set()
    apart = []
    for each in proteins:
        label, number = each.label, 1
        while label in taken:
            number += 1
            label = f"{each.label} ({number})"
        taken.add(label)
        apart.append(replace(each, label=label))
    return apart
