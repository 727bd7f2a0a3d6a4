"""Assessment of predictions of read proteins with described molecules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dta_demo.model.region import ProteinRegion
from dta_demo.molecules.fingerprints import Fingerprints
from dta_demo.predictor.loaded_model import LoadedModel
from dta_demo.trust.assessment import Assessment, DrugQuery, TargetQuery
from dta_demo.trust.reference import DrugNeighbours


@dataclass(frozen=True)
class ReadTarget:
    """A protein as its predictions are assessed.

    Attributes
    ----------
    has_domain : bool
        Whether a kinase domain is read of it.
    mutation : str
        What parts it from its measured wild type, see `find_mutation`.
    """

    region: ProteinRegion
    has_domain: bool
    mutation: str = ""


def assess_pairs(
    loaded: LoadedModel,
    label: str,
    predicted: np.ndarray,
    targets: Sequence[ReadTarget],
    drugs: Fingerprints,
    target_index: np.ndarray,
    drug_index: np.ndarray,
    nearest: Sequence[DrugNeighbours] | None = None,
) -> Assessment:
    """Assess predictions of pairs: their groups, intervals and applicability.

    Parameters
    ----------
    predicted : numpy.ndarray, shape (pairs,)
        In the unit of the label, clipped to its floor.
    target_index, drug_index : numpy.ndarray of int64, shape (pairs,)
    nearest : sequence of DrugNeighbours, optional
        The training molecules nearest to each molecule, where they are known.
    """
    constructs = [target.region.construct for target in targets]
    new_targets, new_drugs = loaded.ensemble.find_new(label, constructs, drugs.smiles)
    if nearest is None:
        nearest = loaded.trust.reference.nearest_drugs(drugs.morgan_bits)
    asked = [
        TargetQuery(target.region.mean_embedding, target.has_domain, bool(new), target.mutation)
        for target, new in zip(targets, new_targets, strict=True)
    ]
    queries = [DrugQuery(near, bool(new)) for near, new in zip(nearest, new_drugs, strict=True)]
    return loaded.trust.assess(label, predicted, asked, queries, target_index, drug_index)
