"""Molecules of PubChem and ChEMBL, from a server of our own."""

from __future__ import annotations

import json

import pytest

from dta_demo.inputs.errors import InputError
from dta_demo.molecules.databases import (
    CHEMBL_VARIABLE,
    PUBCHEM_VARIABLE,
    fetch_molecule,
    may_be_name,
)
from tests.support.lookups import serve_pages

ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"


def pubchem(name):
    return f"/rest/pug/compound/name/{name}/property/SMILES/JSON"


def properties(**entry):
    return json.dumps({"PropertyTable": {"Properties": [entry]}}).encode()


PAGES = {
    pubchem("aspirin"): properties(CID=2244, SMILES=ASPIRIN),
    pubchem("acetylsalicylic%20acid"): properties(IsomericSMILES=ASPIRIN),
    pubchem("broken"): b"{",
    pubchem("empty"): properties(CID=1),
    pubchem("hostile"): properties(SMILES="<b>x</b>"),
    pubchem("several"): properties(SMILES="CCO CCN"),
    pubchem("number"): properties(SMILES=1),
    "/chembl/api/data/molecule/CHEMBL25.json": json.dumps(
        {"molecule_structures": {"canonical_smiles": ASPIRIN}}
    ).encode(),
    "/chembl/api/data/molecule/CHEMBL1.json": b'{"molecule_structures": null}',
}


@pytest.fixture
def server(monkeypatch):
    with serve_pages(PAGES) as server:
        for variable in (PUBCHEM_VARIABLE, CHEMBL_VARIABLE):
            monkeypatch.setenv(variable, server.address)
        yield server


@pytest.mark.parametrize("name", ["aspirin", "acetylsalicylic acid", "CHEMBL25"])
def test_a_name_gives_a_structure_with_that_name(server, name):
    assert fetch_molecule(f" {name} ") == f"{ASPIRIN} {name}"
    assert len(server.asked) == 1


@pytest.mark.parametrize("name", ["broken", "empty", "hostile", "several", "number", "CHEMBL1"])
def test_an_answer_that_is_none_is_said_in_a_sentence(server, name):
    with pytest.raises(InputError) as caught:
        fetch_molecule(name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "C1CC",
        "CCOc1ccccc",
        "Cc1ccc(NC2)cc1",
        "CC(=O",
        "a/b/c",
        "x?y=zzz",
        "no\nname",
        "é" * 9,
        "x" * 999,
    ],
)
def test_what_is_no_name_is_never_sent(server, text):
    assert not may_be_name(text)
    with pytest.raises(InputError, match="no name"):
        fetch_molecule(text)
    assert server.asked == []


def test_what_is_not_there_is_said(server):
    with pytest.raises(InputError, match="PubChem knows no 'unobtainium'"):
        fetch_molecule("unobtainium")
