"""Downloads from web servers within limits of size and time.

A redirect to an address inside the network of this machine is refused. The name of a host is
resolved once, and the connection is made to the address that was checked. A proxy resolves names
itself; there, the address that this machine finds for the name is checked instead.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import IO, Any, cast
from urllib.parse import urlsplit

from dta_demo.inputs.wording import plain_line

_CHUNK_BYTES = 1 << 16
_MAX_REDIRECTS = 3
_PORTS = {"http": 80, "https": 443}

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""IPv6 addresses whose last 32 bits are an IPv4 address (RFC 6052)."""

_MAX_REASON_CHARACTERS = 100


class DownloadError(ValueError):
    """Failed download; the text is one sentence that names the address and the reason.

    Attributes
    ----------
    status : int or None
        The HTTP status, where the server answered with an error.
    """

    def __init__(self, sentence: str, status: int | None = None) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class Limits:
    """Limits of a download.

    Attributes
    ----------
    max_bytes : int
    silence_seconds : float
        Time for which a server may send nothing.
    total_seconds : float
        Time that the whole download may take, with connecting, headers and redirects. Only the
        resolution of a name has a limit of its own, that of the system.
    """

    max_bytes: int
    silence_seconds: float
    total_seconds: float


def is_web_address(address: str) -> bool:
    """Test whether a text is the address of a file or folder on a web server, without query."""
    try:
        parts = urlsplit(address)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return is_web and address.isprintable() and not any(mark in address for mark in " ?#")


def stream(address: str, limits: Limits) -> Iterator[bytes]:
    """Download a file and yield it in parts as they arrive.

    Raises
    ------
    DownloadError
        When the server cannot be reached or answers with an error, or when the file is cut off,
        takes too long, is too large, is a web page or is redirected to a forbidden address.
    """
    request = urllib.request.Request(address, headers={"Accept-Encoding": "identity"})
    clock = _Clock(address, limits)
    try:
        with _web_only(clock).open(request, timeout=limits.silence_seconds) as response:
            yield from _receive(address, response, limits)
    except urllib.error.HTTPError as error:
        error.close()
        reason = plain_line(f"{error.code} {error.reason}", _MAX_REASON_CHARACTERS)
        raise DownloadError(f"{address} is answered with {reason}.", error.code) from error
    except TimeoutError as error:
        clock.patience()
        raise DownloadError(
            f"{address} has sent nothing for {limits.silence_seconds:g} s."
        ) from error
    except DownloadError:
        raise
    except http.client.IncompleteRead as error:
        raise DownloadError(f"{address} was cut off.") from error
    # ValueError comes from a redirect to what is no address.
    except (OSError, http.client.HTTPException, ValueError) as error:
        clock.patience()
        reason = plain_line(str(getattr(error, "reason", error)), _MAX_REASON_CHARACTERS)
        raise DownloadError(f"{address} cannot be reached: {reason}.") from error


class _Clock:
    """Clock of the time that one download has left."""

    def __init__(self, address: str, limits: Limits) -> None:
        self.address, self.limits = address, limits
        self._end = time.monotonic() + limits.total_seconds

    def patience(self) -> float:
        """Compute the time that the next answer may take, in seconds.

        Raises
        ------
        DownloadError
            When no time is left.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise DownloadError(f"{self.address} takes more than {self.limits.total_seconds:g} s.")
        return min(left, self.limits.silence_seconds)


# --- Connections ------------------------------------------------------------------------------


class _Socket(socket.socket):
    """Socket that checks the clock before each part that it receives.

    A server can send headers in any number of parts, so a limit for each part is not enough.
    """

    clock: _Clock

    def recv_into(self, *arguments: Any) -> int:
        self.settimeout(self.clock.patience())
        return super().recv_into(*arguments)


class _SSLSocket(ssl.SSLSocket):
    """`_Socket` for TLS; the handshake before has one limit as a whole."""

    clock: _Clock | None = None

    def recv_into(self, *arguments: Any) -> int:
        if self.clock is not None:
            self.settimeout(self.clock.patience())
        return super().recv_into(*arguments)


def _connect(
    place: tuple[str, int], *_unused: object, clock: _Clock, outside: bool
) -> socket.socket:
    """Connect to a host and port, in place of `socket.create_connection`.

    Parameters
    ----------
    outside : bool
        Whether the host must be outside the network of this machine.
    """
    found = socket.getaddrinfo(*place, type=socket.SOCK_STREAM)
    if outside:
        _check_outside(clock.address, [str(each[4][0]) for each in found])
    failure = OSError("no address of it is known")
    for family, kind, protocol, _, address in found:
        connection = _Socket(family, kind, protocol)
        connection.clock = clock
        try:
            connection.settimeout(clock.patience())
            connection.connect(address)
        except OSError as error:
            connection.close()
            failure = error
        except DownloadError:
            connection.close()
            raise
        else:
            return connection
    raise failure


def _check_outside(address: str, found: list[str]) -> None:
    """Raise `DownloadError` unless all addresses are on the public internet."""
    if any(is_internal(each) for each in found):
        raise DownloadError(f"{address} redirects to an address that is not on the internet.")


def is_internal(address: str) -> bool:
    """Test whether an IP address is not that of a host on the public internet.

    True for loopback, private, link-local, shared, multicast, reserved and unspecified addresses,
    also for those of IPv4 inside an address of IPv6.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_internal(str(inner))
    return not ip.is_global or ip.is_multicast or ip.is_reserved


class _Connection(http.client.HTTPConnection):
    def __init__(self, *arguments: Any, clock: _Clock, outside: bool, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._create_connection = partial(_connect, clock=clock, outside=outside)


class _SecureConnection(http.client.HTTPSConnection):
    def __init__(self, *arguments: Any, clock: _Clock, outside: bool, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._clock = clock
        self._create_connection = partial(_connect, clock=clock, outside=outside)

    def connect(self) -> None:
        super().connect()
        assert isinstance(self.sock, _SSLSocket)
        self.sock.clock = self._clock


# --- Requests ---------------------------------------------------------------------------------


class _Web(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    """Handler of addresses by connections that observe the clock."""

    def __init__(self, clock: _Clock) -> None:
        super().__init__()
        self._clock = clock

    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        connection = partial(_Connection, clock=self._clock, outside=self._outside(request))
        return self.do_open(connection, request)

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        context = ssl.create_default_context()
        context.set_alpn_protocols(["http/1.1"])
        context.sslsocket_class = _SSLSocket
        connection = partial(_SecureConnection, clock=self._clock, outside=self._outside(request))
        return self.do_open(connection, request, context=context)

    def _outside(self, request: urllib.request.Request) -> bool:
        """Whether the host that a request connects to must be outside this network.

        The address that was asked for may be inside, since whoever runs the server has chosen it.
        So may a redirect to the same host and port, and a proxy.
        """
        target: str | None = getattr(request, "target", None)
        if target is None or target == _find_place(urllib.request.Request(self._clock.address)):
            return False
        if _find_place(request) == target:
            return True
        try:
            found = socket.getaddrinfo(urlsplit(f"//{target}").hostname, None)
        except OSError:  # Only the proxy knows the host.
            return False
        _check_outside(self._clock.address, [str(each[4][0]) for each in found])
        return False


def _find_place(request: urllib.request.Request) -> str:
    """Host and port that a request goes to, as the connection will read them."""
    host = request.host.lower()
    has_port = host.rpartition(":")[2].isdigit()
    return host if has_port else f"{host}:{_PORTS[urlsplit(request.full_url).scheme]}"


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Handler of redirects that follows a few of them without reading their bodies."""

    max_redirections, max_repeats = _MAX_REDIRECTS, 1

    def redirect_request(
        self,
        request: urllib.request.Request,
        answer: IO[bytes],
        *arguments: Any,
    ) -> urllib.request.Request | None:
        # The body would be read to its end, however long it is.
        answer.close()
        redirected: Any = super().redirect_request(request, answer, *arguments)
        if redirected is not None and redirected.type in _PORTS:
            # A proxy will take the place of the host.
            redirected.target = _find_place(redirected)
        return cast("urllib.request.Request | None", redirected)


def _web_only(clock: _Clock) -> urllib.request.OpenerDirector:
    """Build an opener that, unlike the usual one, follows no redirect to a file or FTP server."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        _Web(clock),
        _Redirects(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener


# --- Answers ----------------------------------------------------------------------------------


def _receive(address: str, response: http.client.HTTPResponse, limits: Limits) -> Iterator[bytes]:
    """Yield the body in parts as they arrive, within the limit of size."""
    if response.headers.get_content_type() == "text/html":
        raise DownloadError(f"{address} is a web page, not data.")
    announced = response.length
    too_large = DownloadError(f"{address} is larger than {limits.max_bytes:,} bytes.")
    if announced is not None and announced > limits.max_bytes:
        raise too_large
    received = 0
    # Reading on after the last byte would wait where a server keeps the connection open.
    while announced is None or received < announced:
        chunk = response.read1(_CHUNK_BYTES)
        if not chunk:
            break
        if received == 0 and chunk.lstrip().startswith(b"<"):
            raise DownloadError(f"{address} is a web page, not data.")
        received += len(chunk)
        if received > limits.max_bytes:
            raise too_large
        yield chunk
    if announced is not None and received < announced:
        raise DownloadError(f"{address} was cut off after {received:,} of {announced:,} bytes.")
