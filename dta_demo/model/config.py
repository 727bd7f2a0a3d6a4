"""Configuration of the joint model, checked before anything is built of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from transformers import PretrainedConfig

from dta_demo.checkpoint.checks import (
    MAX_COLUMNS,
    MAX_LABEL,
    CheckpointError,
    check_number,
    check_whole,
    require,
)
from dta_demo.checkpoint.reading import read_json
from dta_demo.checkpoint.seal import CONFIG
from dta_demo.encoders.drug import DrugEncoder
from dta_demo.encoders.pooling import POOLINGS
from dta_demo.encoders.stack import check_esm
from dta_demo.inputs.wording import join_with_and
from dta_demo.model.labels import LABELS
from dta_demo.model.member import AffinityMember
from dta_demo.model.region import RESIDUE_CODES
from dta_demo.molecules.fingerprints import MORGAN_BITS

SETTINGS = (
    "esm", "pocket_columns", "member_records", "label_mean", "floor", "tuned_layers", "width",
    "pocket_channels", "attention_heads", "fingerprint_bits", "drug_networks", "drug_hidden",
    "drug_channels", "dropout",
)  # fmt: skip
"""Settings that are read of a checkpoint's configuration."""


KINDS = {"esm": dict, "label_mean": dict, "pocket_columns": list, "member_records": list}
"""Types of the settings that are not numbers."""


BOUNDS = {
    "width": 4096, "pocket_channels": 1024, "attention_heads": 64, "fingerprint_bits": 2048,
    "drug_networks": 32, "drug_hidden": 4096, "drug_channels": 4096,
}  # fmt: skip
"""Largest sizes of a member and of the drug encoder, a dozen times those that were of use."""


MAX_MEMBERS, MAX_FOLD = 64, 1000


MAX_DROPOUT = 0.95


class DTAConfig(PretrainedConfig):
    """Sizes of the model, and the fold that each member left out.

    Parameters
    ----------
    esm : dict
        Configuration of the ESM-2 encoder, as `EsmConfig.to_dict` gives it.
    pocket_columns : list of int
        Columns of the kinase profile (from 0) whose residues line the binding pocket.
    member_records : list of dict
        For each member its seed and the fold it did not train on (``left_out_fold``, -1: none).
    label_mean : dict
        Mean of each label in training; a head predicts the difference from it.
    floor : float
        Lowest pKd that the training data measured; smaller predictions mean "at or below".
    tuned_layers : int
        How many of the encoder's last layers were trained; 0 where it stayed as it was.
    fingerprint_bits, drug_networks, drug_hidden, drug_channels : int
        See `DrugEncoder`; the channels are those of each of its networks.
    width, pocket_channels, attention_heads, dropout
        See `AffinityMember`.
    """

    model_type = "dta"

    def __init__(
        self,
        esm: dict[str, Any] | None = None,
        pocket_columns: Sequence[int] = (),
        member_records: Sequence[dict[str, Any]] = (),
        label_mean: dict[str, float] | None = None,
        floor: float = 5.0,
        tuned_layers: int = 0,
        width: int = 128,
        pocket_channels: int = 16,
        attention_heads: int = 8,
        fingerprint_bits: int = 1024,
        drug_networks: int = 2,
        drug_hidden: int = 256,
        drug_channels: int = 128,
        dropout: float = 0.2,
        **kwargs: Any,
    ) -> None:
        self.esm = esm or {}
        self.pocket_columns = list(pocket_columns)
        self.member_records = list(member_records)
        # transformers makes a configuration without arguments; an empty one is none of them.
        self.label_mean = dict.fromkeys(LABELS, 0.0) if label_mean is None else label_mean
        self.floor = floor
        self.tuned_layers = tuned_layers
        self.width = width
        self.pocket_channels = pocket_channels
        self.attention_heads = attention_heads
        self.fingerprint_bits = fingerprint_bits
        self.drug_networks = drug_networks
        self.drug_hidden = drug_hidden
        self.drug_channels = drug_channels
        self.dropout = dropout
        super().__init__(**kwargs)

    @classmethod
    def read(cls, folder: Path) -> DTAConfig:
        """Read the configuration of a checkpoint, and only what a configuration has.

        What else stands in the file could make transformers look for other files or code.

        Raises
        ------
        CheckpointError
            When a setting is missing or out of its bounds.
        """
        stored = read_json(folder / CONFIG)
        for name in SETTINGS:
            if name not in stored:
                raise CheckpointError(f"{folder / CONFIG} lacks {name}.")
        for name, kind in KINDS.items():
            require(
                isinstance(stored[name], kind), folder / CONFIG, f"{name} is no {kind.__name__}"
            )
        config = cls(**{name: stored[name] for name in SETTINGS})
        config.check()
        return config

    def check(self) -> None:
        """Check every setting, in no time however large its value.

        Raises
        ------
        CheckpointError
            When a setting is out of its bounds, or settings do not go together.
        """
        check_esm(self.esm)
        for name, high in BOUNDS.items():
            check_whole(name, getattr(self, name), 1, high)
        check_whole("tuned_layers", self.tuned_layers, 0, self.esm["num_hidden_layers"])
        check_number("dropout", self.dropout, 0.0, MAX_DROPOUT)
        check_number("floor", self.floor, -MAX_LABEL, MAX_LABEL)
        if self.esm["hidden_size"] % self.attention_heads:
            raise CheckpointError(
                f"The checkpoint's hidden_size {self.esm['hidden_size']} cannot be shared out "
                f"among {self.attention_heads} heads of the attention pooling."
            )
        if MORGAN_BITS % self.fingerprint_bits:
            raise CheckpointError(f"The checkpoint's fingerprint_bits must divide {MORGAN_BITS}.")
        self._check_members()
        if set(self.label_mean) != set(LABELS):
            raise CheckpointError(
                f"The checkpoint's label_mean must name {join_with_and(list(LABELS))}, and these "
                "only."
            )
        for label in LABELS:
            check_number(f"mean {label}", self.label_mean[label], -MAX_LABEL, MAX_LABEL)

    def _check_members(self) -> None:
        check_whole("number of members", len(self.member_records), 1, MAX_MEMBERS)
        for record in self.member_records:
            if not isinstance(record, dict):
                raise CheckpointError("The checkpoint's member_records must be objects.")
            check_whole("left_out_fold", record.get("left_out_fold"), -1, MAX_FOLD)
        check_whole("number of pocket columns", len(self.pocket_columns), 1, MAX_COLUMNS)
        for column in self.pocket_columns:
            check_whole("pocket column", column, 0, MAX_COLUMNS - 1)

    @property
    def least_parameters(self) -> int:
        """Parameters of the large layers alone; the others come on top."""
        hidden, intermediate = self.esm["hidden_size"], self.esm["intermediate_size"]
        encoder = self.esm["num_hidden_layers"] * hidden * (4 * hidden + 2 * intermediate)
        residues = len(self.pocket_columns) * (self.pocket_channels + RESIDUE_CODES)
        member = self.width * (self.drug_inputs + residues + len(POOLINGS) * hidden)
        drugs = self.drug_hidden * (2 * self.fingerprint_bits + self.drug_channels)
        return int(encoder + len(self.member_records) * member + self.drug_networks * drugs)

    @property
    def drug_inputs(self) -> int:
        """Columns of what members read of a molecule: fragment counts, and its embedding."""
        return 2 * self.fingerprint_bits + self.drug_networks * self.drug_channels

    def build_drug_encoder(self) -> DrugEncoder:
        """Build the drug encoder, with fresh weights."""
        return DrugEncoder(
            output_dim=self.drug_networks * self.drug_channels,
            bits=self.fingerprint_bits,
            hidden_size=self.drug_hidden,
            networks=self.drug_networks,
        )

    def build_member(self) -> AffinityMember:
        """Build one member, with fresh weights."""
        return AffinityMember(
            hidden_size=self.esm["hidden_size"],
            width=self.width,
            positions=len(self.pocket_columns),
            pocket_channels=self.pocket_channels,
            attention_heads=self.attention_heads,
            drug_inputs=self.drug_inputs,
            dropout=self.dropout,
        )
