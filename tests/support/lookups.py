"""A local server that stands in for UniProt, PubChem and ChEMBL."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from typing import Any

from tests.support.databases import Databases


@contextmanager
def serve_pages(pages: dict[str, bytes]) -> Iterator[Any]:
    """Serve pages by their path; gives the server with its ``address`` and what was ``asked``."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Databases) as server:
        server.asked, server.pages = [], pages  # type: ignore[attr-defined]
        server.address = f"http://127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()
