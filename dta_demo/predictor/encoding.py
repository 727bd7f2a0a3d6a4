"""Encoding of proteins, and the cache of what no molecule changes."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from torch import Tensor

from dta_demo.inputs.protein import Protein
from dta_demo.kinases.construct import Construct
from dta_demo.kinases.domains import KinaseDomain, choose_domain
from dta_demo.kinases.targets import is_phosphorylated, parse_target_name
from dta_demo.model.ensemble import EncodedProteins
from dta_demo.model.region import ProteinRegion, cut_region
from dta_demo.predictor.loaded_model import LoadedModel
from dta_demo.runtime.cache import ByteBoundCache

CACHE_BYTES = 256 * 2**20
"""Encoded proteins are kept until they take this much memory."""


@dataclass(frozen=True)
class EncodedProtein:
    """Everything that is computed once for a protein, whatever the molecule.

    Attributes
    ----------
    received, given : Tensor or None, shape (layers, heads, residues)
        Attention that each residue receives and gives, see `dta_demo.encoders.attention`, where
        it was gathered.
    windows : tuple of (int, int)
        First and last residue of each window in which it was read.
    domains : tuple of KinaseDomain
        All kinase domains that were found in it.
    domain : KinaseDomain or None
        The one of them that predictions are about.
    proteins : EncodedProteins
        The one protein, projected by the members.
    """

    received: Tensor | None
    given: Tensor | None
    windows: tuple[tuple[int, int], ...]
    domains: tuple[KinaseDomain, ...]
    domain: KinaseDomain | None
    proteins: EncodedProteins

    @property
    def region(self) -> ProteinRegion:
        """The region that the members read."""
        return self.proteins.regions[0]

    @property
    def nbytes(self) -> int:
        """Memory that the cache counts it with."""
        region = self.region
        tensors = [
            self.received, self.given, region.embeddings, region.pocket, self.proteins.vectors,
        ]  # fmt: skip
        return sum(tensor.nbytes for tensor in tensors if tensor is not None)


SHARED_CACHE: ByteBoundCache[EncodedProtein] = ByteBoundCache(CACHE_BYTES)
"""Encoded proteins of this process, whichever tab, visitor or predictor asked for them."""


class ProteinEncoding:
    """Encodes proteins with one loaded model, or recalls them."""

    def __init__(self, loaded: LoadedModel) -> None:
        self._loaded = loaded
        self._target_names = frozenset(loaded.trust.reference.target_names)

    def construct_of(self, protein: Protein) -> Construct:
        """Construct that a protein's name asks for, of its sequence."""
        return Construct(
            protein.sequence,
            parse_target_name(protein.name).domain,
            is_phosphorylated(protein.name, self._target_names),
        )

    def identify(self, protein: Protein) -> Hashable:
        """Key of results about a protein: its construct, the model and its precision."""
        return (self.construct_of(protein), self._loaded.identity)

    def encode(self, protein: Protein, with_attention: bool = False) -> EncodedProtein:
        """Encode a protein, or recall it.

        Gathering the attention that residues receive takes a tenth of the time more, so that it
        is left out where nobody asks for it.
        """
        key = self.identify(protein)
        remembered = SHARED_CACHE.recall((key, True))
        if remembered is not None:
            return remembered
        construct = self.construct_of(protein)
        return SHARED_CACHE.get(
            (key, with_attention), lambda: self._run_encoder(construct, with_attention)
        )

    def remembers(self, protein: Protein, with_attention: bool = False) -> bool:
        """Whether `encode` would recall a protein."""
        key = self.identify(protein)
        return any(SHARED_CACHE.recall((key, kind)) is not None for kind in {True, with_attention})

    def read_region(self, construct: Construct) -> tuple[ProteinRegion, KinaseDomain | None]:
        """Encode a construct for the members only, past the cache: for many in a row."""
        lock = self._loaded.lock
        with lock:
            (encoded,) = self._loaded.encoder.encode_residues(
                [construct.sequence], between_batches=lock.give_way
            )
        domain = choose_domain(self._loaded.profile.find(construct.sequence), construct.domain)
        return cut_region(construct, encoded, domain, self._loaded.pocket_columns), domain

    def _run_encoder(self, construct: Construct, with_attention: bool) -> EncodedProtein:
        lock = self._loaded.lock
        with lock:
            (encoded,) = self._loaded.encoder.encode_residues(
                [construct.sequence], received=with_attention, between_batches=lock.give_way
            )
        domains = tuple(self._loaded.profile.find(construct.sequence))
        domain = choose_domain(domains, construct.domain)
        region = cut_region(construct, encoded, domain, self._loaded.pocket_columns)
        with lock:
            proteins = self._loaded.ensemble.encode([region])
        return EncodedProtein(
            encoded.received, encoded.given, encoded.windows, domains, domain, proteins
        )
