"""Numbers of a prediction, residues, regions and landmarks as the page writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from dta_demo.inputs.molecule import Molecule
from dta_demo.inputs.protein import Protein
from dta_demo.kinases.landmarks import Landmark
from dta_demo.results.prediction import Prediction
from dta_demo.results.region import Region
from dta_demo.results.units import format_pkd, kd_of
from dta_demo.ui.text import shared as text


def shown_pkd(prediction: Prediction, pkd: float) -> str:
    """Predicted pKd as text; a bound at the floor, since the model knows no more there."""
    if prediction.is_at_floor(pkd):
        return text.AT_MOST.format(value=f"{prediction.floor:g}")
    return format_pkd(pkd)


def shown_kd(prediction: Prediction, pkd: float) -> str:
    """Kd of a predicted pKd as text; a bound at the floor."""
    if prediction.is_at_floor(pkd):
        return text.AT_FLOOR.format(kd=kd_of(prediction.floor))
    return kd_of(pkd)


def shown_interval(prediction: Prediction) -> tuple[str, str]:
    """Interval as text, in pKd and in Kd; one that reaches the floor has no lower end."""
    low, high = prediction.interval
    if low <= prediction.floor:
        kd = text.KD_OR_ABOVE.format(kd=kd_of(high))
        return text.AT_MOST.format(value=format_pkd(high)), kd
    return (
        text.RANGE.format(low=format_pkd(low), high=format_pkd(high)),
        text.KD_RANGE.format(low=kd_of(high), high=kd_of(low)),
    )


def name_pair(prediction: Prediction) -> str:
    """Name of a pair: ``imatinib × ABL1``."""  # noqa: RUF002
    return text.PAIR.format(
        molecule=molecule_name(prediction.molecule),
        protein=protein_name(prediction.protein),
    )


def protein_name(protein: Protein) -> str:
    """Name of a protein in a sentence."""
    return protein.name or text.UNNAMED_PROTEIN


def molecule_name(molecule: Molecule) -> str:
    """Name of a molecule in a sentence."""
    return molecule.name or text.UNNAMED_DRUG


def write_number(value: float, digits: int = 2) -> str:
    """Write a number; none is written as -0.00."""
    return f"{round(float(value), digits) + 0.0:,.{digits}f}"


def write_difference(value: float, digits: int = 2) -> str:
    """Write a difference with its sign; none is written as -0.00."""
    return f"{round(float(value), digits) + 0.0:+.{digits}f}"


def list_named(names: Iterable[str], values: Iterable[str]) -> str:
    """List names with their values, as they are written: ``T315 (+0.20), K271 (-0.10)``."""
    named = zip(names, values, strict=True)
    return ", ".join(text.NAMED_VALUE.format(name=name, value=value) for name, value in named)


def list_values(names: Iterable[str], values: Iterable[float], digits: int = 2) -> str:
    """List names with numbers: ``T315 (4.20), K271 (3.10)``."""
    return list_named(names, (write_number(value, digits) for value in values))


def list_differences(names: Iterable[str], values: Iterable[float], digits: int = 2) -> str:
    """List names with differences: ``T315 (+0.20), K271 (-0.10)``."""
    return list_named(names, (write_difference(value, digits) for value in values))


def list_residues(sequence: str, values: np.ndarray, places: Sequence[int], digits: int = 2) -> str:
    """List residues with their values: ``T315 (4.20), K271 (3.10)``.

    Parameters
    ----------
    values : numpy.ndarray, shape (residues,)
    places : sequence of int
        Of the residues to list, from 0.
    """
    return list_values(residue_names(sequence, places), values[places], digits)


def residue_names(sequence: str, places: Iterable[int]) -> list[str]:
    """Names of residues by their places from 0: ``T315``."""
    return [f"{sequence[place]}{place + 1}" for place in places]


def say_landmarks(landmarks: Sequence[Landmark]) -> str:
    """Name the landmarks that a figure marks; an empty string where there are none."""
    names = ", ".join(map(landmark_words, landmarks))
    return text.MARKED_LANDMARKS.format(names=names) if names else ""


def join_sentences(sentences: Iterable[str]) -> str:
    """Write sentences one after the other, without the empty ones."""
    return " ".join(filter(None, sentences))


def residue_words(letter: str) -> str:
    """Name of a residue with its one-letter code: ``Cys (C)``."""
    return text.RESIDUE_WORDS.format(name=text.RESIDUE_NAMES.get(letter, ""), letter=letter)


def region_name(regions: tuple[Region, ...], number: int) -> str:
    """Name of the region that a residue is in, or an empty string."""
    return next((x.name for x in regions if x.start <= number <= x.end), "")


def landmark_name(landmarks: tuple[Landmark, ...], number: int) -> str:
    """Name of the landmark that a residue belongs to, or an empty string."""
    return next((x.name for x in landmarks if x.start <= number <= x.end), "")


def landmark_words(landmark: Landmark) -> str:
    """Name of a landmark with its residues: ``gatekeeper T315``, ``HRD (YRD) 272–274``."""
    if landmark.start == landmark.end:
        return f"{landmark.name} {landmark.letters}{landmark.start}"
    span = text.SPAN.format(start=landmark.start, end=landmark.end)
    is_motif = landmark.name.isupper() and landmark.letters != landmark.name
    return f"{landmark.name}{f' ({landmark.letters})' if is_motif else ''} {span}"


def say_time(seconds: float) -> str:
    """Write a time in seconds, or from two minutes on in minutes."""
    if seconds < 120:
        return text.SECONDS.format(seconds=seconds)
    return text.MINUTES.format(minutes=seconds / 60)
