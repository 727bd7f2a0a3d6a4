"""Verbs on one molecule or one protein and its like: ``profile``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from dta_demo.cli.options import (
    Verbs,
    add_precision,
    add_smiles,
    add_verb,
    identify_molecule,
    load_predictor,
)
from dta_demo.cli.output import print_json

TOP = 20


def add_kinome_verbs(verbs: Verbs) -> None:
    """Add the verbs of this group, with their options."""
    verb = add_verb(verbs, "profile", run_profile, "predict a molecule with every human kinase")
    add_smiles(verb)
    verb.add_argument("--against", metavar="SMILES", help="another molecule to compare with")
    verb.add_argument("--proteins", type=Path, metavar="FILE", help="FASTA in place of the kinome")
    verb.add_argument("--top", type=int, default=TOP, help="kinases that are listed")
    verb.add_argument("--output", type=Path, metavar="FILE.csv", help="write every kinase")
    add_precision(verb)


def run_profile(options: argparse.Namespace) -> None:
    """Predict one molecule, or two, with every kinase of the catalogue or every given protein."""
    from dta_demo.cli.profile_report import describe_profile
    from dta_demo.screening.profile import profile, read_fasta
    from dta_demo.screening.profile_file import write_profile

    molecule = identify_molecule(options, options.smiles)
    other = identify_molecule(options, options.against) if options.against else None
    proteins = read_fasta(options.proteins.read_text("utf-8")) if options.proteins else None
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
