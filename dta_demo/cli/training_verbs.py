"""Verbs on the way to a checkpoint: ``train`` and ``fetch``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dta_demo.cli.options import Verbs, add_folds

if TYPE_CHECKING:
    from dta_demo.training.settings import RecipeSettings


def add_training_verbs(verbs: Verbs) -> None:
    """Add the verbs of this group, with their options."""
    _add_train(verbs)
    _add_fetch(verbs)


def _add_train(verbs: Verbs) -> None:
    verb = verbs.add_parser("train", help="train a checkpoint", description="train a checkpoint")
    verb.set_defaults(run=run_train)
    verb.add_argument(
        "--data",
        required=True,
        nargs="+",
        type=Path,
        help="folders in the tidy layout; the first is the one whose result is reported",
    )
    verb.add_argument(
        "--encoder", default="facebook/esm2_t6_8M_UR50D", help="folder or hub name of an ESM-2"
    )
    verb.add_argument(
        "--kinome",
        type=Path,
        help="CSV file of whole kinases, for targets whose sequence lacks the kinase domain",
    )
    verb.add_argument("--run", type=Path, default=Path("runs/latest"), dest="run_folder")
    verb.add_argument("--output", type=Path, required=True, help="folder of the checkpoint")
    verb.add_argument("--epochs", type=int)
    verb.add_argument("--seed", type=int)
    add_folds(verb, "leave out these folds only")
    verb.add_argument(
        "--tune-layers",
        type=int,
        default=0,
        dest="tuned_layers",
        help="second phase: train the encoder's last layers too; needs one fold",
    )
    verb.add_argument(
        "--compare-layers",
        type=int,
        default=2,
        dest="compared_layers",
        help="last layers to tune once, to compare the poolings with a tuned encoder; 0 for none",
    )
    verb.add_argument("--sample", type=float, default=1.0, help="share of the pairs to use")
    verb.add_argument("--device", default="auto")


def run_train(options: argparse.Namespace) -> None:
    """Train a checkpoint."""
    from dta_demo.training.recipe import Recipe

    Recipe(read_settings(options)).run()
    print(f"Wrote the checkpoint to {options.output}.", file=sys.stderr)


def read_settings(options: argparse.Namespace) -> RecipeSettings:
    """Turn the options of ``train`` into settings."""
    from dta_demo.evaluation.splits import FOLDS
    from dta_demo.training.settings import MemberSettings, RecipeSettings

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
        kinome=options.kinome,
    )


def _add_fetch(verbs: Verbs) -> None:
    summary = "download a dataset of the DeepDTA release"
    verb = verbs.add_parser("fetch", help=summary, description=summary)
    verb.set_defaults(run=run_fetch)
    verb.add_argument("name", choices=("davis", "kiba"))
    verb.add_argument("--output", required=True, type=Path, help="folder of the dataset")
    verb.add_argument("--source", help="address of the release's data folder; also DTA_DATA_SOURCE")
    verb.add_argument("--overwrite", action="store_true", help="replace files that are there")


def run_fetch(options: argparse.Namespace) -> None:
    """Download a dataset."""
    from dta_demo.data.fetch import fetch_release

    data = fetch_release(options.name, options.output, options.source, options.overwrite)
    print(
        f"Wrote {data.name} to {options.output}: {len(data):,} pairs of {len(data.drugs):,} drugs "
        f"and {len(data.targets):,} targets, {data.is_test.sum():,} pairs in the test fold."
    )
