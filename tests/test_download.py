import http.server

import pytest

from dta_demo.download import DownloadError, Limits, is_web_address, stream
from tests.structures.databases import ENTRY, Databases, serve_databases

LIMITS = Limits(max_bytes=1000, silence_seconds=5, total_seconds=5)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")


def test_a_file_comes_whole_up_to_the_limit():
    with serve_databases(b"x" * 1000) as server:
        assert b"".join(stream(server.address + ENTRY, LIMITS)) == b"x" * 1000
        server.pages[ENTRY] = b"x" * 1001
        with pytest.raises(DownloadError, match="is larger than 1,000 bytes"):
            list(stream(server.address + ENTRY, LIMITS))


def test_an_error_of_the_server_keeps_its_status():
    with serve_databases(b"") as server, pytest.raises(DownloadError) as caught:
        list(stream(server.address + "/nothing", LIMITS))
    assert caught.value.status == 404


def test_a_server_that_is_not_there_has_no_status():
    with http.server.HTTPServer(("127.0.0.1", 0), Databases) as closed:
        address = f"http://127.0.0.1:{closed.server_port}/"
    with pytest.raises(DownloadError, match="cannot be reached") as caught:
        list(stream(address, LIMITS))
    assert caught.value.status is None


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("https://example.org/data", True),
        ("http://127.0.0.1:8000", True),
        ("ftp://example.org", False),
        ("file:///etc/passwd", False),
        ("//example.org", False),
        ("http://example.org?x", False),
        ("http://a b", False),
    ],
)
def test_only_plain_addresses_of_web_servers_are_ones(address, is_one):
    assert is_web_address(address) is is_one
