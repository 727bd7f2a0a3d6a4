"""The command line: ``python -m dta_demo VERB``.

Each verb imports what it needs when it runs, so that ``--help`` answers at once.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dta_demo.inputs.molecule import Drug
    from dta_demo.inputs.protein import Protein
    from dta_demo.predictor.predictor import AffinityPredictor
    from dta_demo.training.recipe import RecipeSettings

BAD_INPUT = 2
"""Exit status where what the user gave cannot be used."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit status."""
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
    parser = argparse.ArgumentParser(
        prog="python -m dta_demo",
        description="Drug-target affinity from a protein sequence and a SMILES.",
    )
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    predict = _add_verb(verbs, "predict", run_predict, "predict the affinity of a pair")
    _add_protein(predict)
    _add_smiles(predict)
    _add_precision(predict)
    predict.add_argument(
        "--controls",
        action="store_true",
        help="also the molecule with the protein shuffled, and the means of the training data",
    )
    attention = _add_verb(verbs, "attention", run_attention, "attention that residues receive")
    _add_protein(attention)
    attention.add_argument(
        "--map",
        nargs=2,
        type=int,
        metavar=("LAYER", "HEAD"),
        help="write this full map as .npy; 0 is the mean over all, head -1 their maximum",
    )
    attention.add_argument(
        "--window", type=int, help="which part of a protein read in several windows the map is of"
    )
    attention.add_argument("--output", type=Path, help="file of the full map")
    explain = _add_verb(verbs, "explain", run_explain, "what residues and atoms contribute")
    _add_protein(explain)
    _add_smiles(explain)
    explain.add_argument("--layer", type=int, help="whose attention is checked; the last one")
    explain.add_argument("--head", type=int, default=0, help="0, as it is, for the mean over heads")
    poolings = _add_verb(verbs, "poolings", run_poolings, "the four poolings side by side")
    _add_protein(poolings)
    _add_smiles(poolings)
    _add_evaluate(verbs)
    _add_verb(verbs, "info", run_info, "what the checkpoint is and how it did in validation")
    _add_benchmark(verbs)
    _add_train(verbs)
    _add_fetch(verbs)
    return parser


def _add_verb(
    verbs: Any, name: str, run: Callable[[argparse.Namespace], None], summary: str
) -> argparse.ArgumentParser:
    verb: argparse.ArgumentParser = verbs.add_parser(name, help=summary, description=summary)
    verb.set_defaults(run=run, precision="float32")
    verb.add_argument("--json", action="store_true", help="print one JSON document")
    verb.add_argument("--checkpoint", type=Path, help="folder of another checkpoint")
    verb.add_argument("--device", default="auto", help="cpu, cuda or mps; found by itself")
    return verb


def _add_protein(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--protein", required=True, help="sequence, or a FASTA file")


def _add_precision(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--precision",
        choices=("float32", "bfloat16"),
        help="of the protein encoder; bfloat16 is faster where the processor has it",
    )


def _add_smiles(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--smiles", required=True, help="molecule as SMILES")


def _add_evaluate(verbs: Any) -> None:
    verb = _add_verb(verbs, "evaluate", run_evaluate, "score the checkpoint on measured pairs")
    verb.add_argument("--data", required=True, type=Path, help="folder of a dataset")
    _add_precision(verb)
    what = verb.add_mutually_exclusive_group()
    what.add_argument(
        "--folds",
        type=_numbers,
        default=(),
        help="folds such as 0,1, each scored only by the members that left it out; a fold whose "
        "pairs are not exactly those that training recorded as left out is refused",
    )
    what.add_argument(
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
        "--plots", type=Path, metavar="FOLDER", help="write calibration.png and errors.png here"
    )


def _add_benchmark(verbs: Any) -> None:
    verb = _add_verb(verbs, "benchmark", run_benchmark, "measure speed and memory, as ratios")
    verb.add_argument("names", nargs="*", metavar="NAME", help="which ones; all by default")
    verb.add_argument("--quick", action="store_true", help="a short run, to see that it works")
    verb.add_argument("--data", type=Path, help="folder of the Davis data, for training")


def _add_train(verbs: Any) -> None:
    train = verbs.add_parser("train", help="train a checkpoint", description="train a checkpoint")
    train.set_defaults(run=run_train)
    train.add_argument(
        "--data",
        required=True,
        nargs="+",
        type=Path,
        help="folders in the tidy layout; the first is the one whose result is reported",
    )
    train.add_argument(
        "--encoder", default="facebook/esm2_t6_8M_UR50D", help="folder or hub name of an ESM-2"
    )
    train.add_argument("--run", type=Path, default=Path("runs/latest"), dest="run_folder")
    train.add_argument("--output", type=Path, required=True, help="folder of the checkpoint")
    train.add_argument("--epochs", type=int)
    train.add_argument("--seed", type=int)
    train.add_argument("--folds", type=_numbers, help="leave out these folds only")
    train.add_argument(
        "--tune-layers",
        type=int,
        default=0,
        dest="tuned_layers",
        help="second phase: train the encoder's last layers too; needs one fold",
    )
    train.add_argument(
        "--compare-layers",
        type=int,
        default=2,
        dest="compared_layers",
        help="last layers to tune once, to compare the poolings with a tuned encoder; 0 for none",
    )
    train.add_argument("--sample", type=float, default=1.0, help="share of the pairs to use")
    train.add_argument("--device", default="auto")


def _add_fetch(verbs: Any) -> None:
    summary = "download a dataset of the DeepDTA release"
    fetch = verbs.add_parser("fetch", help=summary, description=summary)
    fetch.set_defaults(run=run_fetch)
    fetch.add_argument("name", choices=("davis", "kiba"))
    fetch.add_argument("--output", required=True, type=Path, help="folder of the dataset")
    fetch.add_argument(
        "--source", help="address of the release's data folder; also DTA_DATA_SOURCE"
    )
    fetch.add_argument("--overwrite", action="store_true", help="replace files that are there")


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def read_protein(argument: str) -> str:
    """Read the protein argument: the text of a file where it names one, or the text itself."""
    path = Path(argument)
    try:
        named = path.is_file()
    except (OSError, ValueError):  # A sequence can be too long for a file's name.
        named = False
    try:
        return path.read_text(encoding="utf-8") if named else argument
    except UnicodeDecodeError as error:
        raise ValueError(f"{argument} is not a text file.") from error


def read_pair(options: argparse.Namespace) -> tuple[Protein, Drug]:
    """Check both inputs before the model is loaded, so that bad ones are refused at once."""
    from dta_demo.inputs.molecule import parse_drug
    from dta_demo.inputs.protein import parse_protein

    return parse_protein(read_protein(options.protein)), parse_drug(options.smiles)


def load_predictor(options: argparse.Namespace) -> AffinityPredictor:
    """Load the checkpoint that the options name, quietly."""
    from dta_demo.runtime.loading import uncollected

    with uncollected():
        from transformers.utils import logging

        from dta_demo.predictor.predictor import AffinityPredictor

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    return AffinityPredictor.load(options.checkpoint, options.device, options.precision)


def run_predict(options: argparse.Namespace) -> None:
    """Predict one pair, beside its controls where they are asked for."""
    from dta_demo.cli.report import describe_controls, describe_prediction

    protein, drug = read_pair(options)
    predictor = load_predictor(options)
    if options.controls:
        controls = predictor.controls(protein, drug)
        document = controls.to_document()
        lines = [*describe_prediction(controls.prediction), *describe_controls(controls)]
    else:
        prediction = predictor.predict(protein, drug)
        document, lines = prediction.to_dict(), describe_prediction(prediction)
    if options.json:
        print_json(document)
    else:
        print("\n".join(lines))


def run_attention(options: argparse.Namespace) -> None:
    """Give the attention received, or write one full map."""
    from dta_demo.inputs.protein import parse_protein

    protein = parse_protein(read_protein(options.protein))
    predictor = load_predictor(options)
    if options.map:
        import numpy as np

        layer, head = options.map
        output = options.output or Path(f"attention-layer{layer}-head{head}.npy")
        np.save(output, predictor.attention_map(protein, layer, head, options.window))
        print(f"Wrote {output}.", file=sys.stderr)
    report = predictor.attention(protein)
    if options.json:
        print_json(report.to_dict())
    elif not options.map:
        profile = report.received.mean(axis=(0, 1))
        for place in profile.argsort()[::-1][:20]:
            share = profile[place] * len(profile)
            print(f"{protein.sequence[place]}{place + 1}\t{share:.2f} times the even share")


def run_explain(options: argparse.Namespace) -> None:
    """Attribute one prediction to residues and atoms, and check whether that is faithful."""
    protein, drug = read_pair(options)
    predictor = load_predictor(options)

    from dta_demo.cli.report import describe_explanation
    from dta_demo.explain import explain

    explanation = explain(predictor, protein, drug, options.layer, options.head)
    if options.json:
        print_json(explanation.to_dict())
    else:
        print("\n".join(describe_explanation(explanation)))


def run_poolings(options: argparse.Namespace) -> None:
    """Compare the poolings on one pair."""
    protein, drug = read_pair(options)
    report = load_predictor(options).poolings(protein, drug)
    if options.json:
        print_json(report.to_dict())
        return
    prediction = report.prediction
    for name in report.names:
        print(f"{name}\t{prediction.say(prediction.by_pooling[name])}")


def run_evaluate(options: argparse.Namespace) -> None:
    """Score the checkpoint, and what it is compared with."""
    if options.split:
        if options.train_data or options.controls or options.plots:
            raise ValueError("--split takes no --train-data, --controls or --plots.")
        document = _evaluate_split(options)
    else:
        document = _evaluate(options)
    if options.json:
        print_json(document)
        return
    from dta_demo.evaluation.report import format_evaluation

    print(format_evaluation(document))


def _evaluate(options: argparse.Namespace) -> dict[str, Any]:
    from dta_demo.evaluation.evaluate import Extras, evaluate

    if options.train_data and not options.baselines:
        raise ValueError("--train-data is what --baselines are fitted on; name both.")
    extras = Extras(options.baselines, options.train_data, options.controls, options.plots)
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
        from dta_demo.training.recipe import Recipe, RecipeSettings

        kernels = predictor.ensemble.kernels
        shares = {label: kernel.shares for label, kernel in kernels.items()}
        trainer = Recipe(RecipeSettings.load(options.run_folder)).split_trainer(shares)
        return evaluate_split(predictor, options.data, options.split, trainer)
    print(
        "dta_demo: the released members have seen what a split holds out, so that only the "
        "baselines are scored; name the folder of a training run with --run to score members "
        "that have not.",
        file=sys.stderr,
    )
    return evaluate_split(predictor, options.data, options.split)


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


def run_info(options: argparse.Namespace) -> None:
    """Say what the checkpoint is."""
    _print_figures(load_predictor(options).info(), options.json)


def run_train(options: argparse.Namespace) -> None:
    """Train a checkpoint."""
    from dta_demo.training.recipe import Recipe

    Recipe(read_settings(options)).run()
    print(f"Wrote the checkpoint to {options.output}.", file=sys.stderr)


def run_fetch(options: argparse.Namespace) -> None:
    """Download a dataset."""
    from dta_demo.data.fetch import fetch_release

    data = fetch_release(options.name, options.output, options.source, options.overwrite)
    print(
        f"Wrote {data.name} to {options.output}: {len(data):,} pairs of {len(data.drugs):,} drugs "
        f"and {len(data.targets):,} targets, {data.is_test.sum():,} pairs in the test fold."
    )


def read_settings(options: argparse.Namespace) -> RecipeSettings:
    """Turn the options of ``train`` into settings."""
    from dta_demo.training.member import MemberSettings
    from dta_demo.training.recipe import FOLDS, RecipeSettings

    given = {name: getattr(options, name) for name in ("epochs", "seed")}
    return RecipeSettings(
        data=tuple(options.data),
        encoder=options.encoder,
        run=options.run_folder,
        output=options.output,
        folds=options.folds or tuple(range(FOLDS)),
        member=MemberSettings(
            **{name: value for name, value in given.items() if value is not None}
        ),
        tuned_layers=options.tuned_layers,
        compared_layers=options.compared_layers,
        device=options.device,
        sample=options.sample,
    )


def _print_figures(figures: dict[str, object], as_json: bool) -> None:
    if as_json:
        print_json(figures)
        return
    for name, value in figures.items():
        print(f"{name}\t{value}")


def print_json(document: dict[str, Any]) -> None:
    """Print one JSON document on standard output."""
    print(json.dumps(document))
