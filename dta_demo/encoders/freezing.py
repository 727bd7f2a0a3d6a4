"""Progressive unfreezing of ESM-2: its frozen lower part, and the layers above that train."""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from transformers import EsmModel

from dta_demo.encoders.batching import BatchedESM, check_sequences
from dta_demo.encoders.stack import embed_tokens, run_layers
from dta_demo.encoders.tokens import SPECIAL_TOKENS, TokenBatch, mask_residues, padded_width
from dta_demo.encoders.windows import WINDOW_RESIDUES


@dataclass(frozen=True)
class PartStatus:
    """Number of parameters of one part of the encoder, and how many of them are frozen."""

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
    """Frozen parameters of an encoder, in total and by part.

    Attributes
    ----------
    parts : dict of str to PartStatus
        `embeddings`, `layer_0` and so on, `final_layer_norm`, `contact_head` (part of ESM-2, but
        never used or trained) and `readout` (pooling and projection, not part of ESM-2).
    esm : PartStatus
        All of ESM-2.
    """

    parts: dict[str, PartStatus]
    esm: PartStatus


def esm_parts(esm: EsmModel) -> dict[str, nn.Module]:
    """Parts of ESM-2 that freeze as a whole, by name, from the input to the output."""
    layers = {f"layer_{number}": layer for number, layer in enumerate(esm.encoder.layer)}
    return {
        "embeddings": esm.embeddings,
        **layers,
        "final_layer_norm": esm.encoder.emb_layer_norm_after,
        "contact_head": esm.contact_head,
    }


def is_frozen(part: nn.Module) -> bool:
    """Test whether no parameter of a part trains."""
    return not any(parameter.requires_grad for parameter in part.parameters())


def set_trainable(part: nn.Module, trainable: bool) -> None:
    """Freeze or unfreeze a part.

    Freezing also deletes the gradients: an optimiser skips parameters without one, so that
    neither an old gradient nor weight decay can change a frozen part.
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


class FreezableESM(BatchedESM):
    """ESM-2 whose parts freeze and unfreeze, and whose frozen part can be run by itself.

    Attributes
    ----------
    use_gradient_checkpointing : bool
        Whether layers that train are recomputed in the backward pass (Chen et al. 2016).
    """

    use_gradient_checkpointing: bool = True

    def freeze_esm(self) -> None:
        """Freeze all of ESM-2; the readout still trains."""
        for part in esm_parts(self.esm).values():
            set_trainable(part, False)
        self.train(self.training)

    def unfreeze_esm_layers(self, num_layers: int = 4, unfreeze_embeddings: bool = False) -> None:
        """Let the last layers of ESM-2 train, and freeze all others.

        Parameters
        ----------
        num_layers : int
            Layers that train, counted from the output, together with the final layer norm.
            0 leaves every layer frozen.
        unfreeze_embeddings : bool
            Whether the token embeddings train as well.

        Raises
        ------
        ValueError
            When the number is negative, or ESM-2 has fewer layers.
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
        """Count the frozen parameters, in total and by part."""
        parts = {
            name: count_parameters(part.parameters()) for name, part in esm_parts(self.esm).items()
        }
        readout = [value for name, value in self.named_parameters() if not name.startswith("esm.")]
        parts["readout"] = count_parameters(readout)
        return FrozenStatus(parts=parts, esm=count_parameters(self.esm.parameters()))

    def train(self, mode: bool = True) -> "FreezableESM":
        """Switch to training mode, except for frozen parts, whose output has to stay the same."""
        super().train(mode)
        self.esm.eval()
        for part in esm_parts(self.esm).values():
            part.train(mode and not is_frozen(part))
        return self

    @torch.no_grad()
    def embed_frozen(self, sequences: list[str]) -> list[Tensor]:
        """Run the frozen lower part of ESM-2, whose output a trainer can cache for each protein.

        Parameters
        ----------
        sequences : list of str
            Sequences of at most `WINDOW_RESIDUES` residues each; split longer ones with
            `windows.split_windows`.

        Returns
        -------
        list of Tensor, each of shape (residues + 2, hidden)
            Input of the first layer that trains, one row per token from BOS to EOS.

        Raises
        ------
        ValueError
            When the token embeddings train, so that no part is frozen; or a sequence is empty or
            too long.
        """
        if self._first_trained < 0:
            raise ValueError("The embeddings train: there is no frozen part to keep.")
        sequences = check_sequences(sequences)
        if max(len(sequence) for sequence in sequences) > WINDOW_RESIDUES:
            raise ValueError(f"A sequence has more than {WINDOW_RESIDUES} residues.")

        def run(batch: list[str]) -> list[Tensor]:
            tokens = self._tokenize(batch)
            rows = self._run_frozen(tokens)
            # Copies, or else one row would keep the padded batch alive.
            ends = [length + SPECIAL_TOKENS for length in tokens.lengths]
            return [row[:end].clone() for row, end in zip(rows, ends, strict=True)]

        return self._run_in_order(sequences, run)

    def run_unfrozen(self, hidden: list[Tensor]) -> tuple[Tensor, Tensor]:
        """Run the layers that train on the output of `embed_frozen`, with a gradient.

        Parameters
        ----------
        hidden : list of Tensor, each of shape (residues + 2, hidden)
            One batch, on any device; it is not divided.

        Returns
        -------
        embeddings : Tensor, shape (batch, tokens, hidden)
            Embeddings of the last layer, as `EsmModel` returns them, with BOS at position 0.
        residue_mask : Tensor of bool, shape (batch, tokens)
            True on the residues.
        """
        tokens = [len(rows) for rows in hidden]
        width = padded_width(max(tokens))
        shape = (len(hidden), width, self.hidden_size)
        padded = hidden[0].new_zeros(shape, device=self.device)
        for place, rows in zip(padded, hidden, strict=True):
            place[: len(rows)] = rows
        positions = torch.arange(width, device=self.device)
        attention_mask = positions < torch.tensor(tokens, device=self.device).unsqueeze(1)
        lengths = [count - SPECIAL_TOKENS for count in tokens]
        residue_mask = mask_residues(lengths, width, self.device)
        return self._run_trained(padded, attention_mask), residue_mask

    @property
    def _first_trained(self) -> int:
        """First layer that trains, from 0; -1 for the embeddings, layers + 1 when nothing does."""
        parts = esm_parts(self.esm)
        if not is_frozen(parts["embeddings"]):
            return -1
        for number in range(self.num_layers):
            if not is_frozen(parts[f"layer_{number}"]):
                return number
        return self.num_layers + int(is_frozen(parts["final_layer_norm"]))

    def _run_frozen(self, tokens: TokenBatch) -> Tensor:
        """Run all below the first layer that trains; no gradient unless the embeddings train."""
        with torch.set_grad_enabled(torch.is_grad_enabled() and self._first_trained < 0):
            hidden = embed_tokens(self.esm, tokens)
            last = min(max(self._first_trained, 0), self.num_layers)
            return run_layers(self.esm, hidden, tokens.attention_mask, 0, last)

    def _run_trained(self, hidden: Tensor, attention_mask: Tensor) -> Tensor:
        """Run the first layer that trains, those above it and the final layer norm."""
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
