"""Peak memory of one pass, measured in a process of its own.

Memory that a process freed and uses again does not show in its peak, so that only the first
large call of a process shows what such a call takes:
``python -m dta_demo.benchmarks.memory_probe WORK RESIDUES``.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from dta_demo.benchmarks.records import NotMeasurableError, Settings
from dta_demo.benchmarks.samples import fresh_protein
from dta_demo.benchmarks.work import WORK, build_work, load_predictor
from dta_demo.encoders.devices import MemoryMeter

MB = 2**20

WARM_UP_RESIDUES = 16
"""Length of a first small call, which sets up threads and the libraries' workspaces."""

GIVE_BACK = {"MALLOC_MMAP_THRESHOLD_": "131072"}
"""Makes the GNU C library return blocks above 128 kB when they are freed. By default it starts
to keep them after the first few, which adds a varying 10 to 20 MB to any pass."""


@dataclass(frozen=True)
class PassMemory:
    """Peak memory of a pass in MB: its growth over the start, and the whole process.

    On an accelerator both are what torch held on the device.
    """

    growth: float
    total: float


def measure_memory(work: str, residues: int, settings: Settings) -> PassMemory:
    """Measure one pass in a process of its own.

    Parameters
    ----------
    work : str
        One of `work.WORK`.

    Raises
    ------
    NotMeasurableError
        When the system does not tell the peak since the start of the pass.
    """
    command = [sys.executable, "-m", "dta_demo.benchmarks.memory_probe", work, str(residues)]
    command += ["--device", settings.device]
    if settings.checkpoint is not None:
        command += ["--checkpoint", str(settings.checkpoint.resolve())]
    root = Path(__file__).resolve().parents[2]
    environment = os.environ | GIVE_BACK
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"The memory of {work!r} could not be measured: {done.stderr}")
    measured = PassMemory(**json.loads(done.stdout))
    if measured.growth <= 0:
        raise NotMeasurableError("this system does not tell the peak memory of a single call")
    return measured


def probe(work: str, residues: int, settings: Settings) -> PassMemory:
    """Measure one pass in this process, which must be the first that it runs."""
    predictor = load_predictor(settings)
    run = build_work(work, predictor)
    run(fresh_protein(WARM_UP_RESIDUES, 0))
    sequence = fresh_protein(residues, 1)
    give_back_freed_memory()
    meter = MemoryMeter(predictor.encoder.device)
    result = run(sequence)
    peak = meter.read()
    del result
    return PassMemory(growth=peak.growth / MB, total=peak.total / MB)


def give_back_freed_memory() -> None:
    """Return memory that loading freed to the system, or the pass would reuse it unseen."""
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # only in the GNU C library
        if trim is not None:
            trim(0)


def main() -> None:
    """Print what `probe` measures as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("work", choices=WORK)
    parser.add_argument("residues", type=int)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--checkpoint", type=Path)
    options = parser.parse_args()
    settings = Settings(checkpoint=options.checkpoint, device=options.device)
    print(json.dumps(asdict(probe(options.work, options.residues, settings))))


if __name__ == "__main__":
    main()
