"""Encoding of proteins, and the cache of what no molecule changes."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from dta_demo.encoders.windows import plan_windows
from dta_demo.inputs.protein import Protein
from dta_demo.kinases.construct import Construct
from dta_demo.kinases.domains import KinaseDomain
from dta_demo.kinases.forms import DomainForm, cut_form
from dta_demo.kinases.recognition import Recognition, recognise
from dta_demo.kinases.target_recognition import recognise_target
from dta_demo.kinases.targets import Target, is_phosphorylated, parse_target_name
from dta_demo.model.ensemble import EncodedProteins
from dta_demo.model.mutants import WildTypes
from dta_demo.model.region import ProteinRegion, cut_region
from dta_demo.predictor.loaded_model import LoadedModel
from dta_demo.predictor.panel import EncodedTarget
from dta_demo.runtime.cache import ByteBoundCache

CACHE_BYTES, FORM_BYTES = 192 * 2**20, 64 * 2**20
"""Proteins with their attention, and the forms that the model reads, are kept until they take this
much memory."""


@dataclass(frozen=True)
class ReadForm:
    """A form as the members read it.

    Attributes
    ----------
    windows : tuple of (int, int)
        First and last letter of each window in which it was read.
    proteins : EncodedProteins
        The one form, projected by the members.
    """

    form: DomainForm
    windows: tuple[tuple[int, int], ...]
    proteins: EncodedProteins

    @property
    def region(self) -> ProteinRegion:
        """The region that the members read."""
        return self.proteins.regions[0]

    @property
    def nbytes(self) -> int:
        """Memory that the cache counts it with."""
        return sum(
            tensor.nbytes
            for tensor in (self.region.embeddings, self.region.pocket, self.proteins.vectors)
        )


@dataclass(frozen=True)
class EncodedProtein:
    """Everything that is computed once for a protein, whatever the molecule.

    Attributes
    ----------
    received, given : Tensor or None, shape (layers, heads, residues)
        Attention that each residue of the sequence as given receives and gives, see
        `dta_demo.encoders.attention`, where it was gathered.
    windows : tuple of (int, int)
        First and last residue of each window in which attention is gathered.
    domains : tuple of KinaseDomain
        All kinase domains that were found in it.
    recognition : Recognition
        What it is among the kinases that were measured.
    read : ReadForm
        What the members read of it.
    wild_type : ReadForm or None
        The measured wild type, where it is a mutant that was not measured.
    """

    received: Tensor | None
    given: Tensor | None
    windows: tuple[tuple[int, int], ...]
    domains: tuple[KinaseDomain, ...]
    recognition: Recognition
    read: ReadForm
    wild_type: ReadForm | None = None

    @property
    def domain(self) -> KinaseDomain | None:
        """The kinase domain that predictions are about, numbered in the sequence as given."""
        return self.recognition.domain

    @property
    def has_domain(self) -> bool:
        """Whether the members read a kinase domain."""
        return self.read.form.domain is not None

    @property
    def lacks_what_is_read(self) -> bool:
        """Whether no letter that the members read stands in the sequence as given."""
        return not any(self.recognition.numbers)

    @property
    def numbers(self) -> np.ndarray:
        """Number of each letter that is read, 0 where it has none: int64, shape (letters,).

        In the sequence as given, or along the letters where it lacks all of them.
        """
        numbers = np.array(self.recognition.numbers, dtype=np.int64)
        return np.arange(1, len(numbers) + 1) if self.lacks_what_is_read else numbers

    def place(self, values: np.ndarray, residues: int) -> np.ndarray:
        """Place values of the letters that are read (..., letters) by their numbers.

        Returns
        -------
        numpy.ndarray, shape (..., residues)
            0 for residues that are not read.
        """
        numbers = self.numbers
        placed = np.zeros((*values.shape[:-1], residues), dtype=values.dtype)
        placed[..., numbers[numbers > 0] - 1] = values[..., numbers > 0]
        return placed

    @property
    def proteins(self) -> EncodedProteins:
        """The one protein, projected by the members."""
        return self.read.proteins

    @property
    def region(self) -> ProteinRegion:
        """The region that the members read."""
        return self.read.region

    @property
    def wild_types(self) -> WildTypes:
        """The wild type of a mutant, for `dta_demo.model.mutants.predict_forms`."""
        if self.wild_type is None:
            return WildTypes(None, np.array([-1]))
        return WildTypes(self.wild_type.proteins, np.array([0]))

    @property
    def nbytes(self) -> int:
        """Memory that the cache counts it with."""
        attention = sum(each.nbytes for each in (self.received, self.given) if each is not None)
        return attention + self.read.nbytes + (self.wild_type.nbytes if self.wild_type else 0)


SHARED_CACHE: ByteBoundCache[EncodedProtein] = ByteBoundCache(CACHE_BYTES)
"""Encoded proteins of this process, whichever tab, visitor or predictor asked for them."""

SHARED_FORMS: ByteBoundCache[ReadForm] = ByteBoundCache(FORM_BYTES)
"""Forms of this process: a kinase is read once, however its sequence is given."""


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

        Only what the members read is encoded, a kinase domain as a rule. The whole sequence is read
        where its attention is asked for.
        """
        key = self.identify(protein)
        remembered = SHARED_CACHE.recall((key, True))
        if remembered is not None:
            return remembered
        construct = self.construct_of(protein)
        return SHARED_CACHE.get(
            (key, with_attention), lambda: self._encode(construct, with_attention)
        )

    def remembers(self, protein: Protein, with_attention: bool = False) -> bool:
        """Whether `encode` would recall a protein."""
        key = self.identify(protein)
        return any((key, kind) in SHARED_CACHE for kind in {True, with_attention})

    def encode_target(self, target: Target) -> EncodedTarget:
        """Encode a target of a dataset for the members only, past the cache."""
        found = self.recognise_target(target)
        wild_type = wild_type_form(found)
        return EncodedTarget(
            self.read_region(found.form), found, self.read_region(wild_type) if wild_type else None
        )

    def recognise_target(self, target: Target) -> Recognition:
        """Recognise a target of a dataset among the kinases that were measured."""
        return recognise_target(target, self._loaded.profile, self._loaded.known)

    def cut_form(self, sequence: str) -> DomainForm:
        """Cut out what the model reads of a sequence that is no measured kinase."""
        return cut_form(Construct(sequence), self._loaded.profile)

    def read_region(self, form: DomainForm) -> ProteinRegion:
        """Encode a form for the members only, past the cache: for many in a row."""
        return self._run_encoder(form)[0]

    def read_regions(self, forms: Sequence[DomainForm]) -> list[ProteinRegion]:
        """Encode forms together, past the cache; equal ones once."""
        distinct = list(dict.fromkeys(form.letters for form in forms))
        lock, columns = self._loaded.lock, self._loaded.pocket_columns
        with lock:
            encoded = self._loaded.encoder.encode_residues(distinct, between_batches=lock.give_way)
        of_letters = dict(zip(distinct, encoded, strict=True))
        return [
            cut_region(form.construct, of_letters[form.letters], form.domain, columns)
            for form in forms
        ]

    def recognise_construct(
        self, construct: Construct
    ) -> tuple[tuple[KinaseDomain, ...], Recognition]:
        """Find the domains of a construct, and recognise it among the kinases measured."""
        domains = tuple(self._loaded.profile.find(construct.sequence))
        return domains, recognise(construct, domains, self._loaded.known)

    def _run_encoder(self, form: DomainForm) -> tuple[ProteinRegion, tuple[tuple[int, int], ...]]:
        """Read the letters of a form: its region, and the windows in which it was read."""
        lock = self._loaded.lock
        with lock:
            (encoded,) = self._loaded.encoder.encode_residues(
                [form.letters], between_batches=lock.give_way
            )
        columns = self._loaded.pocket_columns
        return cut_region(form.construct, encoded, form.domain, columns), encoded.windows

    def read(self, form: DomainForm) -> ReadForm:
        """Read a form for the members, or recall it."""

        def compute() -> ReadForm:
            region, windows = self._run_encoder(form)
            with self._loaded.lock:
                proteins = self._loaded.ensemble.encode([region])
            return ReadForm(form, windows, proteins)

        # Where a form begins in the sequence that it was cut from is nothing to the members.
        key = (form.construct, form.domain, self._loaded.identity)
        return SHARED_FORMS.get(key, compute)

    def _encode(self, construct: Construct, with_attention: bool) -> EncodedProtein:
        sequence = construct.sequence
        domains, recognition = self.recognise_construct(construct)
        wild_type = wild_type_form(recognition)
        received, given = self._gather_attention(sequence) if with_attention else (None, None)
        return EncodedProtein(
            received,
            given,
            plan_windows(len(sequence)),
            domains,
            recognition,
            self.read(recognition.form),
            self.read(wild_type) if wild_type else None,
        )

    def _gather_attention(self, sequence: str) -> tuple[Tensor | None, Tensor | None]:
        """Gather the attention that the residues of a sequence receive and give."""
        lock = self._loaded.lock
        with lock:
            (encoded,) = self._loaded.encoder.encode_residues(
                [sequence], received=True, between_batches=lock.give_way
            )
        return encoded.received, encoded.given


def wild_type_form(recognition: Recognition) -> DomainForm | None:
    """Form of the measured wild type of a mutant that was not measured."""
    if recognition.relation != "mutant" or recognition.wild_type is None:
        return None
    return recognition.wild_type.form
