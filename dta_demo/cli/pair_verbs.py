"""Verbs on one protein or one pair: ``predict``, ``attention``, ``explain``, ``poolings``."""

from __future__ import annotations

import argparse
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
    read_protein,
)
from dta_demo.cli.output import print_json


def add_pair_verbs(verbs: Verbs) -> None:
    """Add the verbs of this group, with their options."""
    _add_predict(verbs)
    _add_attention(verbs)
    _add_explain(verbs)
    _add_poolings(verbs)


def _add_predict(verbs: Verbs) -> None:
    verb = add_verb(verbs, "predict", run_predict, "predict the affinity of a pair")
    add_protein(verb)
    add_smiles(verb)
    add_precision(verb)
    verb.add_argument(
        "--controls",
        action="store_true",
        help="also the molecule with the protein shuffled, and the means of the training data",
    )


def run_predict(options: argparse.Namespace) -> None:
    """Predict one pair, beside its controls where they are asked for."""
    from dta_demo.cli.report import describe_controls, describe_prediction

    protein, molecule = read_pair(options)
    predictor = load_predictor(options)
    if options.controls:
        controls = predictor.controls(protein, molecule)
        document = controls.to_document()
        lines = [*describe_prediction(controls.prediction), *describe_controls(controls)]
    else:
        prediction = predictor.predict(protein, molecule)
        document, lines = prediction.to_dict(), describe_prediction(prediction)
    if options.json:
        print_json(document)
    else:
        print("\n".join(lines))


def _add_attention(verbs: Verbs) -> None:
    verb = add_verb(verbs, "attention", run_attention, "attention that residues receive")
    add_protein(verb)
    verb.add_argument(
        "--map",
        nargs=2,
        type=int,
        metavar=("LAYER", "HEAD"),
        help="write this full map as .npy; 0 is the mean over all, head -1 their maximum",
    )
    verb.add_argument(
        "--window", type=int, help="which part of a protein read in several windows the map is of"
    )
    verb.add_argument("--output", type=Path, help="file of the full map")


def run_attention(options: argparse.Namespace) -> None:
    """Print the attention that residues receive, or write one full map."""
    from dta_demo.cli.report import describe_attention
    from dta_demo.kinases import naming

    protein = naming.read_protein(read_protein(options.protein))
    predictor = load_predictor(options)
    if options.map:
        import numpy as np

        layer, head = options.map
        output = options.output or Path(f"attention-layer{layer}-head{head}.npy")
        np.save(output, predictor.attention_map(protein, layer, head, options.window))
        print(f"Wrote {output}.", file=sys.stderr)
    report = predictor.attention(protein)
    if options.json:
        print_json(predictor.head_statistics(protein).beside(report))
    elif not options.map:
        print("\n".join(describe_attention(report)))


def _add_explain(verbs: Verbs) -> None:
    verb = add_verb(verbs, "explain", run_explain, "what residues and atoms contribute")
    add_protein(verb)
    add_smiles(verb)
    verb.add_argument("--layer", type=int, help="whose attention is checked; the last one")
    verb.add_argument("--head", type=int, default=0, help="0, as it is, for the mean over heads")


def run_explain(options: argparse.Namespace) -> None:
    """Attribute one prediction to residues and atoms, and check whether that is faithful."""
    protein, molecule = read_pair(options)
    predictor = load_predictor(options)

    from dta_demo.cli.report import describe_explanation
    from dta_demo.explain import explain

    explanation = explain(predictor, protein, molecule, options.layer, options.head)
    if options.json:
        print_json(explanation.to_dict())
    else:
        print("\n".join(describe_explanation(explanation)))


def _add_poolings(verbs: Verbs) -> None:
    verb = add_verb(verbs, "poolings", run_poolings, "the four poolings side by side")
    add_protein(verb)
    add_smiles(verb)


def run_poolings(options: argparse.Namespace) -> None:
    """Compare the poolings on one pair."""
    from dta_demo.cli.report import describe_poolings

    protein, molecule = read_pair(options)
    analysis = load_predictor(options).analyse_poolings(protein, molecule)
    if options.json:
        print_json(analysis.to_dict())
    else:
        print("\n".join(describe_poolings(analysis.report)))
