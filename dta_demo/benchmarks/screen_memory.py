"""Peak memory of long screens, each a process of its own."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from dta_demo.benchmarks.records import Figure, NotMeasurableError, Settings

ROWS = (20_000, 200_000)
QUICK_ROWS = (600, 1_800)

MOST_GROWTH = 1.1
"""Times by which the longer screen may take more memory than the shorter one."""


def measure_growth(settings: Settings, smiles: Sequence[str], protein: str) -> Figure:
    """Compare the peak memory of two screens of different length, in one process each.

    Raises
    ------
    NotMeasurableError
        When the system does not tell the peak memory of a process that has ended.
    """
    few, many = QUICK_ROWS if settings.quick else ROWS
    peaks = {rows: measure_peak(settings, smiles, protein, rows) for rows in (few, many)}
    return Figure(
        f"peak memory of a screen of {many:,} rows", peaks[many], peaks[few], "MB",
        f"{few:,} rows", MOST_GROWTH,
    )  # fmt: skip


def measure_peak(settings: Settings, smiles: Sequence[str], protein: str, rows: int) -> float:
    """Measure the peak memory of ``python -m dta_demo screen`` in MB."""
    if not hasattr(os, "wait4"):
        raise NotMeasurableError("this system does not tell the peak memory of a process")
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library.smi"
        with library.open("w", encoding="utf-8") as file:
            for number, text in enumerate(itertools.islice(itertools.cycle(smiles), rows)):
                file.write(f"{text} m{number}\n")
        command = [
            sys.executable, "-m", "dta_demo", "screen", "--protein", protein, "--molecules",
            str(library), "--output", str(Path(folder) / "out.csv"), "--device", settings.device,
        ]  # fmt: skip
        if settings.checkpoint is not None:
            command += ["--checkpoint", str(settings.checkpoint.resolve())]
        root = Path(__file__).resolve().parents[2]
        process = subprocess.Popen(command, cwd=root, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError("The screen whose memory was to be measured failed.")
    return usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
