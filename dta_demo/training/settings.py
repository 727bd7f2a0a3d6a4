"""Settings of a training run, as the command line gives them and the run's folder keeps them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from dta_demo.data.affinities import DataError
from dta_demo.evaluation.splits import FOLDS

SETTINGS_FILE = "settings.json"

STORED_NAMES = {"ema_decay": "averaging", "epoch_fractions": "shares"}
"""Names of fields of `MemberSettings` in JSON, where they are others: those of older runs."""


@dataclass(frozen=True)
class MemberSettings:
    """Hyperparameters of a member; the defaults are what cross-validation chose.

    Attributes
    ----------
    warmup : float
        Fraction of the steps in which the learning rate rises.
    batch_proteins, batch_pairs : int
        Proteins of a batch, and measured pairs that it should hold on average.
    auxiliary_proteins, auxiliary_pairs : int
        The same for auxiliary datasets, whose grids are dense: fewer, larger steps.
    ema_decay : float
        Decay of the exponential moving average of the weights, which is evaluated and kept.
    censored_weight : float
        Weight of a squared error where the label says "at or below" and the prediction is
        lower: nearly as good as right.
    binding_weight : float
        Weight of the losses of binding at all, and of the affinity of pairs that bind, beside
        that of the affinity itself.
    weights : tuple of (str, float)
        Weight of each dataset's loss, 1 where none is named.
    epoch_fractions : tuple of (str, float)
        Fraction of a dataset's batches that an epoch takes, all where none is named.
    """

    seed: int = 0
    epochs: int = 30
    learning_rate: float = 2e-3
    weight_decay: float = 0.03
    warmup: float = 0.15
    batch_proteins: int = 32
    batch_pairs: int = 500
    auxiliary_proteins: int = 64
    auxiliary_pairs: int = 4096
    ema_decay: float = 0.995
    censored_weight: float = 0.3
    binding_weight: float = 0.3
    weights: tuple[tuple[str, float], ...] = (("kiba", 0.7), ("bdb", 0.2), ("pkis2", 0.5))
    epoch_fractions: tuple[tuple[str, float], ...] = (("pkis2", 0.25),)

    def batch_size(self, auxiliary: bool) -> tuple[int, int]:
        """Proteins and pairs of a batch of an auxiliary dataset, or of another."""
        if auxiliary:
            return self.auxiliary_proteins, self.auxiliary_pairs
        return self.batch_proteins, self.batch_pairs

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as plain JSON types."""
        return {STORED_NAMES.get(name, name): value for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> MemberSettings:
        """Build the settings from what `to_dict` returned."""
        fields = {stored_name: name for name, stored_name in STORED_NAMES.items()}
        return cls(**{fields.get(name, name): value for name, value in stored.items()})


@dataclass(frozen=True)
class RecipeSettings:
    """Data and encoder to train on, members to train, and folders to write to.

    Attributes
    ----------
    data : tuple of Path
        Folders in the tidy layout; the first is the one whose result is reported.
    encoder : str
        Folder or hub name of an ESM-2.
    run : Path
        Folder for caches, training states and logs; a killed run goes on from here.
    output : Path
        Folder of the finished checkpoint.
    folds : tuple of int
        Folds that a released member leaves out, each one.
    tuned_layers, tuning_epochs : int
        Last layers of the encoder to train in a second phase, and for how many epochs. A tuned
        encoder has seen what its member trained on, so only one fold can then be left out.
    compared_layers : int
        Last layers that are tuned once to compare the poolings with the encoder frozen and
        tuned; 0 leaves that out.
    kinome : Path or None
        CSV file of whole kinases, for targets whose sequence lacks the kinase domain.
    sample : float
        Fraction of every dataset's pairs to train on, for a quick look.
    """

    data: tuple[Path, ...]
    encoder: str
    run: Path
    output: Path
    folds: tuple[int, ...] = tuple(range(FOLDS))
    member: MemberSettings = field(default_factory=MemberSettings)
    tuned_layers: int = 0
    tuning_epochs: int = 3
    compared_layers: int = 2
    device: str = "auto"
    sample: float = 1.0
    kinome: Path | None = None

    def save(self) -> None:
        """Write the settings into the run's folder, for `load`."""
        self.run.mkdir(parents=True, exist_ok=True)
        document = {**asdict(self), "member": self.member.to_dict()}
        text = json.dumps(document, default=str, indent=1)
        (self.run / SETTINGS_FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, run: Path) -> RecipeSettings:
        """Read the settings of a run.

        Raises
        ------
        DataError
            When the folder is not that of a run.
        """
        try:
            stored = json.loads((run / SETTINGS_FILE).read_text(encoding="utf-8"))
        except OSError as error:
            raise DataError(f"{run} is not the folder of a training run.") from error
        return cls(
            **{
                **stored,
                "data": tuple(Path(folder) for folder in stored["data"]),
                "run": run,
                "output": Path(stored["output"]),
                "folds": tuple(stored["folds"]),
                "kinome": stored["kinome"] and Path(stored["kinome"]),
                "member": MemberSettings.from_dict(stored["member"]),
            }
        )

    def command(self) -> str:
        """Command that repeats the run, with folders by their names alone."""
        data = " ".join(f"DATA/{folder.name}" for folder in self.data)
        kinome = " --kinome DATA/kinome/kinases.csv" if self.kinome else ""
        return (
            f"python -m dta_demo train --data {data}{kinome} --encoder ENCODER --output CHECKPOINT"
        )
