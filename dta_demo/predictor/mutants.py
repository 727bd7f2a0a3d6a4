"""Mutants of measured wild types, as predictions of them are assessed."""

from __future__ import annotations

from dta_demo.inputs.wording import join_with_and
from dta_demo.kinases.recognition import Recognition
from dta_demo.model.region import ProteinRegion
from dta_demo.predictor.loaded_model import LoadedModel


def find_mutation(
    loaded: LoadedModel, label: str, recognition: Recognition, wild_type: ProteinRegion | None
) -> str:
    """Find what parts a mutant that was not measured from its wild type.

    Returns
    -------
    str
        Such as ``"T315I"``; empty for what is no mutant, and where the label was not measured of
        the wild type either.
    """
    if wild_type is None:
        return ""
    (is_new,), _ = loaded.ensemble.find_new(label, [wild_type.construct], [])
    return "" if is_new else join_with_and(list(recognition.substitutions))
