"""Downloads of structures from AlphaFold DB (by UniProt accession) and from the PDB (by id)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.formats import is_accession
from dta_demo.inputs.wording import quote
from dta_demo.runtime.download import DownloadError, Limits, stream
from dta_demo.runtime.lookup import server_address
from dta_demo.structures.parse import MAX_BYTES

ALPHAFOLD_VARIABLE, ALPHAFOLD = "DTA_ALPHAFOLD_URL", "https://alphafold.ebi.ac.uk"
PDB_VARIABLE, PDB = "DTA_PDB_URL", "https://files.rcsb.org"

SILENCE_SECONDS = 10.0
TOTAL_SECONDS = 60.0
MAX_ANSWER_BYTES = 1_000_000
"""Largest answer of AlphaFold DB to the question which models it has."""

_PDB_ID = re.compile(r"[0-9][A-Z0-9]{3}")
_MODEL_FILE = re.compile(r"AF-[A-Z0-9-]{1,40}-F[0-9]{1,4}-model_v[0-9]{1,3}\.cif")


@dataclass(frozen=True)
class FetchedStructure:
    """Downloaded structure file, and its source.

    Attributes
    ----------
    data : bytes
        File in the mmCIF format.
    source : str
        Database and identifier, such as ``"PDB 2HYY"``.
    """

    data: bytes
    source: str


def fetch_structure(identifier: str) -> FetchedStructure:
    """Download a structure from AlphaFold DB or the PDB, according to the identifier.

    The environment variables `ALPHAFOLD_VARIABLE` and `PDB_VARIABLE` name other servers. A text
    that is neither kind of identifier is never sent.

    Parameters
    ----------
    identifier : str
        A UniProt accession, such as P00519, or a PDB id, such as 2HYY.

    Raises
    ------
    InputError
        When the identifier is neither, nothing is found, or the server cannot be reached.
    """
    name = identifier.strip().upper()
    if is_accession(name):
        return _fetch("AlphaFold DB", name, _from_alphafold)
    if _PDB_ID.fullmatch(name):
        return _fetch("PDB", name, _from_pdb)
    raise InputError(
        f"{quote(identifier)} is neither a UniProt accession, such as P00519, nor a PDB id, such "
        "as 2HYY."
        if name
        else "Enter a UniProt accession, such as P00519, or a PDB id, such as 2HYY."
    )


def _fetch(place: str, name: str, download: Callable[[str], bytes]) -> FetchedStructure:
    try:
        return FetchedStructure(download(name), f"{place} {name}")
    except DownloadError as error:
        if error.status == HTTPStatus.NOT_FOUND:
            raise InputError(f"{place} has no structure of {name}.") from error
        raise InputError(
            f"{place} gave no structure: {str(error).rstrip('.')}. A file can be uploaded instead."
        ) from error


def _from_pdb(name: str) -> bytes:
    return _download(f"{server_address(PDB_VARIABLE, PDB)}/download/{name.lower()}.cif", MAX_BYTES)


def _from_alphafold(accession: str) -> bytes:
    """Ask for the newest model and download it; only the file name of the answer is used."""
    server = server_address(ALPHAFOLD_VARIABLE, ALPHAFOLD)
    address = f"{server}/api/prediction/{accession}"
    try:
        models = json.loads(_download(address, MAX_ANSWER_BYTES))
        name = models[0]["cifUrl"].rsplit("/", 1)[-1]
    except DownloadError:
        raise
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise DownloadError(f"{address} does not say which file is the model.") from error
    if not _MODEL_FILE.fullmatch(name):
        raise DownloadError(f"{address} names a file that is no model.")
    return _download(f"{server}/files/{name}", MAX_BYTES)


def _download(address: str, max_bytes: int) -> bytes:
    return b"".join(stream(address, Limits(max_bytes, SILENCE_SECONDS, TOTAL_SECONDS)))
