"""Restricted unpickler of a matrix of floats, which runs nothing that the pickle names.

A pickle is a program, and the usual reader runs it. Here, every name that the pickle of an array
needs is replaced by a stand-in that only records its arguments; any other name, and any
instruction that an array does not need, is an error. The array is built from the checked record,
so that not even NumPy's own reconstruction gets a hostile value.
"""

from __future__ import annotations

import io
import math
import pickle
import pickletools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dta_demo.data.files import DataError

MAX_BYTES = 64_000_000
"""Largest file; the KIBA matrix has 3.9 MB, and four times as much when escaped."""

MAX_INSTRUCTIONS = 200
"""Most instructions of a pickle; an array has 50 to 70, whatever its size."""

# No lists, dictionaries, sets, instances, persistent or extension objects.
_ALLOWED = {
    *("PROTO", "FRAME", "STOP", "GLOBAL", "STACK_GLOBAL", "REDUCE", "BUILD"),
    *("MARK", "TUPLE", "EMPTY_TUPLE", "TUPLE1", "TUPLE2", "TUPLE3"),
    *("PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE", "GET", "BINGET", "LONG_BINGET"),
    *("NONE", "NEWTRUE", "NEWFALSE", "INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1"),
    *("STRING", "BINSTRING", "SHORT_BINSTRING", "BINBYTES", "SHORT_BINBYTES"),
    *("UNICODE", "BINUNICODE", "SHORT_BINUNICODE"),
}
_CODES = {ord(opcode.code) for opcode in pickletools.opcodes if opcode.name in _ALLOWED}

_FLOATS = {"f4", "f8"}
_BYTE_ORDERS = {"<", ">", "="}


def load_float_matrix(path: Path) -> np.ndarray:
    """Read a pickled two-dimensional NumPy array of floats, written by Python 2 or 3.

    Pickles of protocols 0 to 4 are read; NumPy writes protocol 5 in another way.

    Returns
    -------
    numpy.ndarray of float64, shape (rows, columns)

    Raises
    ------
    DataError
        When the file cannot be read, is larger than `MAX_BYTES` or contains anything else.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DataError(f"{path} has {size:,} bytes; at most {MAX_BYTES:,} are read.")
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        noted = _ArrayUnpickler(content).load()
        if not isinstance(noted, _NotedArray):
            raise _NotAMatrixError("it holds no array")
        return noted.build()
    except _NotAMatrixError as error:
        raise DataError(f"{path} is not a pickled matrix of floats: {error}.") from error
    except Exception as error:
        # A damaged or hostile pickle can make its reader fail in any way.
        raise DataError(f"{path} is not a whole pickled matrix of floats.") from error


class _NotAMatrixError(Exception):
    """Pickle of something else; the text is a clause that says of what."""


class _Instructions(dict[int, Any]):
    """Table of the allowed instructions that counts how many are carried out."""

    def __init__(self) -> None:
        super().__init__({code: pickle._Unpickler.dispatch[code] for code in _CODES})
        self.done = 0

    def __getitem__(self, code: int) -> Any:
        self.done += 1
        if code not in self:
            raise _NotAMatrixError("it has an instruction that a matrix does not need")
        if self.done > MAX_INSTRUCTIONS:
            raise _NotAMatrixError("it has more instructions than a matrix needs")
        return super().__getitem__(code)


class _ArrayUnpickler(pickle._Unpickler):
    """Unpickler that records the pickle of an array.

    It is based on the unpickler in Python, whose instructions can be restricted; the one in C
    allocates as much memory as the file asks for.
    """

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content), encoding="latin1")
        # The table of the class is shared; this one counts for a single file.
        self.dispatch = _Instructions()  # type: ignore[misc]

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _STAND_INS:
            raise _NotAMatrixError("it names something that a matrix does not need")
        return _STAND_INS[module, name]


class _NotedDtype:
    """Stand-in for ``numpy.dtype``: a type code such as ``f8``, then its byte order."""

    def __init__(self, code: object, align: object, copy: object) -> None:
        if code not in _FLOATS:
            raise _NotAMatrixError("its values are not floats")
        self.code, self.order = str(code), "="

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        order, parts = state[1], state[2:5]
        if order not in _BYTE_ORDERS or any(part is not None for part in parts):
            raise _NotAMatrixError("its values are not plain floats")
        self.order = order


@dataclass(frozen=True)
class _ArrayState:
    """Parts of an array; ``content`` is text where Python 2 wrote it."""

    version: int
    shape: tuple[int, ...]
    dtype: _NotedDtype
    by_column: bool
    content: bytes | str


class _NotedArray:
    """Stand-in for the array that is being built."""

    def __init__(self, kind: object, shape: object, code: object) -> None:
        if kind is not _NDARRAY or shape != (0,):
            raise _NotAMatrixError("it holds something else than an array")
        self.state: _ArrayState | None = None

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.state = _ArrayState(*state)

    def build(self) -> np.ndarray:
        """Check the record and build the array: float64, shape (rows, columns)."""
        state = self.state
        if state is None or not isinstance(state.dtype, _NotedDtype):
            raise _NotAMatrixError("its array has no content")
        if len(state.shape) != 2 or not all(type(n) is int and n >= 0 for n in state.shape):
            raise _NotAMatrixError("its array does not have two dimensions")
        content = state.content
        if isinstance(content, str):
            content = content.encode("latin1")
        dtype = np.dtype(state.dtype.order + state.dtype.code)
        # Compared before anything of that size is allocated.
        if len(content) != math.prod(state.shape) * dtype.itemsize:
            raise _NotAMatrixError("its shape does not fit its content")
        values = np.frombuffer(content, dtype)
        return values.reshape(state.shape, order="F" if state.by_column else "C").astype(float)


def _note_text(text: str, encoding: str) -> str:
    """Stand-in for ``_codecs.encode``, by which Python 3 writes bytes in protocols 0 to 2."""
    if encoding != "latin1":
        raise _NotAMatrixError("it encodes its content in an unusual way")
    return text


_NDARRAY = object()
_STAND_INS: dict[tuple[str, str], Any] = {
    ("numpy.core.multiarray", "_reconstruct"): _NotedArray,
    ("numpy._core.multiarray", "_reconstruct"): _NotedArray,
    ("numpy", "ndarray"): _NDARRAY,
    ("numpy", "dtype"): _NotedDtype,
    ("_codecs", "encode"): _note_text,
}
