"""Verb ``tune``: fine-tuning on few pairs, as a demonstration."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dta_demo.cli.options import Verbs, add_verb, load_predictor
from dta_demo.cli.output import print_json

if TYPE_CHECKING:
    from dta_demo.training.tuned_readout import TunedReadout
    from dta_demo.training.tuning_demo import TuningDemo

INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it."""


def add_tuning_verb(verbs: Verbs) -> None:
    """Add the verb, with its options."""
    summary = "fine-tune a readout and the encoder's last layers on few pairs, to see how it goes"
    verb = add_verb(verbs, "tune", run_tune, summary)
    verb.add_argument(
        "--pairs", metavar="FILE", type=Path,
        help="CSV or TSV with columns protein, molecule and affinity in pKd; without it, the "
        "example pairs",
    )  # fmt: skip
    verb.add_argument("--layers", type=int, default=2, help="last layers of phase two; 0 for none")
    verb.add_argument("--seed", type=int, default=0, help="of the split and the first weights")
    verb.add_argument("--output", type=Path, required=True, metavar="FILE.safetensors")


def run_tune(options: argparse.Namespace) -> None:
    """Tune, and write what was done, also when Ctrl-C ends it."""
    if options.output.suffix != ".safetensors":
        raise ValueError("The name of --output must end in .safetensors.")
    if not options.output.absolute().parent.is_dir():
        raise ValueError(f"The folder of {options.output} does not exist.")
    from dta_demo.training.tuning_demo import TuningDemo, TuningSettings
    from dta_demo.training.tuning_pairs import example_pairs, letters_read_by, read_table

    predictor = load_predictor(options)
    letters = letters_read_by(predictor)
    pairs = read_table(options.pairs, letters) if options.pairs else example_pairs(letters)
    settings = TuningSettings(layers=options.layers, seed=options.seed)
    demo = TuningDemo(predictor.encoder.esm, pairs, settings)
    stopped = False
    try:
        _run(demo)
    except KeyboardInterrupt:
        stopped = True
    result = demo.result()
    if result is None:
        print("Stopped before an epoch had ended: nothing was written.", file=sys.stderr)
    else:
        options.output.write_bytes(result.to_bytes())
        _report(result, options)
    if stopped:
        sys.exit(INTERRUPTED)


def _run(demo: TuningDemo) -> None:
    """Run all steps, and print the losses of each epoch."""
    said = 0
    for progress in demo.steps():
        for point in progress.points[said:]:
            print(
                f"{point.phase} {point.epoch}: training {point.training:.3f}, validation "
                f"{point.validation:.3f} (mean of the training pairs: {progress.baseline:.3f})",
                file=sys.stderr,
            )
        said = len(progress.points)


def _report(result: TunedReadout, options: argparse.Namespace) -> None:
    """Print the card."""
    from dta_demo.results.tuning import NOTE

    card = result.card
    if options.json:
        print_json({"output": str(options.output), "note": NOTE, **card.to_dict()})
        return
    print(f"Wrote {options.output}. {card.summary} {NOTE}")
