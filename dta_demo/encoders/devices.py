"""Devices: their choice, the peak memory of a call on them, and the case that memory runs out."""

import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch

ZERO_GPU = "SPACES_ZERO_GPU"
"""Environment variable that a Space has on ZeroGPU hardware."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def resolve_device(device: str | torch.device) -> torch.device:
    """Choose the device of a name; "auto" takes CUDA, then MPS, then the CPU.

    On a ZeroGPU Space "auto" takes the CPU: CUDA seems to be there, but only functions that are
    decorated for it can use it.

    Raises
    ------
    ValueError
        When the name is unknown, or the device is not available.
    """
    if device == "auto":
        if torch.cuda.is_available() and not os.environ.get(ZERO_GPU):
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        found = torch.device(device)
        torch.empty(0, device=found)
    # torch raises AssertionError when it was built without CUDA.
    except (RuntimeError, AssertionError) as error:
        raise ValueError(f"The device {str(device)!r} cannot be used here: {error}") from error
    return found


def has_fast_bfloat16(device: torch.device) -> bool:
    """Test whether bfloat16 makes the encoder faster on a device.

    On a CPU this needs AMX: with it, an encoder pass takes two thirds of the time (measured), and
    without it, the same products are computed in single precision, plus the conversions.
    """
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    # Older releases of torch cannot say, which counts as no.
    tell: Callable[[], dict[str, Any]] = getattr(torch.cpu, "get_capabilities", dict)
    return device.type == "cpu" and bool(tell().get("amx_bf16"))


# --- Memory of a call -------------------------------------------------------------------------


@dataclass(frozen=True)
class MemoryFootprint:
    """Bytes that a module holds between calls."""

    parameter_bytes: int
    buffer_bytes: int

    @property
    def total_bytes(self) -> int:
        """Parameters and buffers together."""
        return self.parameter_bytes + self.buffer_bytes


@dataclass(frozen=True)
class PeakMemory:
    """Memory held at the peak of a call, in bytes.

    Attributes
    ----------
    total : int
        All memory held at the peak: the weights and, on the CPU, the rest of the process too.
    growth : int
        Difference between the peak and the start of the call.  On the CPU, memory that was freed
        before and is used again does not count, so a second call of the same size grows little.
    """

    total: int
    growth: int


class MemoryMeter:
    """Meter of the peak memory from its construction to a call of `read`.

    On CUDA it is the memory that torch allocated on the device.  On the CPU it is the resident
    memory of the whole process, other threads included: on Linux the kernel's own record of the
    peak (`VmHWM`) is reset for it, and elsewhere `total` is the peak since the process began.
    torch keeps no peak on MPS: the figures there are those of the CPU.

    Parameters
    ----------
    device : torch.device
        Where the work runs.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        if device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(device)
            self._start = torch.cuda.memory_allocated(device)
            return
        try:
            # 5 resets the peak of the resident memory, and only that: proc(5).
            Path("/proc/self/clear_refs").write_text("5")
        except OSError:
            self._start = _largest_memory()
        else:
            self._start = _largest_memory_since_reset()

    def read(self) -> PeakMemory:
        """Peak memory so far."""
        if self._device.type == "cuda":
            total = torch.cuda.max_memory_allocated(self._device)
        else:
            total = _largest_memory_since_reset()
        return PeakMemory(total=total, growth=max(0, total - self._start))


def _largest_memory_since_reset() -> int:
    """Peak of the resident memory since it was last reset, in bytes."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return _largest_memory()
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return int(found.group(1)) * 1024 if found else _largest_memory()


def _largest_memory() -> int:
    """Largest memory that the process ever held, in bytes; 0 where it is unknown."""
    if sys.platform == "win32":
        return 0
    import resource

    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest if sys.platform == "darwin" else largest * 1024


# --- When memory runs out ---------------------------------------------------------------------

_OUT_OF_MEMORY = re.compile(r"out of memory|can't allocate memory", re.IGNORECASE)


def is_out_of_memory(error: BaseException) -> bool:
    """Test whether an error of torch means that memory ran out (CUDA, MPS or the CPU)."""
    if isinstance(error, torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and _OUT_OF_MEMORY.search(str(error)) is not None


def _release_cache() -> None:
    """Return unused memory to the accelerator."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()


def run_halving(
    items: list[Item],
    run: Callable[[list[Item]], list[Result]],
    leave_device: Callable[[], bool],
) -> list[Result]:
    """Run a batch, and halve it whenever memory runs out.

    Parameters
    ----------
    items : list
        The batch.
    run : callable
        Computes the results of a batch, one per item.
    leave_device : callable
        Called when a single item does not fit; moves the work to another device and returns
        True, or returns False when there is no other.

    Raises
    ------
    RuntimeError
        The out-of-memory error itself, when a single item fits on no device.
    """
    try:
        return run(items)
    except RuntimeError as error:
        if not is_out_of_memory(error) or (len(items) == 1 and not leave_device()):
            raise
    # Outside of the handler, because the error's traceback keeps the failed batch alive.
    _release_cache()
    if len(items) == 1:
        return run_halving(items, run, leave_device)
    middle = len(items) // 2
    first = run_halving(items[:middle], run, leave_device)
    return first + run_halving(items[middle:], run, leave_device)
