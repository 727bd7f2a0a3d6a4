"""Ablation of the data sets: what new molecules are predicted like without each one of them.

``python -m dta_demo.training.ablation --run RUN --seeds 0 1 --output FILE.json`` trains the members
that leave molecules out on all datasets of a run, without each one after the first, and on the
first alone, with the run's settings but for the seed and fewer epochs. A command that was stopped
goes on from the last finished epoch; started twice, it shares the members with itself. Then
``python -m dta_demo.training.card`` takes the file among the evaluations.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock

from dta_demo.data.affinities import DataError
from dta_demo.evaluation.metrics import concordance_index, mean_squared_error
from dta_demo.evaluation.predictions_file import refuse_unwritable
from dta_demo.model.labels import LABELS
from dta_demo.results.group import Group
from dta_demo.training.cross_validation import CrossValidation
from dta_demo.training.held_out import HeldOut, choose_kernel_weights
from dta_demo.training.jobs import Job
from dta_demo.training.preparation import PROFILE_FILE, Preparation, prepare
from dta_demo.training.settings import RecipeSettings

ALL = "all"
EPOCHS = 10
FOLDER = "ablation"
FIGURES_FILE = "figures.json"
METRICS = {"mse": mean_squared_error, "ci": concordance_index}


@dataclass(frozen=True)
class Combination:
    """Datasets of a run that are trained on together.

    Attributes
    ----------
    name : str
        ``"all"``, ``"without kiba"`` or ``"davis alone"``.
    data : tuple of Path
        Their folders, the first dataset of the run first.
    """

    name: str
    data: tuple[Path, ...]


def list_combinations(data: Sequence[Path]) -> list[Combination]:
    """List all datasets, all without each one after the first, and the first alone.

    Raises
    ------
    DataError
        When there is one dataset only.
    """
    first, *others = data
    if not others:
        raise DataError(f"The run has one dataset, {first.name}: there is none to leave out.")
    without = [
        Combination(f"without {left_out.name}", tuple(each for each in data if each != left_out))
        for left_out in others
        if len(others) > 1  # Without the only other one, the first is alone.
    ]
    return [Combination(ALL, tuple(data)), *without, Combination(f"{first.name} alone", (first,))]


class Ablation:
    """Scores of new molecules by combination and seed, kept below the folder of a run.

    Parameters
    ----------
    settings : RecipeSettings
        Of the run whose data, encoder, profile and encoded proteins are used.
    epochs : int
        Of every member.
    """

    def __init__(self, settings: RecipeSettings, epochs: int = EPOCHS) -> None:
        self.settings, self.epochs = settings, epochs
        self.combinations = list_combinations(settings.data)

    def run(self, seeds: Sequence[int]) -> dict[str, Any]:
        """Train and score whatever is not done; return the document for the model card."""
        scores = {each.name: self._score(each, seeds) for each in self.combinations}
        return {
            "dataset": self.settings.data[0].name,
            "split": Group.NEW_DRUG.cold_split,
            "epochs": self.epochs,
            "folds": list(self.settings.folds),
            "seeds": list(seeds),
            "combinations": {
                name: {**_average(by_seed), "by_seed": by_seed, **compare(by_seed, scores[ALL])}
                for name, by_seed in scores.items()
            },
        }

    def _score(self, combination: Combination, seeds: Sequence[int]) -> dict[str, Any]:
        """Scores of one combination by seed; its data are read only where some are missing."""
        prepared, scores = None, {}
        for seed in seeds:
            run = self._folder(combination) / f"seed-{seed}-epochs-{self.epochs}"
            path = run / FIGURES_FILE
            if not path.exists():
                print(f"ablation: {combination.name}, seed {seed}", file=sys.stderr)
                prepared = prepared or self._prepare(combination)
                _write(path, score_new_drugs(seeded(prepared, seed, self.epochs, run)))
            scores[str(seed)] = json.loads(path.read_text(encoding="utf-8"))
        return scores

    def _folder(self, combination: Combination) -> Path:
        return self.settings.run / FOLDER / combination.name.replace(" ", "-")

    def _prepare(self, combination: Combination) -> Preparation:
        """Read the data of a combination, once for all seeds.

        The kinase profile is the run's, and proteins that were encoded together are taken from it
        or from another combination.
        """
        folder = self._folder(combination)
        folder.mkdir(parents=True, exist_ok=True)
        run = self.settings.run
        with FileLock(folder / "lock"):
            for encoded in [*run.glob("regions-*.safetensors"), *self._encoded_elsewhere()]:
                _link(encoded, folder / encoded.name)
            if not (run / PROFILE_FILE).exists():
                raise DataError(f"{run} has no {PROFILE_FILE}: start its training first.")
            _link(run / PROFILE_FILE, folder / PROFILE_FILE)
            return prepare(replace(self.settings, data=combination.data, run=folder))

    def _encoded_elsewhere(self) -> list[Path]:
        return list(self.settings.run.glob(f"{FOLDER}/*/regions-*.safetensors"))


def seeded(prepared: Preparation, seed: int, epochs: int, run: Path) -> Preparation:
    """Give a preparation another seed, number of epochs and folder; its data stay."""
    member = replace(prepared.settings.member, seed=seed, epochs=epochs)
    settings = replace(prepared.settings, member=member, run=run)
    settings.save()
    return replace(prepared, settings=settings)


def score_new_drugs(prepared: Preparation) -> dict[str, Any]:
    """Score predictions of new molecules, networks and kernel regression blended.

    Returns
    -------
    dict
        Mean over the folds of each of `METRICS` on the first dataset, the kernel weight, and the
        metrics of each fold.
    """
    cross_validation = CrossValidation(prepared)
    jobs = [Job(Group.NEW_DRUG, fold) for fold in prepared.settings.folds]
    cross_validation.share_out(jobs)
    # The first dataset comes first, and only it is scored.
    held_out = [next(cross_validation.predict_left_out(job)) for job in jobs]
    first = prepared.table.sources[0]
    floor, label = prepared.floors[first.name], LABELS[first.label]
    weights = {label: choose_kernel_weights(held_out, first, floor)}
    folds = list(_score_folds([part.blended(weights) for part in held_out], floor))
    return {
        **{name: float(np.mean([fold[name] for fold in folds])) for name in METRICS},
        "kernel_weight": float(weights[label][Group.NEW_DRUG.place]),
        "folds": folds,
    }


def _score_folds(blended: Sequence[HeldOut], floor: float | None) -> Iterator[dict[str, Any]]:
    for part in blended:
        measured, predicted = part.source.affinity, part.clipped(floor)
        figures = {name: score(measured, predicted) for name, score in METRICS.items()}
        yield {"fold": part.job.fold, "n": len(measured), **figures}


def _average(by_seed: dict[str, Any]) -> dict[str, float]:
    """Mean over the seeds of what is the mean over the folds."""
    return {name: float(np.mean([each[name] for each in by_seed.values()])) for name in METRICS}


def compare(by_seed: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    """Compare scores with those of all datasets, in pairs of the same fold and seed.

    Returns
    -------
    dict
        Under ``difference``, for each of `METRICS`, the ``mean`` of the differences and its
        ``standard_error``, None for a single one; nothing for all datasets themselves. Seeds of
        one fold have its pairs in common, so that the error is that of these folds.
    """
    if by_seed is whole:
        return {}
    found = {}
    for name in METRICS:
        apart = _values(by_seed, name) - _values(whole, name)
        error = float(apart.std(ddof=1) / np.sqrt(len(apart))) if len(apart) > 1 else None
        found[name] = {"mean": float(apart.mean()), "standard_error": error}
    return {"difference": found}


def _values(by_seed: dict[str, Any], name: str) -> np.ndarray:
    """Metric of every fold of every seed: (seeds * folds,)."""
    return np.array([fold[name] for each in by_seed.values() for fold in each["folds"]])


def _link(source: Path, target: Path) -> None:
    """Give a file another name, where none has it: a run never changes what is there."""
    if not target.exists():
        os.link(source, target)


def _write(path: Path, document: dict[str, Any]) -> None:
    """Write JSON so that a kill at any moment leaves the whole file or none."""
    partial = path.with_suffix(f".{os.getpid()}")  # Another process may write the same.
    partial.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    partial.replace(path)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the ablation that the command line asks for and write its document."""
    parser = argparse.ArgumentParser("ablation", description="what each data set gives")
    parser.add_argument("--run", type=Path, required=True, help="folder of a training run")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0], help="one run for each")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help=f"{EPOCHS} by default")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE.json")
    options = parser.parse_args(arguments)
    refuse_unwritable(options.output)
    document = Ablation(RecipeSettings.load(options.run), options.epochs).run(options.seeds)
    _write(options.output, document)


if __name__ == "__main__":
    try:
        main()
    except ValueError as error:
        sys.exit(f"ablation: {error}")
