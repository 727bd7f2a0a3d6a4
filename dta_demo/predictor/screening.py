"""Screening of many pairs, as fast as the text of their molecules is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np
from rdkit import Chem

from dta_demo.inputs.errors import InputError
from dta_demo.model.ensemble import EncodedDrugs
from dta_demo.model.labels import LABELS, PKD
from dta_demo.molecules.fingerprints import Fingerprints
from dta_demo.molecules.naming import read_among_many, read_small_molecule
from dta_demo.predictor.encoding import EncodedProtein
from dta_demo.predictor.loaded_model import LoadedModel
from dta_demo.predictor.prediction import assess_molecules, predict_binding, predict_encoded
from dta_demo.results.prediction import Screened
from dta_demo.runtime.threads import one_numpy_thread
from dta_demo.trust.calibration import clip_to_floor
from dta_demo.trust.reference import SAME_DRUG, DrugNeighbours

MOLECULES_AT_ONCE = 512
"""Molecules that are screened together: enough for large products, few enough to answer soon."""


def screen_molecules(
    loaded: LoadedModel, encoded: EncodedProtein, molecules: Iterable[str]
) -> Iterator[Screened]:
    """Predict one protein with many molecules, one result for each text, in their order."""
    return screen_pairs(loaded, lambda _: encoded, (("", text) for text in molecules))


def screen_pairs(
    loaded: LoadedModel,
    encode: Callable[[str], EncodedProtein],
    pairs: Iterable[tuple[str, str]],
) -> Iterator[Screened]:
    """Predict pairs of a protein and a molecule, both as text, one result for each in their order.

    Parameters
    ----------
    encode : callable
        Gives the encoded protein of a text, or raises an `InputError`; asked once for each protein
        of some hundred pairs.
    """
    waiting = iter(pairs)
    while batch := list(islice(waiting, MOLECULES_AT_ONCE)):
        yield from _screen_batch(loaded, encode, batch)


def _screen_batch(
    loaded: LoadedModel,
    encode: Callable[[str], EncodedProtein],
    pairs: Sequence[tuple[str, str]],
) -> list[Screened]:
    molecules = _Molecules(loaded, list(dict.fromkeys(text for _, text in pairs)))
    found: list[Screened | None] = [None] * len(pairs)
    rows_of: dict[str, list[int]] = {}
    for row, (protein, text) in enumerate(pairs):
        if text in molecules.faults:
            found[row] = Screened(text, fault=molecules.faults[text])
        else:
            rows_of.setdefault(protein, []).append(row)
    for protein, rows in rows_of.items():
        try:
            encoded = encode(protein)
        except InputError as error:
            for row in rows:
                found[row] = Screened(pairs[row][1], fault=str(error))
            continue
        with one_numpy_thread():
            predicted = molecules.predict(encoded, [pairs[row][1] for row in rows])
        for row, each in zip(rows, predicted, strict=True):
            found[row] = each
    return [each for each in found if each is not None]


class _Molecules:
    """Molecules that are read and described once for all proteins that they are predicted with.

    Parameters
    ----------
    texts : sequence of str
        Each once.

    Attributes
    ----------
    faults : dict of str to str
        Why a text is no molecule, by the text.
    """

    def __init__(self, loaded: LoadedModel, texts: Sequence[str]) -> None:
        self._loaded = loaded
        self.faults: dict[str, str] = {}
        self._receipts: dict[str, tuple[str, tuple[str, ...]]] = {}
        with one_numpy_thread():
            described = loaded.ensemble.describe(self._read(texts))
            self._places = {text: place for place, text in enumerate(self._receipts)}
            if not self._places:
                return
            self._nearest = loaded.trust.reference.nearest_drugs(described.morgan_bits)
            self._drugs = replace(described, smiles=self._spell_known())
            with loaded.lock:
                self._encoded = loaded.ensemble.encode_drugs(self._drugs, labels=(LABELS[PKD],))

    def _read(self, texts: Sequence[str]) -> Iterator[Chem.Mol]:
        """Read the texts one by one, and note the name and the changes, or the fault, of each."""
        for text in texts:
            try:
                read = read_among_many(text)
            except InputError as error:
                self.faults[text] = str(error)
            else:
                self._receipts[text] = (read.name, read.changes)
                yield read.molecule

    def _spell_known(self) -> tuple[str, ...]:
        """Canonical SMILES of what may be a training molecule, by which it is recognised.

        Only a molecule with all the fragments of a training molecule can be one: the others are
        spared theirs.
        """
        return tuple(
            read_small_molecule(text).smiles if near.nearest.similarity >= SAME_DRUG else ""
            for text, near in zip(self._receipts, self._nearest, strict=True)
        )

    def predict(self, protein: EncodedProtein, texts: Sequence[str]) -> Iterator[Screened]:
        """Predict a protein with some of the molecules, given by their texts."""
        loaded, drugs, nearest, encoded = self._loaded, self._drugs, self._nearest, self._encoded
        if len(texts) != len(self._places) or texts != list(self._places):
            drugs, nearest, encoded = self._take([self._places[text] for text in texts])
        with loaded.lock:
            predicted = predict_encoded(loaded, protein, encoded)
        affinity = clip_to_floor(predicted.blended[:, PKD], loaded.floor)
        assessed = assess_molecules(loaded, protein, affinity, drugs, nearest)
        ends = zip(assessed.low.tolist(), assessed.high.tolist(), strict=True)
        binding = predict_binding(loaded, predicted, assessed.entries)
        names, changes = zip(*(self._receipts[text] for text in texts), strict=True)
        return map(
            Screened, texts, names, changes,
            affinity.tolist(), ends, assessed.applicability, binding,
        )  # fmt: skip

    def _take(self, places: list[int]) -> tuple[Fingerprints, list[DrugNeighbours], EncodedDrugs]:
        rows = np.array(places)
        nearest = [self._nearest[place] for place in places]
        return self._drugs.take(rows), nearest, self._encoded.take(rows)
