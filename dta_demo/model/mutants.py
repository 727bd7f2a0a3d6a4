"""Mutants of a measured kinase that were not measured: the wild type's prediction, changed.

What the panel knows of a wild type by its identity (its interaction profile, its own intercepts)
holds for a mutant, too, but the parts of the model that read residues do not know it. So a mutant
is predicted as its wild type, plus the change that those parts see between the two when both are
treated as targets that are not in the panel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dta_demo.model.ensemble import (
    AffinityEnsemble,
    EncodedDrugs,
    EncodedProteins,
    PairPredictions,
)
from dta_demo.model.labels import LABELS, PKD
from dta_demo.model.region import ProteinRegion


@dataclass(frozen=True)
class WildTypes:
    """Wild types of those among some proteins that are mutants.

    Attributes
    ----------
    proteins : EncodedProteins or None
        None where no protein is a mutant.
    places : numpy.ndarray of int64, shape (proteins,)
        Place of each protein's wild type among these, -1 for what is no mutant.
    """

    proteins: EncodedProteins | None
    places: np.ndarray

    @classmethod
    def encode(
        cls,
        ensemble: AffinityEnsemble,
        regions: Sequence[ProteinRegion | None],
        left_out_fold: int | None = None,
    ) -> WildTypes:
        """Project the wild type of each protein, None for what is no mutant."""
        present = [region for region in regions if region is not None]
        places = np.full(len(regions), -1, dtype=np.int64)
        places[[region is not None for region in regions]] = np.arange(len(present))
        return cls(ensemble.encode(present, left_out_fold) if present else None, places)


def predict_forms(
    ensemble: AffinityEnsemble,
    proteins: EncodedProteins,
    wild_types: WildTypes,
    drugs: EncodedDrugs,
    protein_index: np.ndarray,
    drug_index: np.ndarray,
    scales: Sequence[float],
) -> PairPredictions:
    """Predict pairs of molecules and proteins, some of which are mutants.

    Parameters
    ----------
    scales : sequence of float
        Factor of the change by a mutation, for each of `LABELS`.
    protein_index, drug_index
        As in `AffinityEnsemble.predict_pairs`.
    """
    own = ensemble.predict_pairs(proteins, drugs, protein_index, drug_index)
    rows = np.flatnonzero(wild_types.places[protein_index] >= 0)
    if wild_types.proteins is None or not len(rows):
        return own
    places, molecules = wild_types.places[protein_index[rows]], drug_index[rows]
    known = ensemble.predict_pairs(wild_types.proteins, drugs, places, molecules)
    # The networks read the same letters: only the kernel regression knows who it is.
    unknown = ensemble.predict_pairs(
        forget(wild_types.proteins), drugs, places, molecules, known.networks
    )
    return _replace_rows(own, rows, change(known, take(own, rows), unknown, scales))


def change(
    known: PairPredictions,
    mutant: PairPredictions,
    unknown: PairPredictions,
    scales: Sequence[float],
) -> PairPredictions:
    """Change predictions of wild types by what parts them from their mutants.

    Parameters
    ----------
    known, unknown : PairPredictions
        Of the wild types, with and without what the panel knows of them.

    Returns
    -------
    PairPredictions
        Every network and the kernel regression are moved by the same, so that they still blend
        to the prediction.
    """
    factors = np.asarray(scales, dtype=np.float64)
    moved = factors * (mutant.blended - unknown.blended)
    networks = known.networks.copy()
    networks[..., : len(LABELS)] += moved
    rest = (..., slice(len(LABELS), None))
    networks[rest] += factors[PKD] * (mutant.networks[rest] - unknown.networks[rest])
    return replace(known, networks=networks, kernel=known.kernel + moved)


def forget(proteins: EncodedProteins) -> EncodedProteins:
    """Let proteins no longer be recognised as targets of the panel."""
    return replace(proteins, regions=[forget_region(region) for region in proteins.regions])


def forget_region(region: ProteinRegion) -> ProteinRegion:
    """Give a region that is the same but for its identity: no target has an empty sequence."""
    return replace(region, construct=replace(region.construct, sequence=""))


def take(predicted: PairPredictions, rows: np.ndarray) -> PairPredictions:
    """Select pairs."""
    return PairPredictions(
        predicted.networks[:, :, rows], predicted.kernel[rows], predicted.kernel_weight[rows]
    )


def _replace_rows(
    predicted: PairPredictions, rows: np.ndarray, by: PairPredictions
) -> PairPredictions:
    networks, kernel, weight = (
        values.copy() for values in (predicted.networks, predicted.kernel, predicted.kernel_weight)
    )
    networks[:, :, rows], kernel[rows], weight[rows] = by.networks, by.kernel, by.kernel_weight
    return PairPredictions(networks, kernel, weight)
