"""Memory that this process could still take."""

from __future__ import annotations

from pathlib import Path

MEMORY_FILE = Path("/proc/meminfo")
GROUP_FILES = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current"))


def available_bytes() -> int | None:
    """Memory that is available on the machine and in the container, or None where nobody says."""
    found = [each for each in (_on_machine(), _in_group()) if each is not None]
    return min(found, default=None)


def _on_machine() -> int | None:
    for line in _read(MEMORY_FILE).splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None


def _in_group() -> int | None:
    most, current = (_read(path).strip() for path in GROUP_FILES)
    return int(most) - int(current) if most.isdigit() and current.isdigit() else None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
