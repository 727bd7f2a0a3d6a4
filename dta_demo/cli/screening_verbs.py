"""Verbs on many pairs: ``screen``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dta_demo.cli.options import Verbs, add_precision, add_verb, read_protein
from dta_demo.cli.output import print_json

if TYPE_CHECKING:
    from dta_demo.screening.batches import ModelSettings
    from dta_demo.screening.crews import Crew
    from dta_demo.screening.output import Output
    from dta_demo.screening.screen import Screen

INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it."""


def add_screening_verbs(verbs: Verbs) -> None:
    """Add the verbs of this group, with their options."""
    verb = add_verb(verbs, "screen", run_screen, "predict a file of molecules, proteins or pairs")
    verb.add_argument("--protein", help="sequence, FASTA file or kinase; with --molecules")
    verb.add_argument("--smiles", help="SMILES or inhibitor; with --proteins")
    files = verb.add_mutually_exclusive_group(required=True)
    kinds = "CSV, TSV, lines of SMILES or SDF, also as gzip; - for standard input"
    files.add_argument("--molecules", metavar="FILE", help=f"molecules: {kinds}")
    files.add_argument("--proteins", metavar="FILE", help="proteins: FASTA, CSV or TSV")
    files.add_argument("--pairs", metavar="FILE", help="pairs of both: CSV or TSV")
    verb.add_argument(
        "--output",
        type=Path,
        required=True,
        help=".csv, .jsonl (also .gz) or .parquet; a screen that was stopped goes on",
    )
    verb.add_argument("--workers", type=int, help="processes; 1, or all cores of a Ray cluster")
    verb.add_argument(
        "--ray",
        nargs="?",
        const="local",
        metavar="ADDRESS",
        help="run on a Ray cluster; without an address on a new one on this machine",
    )
    add_precision(verb)


def run_screen(options: argparse.Namespace) -> None:
    """Predict a file, in a file that is finished by the same command when it was stopped."""
    file = _read_options(options)

    from dta_demo.screening.batches import ModelSettings
    from dta_demo.screening.crews import make_crew
    from dta_demo.screening.output import Output
    from dta_demo.screening.screen import screen_file

    checkpoint = str(options.checkpoint.resolve()) if options.checkpoint else None
    settings = ModelSettings(checkpoint, options.device, options.precision)
    crew: Crew = make_crew(settings, options.workers, options.ray)
    screen = screen_file(
        file or sys.stdin.buffer, protein=options.protein, smiles=options.smiles, crew=crew
    )
    output = Output(options.output, _identify(options, file, settings))
    try:
        if not options.json:
            _say_source(screen, output.journal.rows)
        _write(screen, output)
    except KeyboardInterrupt:
        print(
            f"Stopped after {output.journal.rows:,} rows, which are kept in {output.part}: the "
            "same command goes on.",
            file=sys.stderr,
        )
        sys.exit(INTERRUPTED)
    finally:
        output.close()
    _report(screen, output, options)


def _read_options(options: argparse.Namespace) -> Path | None:
    """Check the options and read the protein; return the input's path, None for a stream."""
    if bool(options.molecules) != bool(options.protein):
        raise ValueError("--protein and --molecules go together.")
    if bool(options.proteins) != bool(options.smiles):
        raise ValueError("--smiles and --proteins go together.")
    if options.protein:
        options.protein = read_protein(options.protein)
    given = options.molecules or options.proteins or options.pairs
    return None if given == "-" else Path(given)


def _identify(options: argparse.Namespace, file: Path | None, settings: ModelSettings) -> str:
    """Identity of a screen; that of a stream is never the same again."""
    import uuid

    from dta_demo import __version__
    from dta_demo.screening.output import identify, identify_file

    if file is None:
        return uuid.uuid4().hex
    sealed = identify_file(settings.folder / "config.json")
    return identify(
        identify_file(file), options.protein, options.smiles, settings, sealed, __version__
    )


def _say_source(screen: Screen, done: int) -> None:
    report = screen.report
    taken = ", ".join(f"{what} from {name!r}" for what, name in report.columns.items())
    print(f"{report.format}{': ' if taken else ''}{taken}.", *report.notes, file=sys.stderr)
    if done:
        print(f"Going on after {done:,} rows.", file=sys.stderr)


def _write(screen: Screen, output: Output) -> None:
    """Predict and write all rows, with progress on standard error."""
    from tqdm import tqdm

    form = "{percentage:3.0f}%|{bar}|{postfix}, {elapsed} passed, {remaining} left"
    with tqdm(total=1000, file=sys.stderr, bar_format=form, disable=None) as bar:
        batches = screen.batches(output.journal.rows)
        try:
            for rows in batches:
                output.add(rows)
                progress = screen.progress
                bar.set_postfix_str(f"{progress.rows:,} rows, {progress.rate:,.0f}/s", False)
                bar.update(round(1000 * (progress.fraction or 0)) - bar.n)
        finally:
            batches.close()  # type: ignore[attr-defined]
    output.finish()


def _report(screen: Screen, output: Output, options: argparse.Namespace) -> None:
    """Print the summary."""
    journal, progress = output.journal, screen.progress
    document = {
        "output": str(options.output),
        "rows": journal.rows,
        "predicted": journal.rows - journal.faults,
        "faults": journal.faults,
        "repeated_ids": progress.repeated,
        "seconds": round(progress.seconds, 2),
        "rows_per_second": round(progress.rate, 1),
        "source": screen.report.to_dict(),
    }
    if options.json:
        print_json(document)
        return
    words = f"Wrote {journal.rows:,} rows to {options.output}"
    if journal.faults:
        words += f", {journal.faults:,} of them without a prediction (see the column 'fault')"
    if progress.repeated:
        words += f"; {progress.repeated:,} ids came before"
    print(f"{words}.", file=sys.stderr)
