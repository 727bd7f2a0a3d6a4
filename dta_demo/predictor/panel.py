"""Predictions of many measured pairs, by all members or by those that left a fold out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dta_demo.kinases.recognition import Recognition
from dta_demo.model.labels import LABELS
from dta_demo.model.mutants import WildTypes, predict_forms
from dta_demo.model.region import ProteinRegion
from dta_demo.predictor.assessing import ReadTarget, assess_pairs
from dta_demo.predictor.loaded_model import LoadedModel
from dta_demo.predictor.mutants import find_mutation
from dta_demo.trust.assessment import Assessment
from dta_demo.trust.calibration import clip_to_floor


@dataclass(frozen=True)
class EncodedTarget:
    """A target of a dataset as the members read it.

    Attributes
    ----------
    recognition : Recognition
        What it is among the kinases that were measured for training.
    wild_type : ProteinRegion or None
        The measured wild type, where it is a mutant that was not measured.
    """

    region: ProteinRegion
    recognition: Recognition
    wild_type: ProteinRegion | None = None

    @property
    def has_domain(self) -> bool:
        """Whether the members read a kinase domain."""
        return self.recognition.form.domain is not None


@dataclass(frozen=True)
class Pairs:
    """Pairs of encoded targets and molecules.

    Attributes
    ----------
    targets : sequence of EncodedTarget
    smiles : sequence of str
        The molecules, canonical.
    target_index, drug_index : numpy.ndarray of int64, shape (pairs,)
    """

    targets: Sequence[EncodedTarget]
    smiles: Sequence[str]
    target_index: np.ndarray
    drug_index: np.ndarray


def predict_measured_pairs(
    loaded: LoadedModel, pairs: Pairs, label: str, left_out_fold: int | None
) -> np.ndarray:
    """Predict pairs in the unit of a label, clipped to its floor: (pairs,)."""
    ensemble, floor = loaded.ensemble, loaded.trust.calibrations[label].floor
    proteins = ensemble.encode([target.region for target in pairs.targets], left_out_fold)
    described = ensemble.fingerprint_smiles(pairs.smiles)
    wild_types = WildTypes.encode(
        ensemble, [target.wild_type for target in pairs.targets], left_out_fold
    )
    drugs = ensemble.encode_drugs(described, left_out_fold, (label,))
    values = predict_forms(
        ensemble, proteins, wild_types, drugs, pairs.target_index, pairs.drug_index,
        loaded.trust.mutant_scales,
    ).blended[:, LABELS.index(label)]  # fmt: skip
    return values if floor is None else clip_to_floor(values, floor)


def assess_measured_pairs(
    loaded: LoadedModel, pairs: Pairs, label: str, predicted: np.ndarray
) -> Assessment:
    """Assess predictions of pairs: their groups, intervals and applicability."""
    targets = [
        ReadTarget(
            target.region,
            target.has_domain,
            find_mutation(loaded, label, target.recognition, target.wild_type),
        )
        for target in pairs.targets
    ]
    described = loaded.ensemble.fingerprint_smiles(pairs.smiles)
    return assess_pairs(
        loaded, label, predicted, targets, described, pairs.target_index, pairs.drug_index
    )
