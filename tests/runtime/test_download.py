import contextlib
import http.server
import socket
import ssl
import threading
import time

import pytest

from dta_demo.runtime import download
from dta_demo.runtime.download import DownloadError, Limits, is_internal, is_web_address, stream
from tests.support.databases import ENTRY, Databases, serve_databases

LIMITS = Limits(max_bytes=1000, silence_seconds=5, total_seconds=5)
HASTY = Limits(max_bytes=1000, silence_seconds=0.5, total_seconds=1)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")


@contextlib.contextmanager
def serve_raw(answer):
    """Serve each connection by a function of its socket; gives the address."""
    closing = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            while not closing.is_set():
                with contextlib.suppress(OSError):
                    connection, _ = server.accept()
                    with connection:
                        answer(connection, closing)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        closing.set()
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        thread.join()


def fetch(address, limits=LIMITS):
    return b"".join(stream(address, limits))


def test_a_file_comes_whole_up_to_the_limit():
    with serve_databases(b"x" * 1000) as server:
        assert fetch(server.address + ENTRY) == b"x" * 1000
        server.pages[ENTRY] = b"x" * 1001
        with pytest.raises(DownloadError, match="is larger than 1,000 bytes"):
            fetch(server.address + ENTRY)


def test_an_error_of_the_server_keeps_its_status():
    with serve_databases(b"") as server, pytest.raises(DownloadError) as caught:
        fetch(server.address + "/nothing")
    assert caught.value.status == 404


def test_a_server_that_is_not_there_has_no_status():
    with http.server.HTTPServer(("127.0.0.1", 0), Databases) as closed:
        address = f"http://127.0.0.1:{closed.server_port}/"
    with pytest.raises(DownloadError, match="cannot be reached") as caught:
        fetch(address)
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


# --- Time -------------------------------------------------------------------------------------


def dribble(start, drop):
    """Send a start, and then a drop again and again, each well within the silence."""

    def answer(connection, closing):
        connection.sendall(start)
        while not closing.wait(0.05):
            connection.sendall(drop)

    return answer


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n", b" "),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1"),
        (b"HTTP/1.1 302 Found\r\nLocation: /x\r\n", b"x"),
    ],
)
def test_a_server_that_always_sends_a_little_is_left_in_time(start, drop):
    started = time.monotonic()
    with serve_raw(dribble(start, drop)) as address:
        with pytest.raises(DownloadError, match="takes more than 1 s"):
            fetch(address, HASTY)
        assert time.monotonic() - started < 2


def test_a_server_that_is_silent_is_left_sooner():
    started = time.monotonic()
    with serve_raw(lambda connection, closing: closing.wait()) as address:
        with pytest.raises(DownloadError, match=r"has sent nothing for 0\.5 s"):
            fetch(address, HASTY)
        assert time.monotonic() - started < 0.9


def test_redirects_share_the_time():
    def slow(connection, closing):
        closing.wait(0.4)
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /%d\r\n\r\n" % time.monotonic_ns())

    with (
        serve_raw(slow) as address,
        pytest.raises(DownloadError, match="takes more than 1 s"),
    ):
        fetch(address, HASTY)


def test_a_handshake_that_does_not_end_is_left():
    started = time.monotonic()
    with serve_raw(dribble(b"", b"\x16\x03\x03\x40\x00" + b"\0")) as address:
        with pytest.raises(DownloadError):
            fetch(address.replace("http", "https"), HASTY)
        assert time.monotonic() - started < 2


def test_a_secure_connection_keeps_to_the_clock():
    class Clock:
        def patience(self):
            raise DownloadError("The time is over.")

    left, right = socket.socketpair()
    with left, right:
        context = ssl.create_default_context()
        context.sslsocket_class = download._SSLSocket
        secure = context.wrap_socket(left, server_hostname="x", do_handshake_on_connect=False)
        with secure:
            secure.clock = Clock()
            with pytest.raises(DownloadError, match="The time is over"):
                secure.recv_into(bytearray(1))


# --- Redirects --------------------------------------------------------------------------------


def test_a_redirect_on_the_same_host_and_port_is_followed():
    with serve_databases(b"data") as server:
        server.pages["/relative"] = ENTRY
        server.pages["/absolute"] = server.address + "/relative"
        assert fetch(server.address + "/absolute") == b"data"
        assert server.asked == ["/absolute", "/relative", ENTRY]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "127.1", "2130706433", "0", "[::1]", "[::ffff:127.0.0.1]",
        "127.0.0.%31",
    ],
)  # fmt: skip
def test_a_redirect_to_another_port_of_this_machine_is_refused(host):
    with serve_databases(b"secret") as inner, serve_databases(b"") as outer:
        port = inner.server_port
        outer.pages[ENTRY] = f"http://{host}:{port}{ENTRY}"
        with pytest.raises(DownloadError) as caught:
            fetch(outer.address + ENTRY)
        assert inner.asked == []
        assert "not on the internet" in str(caught.value) or "cannot be reached" in str(
            caught.value
        )


@pytest.mark.parametrize("host", ["10.0.0.1", "169.254.169.254", "[fe80::1]", "224.0.0.1"])
def test_a_redirect_into_the_network_is_refused(host):
    with serve_databases(b"") as server:
        server.pages[ENTRY] = f"http://{host}/latest/meta-data"
        with pytest.raises(DownloadError, match="redirects to an address that is not on the inter"):
            fetch(server.address + ENTRY)


def test_a_name_is_judged_by_every_address_it_has(monkeypatch):
    real = socket.getaddrinfo

    def look_up(host, *arguments, **settings):
        if host != "both.example":
            return real(host, *arguments, **settings)
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, ("93.184.216.34", 80)), (*kind, ("192.168.0.1", 80))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with serve_databases(b"") as server:
        server.pages[ENTRY] = "http://both.example/x"
        with pytest.raises(DownloadError, match="not on the internet"):
            fetch(server.address + ENTRY)


def test_a_name_is_looked_up_once_for_check_and_connection(monkeypatch):
    """A name that points elsewhere the second time (DNS rebinding) leads nowhere."""
    asked = []
    with serve_databases(b"") as server:
        target = ("127.0.0.1", server.server_port)

        def look_up(host, port, *arguments, **settings):
            asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", target)]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        monkeypatch.setattr(download, "is_internal", lambda address: False)
        server.pages[ENTRY] = "http://elsewhere.example/download/2hyy.txt"
        server.pages["/download/2hyy.txt"] = b"data"
        assert fetch(server.address + ENTRY) == b"data"
    assert asked == ["127.0.0.1", "elsewhere.example"]


@pytest.mark.parametrize("location", ["http://[", "http://a:99999999/", "http://a:b/", "http:///x"])
def test_a_redirect_to_no_address_is_one_sentence(location):
    with serve_databases(b"") as server:
        server.pages[ENTRY] = location
        with pytest.raises(DownloadError) as caught:
            fetch(server.address + ENTRY)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("redirects", "followed"), [(3, True), (4, False)])
def test_three_redirects_are_followed(redirects, followed):
    with serve_databases(b"data") as server:
        for number in range(redirects):
            server.pages[f"/{number}"] = f"/{number + 1}"
        server.pages[f"/{redirects}"] = b"data"
        if followed:
            assert fetch(server.address + "/0") == b"data"
        else:
            with pytest.raises(DownloadError, match="is answered with 302"):
                fetch(server.address + "/0")


def test_what_comes_with_a_redirect_is_not_read():
    """It could be of any length."""
    sent = []

    def answer(connection, closing):
        if b"GET /next" in connection.recv(1000):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            return
        connection.settimeout(2)
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /next\r\n\r\n")
        with contextlib.suppress(OSError):
            for _ in range(100):
                connection.sendall(b"x" * 1_000_000)
                sent.append(1)

    with serve_raw(answer) as address:
        assert fetch(address) == b"ok"
    assert len(sent) < 50


def test_a_proxy_may_lie_inside_and_gets_the_redirect(monkeypatch):
    with serve_databases(b"data") as proxy:
        monkeypatch.delenv("no_proxy")
        monkeypatch.setenv("http_proxy", proxy.address)
        proxy.pages["http://first.invalid/x"] = "http://second.invalid/y"
        proxy.pages["http://second.invalid/y"] = b"data"
        assert fetch("http://first.invalid/x") == b"data"
        proxy.pages["http://first.invalid/x"] = "http://127.0.0.1:1/y"
        with pytest.raises(DownloadError, match="not on the internet"):
            fetch("http://first.invalid/x")
        assert proxy.asked[-1] == "http://first.invalid/x"


@pytest.mark.parametrize(
    ("address", "internal"),
    [
        ("93.184.216.34", False),
        ("2606:4700::6810:84e5", False),
        ("64:ff9b::5db8:d822", False),
        ("127.0.0.1", True),
        ("10.1.2.3", True),
        ("100.64.0.1", True),
        ("172.16.0.1", True),
        ("192.168.1.1", True),
        ("169.254.169.254", True),
        ("0.0.0.0", True),
        ("224.0.0.1", True),
        ("239.255.255.250", True),
        ("240.0.0.1", True),
        ("255.255.255.255", True),
        ("::1", True),
        ("::", True),
        ("fe80::1%eth0", True),
        ("fc00::1", True),
        ("ff02::1", True),
        ("::ffff:10.0.0.1", True),
        ("64:ff9b::7f00:1", True),
        ("2002:7f00:1::", True),
    ],
)
def test_only_addresses_on_the_internet_are_outside(address, internal):
    assert is_internal(address) is internal
