"""The joint model: one ESM-2 encoder, and an ensemble of members that read its embeddings.

Saved and loaded by transformers (`save_pretrained`, `from_pretrained`): a `config.json` and
safetensors in shards, never a pickle. The configuration is checked before anything is built of it.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, cast

import torch
from safetensors import SafetensorError, safe_open
from torch import nn
from transformers import EsmConfig, EsmModel, PreTrainedModel
from transformers.models.esm.modeling_esm import EsmEmbeddings, EsmRotaryEmbedding

from dta_demo.checkpoint.checks import CheckpointError
from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.encoders.stack import ESM_SETTINGS, check_whole_weights
from dta_demo.encoders.windows import WINDOW_RESIDUES
from dta_demo.inputs.wording import quote
from dta_demo.model.config import DTAConfig
from dta_demo.model.labels import LABELS, PKD
from dta_demo.model.member import AffinityMember
from dta_demo.model.stacked_members import StackedMembers

SHARD_SIZE = "9MB"
"""Hugging Face Spaces refuses files over 10 MB outside LFS."""


class DTAModel(PreTrainedModel):
    """ESM-2 and the drug encoder, and the members that predict affinities from their embeddings."""

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
        self.drug_encoder = config.build_drug_encoder()
        self.members = nn.ModuleList(config.build_member() for _ in config.member_records)
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        """Fill ESM-2's tables that no checkpoint holds; other layers keep their own start."""
        if isinstance(module, EsmEmbeddings | EsmRotaryEmbedding):
            self.encoder.esm._init_weights(module)

    def choose_members(self, left_out_fold: int | None = None) -> list[AffinityMember]:
        """All members, or those that did not train on a fold.

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
        means = mean_outputs(self.config.label_mean)
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


def mean_outputs(label_mean: dict[str, float]) -> list[float]:
    """Means that the outputs of the networks are relative to, in the order of `OUTPUTS`."""
    return [*(label_mean[label] for label in LABELS), 0.0, label_mean[LABELS[PKD]]]


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
