"""Downloads from web servers, within limits of size and time."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from dta_demo.wording import plain_line

_CHUNK_BYTES = 1 << 16
_MAX_REASON_CHARACTERS = 100


class DownloadError(ValueError):
    """A file cannot be had; the text is one sentence that names the address and the reason.

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
    """What a download may take.

    Attributes
    ----------
    max_bytes : int
    silence_seconds : float
        How long a server may send nothing.
    total_seconds : float
        How long a file may take from a server that always sends a little.
    """

    max_bytes: int
    silence_seconds: float
    total_seconds: float


def is_web_address(address: str) -> bool:
    """Tell the plain address of a file or folder on a web server from anything else."""
    try:
        parts = urlsplit(address)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return is_web and address.isprintable() and not any(mark in address for mark in " ?#")


def stream(address: str, limits: Limits) -> Iterator[bytes]:
    """Yield what an address has, in parts as they come.

    Raises
    ------
    DownloadError
        When it cannot be had, is cut off, takes too long, is too large or is a web page.
    """
    request = urllib.request.Request(address, headers={"Accept-Encoding": "identity"})
    try:
        with _web_only().open(request, timeout=limits.silence_seconds) as response:
            yield from _receive(address, response, limits)
    except urllib.error.HTTPError as error:
        error.close()
        reason = plain_line(f"{error.code} {error.reason}", _MAX_REASON_CHARACTERS)
        raise DownloadError(f"{address} is answered with {reason}.", error.code) from error
    except TimeoutError as error:
        raise DownloadError(
            f"{address} has sent nothing for {limits.silence_seconds:g} s."
        ) from error
    except http.client.IncompleteRead as error:
        raise DownloadError(f"{address} was cut off.") from error
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        reason = plain_line(str(getattr(error, "reason", error)), _MAX_REASON_CHARACTERS)
        raise DownloadError(f"{address} cannot be reached: {reason}.") from error


def _web_only() -> urllib.request.OpenerDirector:
    """Make an opener that follows no redirection to a file or an FTP server, as the usual does."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener


def _receive(address: str, response: http.client.HTTPResponse, limits: Limits) -> Iterator[bytes]:
    """Yield the body in parts as they come, within the limits of size and time."""
    if response.headers.get_content_type() == "text/html":
        raise DownloadError(f"{address} is a web page, not data.")
    announced = response.length
    too_large = DownloadError(f"{address} is larger than {limits.max_bytes:,} bytes.")
    if announced is not None and announced > limits.max_bytes:
        raise too_large
    deadline = time.monotonic() + limits.total_seconds
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
        if time.monotonic() > deadline:
            raise DownloadError(f"{address} takes more than {limits.total_seconds:g} s.")
        yield chunk
    if announced is not None and received < announced:
        raise DownloadError(f"{address} was cut off after {received:,} of {announced:,} bytes.")
