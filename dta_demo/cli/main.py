"""The parser of the command line, and the dispatch to its verbs.

Only the standard library is imported here: each verb imports what it needs when it runs, so that
``--help`` answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from dta_demo.cli.evaluation_verbs import add_evaluation_verbs
from dta_demo.cli.kinome_verbs import add_kinome_verbs
from dta_demo.cli.pair_verbs import add_pair_verbs
from dta_demo.cli.screening_verbs import add_screening_verbs
from dta_demo.cli.training_verbs import add_training_verbs
from dta_demo.cli.tuning_verb import add_tuning_verb

BAD_INPUT = 2
"""Exit status where what the user gave cannot be used."""

COMMAND = "dta-demo"
"""Name of the installed command."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit status.

    Parameters
    ----------
    arguments : sequence of str, optional
        Verb and options; those of the process where None.
    """
    options = build_parser().parse_args(arguments)
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    # InputError and DataError are ValueErrors whose text is one sentence for the user.
    try:
        options.run(options)
    except (ValueError, OSError) as error:
        print(f"dta_demo: {error}", file=sys.stderr)
        return BAD_INPUT
    return 0


def build_parser() -> argparse.ArgumentParser:
    """Describe the verbs and their options."""
    installed = Path(sys.argv[0]).stem == COMMAND
    parser = argparse.ArgumentParser(
        prog=COMMAND if installed else "python -m dta_demo",
        description="Drug-target affinity from a protein and a molecule, by name or pasted.",
    )
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    add_pair_verbs(verbs)
    add_screening_verbs(verbs)
    add_kinome_verbs(verbs)
    add_evaluation_verbs(verbs)
    add_training_verbs(verbs)
    add_tuning_verb(verbs)
    return parser
