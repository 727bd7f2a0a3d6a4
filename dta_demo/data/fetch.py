"""Gets the published Davis and KIBA data, in the layout of the DeepDTA release."""

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
"""Of one file; those of the release are far smaller."""

SILENCE_SECONDS = 30.0
"""How long a server may send nothing."""

FILE_SECONDS = 900.0
"""How long one file may take from a server that always sends a little."""


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
    try:
        with path.open("wb") as file:
            for chunk in stream(address, Limits(MAX_BYTES, SILENCE_SECONDS, FILE_SECONDS)):
                file.write(chunk)
    except DownloadError as error:
        raise DataError(str(error)) from error


def _check_source(source: str) -> str:
    """Return the address without a slash at its end, if it is one of a web server."""
    if not is_web_address(source):
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
