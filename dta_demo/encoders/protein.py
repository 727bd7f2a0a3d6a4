"""The protein encoder: ESM-2 with bounded memory, progressive unfreezing and any length.

ESM-2: Lin et al., "Evolutionary-scale prediction of atomic-level protein structure with a
language model", Science 379 (2023) 1123, doi:10.1126/science.ade2574.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from transformers import EsmModel

from dta_demo.encoders.attention_maps import AttentionESM
from dta_demo.encoders.batching import check_sequences
from dta_demo.encoders.devices import resolve_device
from dta_demo.encoders.freezing import FreezableESM
from dta_demo.encoders.passes import read_windows
from dta_demo.encoders.pooling import Pooling, make_pooling
from dta_demo.encoders.residues import ResidueEmbeddings, WindowEmbeddings, WindowJoiner
from dta_demo.encoders.stack import load_esm
from dta_demo.encoders.tokens import ResidueTokenizer, mask_residues
from dta_demo.encoders.truncation import limit_length
from dta_demo.encoders.windows import split_windows


class MemoryOptimizedESMEncoder(FreezableESM, AttentionESM):
    """ESM-2 with a pooling and a projection on top.

    Freezing comes from `FreezableESM`, attention maps from `AttentionESM`, and batches that are
    halved when memory runs out from `BatchedESM`.  Results lie on `device`.

    Parameters
    ----------
    output_dim : int
        Channels of the vectors that `forward` returns.
    model_name : str
        A folder with `config.json` and the weights, or a name on the Hugging Face hub.
    max_length : int
        Residues of a sequence that `forward` reads; `encode_residues` reads them all.
    freeze_initial : bool
        Whether ESM-2 starts frozen; otherwise all of it trains.
    use_gradient_checkpointing : bool
        Whether layers that train are recomputed in the backward pass (Chen et al. 2016).
    pooling_strategy : {"cls", "mean", "max", "attention"} or None
        None builds no pooling and projection, for a model that pools by itself: `forward` then
        raises.
    attention_pooling_heads : int
        Heads of the attention pooling; must divide the hidden size.
    dropout : float
        Dropout before the projection.
    device : str, torch.device or None
        "auto" takes CUDA, MPS or the CPU, in this order; None leaves the weights where they are.
    token_budget : int or None
        Tokens of an internal batch, padding included; None chooses by device.
    esm : EsmModel or None
        A model to use instead of loading `model_name`, see `from_esm`.

    Attributes
    ----------
    last_truncations : list of Truncation
        Sequences that the last call cut.
    precision : torch.dtype
        Precision of the linear layers in `encode_residues`, float32 unless set otherwise.

    Raises
    ------
    OSError
        When the model cannot be loaded.
    ValueError
        When a setting is out of its range or the model is not ESM-2.
    """

    def __init__(
        self,
        output_dim: int = 128,
        model_name: str = "facebook/esm2_t6_8M_UR50D",
        max_length: int = 200,
        freeze_initial: bool = True,
        use_gradient_checkpointing: bool = True,
        pooling_strategy: str | None = "cls",
        attention_pooling_heads: int = 8,
        dropout: float = 0.1,
        *,
        device: str | torch.device | None = "auto",
        token_budget: int | None = None,
        esm: EsmModel | None = None,
    ) -> None:
        if max_length < 1:
            raise ValueError(f"max_length must be at least 1 residue, not {max_length}.")
        tokenizer = ResidueTokenizer()
        if esm is None:
            esm, tokenizer = load_esm(model_name)
        super().__init__(output_dim, esm, tokenizer, token_budget)
        self.max_length = max_length
        self.use_gradient_checkpointing = use_gradient_checkpointing
        self.precision = torch.float32

        self.pooling: Pooling | None = None
        self.projection: nn.Sequential | None = None
        if pooling_strategy is not None:
            self.pooling = make_pooling(pooling_strategy, self.hidden_size, attention_pooling_heads)
            self.projection = nn.Sequential(
                nn.Dropout(dropout),
                nn.Linear(self.hidden_size, output_dim),
                nn.LayerNorm(output_dim),
            )
        if freeze_initial:
            self.freeze_esm()
        else:
            self.unfreeze_esm_layers(self.num_layers, unfreeze_embeddings=True)
        if device is not None:
            self.to(resolve_device(device))

    @classmethod
    def from_esm(cls, esm: EsmModel, **settings: Any) -> "MemoryOptimizedESMEncoder":
        """Build an encoder around an `EsmModel`, without hub or files.

        Takes the settings of the class; the model stays on its device unless `device` says
        otherwise.  The model is changed in place and becomes part of the encoder.
        """
        return cls(esm=esm, **{"device": None, **settings})

    def forward(self, inputs: list[str]) -> Tensor:
        """Encode each sequence as one vector.

        Sequences are cut to `max_length` residues, and in a call of 20 or more also to the
        95th percentile of the call's lengths (see `truncation.limit_length`); `last_truncations`
        and the log report it.

        Parameters
        ----------
        inputs : list of str
            One-letter codes, upper case; any number, any mix of lengths.

        Returns
        -------
        Tensor, shape (batch, output_dim)

        Raises
        ------
        ValueError
            When the encoder has no pooling, there is no sequence, or one is empty.
        """
        if self.pooling is None:
            raise ValueError("This encoder was built without a pooling: use encode_residues.")
        sequences = check_sequences(inputs)
        kept = self._truncate(sequences, limit_length([len(s) for s in sequences], self.max_length))
        vectors = self._run_in_order(kept, self._pool_batch)
        # The encoder may have left an accelerator between two batches.
        return torch.stack([vector.to(self.device) for vector in vectors])

    def _pool_batch(self, sequences: list[str]) -> list[Tensor]:
        """Run one batch to the projected vectors."""
        assert self.pooling is not None
        assert self.projection is not None
        tokens = self._tokenize(sequences)
        embeddings = self._run_trained(self._run_frozen(tokens), tokens.attention_mask)
        residue_mask = mask_residues(tokens.lengths, embeddings.shape[1], embeddings.device)
        return list(self.projection(self.pooling(embeddings, residue_mask).vector))

    def encode_residues(
        self,
        sequences: list[str],
        *,
        received: bool = False,
        hidden_layers: Sequence[int] | None = None,
        between_batches: Callable[[], None] = lambda: None,
    ) -> list[ResidueEmbeddings]:
        """Compute the embedding of every residue of proteins of any length, without a gradient.

        Nothing is cut: a protein longer than `WINDOW_RESIDUES` is read in overlapping windows,
        which are joined by a linear cross-fade (see `windows`).  Apart from the results, memory
        does not grow with the length.

        Parameters
        ----------
        sequences : list of str
            One-letter codes, upper case.
        received : bool
            Whether to collect the attention that each residue receives and gives as well.
        hidden_layers : sequence of int, optional
            Layers whose output to return as well: 0 is the token embedding, *k* the output of
            layer *k* counted from 1, without the final layer norm.
        between_batches : callable
            Called after each batch; an exception that it raises ends the encoding.

        Raises
        ------
        ValueError
            When there is no sequence, one is empty, or a layer does not exist.
        """
        sequences = check_sequences(sequences)
        self.last_truncations = []
        layers = tuple(hidden_layers or ())
        if any(not 0 <= layer <= self.num_layers for layer in layers):
            raise ValueError(f"hidden_layers must lie between 0 and {self.num_layers}.")
        splits = [split_windows(sequence) for sequence in sequences]
        places = [
            (protein, number)
            for protein, (_, texts) in enumerate(splits)
            for number in range(len(texts))
        ]

        def run(batch: list[str]) -> list[WindowEmbeddings]:
            reduced = self.precision != torch.float32
            with torch.autocast(self.device.type, self.precision, enabled=reduced):
                return read_windows(self.esm, self._tokenize(batch), received, layers)

        attention = (self.num_layers, self.num_heads) if received else None
        with self._measured():
            joiners = [
                WindowJoiner(windows, self.hidden_size, len(layers), attention, self.device)
                for windows, _ in splits
            ]
            texts = [text for _, parts in splits for text in parts]
            for index, window in self._run_batches(texts, run, between_batches):
                protein, number = places[index]
                joiners[protein].add(number, window)
                # Under this name it would live on beside the next batch's.
                del window
            return [joiner.finish() for joiner in joiners]
