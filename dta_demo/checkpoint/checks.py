"""Checks of the values in a checkpoint: ranges, shapes and types of number."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from dta_demo.inputs.wording import quote

MAX_COLUMNS = 2000
"""Largest number of columns of a profile; that of the kinase domain has some 260."""

MAX_LABEL = 1000.0
"""Largest absolute value of a label, its floor or an interval's end; all lie far below it."""


class CheckpointError(ValueError):
    """A checkpoint cannot be used; the text is one sentence that says why."""


class OtherWeightsError(CheckpointError):
    """A file beside a checkpoint was made with other weights than those that are loaded."""


def check_whole(name: str, value: object, low: int, high: int) -> int:
    """Check that a value is an integer from `low` to `high`, both included, and return it."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise CheckpointError(
            f"The checkpoint's {name} must be a whole number from {low} to {high:,}, not "
            f"{quote(repr_briefly(value))}."
        )
    return value


def check_number(name: str, value: object, low: float, high: float) -> float:
    """Check that a value is a number from `low` to `high`, both included, and return it."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # A comparison with NaN is false, and a whole number of any size can be compared.
    if not is_number or not low <= value <= high:  # type: ignore[operator]
        raise CheckpointError(
            f"The checkpoint's {name} must be a number from {low:g} to {high:g}, not "
            f"{quote(repr_briefly(value))}."
        )
    return float(value)  # type: ignore[arg-type]


def check_array(
    path: Path,
    arrays: Mapping[str, np.ndarray],
    name: str,
    shape: tuple[int | None, ...],
    kind: str = "f",
) -> np.ndarray:
    """Check that an array of a file has the expected shape and type, and return it.

    Parameters
    ----------
    shape : tuple of int or None
        Expected shape; None stands for any length.
    kind : str
        Types of number that the array may hold, as in `numpy.dtype.kind`. Floating-point
        numbers must be finite.

    Raises
    ------
    CheckpointError
        When the array is missing or does not fit.
    """
    if name not in arrays:
        raise CheckpointError(f"{path} lacks {name}.")
    array = arrays[name]
    fits = array.ndim == len(shape) and all(
        wanted in (None, found) for wanted, found in zip(shape, array.shape, strict=True)
    )
    if not fits or array.dtype.kind not in kind:
        wanted = " x ".join("any" if length is None else f"{length}" for length in shape)
        raise CheckpointError(
            f"{path} has {quote(name)} as {array.dtype} in the shape {array.shape}, where an array "
            f"of {wanted} was expected."
        )
    if array.dtype.kind == "f":
        require(bool(np.isfinite(array).all()), path, f"a value of {quote(name)} is not finite")
    return array


def require(holds: bool, path: Path, fault: str) -> None:
    """Raise `CheckpointError` with the file and its fault unless the condition holds."""
    if not holds:
        raise CheckpointError(f"{path} cannot be used: {fault}.")


def check_weights(path: Path, entries: Mapping[str, object], digest: str) -> None:
    """Check that a file was made with the weights that are loaded.

    Parameters
    ----------
    entries : mapping
        What the file says of itself, with the ``digest`` of its weights.

    Raises
    ------
    OtherWeightsError
        When it was made with others.
    """
    if entries.get("digest") != digest:
        raise OtherWeightsError(
            f"{path} cannot be used: it was made with other weights than those of the checkpoint."
        )


def repr_briefly(value: object) -> str:
    """Text of a configuration value for a message; only the type of a list or an object.

    Writing out an integer of a million digits, or a list as long, would take too long.
    """
    if isinstance(value, int) and abs(value) >= 10**15:
        return "a huge number"
    if isinstance(value, bool | int | float | str) or value is None:
        return str(value)
    return type(value).__name__
