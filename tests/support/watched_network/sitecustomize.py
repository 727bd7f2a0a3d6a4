"""Notes every address outside this machine that the process asks for, in a file.

Python imports it at its start where its folder is on ``PYTHONPATH``.
"""

import os
import sys

NOTES = os.environ["OUTSIDE_ADDRESSES"]
ASKING = {
    "socket.connect": 1, "socket.sendto": 1, "socket.getaddrinfo": 0, "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
}  # fmt: skip
"""Events of Python's audit, and which of their arguments is the address."""


def note(event: str, arguments: tuple[object, ...]) -> None:
    """Note the address of an event that asks another machine."""
    if event not in ASKING:
        return
    address = arguments[ASKING[event]]
    host = address[0] if isinstance(address, tuple) else address
    host = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    is_inside = host in (None, "", "localhost", "0.0.0.0", "::", "::1")
    if not is_inside and not str(host).startswith(("127.", "/", "\0")):
        with open(NOTES, "a", encoding="utf-8") as file:
            file.write(f"{event} {address}\n")


sys.addaudithook(note)
