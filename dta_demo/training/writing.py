"""Files of a trained checkpoint: weights, reference set, calibration, training record and card."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from transformers import EsmModel

from dta_demo.checkpoint.seal import seal
from dta_demo.evaluation.calibration import fit_calibration
from dta_demo.evaluation.metrics import ACTIVE_FROM
from dta_demo.kinases.known import KNOWN_KINASES
from dta_demo.model.labels import LABELS, PKD
from dta_demo.model.network import DTAModel
from dta_demo.results.group import GROUPS
from dta_demo.training.binding import calibrate_binding
from dta_demo.training.card import write_card
from dta_demo.training.cross_validation import CrossValidation
from dta_demo.training.held_out import (
    HeldOut,
    choose_kernel_weights,
    gather,
    score_parts,
    summarise,
)
from dta_demo.training.kernel_fit import SETTINGS as KERNELS
from dta_demo.training.molecules import MoleculeSettings
from dta_demo.training.mutants import LeftOutMutants, calibrate_mutants
from dta_demo.training.pairs import Source
from dta_demo.training.preparation import PROFILE_FILE, Preparation
from dta_demo.training.rankings import score_rankings
from dta_demo.training.reference import save_reference
from dta_demo.training.tuning import tuned_weights
from dta_demo.trust.binding import save_bindings
from dta_demo.trust.calibration import Calibration, save_calibrations

WITHOUT_POCKET = "new, without a pocket"
"""Name of the kernel weight of proteins that are compared with none of the panel's."""


@dataclass(frozen=True)
class LeftOut:
    """Predictions of the networks and of the kernel regression of what jobs left out.

    Attributes
    ----------
    pairs : sequence of HeldOut
        The pairs that every job left out.
    mutants : sequence of LeftOutMutants
    rankings : sequence of HeldOut
        Molecules that were left out with all targets, see `predict_rankings`.
    """

    pairs: Sequence[HeldOut]
    mutants: Sequence[LeftOutMutants]
    rankings: Sequence[HeldOut]


def write_checkpoint(
    prepared: Preparation,
    cross_validation: CrossValidation,
    left_out: LeftOut,
    compared: dict[str, object],
) -> dict[str, object]:
    """Write the checkpoint into the output folder and return its training record.

    Parameters
    ----------
    compared : dict
        From `CrossValidation.compare_poolings`.
    """
    output, table, floors = prepared.settings.output, prepared.table, prepared.floors
    held_out, first = left_out.pairs, table.sources[0]
    save_encoders(prepared, cross_validation)
    kernels = cross_validation.kernels
    kernel_weights = {
        label: choose_kernel_weights(held_out, source, floors[source.name])
        for label, source in kernels.sources.items()
    }
    kernels.save(kernel_weights, output)
    blended = [part.blended(kernel_weights) for part in held_out]
    calibrations = calibrate(blended, table.panels, floors)
    label, floor = LABELS[first.label], floors[first.name]
    calibrations[label], mutants = calibrate_mutants(
        calibrations[label], left_out.mutants, kernel_weights, label
    )
    save_calibrations(calibrations, output / "calibration.json")
    binding = _calibrate_binding(left_out, kernel_weights, first, calibrations[label], output)
    log = read_logs(prepared.settings.run)
    record = {
        **describe_training(prepared, log, kernel_weights),
        "parts": score_parts(held_out, first.name, floors),
        "poolings": compared,
        "out_of_fold": summarise(blended, calibrations, floors),
        "binding": binding,
        "mutants": {"scale": calibrations[label].mutant_scale, "figures": mutants},
        "rankings": score_rankings(left_out.rankings, kernel_weights, floor),
    }
    write_record(record, log, output)
    write_card(output)
    seal(output)
    return record


def _calibrate_binding(
    left_out: LeftOut,
    kernel_weights: Mapping[str, np.ndarray],
    first: Source,
    calibration: Calibration,
    output: Path,
) -> dict[str, dict[str, Any]]:
    """Calibrate the chance of binding, save it, and return its figures; none where it is not."""
    found = calibrate_binding(left_out.pairs, kernel_weights, first, calibration, left_out.mutants)
    if found is None:
        return {}
    save_bindings({LABELS[PKD]: found.calibration}, output / "binding.json")
    return found.figures


def save_encoders(prepared: Preparation, cross_validation: CrossValidation) -> None:
    """Write the weights, and what proteins and molecules are recognised and compared by."""
    output, table = prepared.settings.output, prepared.table
    output.mkdir(parents=True, exist_ok=True)
    save_weights(prepared, cross_validation, output)
    table.proteins.save(output / KNOWN_KINASES)
    shutil.copy(prepared.settings.run / PROFILE_FILE, output / PROFILE_FILE)
    save_reference(table, prepared.regions, output)


def save_weights(prepared: Preparation, cross_validation: CrossValidation, output: Path) -> None:
    """Join the encoders and the weights of every member in one model and save it."""
    settings, networks = prepared.settings, cross_validation.networks
    model = DTAModel(prepared.config)
    model.drug_encoder.load_state_dict(cross_validation.drugs.encoder().state_dict())
    released = [networks[fold] for fold in settings.folds]
    frozen = prepared.encoder.esm.state_dict()
    model.encoder.esm.load_state_dict(
        tuned_weights(released[0]) if settings.tuned_layers else frozen
    )
    for network, member in zip(released, model.members, strict=True):
        member.load_state_dict(network.member.state_dict())
    model.save(output)


def calibrate(
    blended: Sequence[HeldOut], sources: Sequence[Source], floors: Mapping[str, float | None]
) -> dict[str, Calibration]:
    """Calibrate the intervals of every label, on the pairs of the first dataset that has it."""
    calibrations = {}
    for source in reversed(sources):  # The first of a label comes last, and stays.
        label, floor = LABELS[source.label], floors[source.name]
        groups = {group: gather(blended, source.name, group, floor) for group in GROUPS}
        calibrations[label] = fit_calibration(groups, floor, ACTIVE_FROM[label])
    return calibrations


def describe_training(
    prepared: Preparation,
    log: Sequence[Mapping[str, Any]],
    kernel_weights: Mapping[str, np.ndarray],
) -> dict[str, object]:
    """Describe data and settings of a run, for the training record."""
    settings, table = prepared.settings, prepared.table
    return {
        "command": settings.command(),
        "training_seconds": round(sum(line["seconds"] for line in log)),
        "encoder": name_encoder(prepared.encoder.esm),
        "highest_pkd": max(
            float(source.affinity.max()) for source in table.panels if source.label == PKD
        ),
        "fold_digests": prepared.fold_digests,
        "members": len(settings.folds),
        "pairs": {source.name: len(source.affinity) for source in table.sources},
        "left_out_of_grid": table.left_out,
        "suspect": table.suspect,
        "twins": [list(each) for each in table.twins],
        "molecules": {
            source.name: {
                "molecules": source.counts.shape[0],
                "targets": len(source.target_fold),
                "pairs": len(source.value),
            }
            for source in prepared.molecules
        },
        "drug_encoder": asdict(MoleculeSettings()),
        "not_applied": prepared.not_applied,
        "member": settings.member.to_dict(),
        "kernels": {label: asdict(KERNELS[label]) for label in kernel_weights},
        "kernel_shares": {
            label: dict(zip([*map(str, GROUPS), WITHOUT_POCKET], each.tolist(), strict=True))
            for label, each in kernel_weights.items()
        },
    }


def write_record(
    record: Mapping[str, object], log: Sequence[Mapping[str, Any]], output: Path
) -> None:
    """Write the training record and the joined log."""
    text = json.dumps(record, indent=1) + "\n"
    (output / "training.json").write_text(text, encoding="utf-8")
    lines = "".join(json.dumps(line) + "\n" for line in log)
    (output / "training-log.jsonl").write_text(lines, encoding="utf-8")


def read_logs(run: Path) -> list[dict[str, Any]]:
    """Join the logs of all members: a record an epoch."""
    return [
        {"run": path.parent.name, **json.loads(line)}
        for path in sorted(run.glob("*/log.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def name_encoder(esm: EsmModel) -> str:
    """Name an ESM-2 by its layers and its size, as its authors do."""
    millions = sum(weights.numel() for weights in esm.parameters()) / 1e6
    return f"ESM-2 t{esm.config.num_hidden_layers} ({millions:.1f}M parameters)"
