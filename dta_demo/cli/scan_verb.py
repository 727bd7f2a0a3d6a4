"""Verb ``scan``: what substitutions of a protein change."""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

from dta_demo.cli.options import (
    Verbs,
    add_precision,
    add_protein,
    add_smiles,
    add_verb,
    load_predictor,
    read_pair,
)
from dta_demo.cli.output import print_json


def add_scan_verb(verbs: Verbs) -> None:
    """Add the verb with its options."""
    verb = add_verb(verbs, "scan", run_scan, "what substitutions change in the affinity of a pair")
    add_protein(verb)
    add_smiles(verb)
    what = verb.add_mutually_exclusive_group()
    what.add_argument("--region", help="residues such as 310-320; the pocket of the kinase if left")
    what.add_argument("--mutations", help="these alone, such as T315I,p.Glu255Lys")
    add_precision(verb)
    verb.add_argument("--output", type=Path, help="write every mutant to this CSV file")


def run_scan(options: argparse.Namespace) -> None:
    """Predict the mutants of a region or of a list, with progress on standard error."""
    from dta_demo.kinases.mutation_text import read_substitutions
    from dta_demo.screening.positions import read_region

    protein, molecule = read_pair(options)
    region = read_region(options.region) if options.region is not None else None
    listed = read_substitutions(options.mutations) if options.mutations is not None else None
    predictor = load_predictor(options)

    from dta_demo.results.scan import CSV_HEADERS, csv_rows, describe_scan
    from dta_demo.screening.scan import scan

    found = scan(predictor, protein, molecule, region, listed, _show_progress)
    if options.output:
        with options.output.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(CSV_HEADERS)
            writer.writerows(csv_rows(found))
        print(f"Wrote {options.output}.", file=sys.stderr)
    if options.json:
        print_json(found.to_dict())
    else:
        print("\n".join(describe_scan(found)))


def _show_progress(done: int, total: int) -> None:
    """Rewrite one line of a terminal; say nothing into a file."""
    if sys.stderr.isatty():
        print(
            f"\r{done:,} of {total:,} mutants", end="\n" if done == total else "", file=sys.stderr
        )
