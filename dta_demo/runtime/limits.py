"""Limits of the server for one request, for one visitor and for all of them together.

There are two sets of defaults, one for a public server with 2 cores and 16 GB, such as a Space,
and one for a private server; each number can be set in the environment.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from importlib.util import find_spec

PREFIX = "DTA_"
"""Start of the variables of the limits: ``DTA_HEAVY_SECONDS`` sets ``heavy_seconds``."""

MAY_BE_NONE = ("proxies", "tuning_pairs")
"""Limits that may be 0."""

PUBLIC_VARIABLE = "DTA_PUBLIC"
ENCODERS_VARIABLE = "DTA_OTHER_ENCODERS"
TOOLS_VARIABLE = "DTA_MCP"
METRICS_VARIABLE = "DTA_METRICS_PORT"
MEGABYTE = 1_000_000


class SettingError(ValueError):
    """Invalid setting in the environment; the text is one sentence that names it."""


@dataclass(frozen=True)
class Limits:
    """Limits of the server, by default those of a public one.

    Attributes
    ----------
    light_threads : int
        Light requests (predictions, previews, cached results) computed at the same time.
    light_waiting, heavy_waiting, fetch_waiting : int
        Requests of a lane that run or wait, of all visitors together. The third lane is for
        requests that wait for other servers.
    light_per_visitor, heavy_per_visitor, fetch_per_visitor : int
        The same for one visitor, who is recognised by the network address.
    light_seconds, heavy_seconds, fetch_seconds : int
        Time after which a request is stopped.
    heavy_from : int
        Work, in residues read by the encoder, from which a request takes the heavy lane, which
        runs one request at a time.
    max_work : int
        Work above which a request is refused; 100,000 residues take some 15 s on 2 cores.
    sessions : int
        Visits whose choices are kept; the one unused for longest is dropped first.
    session_seconds : int
        Time for which the choices of a visit are kept.
    request_bytes : int
        Largest request, not counting an uploaded file.
    upload_bytes, uploads_bytes : int
        Largest uploaded file, and largest sum of those that wait to be read.
    structure_cache_bytes, screen_cache_bytes : int
        Memory for the structures of visitors, and for the rows that they screened.
    screen_rows : int
        Rows of a screen; of proteins a twentieth of them.
    tuning_pairs : int
        Most pairs of a fine-tuning on the encoder tab; 0 turns it off.
    shutdown_seconds : int
        Time for which a server that is closing lets running requests finish.
    proxies : int
        Trusted proxies before the server, each of which appends the address of its client to
        ``X-Forwarded-For``.
    """

    light_threads: int = 2
    light_waiting: int = 128
    heavy_waiting: int = 12
    fetch_waiting: int = 8
    light_per_visitor: int = 12
    heavy_per_visitor: int = 3
    fetch_per_visitor: int = 2
    light_seconds: int = 60
    heavy_seconds: int = 120
    fetch_seconds: int = 90
    heavy_from: int = 12_000
    max_work: int = 500_000
    sessions: int = 256
    session_seconds: int = 3_600
    request_bytes: int = 1 * MEGABYTE
    upload_bytes: int = 50 * 2**20
    uploads_bytes: int = 200 * MEGABYTE
    structure_cache_bytes: int = 256 * MEGABYTE
    screen_cache_bytes: int = 512 * MEGABYTE
    screen_rows: int = 10_000
    tuning_pairs: int = 0
    shutdown_seconds: int = 20
    proxies: int = 0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Limits:
        """Read the limits of this process from the environment.

        Raises
        ------
        SettingError
            When a variable is not a whole number in the range of its limit.
        """
        environment = os.environ if environment is None else environment
        defaults = PUBLIC if is_public(environment) else HOME
        if "SPACE_ID" in environment:
            defaults = replace(defaults, proxies=1)
        given = {
            field.name: _whole_number(PREFIX + field.name.upper(), text, least)
            for field in fields(cls)
            for least in [0 if field.name in MAY_BE_NONE else 1]
            if (text := environment.get(PREFIX + field.name.upper()))
        }
        return replace(defaults, **given)


PUBLIC = Limits()
"""Limits of a Space with 2 cores and 16 GB, or a similar server."""

HOME = Limits(
    light_waiting=512,
    heavy_waiting=64,
    light_per_visitor=512,
    heavy_per_visitor=64,
    fetch_per_visitor=8,
    light_seconds=600,
    heavy_seconds=3_600,
    max_work=20_000_000,
    uploads_bytes=2_000 * MEGABYTE,
    screen_cache_bytes=2_000 * MEGABYTE,
    screen_rows=200_000,
    tuning_pairs=300,
)
"""Limits of a server that only the person who started it can reach."""


def is_public(environment: Mapping[str, str]) -> bool:
    """Test whether the server is for others than the person who started it.

    It is on a Space, and where it listens on another address than loopback, unless ``DTA_PUBLIC``
    says otherwise.

    Raises
    ------
    SettingError
        When ``DTA_PUBLIC`` is neither 0 nor 1.
    """
    told = environment.get(PUBLIC_VARIABLE)
    if told:
        return bool(_whole_number(PUBLIC_VARIABLE, told, 0, 1))
    return "SPACE_ID" in environment or not _is_loopback(
        environment.get("GRADIO_SERVER_NAME") or "127.0.0.1"
    )


def allows_other_encoders(environment: Mapping[str, str]) -> bool:
    """Test whether visitors may load another encoder: not on a public server, unless it says so.

    Raises
    ------
    SettingError
        When ``DTA_OTHER_ENCODERS`` is neither 0 nor 1.
    """
    told = environment.get(ENCODERS_VARIABLE)
    if told:
        return bool(_whole_number(ENCODERS_VARIABLE, told, 0, 1))
    return not is_public(environment)


def serves_tools(environment: Mapping[str, str]) -> bool:
    """Test whether the endpoints are served as tools for language models: if ``DTA_MCP`` is 1.

    Raises
    ------
    SettingError
        When ``DTA_MCP`` is neither 0 nor 1, or 1 without the package that speaks the protocol.
    """
    if not _whole_number(TOOLS_VARIABLE, environment.get(TOOLS_VARIABLE) or "0", 0, 1):
        return False
    _need("mcp", "requirements-mcp.txt", TOOLS_VARIABLE)
    return True


def read_metrics_port(environment: Mapping[str, str]) -> int | None:
    """Port to serve metrics on, from ``DTA_METRICS_PORT``; None where they are not asked for.

    Raises
    ------
    SettingError
        When it is not a port number, or the package that writes them is missing.
    """
    text = environment.get(METRICS_VARIABLE)
    if not text:
        return None
    port = _whole_number(METRICS_VARIABLE, text, 1, 65_535)
    _need("prometheus_client", "requirements-metrics.txt", METRICS_VARIABLE)
    return port


def read_port(environment: Mapping[str, str]) -> int | None:
    """Port to listen on, from ``GRADIO_SERVER_PORT`` or ``PORT``; None lets Gradio choose.

    Raises
    ------
    SettingError
        When the variable is not a port number.
    """
    for variable in ("GRADIO_SERVER_PORT", "PORT"):
        if text := environment.get(variable):
            return _whole_number(variable, text, 1, 65_535)
    return None


def _need(package: str, requirements: str, variable: str) -> None:
    if find_spec(package) is None:
        raise SettingError(
            f"{variable} needs a package that is missing: pip install -r {requirements}"
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _whole_number(variable: str, text: str, least: int, most: int | None = None) -> int:
    bounds = f"of at least {least}" if most is None else f"from {least} to {most:,}"
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if number < least or (most is not None and number > most):
        raise SettingError(f"{variable} must be a whole number {bounds}.")
    return number
