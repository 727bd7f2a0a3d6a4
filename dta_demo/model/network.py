"""The joint model: one ESM-2 encoder, and an ensemble of members that read its states.

Saved and loaded by transformers (`save_pretrained`, `from_pretrained`): a `config.json` and
safetensors in shards, never a pickle. The configuration is checked before anything is built of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import torch
from safetensors import SafetensorError, safe_open
from torch import nn
from transformers import EsmConfig, EsmModel, PretrainedConfig, PreTrainedModel
from transformers.models.esm.modeling_esm import EsmEmbeddings, EsmRotaryEmbedding

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
from dta_demo.encoders.pooling import POOLINGS
from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.encoders.residues import ResidueStates
from dta_demo.encoders.stack import check_esm, check_whole_weights
from dta_demo.encoders.windows import WINDOW_RESIDUES
from dta_demo.inputs.wording import join_with_and, quote
from dta_demo.kinases.construct import Construct
from dta_demo.kinases.domains import KinaseDomain
from dta_demo.model.member import AMINO_ACIDS, LABELS, RESIDUE_CODES, AffinityMember, ProteinRegion
from dta_demo.model.stacked_members import StackedMembers
from dta_demo.molecules.fingerprints import MORGAN_BITS

SHARD_SIZE = "9MB"
"""Hugging Face Spaces refuses files over 10 MB outside LFS."""

SETTINGS = (
    "esm", "pocket_columns", "member_records", "label_mean", "floor", "tuned_layers", "width",
    "pocket_channels", "attention_heads", "fingerprint_bits", "dropout",
)  # fmt: skip
"""What of a checkpoint's configuration is read."""

KINDS = {"esm": dict, "label_mean": dict, "pocket_columns": list, "member_records": list}
"""What kind of value each setting is that is no number."""

ESM_SETTINGS = (
    "vocab_size", "mask_token_id", "pad_token_id", "hidden_size", "num_hidden_layers",
    "num_attention_heads", "intermediate_size", "hidden_dropout_prob",
    "attention_probs_dropout_prob", "max_position_embeddings", "layer_norm_eps",
    "position_embedding_type", "emb_layer_norm_before", "token_dropout",
)  # fmt: skip
"""What of the encoder's configuration is read: others can name code on a hub, or other models."""

BOUNDS = {"width": 4096, "pocket_channels": 1024, "attention_heads": 64, "fingerprint_bits": 2048}
"""Largest sizes of a member, a dozen times those that were of use."""

MAX_MEMBERS, MAX_FOLD = 64, 1000
MAX_DROPOUT = 0.95


class DTAConfig(PretrainedConfig):
    """What the model is made of and what its members were trained on.

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
    width, pocket_channels, attention_heads, fingerprint_bits, dropout
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
        """How many parameters the large layers have; the others come on top."""
        hidden, intermediate = self.esm["hidden_size"], self.esm["intermediate_size"]
        encoder = self.esm["num_hidden_layers"] * hidden * (4 * hidden + 2 * intermediate)
        residues = len(self.pocket_columns) * (self.pocket_channels + RESIDUE_CODES)
        member = self.width * (2 * self.fingerprint_bits + residues + len(POOLINGS) * hidden)
        return int(encoder + len(self.member_records) * member)

    def build_member(self) -> AffinityMember:
        """Build one member, with fresh weights."""
        return AffinityMember(
            hidden_size=self.esm["hidden_size"],
            width=self.width,
            positions=len(self.pocket_columns),
            pocket_channels=self.pocket_channels,
            attention_heads=self.attention_heads,
            fingerprint_bits=self.fingerprint_bits,
            dropout=self.dropout,
        )


class DTAModel(PreTrainedModel):
    """ESM-2, and the members that predict affinities from its states."""

    config_class = DTAConfig
    base_model_prefix = "dta"

    def __init__(self, config: DTAConfig) -> None:
        config.check()
        super().__init__(config)
        settings = {name: config.esm[name] for name in ESM_SETTINGS if name in config.esm}
        esm = EsmModel(EsmConfig(**settings), add_pooling_layer=False)
        self.encoder = MemoryOptimizedESMEncoder.from_esm(
            esm,
            pooling_strategy=None,
            max_length=WINDOW_RESIDUES,
            use_gradient_checkpointing=False,
        )
        self.members = nn.ModuleList(config.build_member() for _ in config.member_records)
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        """Fill ESM-2's tables that no checkpoint holds; other layers keep their own start."""
        if isinstance(module, EsmEmbeddings | EsmRotaryEmbedding):
            self.encoder.esm._init_weights(module)

    def choose_members(self, left_out_fold: int | None = None) -> list[AffinityMember]:
        """Give all members, or those that did not train on a fold.

        Raises
        ------
        ValueError
            When no member left the fold out.
        """
        records = self.config.member_records
        chosen = [
            cast(AffinityMember, member)
            for member, record in zip(self.members, records, strict=True)
            if left_out_fold is None or record["left_out_fold"] == left_out_fold
        ]
        if not chosen:
            raise ValueError(f"No member of this checkpoint left fold {left_out_fold} out.")
        return chosen

    def stack_members(self, left_out_fold: int | None = None) -> StackedMembers:
        """Stack all members, or those that did not train on a fold, for inference."""
        means = [self.config.label_mean[label] for label in LABELS]
        members = self.choose_members(left_out_fold)
        return StackedMembers(members, torch.tensor(means, device=self.device))

    def save(self, folder: str | Path) -> None:
        """Write the checkpoint, weights in half precision, in shards under 10 MB."""
        state = {name: tensor.half() for name, tensor in self.state_dict().items()}
        self.save_pretrained(folder, state_dict=state, max_shard_size=SHARD_SIZE)

    @classmethod
    def load(cls, folder: str | Path) -> DTAModel:
        """Read a checkpoint, for inference, in single precision.

        Raises
        ------
        CheckpointError
            When the configuration is not sound, or the weights are not exactly those that it
            asks for, or not finite.
        """
        folder = Path(folder)
        config = DTAConfig.read(folder)
        stored = count_stored(folder)
        if config.least_parameters > stored:
            raise CheckpointError(
                f"The checkpoint in {folder} has {stored:,} weights, where its configuration asks "
                f"for more than {config.least_parameters:,}."
            )
        try:
            loaded: Any = cls.from_pretrained(
                folder,
                config=config,
                dtype=torch.float32,
                use_safetensors=True,
                local_files_only=True,
                output_loading_info=True,
            )
        except (OSError, ValueError, RuntimeError, LookupError, SafetensorError) as error:
            raise CheckpointError(
                f"The weights in {folder} do not fit its configuration."
            ) from error
        model, found = loaded
        for name in sorted(found["unexpected_keys"]):
            raise CheckpointError(f"The checkpoint in {folder} has needless weights {quote(name)}.")
        check_whole_weights(model, found["missing_keys"], f"The checkpoint in {folder}")
        return cast(DTAModel, model.eval())


def count_stored(folder: Path) -> int:
    """Count the weights that a checkpoint holds, by the heads of its files.

    Raises
    ------
    CheckpointError
        When there are none as safetensors, or a file cannot be read.
    """
    paths = sorted(folder.glob("model*.safetensors"))
    if not paths:
        raise CheckpointError(f"The checkpoint in {folder} has no weights as safetensors.")
    stored = 0
    for path in paths:
        try:
            with safe_open(path, "pt") as file:
                shapes = [file.get_slice(name).get_shape() for name in file.keys()]  # noqa: SIM118
        except (OSError, SafetensorError) as error:
            raise CheckpointError(f"{path} cannot be read as safetensors.") from error
        stored += sum(math.prod(shape) for shape in shapes)
    return stored


def cut_region(
    protein: Construct,
    states: ResidueStates,
    domain: KinaseDomain | None,
    pocket_columns: Sequence[int],
) -> ProteinRegion:
    """Take from an encoded protein what the heads read.

    Without a kinase domain the region is the whole protein and the pocket is empty.
    """
    sequence = protein.sequence
    start, end = (domain.start, domain.end) if domain else (1, len(sequence))
    aligned = [domain.residues[column] if domain else 0 for column in pocket_columns]
    place = torch.tensor(aligned, device=states.residues.device)
    pocket = states.residues[place - 1] * (place > 0).unsqueeze(1)
    codes = [
        code_residue(sequence[number - 1]) if number else len(AMINO_ACIDS) for number in aligned
    ]
    bos = states.cls[find_window(states.windows, start, end)]
    return ProteinRegion(
        states=torch.cat([bos.unsqueeze(0), states.residues[start - 1 : end]]),
        pocket=pocket,
        pocket_codes=torch.tensor(codes, device=pocket.device),
        phosphorylated=protein.phosphorylated,
    )


def code_residue(letter: str) -> int:
    """Index of an amino acid; the last code for a letter that names none."""
    found = AMINO_ACIDS.find(letter)
    return found if found >= 0 else len(AMINO_ACIDS)


def find_window(windows: Sequence[tuple[int, int]], start: int, end: int) -> int:
    """Find the window that holds most of a region: its BOS state stands for the region."""
    shared = [min(end, last) - max(start, first) for first, last in windows]
    return shared.index(max(shared))


POOLING_NAMES = tuple(POOLINGS)
