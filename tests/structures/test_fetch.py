import http.server
from collections.abc import Iterator
from typing import Any

import pytest

from dta_demo.inputs.errors import InputError
from dta_demo.structures import fetch
from dta_demo.structures.fetch import fetch_structure
from dta_demo.structures.parse import read_structure
from tests.support.databases import API, ENTRY, FILE, Databases, answer, serve_databases
from tests.support.synthetic import as_mmcif, helix

SEQUENCE = "MKTAYIAKQRWSFVKEHLGDNPC"


@pytest.fixture
def databases(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Stand in for both databases, each with one structure."""
    with serve_databases(as_mmcif(helix(SEQUENCE))) as server:
        monkeypatch.setenv("no_proxy", "*")
        monkeypatch.setenv("DTA_ALPHAFOLD_URL", server.address)
        monkeypatch.setenv("DTA_PDB_URL", server.address + "/")
        yield server


@pytest.mark.parametrize("identifier", ["P00519", " p00519\n"])
def test_an_accession_gets_the_newest_model_from_the_configured_server(
    databases: Any, identifier: str
) -> None:
    fetched = fetch_structure(identifier)
    assert fetched.source == "AlphaFold DB P00519"
    assert read_structure(fetched.data).chains[0].sequence == SEQUENCE
    assert databases.asked == [API, FILE]


@pytest.mark.parametrize("identifier", ["2HYY", "2hyy "])
def test_a_pdb_id_gets_its_entry(databases: Any, identifier: str) -> None:
    fetched = fetch_structure(identifier)
    assert fetched.source == "PDB 2HYY"
    assert read_structure(fetched.data).chains[0].sequence == SEQUENCE
    assert databases.asked == [ENTRY]


@pytest.mark.parametrize("identifier", ["A0A024R1R8", "Q9Y2R2", "O15530", "1ABC"])
def test_what_is_not_there_is_said(databases: Any, identifier: str) -> None:
    with pytest.raises(InputError, match=f"has no structure of {identifier}"):
        fetch_structure(identifier)


@pytest.mark.parametrize(
    "identifier",
    [
        "", "  ", "ABL1", "P0051", "P005199", "2HY", "AHYY", "../../etc/passwd", "2HYY/..",
        "2HYY?x=1", "2HYY#", "http://127.0.0.1/", "<script>alert(1)</script>",
        "\uff12HYY", "2HYY\x00",
        "P00519 P00520", "P00519-2", "x" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_identifier_is_never_sent(databases: Any, identifier: str) -> None:
    with pytest.raises(InputError, match="UniProt accession, such as P00519") as caught:
        fetch_structure(identifier)
    assert len(str(caught.value)) < 200
    assert databases.asked == []


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        (
            answer("https://elsewhere.org/AF-P00519-F1-model_v6.pdb"),
            "that is no model",
        ),
        (answer("../../secret.cif"), "that is no model"),
        (answer(None), "does not say which file"),
        (b"[]", "does not say which file"),
        (b"{}", "does not say which file"),
        (b"not json", "does not say which file"),
        (b"\xff\xfe", "does not say which file"),
        (b"[" * 100_000, "does not say which file"),
        (b"<html>", "is a web page"),
        (b" " * 1_000_001, "is larger than 1,000,000 bytes"),
        ("file:///etc/hostname", "not allowed"),
        ("ftp://127.0.0.1/x", "cannot be reached"),
    ],
)
def test_an_answer_that_names_no_model_gets_one_sentence(
    databases: Any, page: Any, complaint: str
) -> None:
    databases.pages[API] = page
    with pytest.raises(InputError, match=complaint) as caught:
        fetch_structure("P00519")
    assert str(caught.value).startswith("AlphaFold DB gave no structure: ")
    assert "\n" not in str(caught.value)
    assert databases.asked == [API]


def test_a_file_that_is_too_large_is_not_received(
    databases: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "MAX_BYTES", 1000)
    with pytest.raises(InputError, match="is larger than 1,000 bytes"):
        fetch_structure("2HYY")


@pytest.mark.parametrize("identifier", ["P00519", "2HYY"])
def test_a_server_that_cannot_be_reached_gets_one_sentence(
    monkeypatch: pytest.MonkeyPatch, identifier: str
) -> None:
    with http.server.HTTPServer(("127.0.0.1", 0), Databases) as closed:
        address = f"http://127.0.0.1:{closed.server_port}"
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setenv("DTA_ALPHAFOLD_URL", address)
    monkeypatch.setenv("DTA_PDB_URL", address)
    with pytest.raises(InputError, match=r"cannot be reached: .*refused.* can be uploaded instead"):
        fetch_structure(identifier)


@pytest.mark.parametrize(
    "address", ["file:///etc", "javascript:0", "//x", "http://a b", "http://x?"]
)
def test_only_a_web_server_can_be_configured(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("DTA_PDB_URL", address)
    with pytest.raises(InputError, match="DTA_PDB_URL is set to what is no http or https address"):
        fetch_structure("2HYY")
