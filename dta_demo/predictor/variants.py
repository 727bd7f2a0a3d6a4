"""Predictions of many variants of one protein with one molecule, read many at a time.

Each variant is recognised by itself, as `AffinityPredictor.predict` does, so that one that was
measured is told from one that was not; only the encoder and the members read several at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from dta_demo.inputs.molecule import Molecule
from dta_demo.inputs.protein import Protein
from dta_demo.kinases.recognition import Recognition
from dta_demo.model.ensemble import EncodedDrugs, EncodedProteins
from dta_demo.model.labels import LABELS, PKD
from dta_demo.model.mutants import WildTypes, forget, predict_forms
from dta_demo.model.region import ProteinRegion
from dta_demo.molecules.fingerprints import Fingerprints
from dta_demo.predictor.assessing import ReadTarget, assess_pairs
from dta_demo.predictor.encoding import ProteinEncoding, wild_type_form
from dta_demo.predictor.loaded_model import LoadedModel
from dta_demo.predictor.mutants import find_mutation
from dta_demo.results.variant import Variant
from dta_demo.runtime.threads import one_numpy_thread
from dta_demo.trust.calibration import clip_to_floor
from dta_demo.trust.reference import DrugNeighbours

VARIANTS_AT_ONCE = 16
"""Variants that are read together; a job can be stopped between two such batches."""


class VariantPredictor:
    """Predicts variants of proteins with one loaded model."""

    def __init__(self, loaded: LoadedModel, encoding: ProteinEncoding) -> None:
        self._loaded, self._encoding = loaded, encoding

    def pocket(self, protein: Protein) -> tuple[int, ...]:
        """Numbers of the residues that line the pocket, in the sequence as given; ascending."""
        domain = self._encoding.encode(protein).domain
        if domain is None:
            return ()
        numbers = {domain.residues[column] for column in self._loaded.pocket_columns}
        return tuple(sorted(numbers - {0}))

    def predict(
        self, protein: Protein, sequences: Iterable[str], molecule: Molecule
    ) -> Iterator[Variant]:
        """Predict variants of a protein, each as `AffinityPredictor.predict` does.

        Parameters
        ----------
        protein : Protein
            Its name says which domain and form of the variants are meant.
        sequences : iterable of str
            The variants' sequences, read as the results are asked for.

        Yields
        ------
        Variant
            One for each sequence, in their order.
        """
        loaded = self._loaded
        described = loaded.ensemble.fingerprint_smiles([molecule.smiles])
        nearest = loaded.trust.reference.nearest_drugs(described.morgan_bits)
        with loaded.lock:
            drugs = loaded.ensemble.encode_drugs(described, labels=(LABELS[PKD],))
        waiting = iter(sequences)
        while batch := list(islice(waiting, VARIANTS_AT_ONCE)):
            variants = [replace(protein, sequence=sequence) for sequence in batch]
            with one_numpy_thread():
                found = self._predict(variants, described, drugs, nearest)
            yield from found

    def _predict(
        self,
        variants: Sequence[Protein],
        described: Fingerprints,
        drugs: EncodedDrugs,
        nearest: Sequence[DrugNeighbours],
    ) -> list[Variant]:
        loaded = self._loaded
        recognised = [
            self._encoding.recognise_construct(self._encoding.construct_of(each))[1]
            for each in variants
        ]
        regions = self._encoding.read_regions([each.form for each in recognised])
        wild_regions = [self._read_wild_type(each) for each in recognised]
        rows, molecule = np.arange(len(regions)), np.zeros(len(regions), dtype=np.int64)
        with loaded.lock:
            proteins = loaded.ensemble.encode(regions)
            wild_types = WildTypes.encode(loaded.ensemble, wild_regions)
            predicted = predict_forms(
                loaded.ensemble, proteins, wild_types, drugs, rows, molecule,
                loaded.trust.mutant_scales,
            )  # fmt: skip
            members = self._predict_members(proteins, wild_types, drugs)
        affinity = clip_to_floor(predicted.blended[:, PKD], loaded.floor)
        low, high = self._assess(recognised, regions, wild_regions, affinity, described, nearest)
        return [
            Variant(
                affinity=float(affinity[row]),
                interval=(float(low[row]), float(high[row])),
                by_member=tuple(members[:, row].tolist()),
                relation=each.relation,
                measured_as=each.kinase.name if each.kinase else "",
            )
            for row, each in enumerate(recognised)
        ]

    def _read_wild_type(self, recognition: Recognition) -> ProteinRegion | None:
        form = wild_type_form(recognition)
        return self._encoding.read(form).region if form else None

    def _predict_members(
        self, proteins: EncodedProteins, wild_types: WildTypes, drugs: EncodedDrugs
    ) -> np.ndarray:
        """Predict by each member's networks: pKd, (members, proteins), unclipped.

        A mutant that was not measured is its wild type by that member plus the change that the
        member itself sees, where `predict_forms` moves all members by one change.
        """
        ensemble, scale = self._loaded.ensemble, self._loaded.trust.mutant_scales[PKD]

        def run(some: EncodedProteins) -> np.ndarray:
            numbers = np.arange(len(some.regions))
            predicted = ensemble.predict_pairs(some, drugs, numbers, np.zeros_like(numbers))
            return np.asarray(predicted.networks[..., PKD].mean(axis=1))

        values = run(proteins)
        if wild_types.proteins is not None:
            rows = np.flatnonzero(wild_types.places >= 0)
            places = wild_types.places[rows]
            known, unknown = run(wild_types.proteins), run(forget(wild_types.proteins))
            moved = scale * (values[:, rows] - unknown[:, places])
            values[:, rows] = known[:, places] + moved
        return values

    def _assess(
        self,
        recognised: Sequence[Recognition],
        regions: Sequence[ProteinRegion],
        wild_regions: Sequence[ProteinRegion | None],
        affinity: np.ndarray,
        drugs: Fingerprints,
        nearest: Sequence[DrugNeighbours],
    ) -> tuple[np.ndarray, np.ndarray]:
        """Ends of the interval of each variant."""
        loaded, label = self._loaded, LABELS[PKD]
        targets = [
            ReadTarget(
                region,
                found.form.domain is not None,
                find_mutation(loaded, label, found, wild_type),
            )
            for found, region, wild_type in zip(recognised, regions, wild_regions, strict=True)
        ]
        rows = np.arange(len(targets))
        assessed = assess_pairs(
            loaded, label, affinity, targets, drugs, rows, np.zeros_like(rows), nearest
        )
        return assessed.low, assessed.high
