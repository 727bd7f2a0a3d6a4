"""Recipe of a checkpoint: one command from the data to the files, resumable at any moment.

1. The profile of the kinase domain, and the frozen encoder's embeddings of every protein (cached).
2. Members: each leaves one fold of every dataset out, never sees it, and predicts it.
3. Cold members, which are not released: molecules, targets or both left out, to measure and
   to calibrate predictions of new ones; and mutants, alone and with molecules.
4. The kernel regression beside them, on the same pairs, and its weight in the prediction.
5. Calibration, reference set and the training record, written with the weights.

The same command started once more beside the first shares the members with it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dta_demo.data.affinities import AffinityData, DataError
from dta_demo.evaluation.cold_split import SplitTrainer
from dta_demo.evaluation.splits import SPLITS, Split
from dta_demo.results.group import GROUPS, Group
from dta_demo.training.cross_validation import CrossValidation
from dta_demo.training.jobs import Job
from dta_demo.training.mutants import predict_mutants
from dta_demo.training.preparation import prepare
from dta_demo.training.rankings import predict_rankings
from dta_demo.training.settings import RecipeSettings
from dta_demo.training.writing import LeftOut, write_checkpoint
from dta_demo.trust.applicability import MUTANTS


class Recipe:
    """One run of the recipe: prepare, train, write."""

    def __init__(self, settings: RecipeSettings) -> None:
        self.prepared = prepare(settings)
        self.cross_validation = CrossValidation(self.prepared)

    def run(self) -> dict[str, object]:
        """Train everything and write the checkpoint; return its training record."""
        folds, cross_validation = self.prepared.settings.folds, self.cross_validation
        jobs = [Job(group, fold) for group in GROUPS for fold in folds]
        of_mutants = [Job(group, fold, mutants=True) for group in MUTANTS for fold in folds]
        if not self.prepared.cold_folds.has_mutants:
            of_mutants = []
        cross_validation.share_out([*jobs, *of_mutants])
        held_out = [part for job in jobs for part in cross_validation.predict_left_out(job)]
        predicted = (predict_mutants(cross_validation, job) for job in of_mutants)
        mutants = [each for each in predicted if each is not None]
        both_new = [job for job in jobs if job.group is Group.BOTH_NEW]
        rankings = [predict_rankings(cross_validation, job) for job in both_new]
        compared = cross_validation.compare_poolings(held_out)
        left_out = LeftOut(held_out, mutants, rankings)
        return write_checkpoint(self.prepared, cross_validation, left_out, compared)

    def split_trainer(self, kernel_weights: Mapping[str, np.ndarray]) -> SplitTrainer:
        """Build the trainer that `evaluate_split` calls on each fold of a cold split.

        Parameters
        ----------
        kernel_weights : mapping of str to numpy.ndarray, shape (5,)
            Weight of the kernel regression for each label and group, from the checkpoint.
        """

        def predict(
            data: AffinityData, train: np.ndarray, test: np.ndarray, split: Split, fold: int
        ) -> np.ndarray:
            job = Job(SPLITS[split], fold)
            left_out = next(self.cross_validation.predict_left_out(job))
            if not np.array_equal(left_out.source.affinity, data.affinity[test]):
                raise DataError(
                    f"The first dataset to train on, {left_out.source.name}, is not the one "
                    f"to evaluate, {data.name}."
                )
            return np.asarray(left_out.blended(kernel_weights).predicted.mean(axis=0))

        return predict
