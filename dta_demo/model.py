"""The joint model: one ESM-2 encoder, and an ensemble of members that read its states.

Saved and loaded by transformers (`save_pretrained`, `from_pretrained`): a `config.json` and
safetensors in shards, never a pickle.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import torch
from torch import nn
from transformers import EsmConfig, EsmModel, PretrainedConfig, PreTrainedModel
from transformers.models.esm.modeling_esm import EsmEmbeddings, EsmRotaryEmbedding

from dta_demo.data.targets import ProteinForm
from dta_demo.encoders.pooling import POOLINGS
from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.encoders.residues import ResidueStates
from dta_demo.encoders.windows import WINDOW_RESIDUES
from dta_demo.heads import AMINO_ACIDS, LABELS, AffinityMember, ProteinRegion
from dta_demo.regions import KinaseDomain
from dta_demo.stacked_members import StackedMembers

SHARD_SIZE = "9MB"
"""Hugging Face Spaces refuses files over 10 MB outside LFS."""


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
        self.label_mean = label_mean or dict.fromkeys(LABELS, 0.0)
        self.floor = floor
        self.tuned_layers = tuned_layers
        self.width = width
        self.pocket_channels = pocket_channels
        self.attention_heads = attention_heads
        self.fingerprint_bits = fingerprint_bits
        self.dropout = dropout
        super().__init__(**kwargs)

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
        super().__init__(config)
        esm = EsmModel(EsmConfig(**config.esm), add_pooling_layer=False)
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
        """Read a checkpoint, for inference, in single precision."""
        model: DTAModel = cls.from_pretrained(folder, dtype=torch.float32)
        model.eval()
        return model


def cut_region(
    protein: ProteinForm,
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
