"""Downloads of the published Davis and KIBA data, in the layout of the DeepDTA release."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from dta_demo.data.affinities import AffinityData, load_affinities
from dta_demo.data.deepdta import RELEASE_FILES, Release
from dta_demo.data.files import DataError
from dta_demo.data.tidy import DESCRIPTION
from dta_demo.inputs.wording import quote
from dta_demo.runtime.download import DownloadError, Limits, is_web_address, stream

SOURCE = "https://raw.githubusercontent.com/hkmztrk/DeepDTA/master/data"
SOURCE_VARIABLE = "DTA_DATA_SOURCE"

MAX_BYTES = 200_000_000
"""Largest file; those of the release are far smaller."""

SILENCE_SECONDS = 30.0
"""Time for which a server may send nothing."""

FILE_SECONDS = 900.0
"""Time that one file may take in total."""


def fetch_release(
    name: Release, output: Path, source: str | None = None, overwrite: bool = False
) -> AffinityData:
    """Download one dataset of the release and read it.

    The files are read in a temporary folder inside ``output`` before they are moved to their
    places, so that a failure leaves the folder as it was.

    Parameters
    ----------
    name : {"davis", "kiba"}
    output : Path
        Folder of the dataset, created if it does not exist.
    source : str, optional
        Address of the folder with ``davis/Y`` and the other files; by default that in the
        environment variable `SOURCE_VARIABLE`, or else `SOURCE`.
    overwrite : bool
        Whether to replace files of the release that are in ``output`` already.

    Raises
    ------
    DataError
        When ``output`` has data already, a download fails, or the files are not the dataset.
    """
    address = f"{_check_source(source or os.environ.get(SOURCE_VARIABLE) or SOURCE)}/{name}"
    output = output.resolve()
    _check_output(output, overwrite)
    output.mkdir(parents=True, exist_ok=True)
    # Named after the output, because the name of a folder can decide which dataset it is.
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
        When the download fails, takes too long, is larger than `MAX_BYTES` or is a web page.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("wb") as file:
            for chunk in stream(address, Limits(MAX_BYTES, SILENCE_SECONDS, FILE_SECONDS)):
                file.write(chunk)
    except DownloadError as error:
        raise DataError(str(error)) from error


def _check_source(source: str) -> str:
    """Check that an address is of a web server, and return it without a slash at its end."""
    if not is_web_address(source):
        raise DataError(f"The source {quote(source)} is not an http or https address.")
    return source.rstrip("/")


def _check_output(output: Path, overwrite: bool) -> None:
    """Refuse a folder whose data would be lost, or read instead of the download."""
    if output.exists() and not output.is_dir():
        raise DataError(f"{output} is not a folder.")
    if (output / DESCRIPTION).exists():
        raise DataError(f"{output} has a dataset in the tidy layout; name another folder.")
    present = [file for file in RELEASE_FILES if (output / file).exists()]
    if present and not overwrite:
        raise DataError(f"{output} has {present[0]} already; add --overwrite to replace it.")


def _read(address: str, folder: Path) -> AffinityData:
    """Read the downloaded files; errors name the address instead of the temporary folder."""
    try:
        return load_affinities(folder)
    except DataError as error:
        fault = str(error).replace(str(folder), address)
        raise DataError(f"What came is not the dataset: {fault}") from error
