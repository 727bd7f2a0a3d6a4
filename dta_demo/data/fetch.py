"""Gets the published Davis and KIBA data, in the layout of the DeepDTA release."""

from __future__ import annotations

import http.client
import os
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from dta_demo.data.affinities import AffinityData, load_affinities
from dta_demo.data.deepdta import RELEASE_FILES, Release
from dta_demo.data.files import DataError
from dta_demo.data.tidy import DESCRIPTION
from dta_demo.wording import plain_line, quote

SOURCE = "https://raw.githubusercontent.com/hkmztrk/DeepDTA/master/data"
SOURCE_VARIABLE = "DTA_DATA_SOURCE"

MAX_BYTES = 200_000_000
"""Of one file; those of the release are far smaller."""

SILENCE_SECONDS = 30.0
"""How long a server may send nothing."""

FILE_SECONDS = 900.0
"""How long one file may take from a server that always sends a little."""

_CHUNK_BYTES = 1 << 16
_MAX_REASON_CHARACTERS = 100


def fetch_release(
    name: Release, output: Path, source: str | None = None, overwrite: bool = False
) -> AffinityData:
    """Download one dataset of the release and read it.

    The files go to a temporary folder inside ``output`` and are read there; only then is each
    put in its place. What was there before stays as it was when anything goes wrong.

    Parameters
    ----------
    name : {"davis", "kiba"}
    output : Path
        Folder of the dataset; it is made where there is none.
    source : str, optional
        Address of the folder that has ``davis/Y`` and the other files. Without it, it is in the
        environment as `SOURCE_VARIABLE`, or is `SOURCE`.
    overwrite : bool
        Whether files of the release that are in ``output`` already are replaced.

    Raises
    ------
    DataError
        When ``output`` has data already, a file cannot be had, or what came is not the dataset.
    """
    address = f"{_check_source(source or os.environ.get(SOURCE_VARIABLE) or SOURCE)}/{name}"
    output = output.resolve()
    _check_output(output, overwrite)
    output.mkdir(parents=True, exist_ok=True)
    # Called like the output, because the folder's name can say which dataset it is.
    with tempfile.TemporaryDirectory(prefix=f"{output.name}-", dir=output) as temporary:
        folder = Path(temporary)
        for file in RELEASE_FILES:
            download(f"{address}/{file}", folder / file)
        data = _read(address, folder)
        if data.name != name:
            raise DataError(f"{address} has the {data.name} data in the place of {name}.")
        for file in RELEASE_FILES:
            (output / file).parent.mkdir(exist_ok=True)
            os.replace(folder / file, output / file)
    return data


def download(address: str, path: Path) -> None:
    """Download one file.

    Raises
    ------
    DataError
        When it cannot be had, is cut off, takes too long, is larger than `MAX_BYTES` or is a
        web page.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for chunk in _request(address):
            file.write(chunk)


def _check_source(source: str) -> str:
    """Return the address without a slash at its end, if it is one of a web server."""
    try:
        parts = urlsplit(source)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_web = False
    is_plain = source.isprintable() and not any(mark in source for mark in " ?#")
    if not (is_web and is_plain):
        raise DataError(f"The source {quote(source)} is not an http or https address.")
    return source.rstrip("/")


def _check_output(output: Path, overwrite: bool) -> None:
    """Refuse a folder whose data would be lost, or would be read instead of what is fetched."""
    if output.exists() and not output.is_dir():
        raise DataError(f"{output} is not a folder.")
    if (output / DESCRIPTION).exists():
        raise DataError(f"{output} has a dataset in the tidy layout; name another folder.")
    present = [file for file in RELEASE_FILES if (output / file).exists()]
    if present and not overwrite:
        raise DataError(f"{output} has {present[0]} already; add --overwrite to replace it.")


def _read(address: str, folder: Path) -> AffinityData:
    """Read what was downloaded; a fault is told by the address, as the folder is temporary."""
    try:
        return load_affinities(folder)
    except DataError as error:
        fault = str(error).replace(str(folder), address)
        raise DataError(f"What came is not the dataset: {fault}") from error


def _request(address: str) -> Iterator[bytes]:
    """Yield what an address has, or say in one sentence why it cannot be had."""
    request = urllib.request.Request(address, headers={"Accept-Encoding": "identity"})
    try:
        with _web_only().open(request, timeout=SILENCE_SECONDS) as response:
            yield from _receive(address, response)
    except urllib.error.HTTPError as error:
        error.close()
        reason = plain_line(f"{error.code} {error.reason}", _MAX_REASON_CHARACTERS)
        raise DataError(f"{address} is answered with {reason}.") from error
    except TimeoutError as error:
        raise DataError(f"{address} has sent nothing for {SILENCE_SECONDS:g} s.") from error
    except http.client.IncompleteRead as error:
        raise DataError(f"{address} was cut off.") from error
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        reason = plain_line(str(getattr(error, "reason", error)), _MAX_REASON_CHARACTERS)
        raise DataError(f"{address} cannot be reached: {reason}.") from error


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


def _receive(address: str, response: http.client.HTTPResponse) -> Iterator[bytes]:
    """Yield the body in parts as they come, within the limits of size and time."""
    if response.headers.get_content_type() == "text/html":
        raise DataError(f"{address} is a web page, not data.")
    announced = response.length
    too_large = DataError(f"{address} is larger than {MAX_BYTES:,} bytes.")
    if announced is not None and announced > MAX_BYTES:
        raise too_large
    deadline = time.monotonic() + FILE_SECONDS
    received = 0
    # Reading on after the last byte would wait where a server keeps the connection open.
    while announced is None or received < announced:
        chunk = response.read1(_CHUNK_BYTES)
        if not chunk:
            break
        if received == 0 and chunk.lstrip().startswith(b"<"):
            raise DataError(f"{address} is a web page, not data.")
        received += len(chunk)
        if received > MAX_BYTES:
            raise too_large
        if time.monotonic() > deadline:
            raise DataError(f"{address} takes more than {FILE_SECONDS:g} s.")
        yield chunk
    if announced is not None and received < announced:
        raise DataError(f"{address} was cut off after {received:,} of {announced:,} bytes.")
