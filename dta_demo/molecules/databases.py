"""Molecules of PubChem, by name, and of ChEMBL, by identifier."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote as quote_path

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.formats import has_other_letters
from dta_demo.inputs.molecule import parse_molecule
from dta_demo.inputs.wording import quote
from dta_demo.runtime.lookup import look_up

PUBCHEM_VARIABLE, PUBCHEM = "DTA_PUBCHEM_URL", "https://pubchem.ncbi.nlm.nih.gov"
CHEMBL_VARIABLE, CHEMBL = "DTA_CHEMBL_URL", "https://www.ebi.ac.uk"

_NAME = re.compile(r"(?=.*[A-Za-z]{3})[A-Za-z0-9][A-Za-z0-9 ,'()+-]{2,79}")
_CHEMBL_ID = re.compile(r"CHEMBL[0-9]{1,9}", re.IGNORECASE)

PUBCHEM_KEYS = ("SMILES", "IsomericSMILES")
"""PubChem's names of the isomeric SMILES, the present one first."""


def may_be_name(text: str) -> bool:
    """Whether a text may be the name of a molecule, rather than a structure.

    A SMILES with a slip is none: it may be nobody else's business.
    """
    name = text.strip()
    return len(text) < 200 and bool(_NAME.fullmatch(name)) and has_other_letters(name)


def fetch_molecule(text: str) -> str:
    """Fetch the SMILES of a name or ChEMBL identifier, with the name after it.

    Nothing but the name is sent, and nothing of a text that is none.

    Raises
    ------
    InputError
        When the text is no name, the database has it not or cannot be reached, or what it answers
        is no molecule.
    """
    name = text.strip()
    if not may_be_name(text):
        raise InputError(f"{quote(text)} is no name of a molecule.")
    smiles = _from_chembl(name) if _CHEMBL_ID.fullmatch(name) else _from_pubchem(name)
    return f"{parse_molecule(smiles).smiles} {name}"


def _from_pubchem(name: str) -> str:
    path = f"/rest/pug/compound/name/{quote_path(name, safe='')}/property/SMILES/JSON"
    answer = _read(look_up("PubChem", PUBCHEM_VARIABLE, PUBCHEM, path, quote(name)), "PubChem")
    try:
        entry = answer["PropertyTable"]["Properties"][0]
        found = next(entry[key] for key in PUBCHEM_KEYS if key in entry)
    except (LookupError, TypeError, StopIteration) as error:
        raise InputError("PubChem's answer holds no SMILES.") from error
    return _checked(found, "PubChem")


def _from_chembl(name: str) -> str:
    path = f"/chembl/api/data/molecule/{name.upper()}.json"
    answer = _read(look_up("ChEMBL", CHEMBL_VARIABLE, CHEMBL, path, name), "ChEMBL")
    try:
        found = answer["molecule_structures"]["canonical_smiles"]
    except (LookupError, TypeError) as error:
        raise InputError("ChEMBL's answer holds no SMILES.") from error
    return _checked(found, "ChEMBL")


def _read(answer: str, place: str) -> Any:
    try:
        return json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place}'s answer cannot be read.") from error


def _checked(found: object, place: str) -> str:
    if not isinstance(found, str) or len(found.split()) != 1:
        raise InputError(f"{place}'s answer holds no SMILES.")
    return found
