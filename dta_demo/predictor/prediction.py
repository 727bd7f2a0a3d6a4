"""Prediction of one pair, with its interval, its applicability and its controls."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dta_demo.encoders.pooling import POOLING_NAMES
from dta_demo.inputs.molecule import Molecule
from dta_demo.inputs.protein import Protein
from dta_demo.model.binding_features import binding_features
from dta_demo.model.ensemble import EncodedDrugs, PairPredictions
from dta_demo.model.labels import KIBA, LABELS, PKD
from dta_demo.model.mutants import predict_forms
from dta_demo.model.region import ProteinRegion
from dta_demo.molecules.fingerprints import Fingerprints
from dta_demo.predictor.assessing import ReadTarget, assess_pairs
from dta_demo.predictor.encoding import EncodedProtein, ProteinEncoding
from dta_demo.predictor.loaded_model import LoadedModel
from dta_demo.predictor.mutants import find_mutation
from dta_demo.predictor.notes import notes_on, region_of
from dta_demo.results.controls import Controls
from dta_demo.results.prediction import Binding, KernelPart, Prediction
from dta_demo.results.recognised import Recognised
from dta_demo.runtime.threads import one_numpy_thread
from dta_demo.trust.assessment import Assessment
from dta_demo.trust.calibration import clip_to_floor
from dta_demo.trust.controls import compare_with_shuffled, shuffle_residues
from dta_demo.trust.reference import DrugNeighbours


def predict_pair(
    loaded: LoadedModel, protein: Protein, molecule: Molecule, encoded: EncodedProtein
) -> Prediction:
    """Predict one pair of an encoded protein and a molecule."""
    described = loaded.ensemble.fingerprint_smiles([molecule.smiles])
    with one_numpy_thread():
        with loaded.lock:
            drugs = loaded.ensemble.encode_drugs(described)
            predicted = predict_encoded(loaded, encoded, drugs)
        return _to_prediction(loaded, protein, molecule, encoded, described, predicted)


def predict_encoded(
    loaded: LoadedModel, encoded: EncodedProtein, drugs: EncodedDrugs
) -> PairPredictions:
    """Predict one encoded protein with some molecules; a mutant as its wild type, changed."""
    numbers = np.arange(drugs.vectors.shape[1])
    proteins, wild_types = encoded.proteins, encoded.wild_types
    return predict_forms(
        loaded.ensemble, proteins, wild_types, drugs, np.zeros_like(numbers), numbers,
        loaded.trust.mutant_scales,
    )  # fmt: skip


def _to_prediction(
    loaded: LoadedModel,
    protein: Protein,
    molecule: Molecule,
    encoded: EncodedProtein,
    described: Fingerprints,
    predicted: PairPredictions,
) -> Prediction:
    """Turn what was predicted for the one pair into a record with its interval and caveats."""
    calibration = loaded.trust.calibrations[LABELS[PKD]]
    networks = predicted.networks[:, :, 0, PKD]
    by_pooling = clip_to_floor(networks.mean(axis=0), loaded.floor)
    by_member = clip_to_floor(networks.mean(axis=1), loaded.floor)
    affinity = clip_to_floor(predicted.blended[:1, PKD], loaded.floor)
    kernel = clip_to_floor(predicted.kernel[0, PKD], loaded.floor)
    weight = float(predicted.kernel_weight[0, PKD])
    nearest = loaded.trust.reference.nearest_drugs(described.morgan_bits)
    assessed = assess_molecules(loaded, encoded, affinity, described, nearest)
    trained_for_kiba = LABELS[KIBA] in loaded.trust.calibrations
    return Prediction(
        protein=protein,
        molecule=molecule,
        affinity=float(affinity[0]),
        interval=(float(assessed.low[0]), float(assessed.high[0])),
        level=calibration.level,
        by_pooling=dict(zip(POOLING_NAMES, by_pooling.tolist(), strict=True)),
        ensemble_std=float(by_member.std()),
        kernel=KernelPart(float(kernel), weight) if weight else None,
        kiba_score=float(predicted.blended[0, KIBA]) if trained_for_kiba else None,
        floor=loaded.floor,
        floor_below=calibration.floor_below,
        regions=(region_of(encoded),),
        applicability=assessed.applicability[0],
        notes=notes_on(encoded),
        recognised=Recognised.of(encoded.recognition),
        binding=predict_binding(loaded, predicted, assessed.entries)[0],
    )


def predict_binding(
    loaded: LoadedModel, predicted: PairPredictions, entries: Sequence[str]
) -> list[Binding] | list[None]:
    """Predict whether pairs bind and how tightly if they do; None for each if uncalibrated.

    Parameters
    ----------
    entries : sequence of str
        Entry of the calibration that each pair gets, as for its interval.
    """
    calibration = loaded.trust.bindings.get(LABELS[PKD])
    if calibration is None:
        return [None] * len(entries)
    found = calibration.predict_pairs(binding_features(predicted, PKD), entries)
    ends = zip(found.low.tolist(), found.high.tolist(), strict=True)
    rows = zip(
        found.probability_binds.tolist(),
        found.probability_active.tolist(),
        found.affinity_if_bound.tolist(),
        ends,
        strict=True,
    )
    return [Binding(*row, active_from=calibration.active_from) for row in rows]


def assess_molecules(
    loaded: LoadedModel,
    encoded: EncodedProtein,
    affinity: np.ndarray,
    drugs: Fingerprints,
    nearest: Sequence[DrugNeighbours],
) -> Assessment:
    """Assess the predictions of one protein with some molecules.

    Parameters
    ----------
    affinity : numpy.ndarray, shape (molecules,)
        Predicted pKd.
    nearest : sequence of DrugNeighbours
        The training molecules nearest to each molecule.
    """
    wild_type = encoded.wild_type.region if encoded.wild_type else None
    mutation = find_mutation(loaded, LABELS[PKD], encoded.recognition, wild_type)
    target = ReadTarget(encoded.region, encoded.has_domain, mutation)
    numbers = np.arange(len(affinity))
    return assess_pairs(
        loaded, LABELS[PKD], affinity, [target], drugs, np.zeros_like(numbers), numbers, nearest
    )


def predict_constructs(
    loaded: LoadedModel, regions: Sequence[ProteinRegion], molecule: Molecule
) -> np.ndarray:
    """Predict several proteins with one molecule: pKd, shape (proteins,)."""
    numbers, ensemble = np.arange(len(regions)), loaded.ensemble
    described = ensemble.fingerprint_smiles([molecule.smiles])
    with loaded.lock:
        proteins, drugs = ensemble.encode(regions), ensemble.encode_drugs(described)
        predicted = ensemble.predict_pairs(proteins, drugs, numbers, np.zeros_like(numbers))
    return clip_to_floor(predicted.blended[:, PKD], loaded.floor)


def compare_with_controls(
    loaded: LoadedModel,
    encoding: ProteinEncoding,
    prediction: Prediction,
    encoded: EncodedProtein,
    typical_error: float,
) -> Controls:
    """Compare a prediction with the shuffled protein and the means of the training data.

    Parameters
    ----------
    typical_error : float
        Difference from which two predictions are told apart, pKd.
    """
    # What the model does not read would change nothing.
    regions = [
        encoding.read_region(encoding.cut_form(sequence))
        for sequence in shuffle_residues(encoded.read.form.letters)
    ]
    shuffled = predict_constructs(loaded, regions, prediction.molecule)
    matters, verdict = compare_with_shuffled(prediction, shuffled, typical_error)
    reference = loaded.trust.reference
    described = loaded.ensemble.fingerprint_smiles([prediction.molecule.smiles])
    return Controls(
        prediction=prediction,
        shuffled=tuple(shuffled.tolist()),
        drug_mean=reference.mean_of_drug(described.morgan_bits),
        target_mean=reference.mean_of_target(encoded.region.mean_embedding),
        overall_mean=reference.mean_pkd,
        protein_matters=matters,
        verdict=verdict,
    )
