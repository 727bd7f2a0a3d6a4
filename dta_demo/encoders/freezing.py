"""Progressive unfreezing: which parts of ESM-2 train, and how both kinds of parts run."""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from transformers import EsmModel

from dta_demo.encoders.base import BaseEncoder
from dta_demo.encoders.stack import embed_tokens, run_layers
from dta_demo.encoders.tokens import TokenBatch


@dataclass(frozen=True)
class PartStatus:
    """Parameters of one part of the encoder."""

    total: int
    frozen: int

    @property
    def trainable(self) -> int:
        """Parameters that train."""
        return self.total - self.frozen

    @property
    def frozen_share(self) -> float:
        """Share of the parameters that is frozen, 0 to 1; 0 for a part without parameters."""
        return self.frozen / self.total if self.total else 0.0


@dataclass(frozen=True)
class FrozenStatus:
    """What is frozen in an encoder.

    Attributes
    ----------
    parts : dict of str to PartStatus
        `embeddings`, `layer_0` and so on, `final_layer_norm`, `contact_head` (of ESM-2, never
        used and never trained) and `readout` (pooling and projection, not part of ESM-2).
    esm : PartStatus
        All of ESM-2.
    """

    parts: dict[str, PartStatus]
    esm: PartStatus


def esm_parts(esm: EsmModel) -> dict[str, nn.Module]:
    """Name the parts of ESM-2 that freeze together, from the input to the output."""
    layers = {f"layer_{number}": layer for number, layer in enumerate(esm.encoder.layer)}
    return {
        "embeddings": esm.embeddings,
        **layers,
        "final_layer_norm": esm.encoder.emb_layer_norm_after,
        "contact_head": esm.contact_head,
    }


def is_frozen(part: nn.Module) -> bool:
    """Tell whether no parameter of a part trains."""
    return not any(parameter.requires_grad for parameter in part.parameters())


def set_trainable(part: nn.Module, trainable: bool) -> None:
    """Freeze or unfreeze a part.

    A frozen part also loses its gradients: an optimiser skips parameters without one, so that
    neither an old gradient nor weight decay can move it.
    """
    for parameter in part.parameters():
        parameter.requires_grad_(trainable)
        if not trainable:
            parameter.grad = None


def count_parameters(parameters: Iterable[nn.Parameter]) -> PartStatus:
    """Count parameters and the frozen ones among them."""
    sizes = [(parameter.numel(), parameter.requires_grad) for parameter in parameters]
    return PartStatus(
        total=sum(size for size, _ in sizes),
        frozen=sum(size for size, trains in sizes if not trains),
    )


class FreezableESM(BaseEncoder):
    """An encoder around ESM-2 whose parts freeze and unfreeze.

    Parameters
    ----------
    output_dim : int
        Channels of the vectors that `forward` returns.
    esm : EsmModel
        The model, as `stack.prepare_esm` returns it.
    use_gradient_checkpointing : bool
        Whether layers that train are recomputed in the backward pass (Chen et al. 2016).
    """

    def __init__(self, output_dim: int, esm: EsmModel, use_gradient_checkpointing: bool) -> None:
        super().__init__(output_dim)
        self.esm = esm
        self.use_gradient_checkpointing = use_gradient_checkpointing

    @property
    def hidden_size(self) -> int:
        """Channels of a residue's state."""
        return self.esm.config.hidden_size

    @property
    def num_layers(self) -> int:
        """Layers of ESM-2."""
        return self.esm.config.num_hidden_layers

    def freeze_esm(self) -> None:
        """Freeze all of ESM-2; the readout still trains."""
        for part in esm_parts(self.esm).values():
            set_trainable(part, False)
        self.train(self.training)

    def unfreeze_esm_layers(self, num_layers: int = 4, unfreeze_embeddings: bool = False) -> None:
        """Let the last layers of ESM-2 train, and exactly those.

        Parameters
        ----------
        num_layers : int
            Layers that train, counted from the output, together with the final layer norm; all
            below are frozen.  0 leaves every layer frozen.
        unfreeze_embeddings : bool
            Whether the token embeddings train, whatever the layers above them do.

        Raises
        ------
        ValueError
            When ESM-2 has fewer layers, or the number is negative.
        """
        if not 0 <= num_layers <= self.num_layers:
            raise ValueError(f"num_layers must lie between 0 and {self.num_layers}.")
        parts = esm_parts(self.esm)
        for number in range(self.num_layers):
            set_trainable(parts[f"layer_{number}"], number >= self.num_layers - num_layers)
        set_trainable(parts["final_layer_norm"], num_layers > 0)
        set_trainable(parts["embeddings"], unfreeze_embeddings)
        set_trainable(parts["contact_head"], False)
        self.train(self.training)

    def get_frozen_status(self) -> FrozenStatus:
        """Count what is frozen, in all and by part."""
        parts = {
            name: count_parameters(part.parameters()) for name, part in esm_parts(self.esm).items()
        }
        readout = [value for name, value in self.named_parameters() if not name.startswith("esm.")]
        parts["readout"] = count_parameters(readout)
        return FrozenStatus(parts=parts, esm=count_parameters(self.esm.parameters()))

    def train(self, mode: bool = True) -> "FreezableESM":
        """Switch to training; frozen parts stay in evaluation, so that their output is fixed."""
        super().train(mode)
        self.esm.eval()
        for part in esm_parts(self.esm).values():
            part.train(mode and not is_frozen(part))
        return self

    @property
    def _first_trained(self) -> int:
        """First layer that trains; -1 for the embeddings, layers + 1 when nothing does."""
        parts = esm_parts(self.esm)
        if not is_frozen(parts["embeddings"]):
            return -1
        for number in range(self.num_layers):
            if not is_frozen(parts[f"layer_{number}"]):
                return number
        return self.num_layers + int(is_frozen(parts["final_layer_norm"]))

    def _run_frozen(self, tokens: TokenBatch) -> Tensor:
        """Run everything below the first layer that trains; no graph unless embeddings train."""
        with torch.set_grad_enabled(torch.is_grad_enabled() and self._first_trained < 0):
            hidden = embed_tokens(self.esm, tokens)
            last = min(max(self._first_trained, 0), self.num_layers)
            return run_layers(self.esm, hidden, tokens.attention_mask, 0, last)

    def _run_trained(self, hidden: Tensor, attention_mask: Tensor) -> Tensor:
        """Run the first layer that trains, all above it and the final layer norm."""
        trains = self._first_trained <= self.num_layers and torch.is_grad_enabled()
        with torch.set_grad_enabled(trains):
            first = min(max(self._first_trained, 0), self.num_layers)
            hidden = run_layers(
                self.esm,
                hidden,
                attention_mask,
                first,
                self.num_layers,
                checkpointed=self.use_gradient_checkpointing and self.training and trains,
            )
            return self.esm.encoder.emb_layer_norm_after(hidden)
