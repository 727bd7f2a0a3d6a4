"""The process that computes: its threads, its memory and the versions of what it runs on."""

from __future__ import annotations

import platform
import re
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch

PACKAGES = ("torch", "transformers", "gradio")
"""Packages whose versions are said, beside that of Python."""


@dataclass(frozen=True)
class MachineStatus:
    """A process in figures.

    Attributes
    ----------
    threads : int
        On which torch computes.
    memory_now : int or None
        Resident memory in bytes, or on an accelerator what torch holds there; None where the
        system does not tell.
    memory_peak : int or None
        Largest so far; on Linux since the encoder was last called, which starts it anew.
    versions : dict of str to str
        By package; those that are not installed are left out.
    """

    threads: int
    memory_now: int | None
    memory_peak: int | None
    versions: dict[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return asdict(self)


def describe_machine(device: torch.device) -> MachineStatus:
    """Describe this process.

    Parameters
    ----------
    device : torch.device
        Where the model lies.
    """
    now, peak = _read_memory(device)
    return MachineStatus(torch.get_num_threads(), now, peak, read_versions())


def _read_memory(device: torch.device) -> tuple[int | None, int | None]:
    """Memory now and at its peak, in bytes."""
    if device.type == "cuda":
        return torch.cuda.memory_allocated(device), torch.cuda.max_memory_allocated(device)
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None, _largest_memory()
    found = {name: int(size) * 1024 for name, size in re.findall(r"(VmRSS|VmHWM):\s+(\d+)", status)}
    return found.get("VmRSS"), found.get("VmHWM")


def _largest_memory() -> int | None:
    """Largest resident memory so far; Windows does not tell."""
    if sys.platform == "win32":
        return None
    import resource

    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest if sys.platform == "darwin" else largest * 1024


def read_versions() -> dict[str, str]:
    """Versions of Python and of the packages that are installed."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
