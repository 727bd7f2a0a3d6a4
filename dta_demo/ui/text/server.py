"""Refusals: why the server does not serve a request, or could not."""

from __future__ import annotations

TOO_MUCH_WORK = (
    "This would take {times} times the work that this server does for one request. Enter only "
    "the part of the protein that matters, or run the demo on your own computer, where the limit "
    "is higher."
)
WRONG_COUNT = "{wanted} inputs are needed{names}, but {given} were given."
WRONG_COUNT_NAMES = " ({names})"
WRONG_INPUT = (
    "The input '{name}' cannot be used: it has the wrong type or is not one of the choices."
)
UNNAMED_INPUT = "number {number}"
UNKNOWN_REQUEST = (
    "The request cannot be served: it asks for something that does not exist, or the server failed."
)
READY, CLOSING = "ready", "closing"
REQUEST_TOO_LARGE = "The request is larger than {megabytes:g} MB, the limit of this server."
UPLOADS_FULL = (
    "Too many uploaded files are waiting to be read on this server. Try again in a few minutes."
)
FAILED = (
    "Something went wrong on our side; the details are in the server's log. Your input is kept: "
    "try again, or try a shorter protein."
)
