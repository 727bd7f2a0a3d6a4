"""Facts about a loaded model: its parts, its data, and its errors in cross-validation."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from dta_demo.model.labels import LABELS, PKD
from dta_demo.predictor.loaded_model import LoadedModel
from dta_demo.results.group import Group
from dta_demo.trust.applicability import MUTANTS


@dataclass(frozen=True)
class ModelInfo:
    """A loaded model in figures; all of them plain JSON types.

    Attributes
    ----------
    checkpoint : str
        Folder that it was loaded from.
    label_range : tuple of float
        Lowest and highest pKd in the training data.
    cross_validation : dict
        Metrics on pairs left out of training, both partners seen.
    by_group : dict
        The same for each of the four groups, by the group's name.
    kernel_share : dict
        Weight of the kernel regression in the prediction, by group.
    poolings : dict
        Metrics of each pooling by itself, without the kernel regression.
    pooling_runs : tuple of dict
        Metrics of each pooling and of all together: with the encoder frozen on all pairs, and
        frozen and tuned on those of one fold.
    training_pairs : dict
        Number of pairs of each dataset.
    mutant_error : float or None
        Root mean squared error of mutants that were left out of training, pKd; None where there
        were too few.
    """

    device: str
    precision: str
    encoder: str
    parameters: int
    members: int
    checkpoint: str
    label_range: tuple[float, float]
    cross_validation: dict[str, Any]
    by_group: dict[str, dict[str, Any]]
    kernel_share: dict[str, float]
    poolings: dict[str, dict[str, float]]
    pooling_runs: tuple[dict[str, Any], ...]
    training_pairs: dict[str, int]
    mutant_error: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return the document that ``info --json`` prints."""
        document = asdict(self)
        document["label_range"] = list(self.label_range)
        document["pooling_runs"] = list(self.pooling_runs)
        return document


def describe_model(loaded: LoadedModel) -> ModelInfo:
    """Gather the facts about a loaded model."""
    record, model = loaded.record, loaded.ensemble.model
    by_group = _metrics_by_group(record)
    mutants = record.get("mutants", {}).get("figures", {}).get(MUTANTS[Group.NEW_TARGET])
    return ModelInfo(
        device=str(model.device),
        precision=str(model.encoder.precision).removeprefix("torch."),
        encoder=record["encoder"],
        parameters=sum(weights.numel() for weights in model.parameters()),
        members=len(model.members),
        checkpoint=str(loaded.folder),
        label_range=(loaded.floor, record["highest_pkd"]),
        cross_validation=by_group[Group.SEEN],
        by_group=by_group,
        kernel_share=record["kernel_shares"][LABELS[PKD]],
        poolings=record["parts"][Group.SEEN]["networks"]["by_pooling"],
        pooling_runs=_pooling_runs(record, model.config.tuned_layers, by_group[Group.SEEN]["n"]),
        training_pairs=record["pairs"],
        mutant_error=math.sqrt(mutants["mse"]) if mutants else None,
    )


def _metrics_by_group(record: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Metrics on pairs left out, of the first dataset, by group."""
    prefix = f"{next(iter(record['pairs']))}, "
    return {
        name.removeprefix(prefix): {
            metric: value for metric, value in row.items() if not isinstance(value, dict)
        }
        for name, row in record["out_of_fold"].items()
        if name.startswith(prefix)
    }


def _pooling_runs(record: dict[str, Any], layers: int, pairs: int) -> tuple[dict[str, Any], ...]:
    """Metrics of the poolings, with the encoder frozen and tuned."""
    networks, compared = record["parts"][Group.SEEN]["networks"], record["poolings"]
    one_fold = {"n": compared["n"], "one_fold": True}
    runs = [
        {**networks, "n": pairs, "one_fold": False, "layers": layers},
        {**compared["frozen"], **one_fold, "layers": layers},
    ]
    if "tuned" in compared:
        runs.append({**compared["tuned"], **one_fold, "layers": compared["layers"]})
    return tuple(runs)
