"""Look-ups in public databases: one page, within limits, from a server that can be configured."""

from __future__ import annotations

import os
from http import HTTPStatus

from dta_demo.inputs.errors import InputError
from dta_demo.runtime.download import DownloadError, Limits, is_web_address, stream

LIMITS = Limits(max_bytes=1_000_000, silence_seconds=10.0, total_seconds=20.0)


def server_address(variable: str, default: str) -> str:
    """Address of a server: in the environment as a variable, or by default.

    Raises
    ------
    DownloadError
        When the variable is set to what is no address.
    """
    address = os.environ.get(variable) or default
    if not is_web_address(address):
        raise DownloadError(f"{variable} is set to what is no http or https address.")
    return address.rstrip("/")


def look_up(place: str, variable: str, server: str, path: str, wanted: str) -> str:
    """Ask a database for a page.

    Parameters
    ----------
    place : str
        Name of the database, for the sentence.
    variable, server : str
        Environment variable that names another server, and the one that is asked otherwise.
    path : str
        Path on the server, with what was typed in it, quoted.
    wanted : str
        What is looked for, as it may be said.

    Raises
    ------
    InputError
        When the database has it not, or cannot be reached.
    """
    try:
        content = b"".join(stream(f"{server_address(variable, server)}{path}", LIMITS))
        return content.decode("utf-8")
    except DownloadError as error:
        if error.status in (HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST):
            raise InputError(f"{place} knows no {wanted}.") from error
        raise InputError(f"{place} gave no answer: {str(error).rstrip('.')}.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{place} gave an answer that is no text.") from error
