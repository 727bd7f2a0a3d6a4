"""Sequences of UniProt, by their accession, where the catalogue does not hold them."""

from __future__ import annotations

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.formats import is_accession
from dta_demo.inputs.protein import parse_protein
from dta_demo.inputs.wording import quote
from dta_demo.runtime.lookup import look_up

VARIABLE, SERVER = "DTA_UNIPROT_URL", "https://rest.uniprot.org"


def fetch_protein(text: str) -> str:
    """Fetch the canonical sequence of an accession, as FASTA.

    Nothing but the accession is sent, and nothing of a text that is none.

    Raises
    ------
    InputError
        When the text is no accession, UniProt has it not or cannot be reached, or what it answers
        is no protein.
    """
    if not is_accession(text):
        raise InputError(f"{quote(text)} is no UniProt accession, such as P00519.")
    accession = text.strip().upper()
    path = f"/uniprotkb/{accession}.fasta"
    answer = look_up("UniProt", VARIABLE, SERVER, path, f"protein {accession}")
    protein = parse_protein(answer)
    return f">{protein.name or accession}\n{protein.sequence}"
