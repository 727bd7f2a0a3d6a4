"""Numbers of a prediction, residues, regions and landmarks as the page writes them."""

from __future__ import annotations

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
        molecule=prediction.molecule.name or text.UNNAMED_DRUG,
        protein=prediction.protein.name or text.UNNAMED_PROTEIN,
    )


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
