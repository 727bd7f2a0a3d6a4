"""Verbs on the checkpoint: ``evaluate``, ``info`` and ``benchmark``."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dta_demo.cli.options import Verbs, add_folds, add_precision, add_verb, load_predictor
from dta_demo.cli.output import flatten, print_figures, print_json


def add_evaluation_verbs(verbs: Verbs) -> None:
    """Add the verbs of this group, with their options."""
    _add_evaluate(verbs)
    add_verb(verbs, "info", run_info, "what the checkpoint is and how it did in validation")
    _add_benchmark(verbs)


def _add_evaluate(verbs: Verbs) -> None:
    verb = add_verb(verbs, "evaluate", run_evaluate, "score the checkpoint on measured pairs")
    verb.add_argument("--data", required=True, type=Path, help="folder of a dataset")
    add_precision(verb)
    held_out = verb.add_mutually_exclusive_group()
    add_folds(
        held_out,
        "folds such as 0,1, each scored only by the members that left it out; a fold whose "
        "pairs are not exactly those that training recorded as left out is refused",
        default=(),
    )
    held_out.add_argument(
        "--split",
        choices=("new-drug", "new-target", "both-new"),
        help="score a cold split of five folds, fitted anew on each, with the baselines",
    )
    verb.add_argument(
        "--run",
        type=Path,
        dest="run_folder",
        help="for --split: folder of a training run, whose cold members are used or trained; "
        "without it only the baselines are scored",
    )
    _add_comparisons(verb)


def _add_comparisons(verb: argparse.ArgumentParser) -> None:
    """Add the options of what the checkpoint is compared with."""
    verb.add_argument(
        "--baselines",
        action="store_true",
        help="score simple methods on the same pairs, fitted on the other folds or --train-data",
    )
    verb.add_argument(
        "--train-data", type=Path, help="folder of the pairs that the baselines are fitted on"
    )
    verb.add_argument(
        "--controls",
        action="store_true",
        help="score the model with proteins shuffled, and with proteins and molecules permuted",
    )
    verb.add_argument(
        "--plots",
        type=Path,
        metavar="FOLDER",
        help="write calibration.png and errors.png here, and reliability.png of the chance of "
        "binding where no folds are named",
    )
    verb.add_argument(
        "--output", type=Path, metavar="FILE.csv", help="write the prediction of every pair here"
    )


def run_evaluate(options: argparse.Namespace) -> None:
    """Score the checkpoint, and what it is compared with."""
    if options.split:
        if options.train_data or options.controls or options.plots:
            raise ValueError("--split takes no --train-data, --controls or --plots.")
        if options.output and not options.run_folder:
            raise ValueError("With --split, --output writes what the members of a --run predict.")
    if options.output:
        from dta_demo.evaluation.predictions_file import refuse_unwritable

        refuse_unwritable(options.output)
    document = _evaluate_split(options) if options.split else _evaluate(options)
    if options.json:
        print_json(document)
        return
    from dta_demo.evaluation.report import format_evaluation

    print(format_evaluation(document))


def _evaluate(options: argparse.Namespace) -> dict[str, Any]:
    from dta_demo.evaluation.evaluate import Extras, evaluate

    if options.train_data and not options.baselines:
        raise ValueError("--train-data is what --baselines are fitted on; name both.")
    extras = Extras(
        options.baselines, options.train_data, options.controls, options.plots, options.output
    )
    document = evaluate(load_predictor(options), options.data, options.folds, extras)
    if document["trained_on"]:
        print(
            "dta_demo: these pairs are training data of some members; name --folds to score "
            "each by members that left it out.",
            file=sys.stderr,
        )
    return document


def _evaluate_split(options: argparse.Namespace) -> dict[str, Any]:
    from dta_demo.evaluation.cold_split import evaluate_split

    predictor = load_predictor(options)
    if options.run_folder:
        from dta_demo.training.recipe import Recipe
        from dta_demo.training.settings import RecipeSettings

        recipe = Recipe(RecipeSettings.load(options.run_folder))
        trainer = recipe.split_trainer(predictor.kernel_weights())
        return evaluate_split(predictor, options.data, options.split, trainer, options.output)
    print(
        "dta_demo: the released members have seen what a split holds out, so that only the "
        "baselines are scored; name the folder of a training run with --run to score members "
        "that have not.",
        file=sys.stderr,
    )
    return evaluate_split(predictor, options.data, options.split)


def run_info(options: argparse.Namespace) -> None:
    """Print what the checkpoint is, and on what it runs."""
    from dta_demo.predictor.caches import describe_caches
    from dta_demo.runtime.machine import describe_machine

    predictor = load_predictor(options)
    figures = predictor.info().to_dict()
    running = describe_machine(predictor.encoder.device).to_dict()
    running["caches"] = {
        name: {**asdict(status), "hit_rate": status.hit_rate}
        for name, status in describe_caches().items()
    }
    if options.json:
        print_json(figures | running)
    else:
        print_figures(figures | flatten(running))


def _add_benchmark(verbs: Verbs) -> None:
    verb = add_verb(verbs, "benchmark", run_benchmark, "measure speed and memory, as ratios")
    verb.add_argument("names", nargs="*", metavar="NAME", help="which ones; all by default")
    verb.add_argument("--quick", action="store_true", help="a short run, to see that it works")
    verb.add_argument("--data", type=Path, help="folder of the Davis data, for training")


def run_benchmark(options: argparse.Namespace) -> None:
    """Measure, and print a table."""
    from dta_demo.benchmarks.records import Settings
    from dta_demo.benchmarks.runner import NAMES, format_table, run_benchmarks

    settings = Settings(options.quick, options.checkpoint, options.device, options.data)
    document = run_benchmarks(options.names or NAMES, settings)
    if options.json:
        print_json(document)
    else:
        print(format_table(document))
