"""A local server that stands in for AlphaFold DB and the PDB."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

MODEL = "AF-P00519-F1-model_v6.cif"
API, FILE, ENTRY = "/api/prediction/P00519", f"/files/{MODEL}", "/download/2hyy.cif"


class Databases(http.server.BaseHTTPRequestHandler):
    """Answers the paths in ``server.pages``, and notes what it was asked for."""

    server: Any

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        page = self.server.pages.get(self.path)
        if page is None:
            self.send_error(404)
        elif isinstance(page, str):
            self.send_response(302)
            self.send_header("Location", page)
            self.end_headers()
        else:
            self.send_response(200)
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

    def log_message(self, *arguments: Any) -> None:
        pass


@contextmanager
def serve_databases(structure: bytes) -> Iterator[Any]:
    """Serve one structure as P00519 and as 2HYY; gives the server with its ``address``."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Databases) as server:
        server.asked = []  # type: ignore[attr-defined]
        server.address = f"http://127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]
        server.pages = {  # type: ignore[attr-defined]
            API: answer(f"https://elsewhere.org/{MODEL}"), FILE: structure, ENTRY: structure
        }  # fmt: skip
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def answer(address: Any) -> bytes:
    """Name the model's file as AlphaFold DB does."""
    return json.dumps([{"entryId": "AF-P00519-F1", "cifUrl": address}]).encode()
