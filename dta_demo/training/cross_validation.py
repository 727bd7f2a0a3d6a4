"""Cross-validation: a member for every job, and its predictions of the pairs that it left out."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from filelock import Timeout

from dta_demo.training.drug_encoders import DrugEncoders
from dta_demo.training.held_out import HeldOut, score_poolings
from dta_demo.training.jobs import Job
from dta_demo.training.kernel_cross_validation import KernelCrossValidation
from dta_demo.training.member import MemberTrainer, Network
from dta_demo.training.phases import first_phase, second_phase
from dta_demo.training.preparation import Preparation


class CrossValidation:
    """Members and kernel regressions, trained for one job after the other.

    Attributes
    ----------
    networks : dict of int to Network
        Trained members to release, by the fold that each left out.
    drugs : DrugEncoders
    kernels : KernelCrossValidation
    """

    def __init__(self, prepared: Preparation) -> None:
        self.prepared = prepared
        self.networks: dict[int, Network] = {}
        self.drugs = DrugEncoders(prepared)
        self.kernels = KernelCrossValidation(prepared, self.drugs)

    def share_out(self, jobs: Sequence[Job]) -> None:
        """Train the drug encoders and the members that no other process is training."""
        self.drugs.share_out(dict.fromkeys(job.left_out_targets for job in jobs))
        for job in jobs:
            with contextlib.suppress(Timeout):
                self._first_phase(job).run(wait=False)

    def predict_left_out(self, job: Job) -> Iterator[HeldOut]:
        """Predict the pairs that a job leaves out, training its member if that is not done.

        Yields
        ------
        HeldOut
            For each dataset that has such pairs, the first dataset first.
        """
        trainer = self.train(job)
        sources = {source.name: source for source in self.prepared.table.sources}
        splits = {
            name: self.prepared.cold_folds.split(job, source) for name, source in sources.items()
        }
        for name, values, groups in self.kernels.predict(job, splits):
            _, left_out = splits[name]
            tested = sources[name].take(left_out)
            if len(tested.affinity):
                outputs = trainer.predict(tested)
                yield HeldOut.of(job, tested, outputs, values, groups)

    def compare_poolings(self, held_out: Sequence[HeldOut]) -> dict[str, object]:
        """Compare the poolings with the encoder frozen and tuned, on the first fold left out.

        Networks alone: the kernel regression has no pooling.
        """
        frozen = held_out[0]
        settings = self.prepared.settings
        floor = self.prepared.floors[frozen.source.name]
        compared = {"frozen": score_poolings([frozen], floor)}
        layers = settings.compared_layers
        if layers and not settings.tuned_layers:
            trained = self.networks[frozen.job.fold]
            inputs = self.drugs.inputs(frozen.job.left_out_targets)
            tuner = second_phase(self.prepared, frozen.job, inputs, trained, layers)
            tuner.run()
            outputs = tuner.predict(frozen.source)
            tuned = replace(frozen, predicted=outputs[..., frozen.source.label])
            compared["tuned"] = score_poolings([tuned], floor)
        return {
            "fold": frozen.job.fold,
            "n": len(frozen.source.affinity),
            "layers": layers,
            **compared,
        }

    def train(self, job: Job) -> MemberTrainer:
        """Train a job's member, a released one also in the second phase where there is one."""
        trainer = self._first_phase(job)
        network = trainer.run()
        if not job.is_released:
            return trainer
        layers = self.prepared.settings.tuned_layers
        if layers:
            inputs = self.drugs.inputs(job.left_out_targets)
            trainer = second_phase(self.prepared, job, inputs, network, layers)
            network = trainer.run()
        self.networks[job.fold] = network
        return trainer

    def _first_phase(self, job: Job) -> MemberTrainer:
        return first_phase(self.prepared, job, self.drugs.inputs(job.left_out_targets))
