"""Structures of all visitors, kept by their content within a number of bytes.

A visit keeps only a short record: Gradio copies what a visit keeps, and keeps many visits.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from dta_demo.inputs.errors import InputError
from dta_demo.runtime.cache import ByteBoundCache
from dta_demo.runtime.limits import Limits
from dta_demo.structures.align import ChainMatch, match_chain
from dta_demo.structures.contacts import Contacts, find_contacts
from dta_demo.structures.parse import read_structure
from dta_demo.structures.records import Structure
from dta_demo.ui.text import structure as text

ATOM_BYTES = 80
RESIDUE_BYTES = 900
"""Memory that an atom and a residue of a structure take in Python, measured."""

MATCH_BYTES = 2**23
"""Bytes for alignments, one for each structure and sequence that is looked at."""


@dataclass(frozen=True, eq=False)
class KeptStructure:
    """A structure with the memory that the cache counts it with."""

    structure: Structure

    @property
    def nbytes(self) -> int:
        """Bytes."""
        residues = [residue for chain in self.structure.chains for residue in chain.residues]
        atoms = sum(len(residue.atoms) for residue in residues)
        atoms += sum(len(ligand.elements) for ligand in self.structure.ligands)
        return RESIDUE_BYTES * len(residues) + ATOM_BYTES * atoms


@dataclass(frozen=True, eq=False)
class KeptMatch:
    """An alignment, and what touches its chain.

    Attributes
    ----------
    match : ChainMatch
    contacts : Contacts or None
        None where no ligand touches the chain.
    """

    match: ChainMatch
    contacts: Contacts | None

    @property
    def nbytes(self) -> int:
        """Memory that the cache counts it with, the structure left out."""
        contacts = self.contacts.places.nbytes if self.contacts else 0
        return self.match.places.nbytes + len(self.match.sequence) + contacts


@dataclass(frozen=True)
class GivenStructure:
    """A structure that a visitor uploaded or fetched, as it is kept for the visit.

    Attributes
    ----------
    digest : str
        SHA-256 of the file, under which the structure is kept.
    source : str
        Where it is from, in words of our own.
    chains : int
        Protein chains in it.
    """

    digest: str
    source: str
    chains: int


_structures: ByteBoundCache[KeptStructure] = ByteBoundCache(
    Limits.from_environment().structure_cache_bytes
)
_matches: ByteBoundCache[KeptMatch] = ByteBoundCache(MATCH_BYTES)


def keep_structure(data: bytes, source: str) -> GivenStructure:
    """Read a structure file, or recall it, and keep it; raises what `read_structure` raises."""
    digest = hashlib.sha256(data).hexdigest()
    kept = _structures.get(digest, lambda: KeptStructure(read_structure(data)))
    return GivenStructure(digest, source, len(kept.structure.chains))


def match_given(given: GivenStructure, sequence: str) -> KeptMatch:
    """Align a structure that was given to a sequence and find its contacts, or recall both.

    Raises
    ------
    InputError
        When it is of another protein, or had to make room for newer ones.
    """
    kept = _structures.recall(given.digest)
    if kept is None:
        raise InputError(text.FORGOTTEN)

    def match() -> KeptMatch:
        found = match_chain(kept.structure, sequence)
        return KeptMatch(found, find_contacts(kept.structure, found.chain))

    return _matches.get((given.digest, sequence), match)
