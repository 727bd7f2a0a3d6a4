"""Kinome profiles: one molecule against every human kinase, or against proteins of the user's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dta_demo.checkpoint.checks import CheckpointError
from dta_demo.inputs.errors import InputError
from dta_demo.inputs.molecule import Molecule
from dta_demo.kinases.naming import read_protein
from dta_demo.model.labels import LABELS, PKD
from dta_demo.predictor.kinome import EncodedKinome, ProfiledProtein
from dta_demo.predictor.predictor import AffinityPredictor
from dta_demo.results.profile import KinomeProfile
from dta_demo.screening.selectivity import score_selectivity

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
        In the place of the catalogue, see `read_fasta`.

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


def read_fasta(text: str) -> list[ProfiledProtein]:
    """Read the proteins of a FASTA text for a profile.

    Raises
    ------
    InputError
        When there is none, one cannot be read, or there are more than `MOST_PROTEINS`.
    """
    records = list(_split(text.splitlines()))
    if not records:
        raise InputError("Give proteins as FASTA: a header line that begins with > for each.")
    if len(records) > MOST_PROTEINS:
        raise InputError(
            f"The FASTA text has {len(records):,} records, and at most {MOST_PROTEINS:,} are read."
        )
    proteins = []
    for number, record in enumerate(records, 1):
        try:
            protein = read_protein(record)
        except InputError as error:
            raise InputError(f"Record {number:,} cannot be read: {error}") from error
        proteins.append(ProfiledProtein(protein.name or f"protein {number:,}", protein))
    return _tell_apart(proteins)


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


def _split(lines: Iterable[str]) -> Iterable[str]:
    """Split FASTA into its records; lines before the first header are a record, too."""
    record: list[str] = []
    for line in lines:
        if line.startswith(">") and record:
            yield "\n".join(record)
            record = []
        if line.strip():
            record.append(line)
    if record:
        yield "\n".join(record)
