"""Proteins of UniProt, from a server of our own."""

from __future__ import annotations

import pytest

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.formats import is_accession
from dta_demo.kinases.uniprot import VARIABLE, fetch_protein
from tests.support.lookups import serve_pages

HBA = b">sp|P69905|HBA_HUMAN Hemoglobin\nMVLSPADKTNVKAAWGKVGAHAGEYGAEALERMFLSF\n"
PATH = "/uniprotkb/P69905.fasta"


@pytest.fixture
def server(monkeypatch):
    with serve_pages({PATH: HBA, "/uniprotkb/P00000.fasta": b"<html>"}) as server:
        monkeypatch.setenv(VARIABLE, server.address)
        yield server


def test_a_sequence_comes_as_fasta(server):
    assert fetch_protein(" p69905 ").startswith(">sp|P69905|HBA_HUMAN")
    assert server.asked == [PATH]


@pytest.mark.parametrize(
    "text", ["", "../etc/passwd", "P69905\nX", "MVLSPADKTN", "P6990", "x" * 999]
)
def test_what_is_no_accession_is_never_sent(server, text):
    assert not is_accession(text)
    with pytest.raises(InputError, match="no UniProt accession"):
        fetch_protein(text)
    assert server.asked == []


def test_what_is_not_there_or_no_protein_is_said_in_a_sentence(server, monkeypatch):
    with pytest.raises(InputError, match="UniProt knows no protein Q99999"):
        fetch_protein("Q99999")
    with pytest.raises(InputError):
        fetch_protein("P00000")
    monkeypatch.setenv(VARIABLE, "http://127.0.0.1:9")
    with pytest.raises(InputError, match="UniProt gave no answer") as caught:
        fetch_protein("P69905")
    assert "\n" not in str(caught.value)
    monkeypatch.setenv(VARIABLE, "ftp://x")
    with pytest.raises(InputError, match=VARIABLE):
        fetch_protein("P69905")
