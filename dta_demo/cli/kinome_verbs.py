"""Verbs on a whole kinome or every mutant of a protein: ``profile``, ``scan``."""

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
    identify_molecule,
    load_predictor,
    read_pair,
)
from dta_demo.cli.output import print_json

TOP = 20


def add_kinome_verbs(verbs: Verbs) -> None:
    """Add the verbs of this group, with their options."""
    _add_profile(verbs)
    _add_scan(verbs)


def _add_profile(verbs: Verbs) -> None:
    verb = add_verb(verbs, "profile", run_profile, "predict a molecule with every human kinase")
    add_smiles(verb)
    verb.add_argument("--against", metavar="SMILES", help="another molecule to compare with")
    verb.add_argument(
        "--proteins", type=Path, metavar="FILE", help="FASTA, CSV or TSV in place of the kinome"
    )
    verb.add_argument("--top", type=int, default=TOP, help="kinases that are listed")
    verb.add_argument("--output", type=Path, metavar="FILE.csv", help="write every kinase")
    add_precision(verb)


def run_profile(options: argparse.Namespace) -> None:
    """Predict one molecule, or two, with every kinase of the catalogue or every given protein."""
    from dta_demo.cli.profile_report import describe_profile
    from dta_demo.screening.profile import profile, read_proteins
    from dta_demo.screening.profile_file import write_profile

    molecule = identify_molecule(options, options.smiles)
    other = identify_molecule(options, options.against) if options.against else None
    proteins = read_proteins(options.proteins) if options.proteins else None
    predictor = load_predictor(options)
    found = profile(predictor, molecule, proteins)
    beside = profile(predictor, other, proteins) if other else None
    if options.output:
        options.output.write_text(write_profile(found, beside), encoding="utf-8")
        print(f"Wrote {options.output}.", file=sys.stderr)
    if options.json:
        document = found.to_dict()
        print_json({**document, "against": beside.to_dict()} if beside else document)
    else:
        print("\n".join(describe_profile(found, beside, options.top)))


def _add_scan(verbs: Verbs) -> None:
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
    if sys.stderr.isatty():
        print(file=sys.stderr)
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
        print(f"\r{done:,} of {total:,} mutants", end="", file=sys.stderr)
