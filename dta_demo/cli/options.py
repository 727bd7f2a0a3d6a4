"""Options that several verbs share, and reading of what they name."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from dta_demo.inputs.molecule import Molecule
    from dta_demo.inputs.protein import Protein
    from dta_demo.predictor.predictor import AffinityPredictor

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""The verbs of the command line, to which each group adds its own."""


def add_verb(
    verbs: Verbs, name: str, run: Callable[[argparse.Namespace], None], summary: str
) -> argparse.ArgumentParser:
    """Add a verb that loads a checkpoint and can print JSON."""
    verb = verbs.add_parser(name, help=summary, description=summary)
    verb.set_defaults(run=run, precision="float32")
    verb.add_argument("--json", action="store_true", help="print one JSON document")
    verb.add_argument("--checkpoint", type=Path, help="folder of another checkpoint")
    verb.add_argument("--device", default="auto", help="cpu, cuda or mps; found by itself")
    return verb


def add_protein(verb: argparse.ArgumentParser) -> None:
    """Add the option of the protein."""
    meaning = "sequence, FASTA file, or name of a human kinase: ABL1, P00519, EGFR(T790M), ABL1p"
    verb.add_argument("--protein", required=True, help=meaning)


def add_smiles(verb: argparse.ArgumentParser) -> None:
    """Add the option of the molecule."""
    meaning = "SMILES, or name of a known inhibitor: imatinib"
    verb.add_argument("--smiles", required=True, help=meaning)
    verb.add_argument(
        "--online",
        action="store_true",
        help="ask UniProt for an accession, PubChem or ChEMBL for a name, that is not known here",
    )


def add_precision(verb: argparse.ArgumentParser) -> None:
    """Add the option of the encoder's precision."""
    verb.add_argument(
        "--precision",
        choices=("float32", "bfloat16"),
        help="of the protein encoder; bfloat16 is faster where the processor has it",
    )


def add_folds(
    options: argparse._ActionsContainer, meaning: str, default: tuple[int, ...] | None = None
) -> None:
    """Add the option of folds, numbers with commas between them."""
    options.add_argument("--folds", type=_numbers, default=default, help=meaning)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def read_protein(argument: str) -> str:
    """Read the protein argument: the text of a file where it names one, or the text itself.

    Raises
    ------
    ValueError
        If the file holds no text.
    """
    path = Path(argument)
    try:
        named = path.is_file()
    except (OSError, ValueError):  # A sequence can be too long for a file's name.
        named = False
    try:
        return path.read_text(encoding="utf-8") if named else argument
    except UnicodeDecodeError as error:
        raise ValueError(f"{argument} is not a text file.") from error


def read_molecule(argument: str) -> str:
    """Read the molecule argument: the text of a MOL, SDF or SMILES file, or the text itself."""
    is_file = argument.lower().endswith((".mol", ".sdf", ".smi"))
    return read_protein(argument) if is_file else argument


def read_pair(options: argparse.Namespace) -> tuple[Protein, Molecule]:
    """Check both inputs before the model is loaded, so that bad ones are refused at once."""
    from dta_demo.inputs.formats import is_accession
    from dta_demo.kinases import naming
    from dta_demo.kinases.uniprot import fetch_protein

    text = read_protein(options.protein)
    try:
        protein = naming.read_protein(text)
    except ValueError:
        if not options.online or not is_accession(text):
            raise
        protein = naming.read_protein(fetch_protein(text))
    return protein, identify_molecule(options, options.smiles)


def identify_molecule(options: argparse.Namespace, argument: str) -> Molecule:
    """Read a molecule, from a database where that is asked for and it is not known here."""
    from dta_demo.molecules.databases import fetch_molecule, may_be_name
    from dta_demo.molecules.naming import read_small_molecule

    text = read_molecule(argument)
    try:
        return read_small_molecule(text)
    except ValueError:
        if not options.online or not may_be_name(text):
            raise
        return read_small_molecule(fetch_molecule(text))


def load_predictor(options: argparse.Namespace) -> AffinityPredictor:
    """Load the checkpoint that the options name, quietly."""
    from dta_demo.runtime.loading import uncollected

    with uncollected():
        from transformers.utils import logging

        from dta_demo.predictor.predictor import AffinityPredictor

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    return AffinityPredictor.load(options.checkpoint, options.device, options.precision)
