"""Screen of many molecules against one protein, compared with RDKit alone reading them."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator

from dta_demo.benchmarks.records import Figure, Outcome, Settings, attempt
from dta_demo.benchmarks.samples import fresh_protein, new_molecules
from dta_demo.benchmarks.screen_memory import measure_growth
from dta_demo.benchmarks.work import load_predictor
from dta_demo.screening.batches import ModelSettings
from dta_demo.screening.crews import AHEAD, Crew, OneProcess, SeveralProcesses
from dta_demo.screening.output import Output
from dta_demo.screening.screen import screen_file

MOLECULES, ROUNDS = 20_000, 3
QUICK_MOLECULES, QUICK_ROUNDS = 2_600, 1
RESIDUES = 500

ASKED = 0.5
"""Part of RDKit's rate that is asked for."""


def measure(settings: Settings) -> Iterator[Outcome]:
    """Compare the rates of a screen and of RDKit on as many processes, and measure its memory.

    RDKit parses each SMILES and computes one Morgan fingerprint of 2,048 bits. A screen reads a
    file, predicts and writes another one; its workers have been started before, as those of RDKit
    have. Rates are the best of the rounds.
    """
    smiles = new_molecules(QUICK_MOLECULES if settings.quick else MOLECULES)
    protein = fresh_protein(RESIDUES, 0)
    model = ModelSettings(
        str(settings.checkpoint.resolve()) if settings.checkpoint else None, settings.device
    )
    crews: dict[int, Crew] = {
        1: OneProcess(load_predictor(settings)),
        2: SeveralProcesses(model, 2),
    }
    best: dict[tuple[str, int], float] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool,
    ):
        library = Path(folder) / "library.smi"
        library.write_text("\n".join(smiles) + "\n", encoding="utf-8")
        list(pool.map(fingerprint, [smiles[:2]] * 4))
        rounds = range(QUICK_ROUNDS if settings.quick else ROUNDS)
        # RDKit first: workers of a screen that are about to end would take a part of the cores.
        for workers in crews:
            rates = [time_rdkit(pool, workers, smiles) for _ in rounds]
            best["rdkit", workers] = max(rates)
        for workers, crew in crews.items():
            rates = [time_screen(crew, workers, protein, library) for _ in rounds]
            best["screen", workers] = max(rates)
    what = f"one protein with {len(smiles):,} molecules, written"
    for workers in crews:
        yield Figure(
            f"{what}, processes: {workers}", best["screen", workers], best["rdkit", workers],
            "molecules/s", "RDKit alone on as many, parsing and one Morgan fingerprint",
            ASKED if workers == 2 else None, at_least=True,
        )  # fmt: skip
    yield Figure(
        f"{what}, processes: 2", best["screen", 2], best["screen", 1], "molecules/s",
        f"one process; the machine has {os.cpu_count()} cores",
    )  # fmt: skip
    yield attempt("peak memory of a long screen", lambda: measure_growth(settings, smiles, protein))


def time_screen(crew: Crew, workers: int, protein: str, library: Path) -> float:
    """Rate of a screen, in molecules a second, from when all workers are at work."""
    output = Output(library.with_suffix(".csv"), "benchmark")
    screen = screen_file(library, protein=protein, crew=crew)
    batches = screen.batches()
    for _ in range(AHEAD * workers):
        output.add(next(batches))
    before, start = output.journal.rows, time.perf_counter()
    for rows in batches:
        output.add(rows)
    seconds = time.perf_counter() - start
    output.finish()
    return (output.journal.rows - before) / seconds


def time_rdkit(pool: ProcessPoolExecutor, workers: int, smiles: Sequence[str]) -> float:
    """Rate of RDKit in some processes, in molecules a second."""
    parts = [smiles[start::workers] for start in range(workers)]
    start = time.perf_counter()
    list(pool.map(fingerprint, parts))
    return len(smiles) / (time.perf_counter() - start)


def fingerprint(smiles: Sequence[str]) -> int:
    """Parse molecules and compute a fingerprint of each, keeping none; return their number."""
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
    return sum(generator.GetFingerprint(Chem.MolFromSmiles(text)) is not None for text in smiles)
