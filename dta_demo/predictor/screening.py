"""Screening of many molecules against one protein, as fast as their text is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.molecule import ReadMolecule
from dta_demo.model.labels import LABELS, PKD
from dta_demo.molecules.naming import read_among_many, read_small_molecule
from dta_demo.predictor.encoding import EncodedProtein
from dta_demo.predictor.loaded_model import LoadedModel
from dta_demo.predictor.prediction import assess_molecules, predict_binding, predict_encoded
from dta_demo.results.applicability import Applicability
from dta_demo.results.prediction import Binding, Screened
from dta_demo.runtime.threads import one_numpy_thread
from dta_demo.trust.calibration import clip_to_floor
from dta_demo.trust.reference import SAME_DRUG

MOLECULES_AT_ONCE = 512
"""Molecules that are screened together: enough for large products, few enough to answer soon."""


def screen_molecules(
    loaded: LoadedModel, encoded: EncodedProtein, molecules: Iterable[str]
) -> Iterator[Screened]:
    """Predict one protein with many molecules, one result for each text, in their order."""
    waiting = iter(molecules)
    while texts := list(islice(waiting, MOLECULES_AT_ONCE)):
        read = [_read_or_refuse(text) for text in texts]
        given = {
            text: each
            for text, each in zip(texts, read, strict=True)
            if isinstance(each, ReadMolecule)
        }
        with one_numpy_thread():
            predicted = _predict_molecules(loaded, encoded, given) if given else {}
        for text, each in zip(texts, read, strict=True):
            if isinstance(each, ReadMolecule):
                yield Screened(text, each.name, each.changes, *predicted[text])
            else:
                yield Screened(text, fault=str(each))


def _predict_molecules(
    loaded: LoadedModel, encoded: EncodedProtein, read: dict[str, ReadMolecule]
) -> dict[str, tuple[float, tuple[float, float], Applicability, Binding | None]]:
    """Predict molecules, given by their texts: affinity, interval, applicability and binding."""
    described = loaded.ensemble.describe([each.molecule for each in read.values()])
    nearest = loaded.trust.reference.nearest_drugs(described.morgan_bits)
    # Only a molecule with all the fragments of a training molecule can be one: the others are
    # spared their canonical SMILES, by which it is recognised.
    smiles = [
        read_small_molecule(text).smiles if near.nearest.similarity >= SAME_DRUG else ""
        for text, near in zip(read, nearest, strict=True)
    ]
    drugs = replace(described, smiles=tuple(smiles))
    with loaded.lock:
        predicted = predict_encoded(loaded, encoded, drugs, (LABELS[PKD],))
    affinity = clip_to_floor(predicted.blended[:, PKD], loaded.floor)
    assessed = assess_molecules(loaded, encoded, affinity, drugs, nearest)
    ends = zip(assessed.low.tolist(), assessed.high.tolist(), strict=True)
    binding = predict_binding(loaded, predicted, assessed.entries)
    rows = zip(affinity.tolist(), ends, assessed.applicability, binding, strict=True)
    return dict(zip(read, rows, strict=True))


def _read_or_refuse(text: str) -> ReadMolecule | InputError:
    try:
        return read_among_many(text)
    except InputError as error:
        return error
