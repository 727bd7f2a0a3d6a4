"""One molecule against the kinases of the catalogue, or against proteins of the user's.

What the model reads of the catalogue's kinases is the same for every molecule, so it is kept in a
file beside the catalogue, and no encoder runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch

from dta_demo.inputs.molecule import Molecule
from dta_demo.inputs.protein import Protein
from dta_demo.kinases.catalogue import CatalogueKinase, KinomeCatalogue
from dta_demo.kinases.construct import DomainChoice
from dta_demo.kinases.naming import read_protein
from dta_demo.kinases.targets import parse_target_name
from dta_demo.model.ensemble import EncodedProteins, PairPredictions
from dta_demo.model.labels import LABELS, PKD
from dta_demo.model.mutants import WildTypes, predict_forms
from dta_demo.model.region import ProteinRegion
from dta_demo.molecules.fingerprints import Fingerprints
from dta_demo.predictor.assessing import ReadTarget, assess_pairs
from dta_demo.predictor.encoding import EncodedProtein
from dta_demo.predictor.loaded_model import LoadedModel
from dta_demo.predictor.mutants import find_mutation
from dta_demo.predictor.prediction import predict_binding
from dta_demo.results.group import Group
from dta_demo.results.profile import KinaseAffinity, KinomeProfile
from dta_demo.runtime.threads import one_numpy_thread
from dta_demo.trust.assessment import Assessment
from dta_demo.trust.calibration import clip_to_floor

DOMAINS: dict[DomainChoice, str] = {"first": "Kin.Dom.1", "last": "Kin.Dom.2"}
"""What is said of the domain that is meant, after the gene."""

MEASURED = (Group.SEEN, Group.NEW_DRUG)
"""Groups of pairs whose target was measured."""


@dataclass(frozen=True)
class ProfiledProtein:
    """A protein of a profile.

    Attributes
    ----------
    label : str
        Gene, with the domain where two are profiled, or the name of the user's protein.
    text : str
        What it is read from: the name of a kinase, a sequence or FASTA.
    kinase : CatalogueKinase or None
        None for a protein of the user's.
    """

    label: str
    text: str
    kinase: CatalogueKinase | None = None

    @cached_property
    def protein(self) -> Protein:
        """The protein that is read from the text."""
        return read_protein(self.text)


@dataclass(frozen=True)
class EncodedKinome:
    """Proteins of a profile as the members read them.

    Attributes
    ----------
    profiled : tuple of ProfiledProtein
    has_domain : tuple of bool
        Whether a kinase domain is read of each.
    mutations : tuple of str
        What parts each from a measured wild type, where it is a mutant that was not measured.
    """

    profiled: tuple[ProfiledProtein, ...]
    proteins: EncodedProteins
    wild_types: WildTypes
    has_domain: tuple[bool, ...]
    mutations: tuple[str, ...]


def list_kinome(catalogue: KinomeCatalogue) -> Iterator[ProfiledProtein]:
    """List the wild types of the catalogue; both domains of a kinase where both were measured."""
    for kinase in catalogue:
        measured = {parse_target_name(name).domain for name in kinase.panel_names}
        if set(DOMAINS) <= measured:
            for number, words in enumerate(DOMAINS.values(), 1):
                label = f"{kinase.gene} domain {number}"
                yield ProfiledProtein(label, f"{kinase.gene} {words}", kinase)
        else:
            yield ProfiledProtein(kinase.gene, kinase.gene, kinase)


def gather_kinome(
    loaded: LoadedModel,
    profiled: Sequence[ProfiledProtein],
    encode: Callable[[Protein], EncodedProtein],
) -> EncodedKinome:
    """Encode proteins for profiles, or recall them."""
    encoded = [encode(each.protein) for each in profiled]
    proteins = join_proteins([each.read.proteins for each in encoded])
    wild = [each.wild_type for each in encoded if each.wild_type is not None]
    places = np.full(len(encoded), -1, dtype=np.int64)
    places[[each.wild_type is not None for each in encoded]] = np.arange(len(wild))
    label = LABELS[PKD]
    return EncodedKinome(
        tuple(profiled),
        proteins,
        WildTypes(join_proteins([each.proteins for each in wild]) if wild else None, places),
        tuple(each.has_domain for each in encoded),
        tuple(
            find_mutation(
                loaded, label, each.recognition, each.wild_type.region if each.wild_type else None
            )
            for each in encoded
        ),
    )


def join_proteins(encoded: Sequence[EncodedProteins]) -> EncodedProteins:
    """Join encoded proteins; of their regions only what they are compared by is kept."""
    regions = [_summarise(region) for each in encoded for region in each.regions]
    return EncodedProteins(regions, torch.cat([each.vectors for each in encoded], dim=1), None)


def _summarise(region: ProteinRegion) -> ProteinRegion:
    codes = region.pocket_codes.cpu().numpy()
    return ProteinRegion.summarised(region.construct, codes, region.mean_embedding)


def predict_kinome(loaded: LoadedModel, kinome: EncodedKinome, molecule: Molecule) -> KinomeProfile:
    """Predict one molecule with every protein of a profile; the values are those of `predict`."""
    described = loaded.ensemble.fingerprint_smiles([molecule.smiles])
    numbers = np.arange(len(kinome.profiled))
    with one_numpy_thread():
        with loaded.lock:
            drugs = loaded.ensemble.encode_drugs(described, labels=(LABELS[PKD],))
            predicted = predict_forms(
                loaded.ensemble, kinome.proteins, kinome.wild_types, drugs, numbers,
                np.zeros_like(numbers), loaded.trust.mutant_scales,
            )  # fmt: skip
        affinity = clip_to_floor(predicted.blended[:, PKD], loaded.floor)
        assessed = _assess(loaded, kinome, described, affinity)
    kinases = _to_rows(loaded, kinome, predicted, affinity, assessed)
    level = loaded.trust.calibrations[LABELS[PKD]].level
    return KinomeProfile(molecule, tuple(kinases), loaded.floor, level)


def _assess(
    loaded: LoadedModel, kinome: EncodedKinome, drug: Fingerprints, affinity: np.ndarray
) -> Assessment:
    parts = zip(kinome.proteins.regions, kinome.has_domain, kinome.mutations, strict=True)
    targets = [ReadTarget(*each) for each in parts]
    numbers = np.arange(len(targets))
    return assess_pairs(
        loaded, LABELS[PKD], affinity, targets, drug, numbers, np.zeros_like(numbers)
    )


def _to_rows(
    loaded: LoadedModel,
    kinome: EncodedKinome,
    predicted: PairPredictions,
    affinity: np.ndarray,
    assessed: Assessment,
) -> Iterable[KinaseAffinity]:
    weight, kernel = predicted.kernel_weight[:, PKD], predicted.kernel[:, PKD]
    of_members = (1 - weight) * predicted.networks[..., PKD].mean(axis=1) + weight * kernel
    by_member = clip_to_floor(of_members, loaded.floor).T.tolist()
    binding = predict_binding(loaded, predicted, assessed.entries)
    for place, each in enumerate(kinome.profiled):
        kinase, where = each.kinase, assessed.applicability[place]
        yield KinaseAffinity(
            label=each.label,
            accession=kinase.uniprot if kinase else "",
            kinase_group=kinase.group if kinase else "",
            family=kinase.family if kinase else "",
            subfamily=kinase.subfamily if kinase else "",
            protein=each.text,
            affinity=float(affinity[place]),
            interval=(float(assessed.low[place]), float(assessed.high[place])),
            by_member=tuple(by_member[place]),
            measured=where.group in MEASURED,
            group=where.group.value,
            in_domain=where.in_domain,
            reason=where.reason,
            binding=binding[place],
        )
