"""Middleware around the page: security headers, bounds on sizes, and a sentence for failures.

Plain ASGI, outside Gradio, so that it holds for every route.
"""

from __future__ import annotations

import json
import logging
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from gradio.utils import get_upload_folder
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dta_demo.runtime.limits import MEGABYTE, Limits
from dta_demo.runtime.requests import Request
from dta_demo.ui.inputs.sketcher import sketcher_address
from dta_demo.ui.shared.guard import describe_failure
from dta_demo.ui.structure.viewer_frame import script_address
from dta_demo.ui.text import server as server_text

logger = logging.getLogger(__name__)

SPACES_FRAMES = "https://huggingface.co https://*.hf.space"
"""Who may show the page in a frame beside the page's own host, on a Space."""

FRAMES_VARIABLE = "DTA_FRAME_ANCESTORS"
"""Environment variable with other addresses that may frame the page, separated by spaces."""

CLOSED_ROUTES = re.compile(
    r"/gradio_api/(?:deep_link|process_recording|proxy=|dev/|vibe-|undo-vibe|run-|runs/?$"
    r"|mcp/(?:sse|messages))"
)
"""Routes that save visits, cut videos, ask other hosts, edit code, record runs or keep sessions."""

HEALTH_ROUTE = "/health"
UPLOAD_ROUTE = "/gradio_api/upload"
FORM_BYTES = 10_000
"""Bytes that a form adds to the file that it holds."""


class SizeError(Exception):
    """A request is larger than the server reads."""


def build_middleware(limits: Limits) -> list[Middleware]:
    """Middleware of the page, the outermost first."""
    return [
        Middleware(SecurityHeaders, policy=content_policy()),
        Middleware(Health),
        Middleware(ClosedRoutes),
        Middleware(BoundedRequests, limits=limits),
        Middleware(LastGuard),
    ]


def content_policy() -> str:
    """Content-Security-Policy of the page.

    Gradio's page writes scripts and styles into itself and compiles handlers from text, which
    must be allowed; they reach no other host than those that 3Dmol.js and OpenChemLib come from.
    Frames made from a document of the page, such as the viewer's, fall under the same policy.
    """
    addresses = [urlsplit(each) for each in (script_address(), sketcher_address())]
    hosts = dict.fromkeys(f" {each.scheme}://{each.netloc}" for each in addresses if each.netloc)
    viewer = "".join(hosts)
    around = os.environ.get(FRAMES_VARIABLE)
    if around is None:
        around = SPACES_FRAMES if "SPACE_ID" in os.environ else ""
    rules = {
        "default-src": "'self'",
        "script-src": f"'self' 'unsafe-inline' 'unsafe-eval' blob:{viewer}",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self' data: blob:",
        "worker-src": "'self' blob:",
        "frame-src": "'self' data: blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": f"'self' {around}".strip(),
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


class SecurityHeaders:
    """Headers that keep a browser from running, guessing or telling what it should not."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self.app = app
        self.headers = [
            (b"content-security-policy", policy.encode("ascii")),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=()"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, with the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                new = [header for header in self.headers if header[0] not in present]
                message = {**message, "headers": [*message["headers"], *new]}
            await send(message)

        await self.app(scope, receive, send_with_headers)


class Health:
    """Tells whoever watches the server whether it takes requests: 200, or 503 when it is closing.

    A page is served once its model is loaded. The answer waits for no lane.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer at its route, and as the app does elsewhere."""
        if scope["type"] != "http" or scope["path"] != HEALTH_ROUTE:
            await self.app(scope, receive, send)
        elif any(lane.is_closed for lane in scope["app"].get_blocks().lanes.all):
            await _send_document(send, 503, {"status": server_text.CLOSING})
        else:
            await _send_document(send, 200, {"status": server_text.READY})


class ClosedRoutes:
    """Closes routes of Gradio that the page does not use, and that write files or ask others."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, or that there is no such thing."""
        if scope["type"] == "http" and CLOSED_ROUTES.search(scope["path"]):
            await _answer(send, 404, server_text.UNKNOWN_REQUEST)
        else:
            await self.app(scope, receive, send)


class BoundedRequests:
    """Bounds the size of a request, and of all uploaded files that wait to be read."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self.app, self.limits = app, limits
        self._arriving = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, or with a sentence where the request is too large."""
        if scope["type"] != "http" or scope["method"] not in ("POST", "PUT", "PATCH"):
            await self.app(scope, receive, send)
        elif scope["path"].rstrip("/").endswith(UPLOAD_ROUTE):
            await self._upload(scope, receive, send)
        else:
            await self._answer_within(self.limits.request_bytes, scope, receive, send)

    async def _upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a file where there is room for it beside those that arrive or wait."""
        most = self.limits.upload_bytes + FORM_BYTES
        size = _announced(scope) or most
        waiting = _size_of(Path(get_upload_folder()))
        if size <= most and waiting + self._arriving + size > self.limits.uploads_bytes:
            await _answer(send, 507, server_text.UPLOADS_FULL, is_upload=True)
            return
        self._arriving += size
        try:
            await self._answer_within(most, scope, receive, send, is_upload=True)
        finally:
            self._arriving -= size

    async def _answer_within(
        self, most: int, scope: Scope, receive: Receive, send: Send, is_upload: bool = False
    ) -> None:
        """Answer as the app does to a request of at most some bytes."""
        too_large = server_text.REQUEST_TOO_LARGE.format(megabytes=most / MEGABYTE)
        if _announced(scope) > most:
            await _answer(send, 413, too_large, is_upload)
            return
        answer, received = NotedSend(send), 0

        async def receive_bounded() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > most:
                raise SizeError
            return message

        try:
            await self.app(scope, receive_bounded, answer)
        except SizeError:
            if not answer.has_started:
                await _answer(send, 413, too_large, is_upload)


class NotedSend:
    """Sends the answer of the app, and notes whether it has begun: then no other can be sent."""

    def __init__(self, send: Send) -> None:
        self.send, self.has_started = send, False

    async def __call__(self, message: Message) -> None:
        """Send a part of the answer."""
        self.has_started = True
        await self.send(message)


class LastGuard:
    """Answers failures that no handler of the page guards with one sentence; logs no value."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, or with a sentence where it fails."""
        answer = NotedSend(send)
        try:
            await self.app(scope, receive, answer)
        except SizeError:
            raise
        except Exception as error:
            logger.error("A request failed: %s", describe_failure(error))
            if scope["type"] == "http" and not answer.has_started:
                await _answer(send, 400, server_text.UNKNOWN_REQUEST)


def _announced(scope: Scope) -> int:
    """Length of the body that a request announces, in bytes; 0 where that cannot be read."""
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


def _size_of(folder: Path) -> int:
    """Bytes of all files in a folder, which may change meanwhile."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:
            continue
    return total


async def _answer(send: Send, status: int, sentence: str, is_upload: bool = False) -> None:
    """Answer with a sentence where Gradio's page looks for it: for an upload, in the plain text."""
    Request("http", outcome=str(status)).note()
    if is_upload:
        await _send_bytes(send, status, b"text/plain", sentence.encode("utf-8"))
    else:
        await _send_document(send, status, {"detail": sentence, "error": sentence})


async def _send_document(send: Send, status: int, document: dict[str, str]) -> None:
    await _send_bytes(send, status, b"application/json", json.dumps(document).encode("utf-8"))


async def _send_bytes(send: Send, status: int, kind: bytes, body: bytes) -> None:
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode("ascii")),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
