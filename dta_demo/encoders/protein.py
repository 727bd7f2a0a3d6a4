"""The protein encoder: ESM-2 with bounded memory, progressive unfreezing and any length.

ESM-2: Lin et al., "Evolutionary-scale prediction of atomic-level protein structure with a
language model", Science 379 (2023) 1123, doi:10.1126/science.ade2574.
"""

import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from transformers import EsmModel

from dta_demo.encoders.devices import resolve_device, run_halving
from dta_demo.encoders.freezing import FreezableESM
from dta_demo.encoders.passes import read_joined_maps, read_maps, read_rollout, read_windows
from dta_demo.encoders.pooling import Pooling, make_pooling
from dta_demo.encoders.residues import ResidueStates, WindowJoiner, WindowStates
from dta_demo.encoders.stack import load_esm, prepare_esm
from dta_demo.encoders.tokens import (
    SPECIAL_TOKENS,
    ResidueTokenizer,
    TokenBatch,
    mask_residues,
    padded_width,
)
from dta_demo.encoders.windows import (
    WINDOW_RESIDUES,
    Truncation,
    cross_fade,
    limit_length,
    plan_batches,
    plan_windows,
    truncate,
)

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

TOKEN_BUDGET = {"cpu": 2**10}
"""Tokens of an internal batch by device: on a CPU one full window, larger is not faster."""

TOKEN_BUDGET_ACCELERATOR = 2**14
"""Tokens of an internal batch on an accelerator."""


class MemoryOptimizedESMEncoder(FreezableESM):
    """ESM-2 with a pooling and a projection on top.

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
        None leaves the readout out, for a model that pools by itself: `forward` then raises.
    attention_pooling_heads : int
        Heads of the attention pooling; must divide the hidden size.
    dropout : float
        Dropout in front of the projection.
    device : str, torch.device or None
        "auto" takes CUDA, MPS or the CPU, in this order; None leaves the weights where they are.
    token_budget : int or None
        Tokens of an internal batch, padding included; None chooses by device.
    esm : EsmModel or None
        A model that is built already, see `from_esm`; `model_name` is not looked at then.

    Attributes
    ----------
    last_truncations : list of Truncation
        What the last call cut, empty when it cut nothing.
    precision : torch.dtype
        What `encode_residues` computes its linear layers in, float32 unless set otherwise.

    Raises
    ------
    OSError
        When the model cannot be loaded.
    ValueError
        When a setting is out of its range or the model is not ESM-2.

    Notes
    -----
    Results lie on `device`.  When memory runs out a batch is halved, down to single sequences;
    when one does not fit, the encoder moves to the CPU for good and warns.
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
        if tokenizer.size != esm.config.vocab_size:
            raise ValueError(
                f"The model has {esm.config.vocab_size} tokens, but its vocabulary "
                f"has {tokenizer.size}."
            )
        super().__init__(output_dim, prepare_esm(esm), use_gradient_checkpointing)
        self.tokenizer = tokenizer
        self.max_length = max_length
        self.token_budget = token_budget
        self.last_truncations: list[Truncation] = []
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
        otherwise.  The model becomes part of the encoder and is set up for it.
        """
        return cls(esm=esm, **{"device": None, **settings})

    # --- One vector per protein ---------------------------------------------------------------

    def forward(self, inputs: list[str]) -> Tensor:
        """Encode sequences to one vector each.

        Sequences are limited to `max_length` residues, and in a call of 20 or more also to the
        95th percentile of the call's lengths (see `windows.limit_length`); what was cut is in
        `last_truncations` and in the log.

        Parameters
        ----------
        inputs : list of str
            Sequences in one-letter code, upper case; any number, any mix of lengths.

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
        vectors = self._run_in_order(kept, self._read_out)
        # The encoder may have left an accelerator between two batches.
        return torch.stack([vector.to(self.device) for vector in vectors])

    def _read_out(self, sequences: list[str]) -> list[Tensor]:
        """Run one batch down to the projected vectors."""
        assert self.pooling is not None
        assert self.projection is not None
        tokens = self._tokenize(sequences)
        hidden = self._run_frozen(tokens)
        states = self._run_trained(hidden, tokens.attention_mask)
        residue_mask = mask_residues(tokens.lengths, states.shape[1], states.device)
        pooled = self.pooling(states, residue_mask)
        return list(self.projection(pooled.vector))

    # --- Residue by residue, any length -------------------------------------------------------

    def encode_residues(
        self,
        sequences: list[str],
        *,
        received: bool = False,
        hidden_layers: Sequence[int] | None = None,
        between_batches: Callable[[], None] = lambda: None,
    ) -> list[ResidueStates]:
        """Encode every residue of proteins of any length, without a gradient.

        Nothing is truncated: a protein longer than `WINDOW_RESIDUES` is read in overlapping
        windows, which are joined by a linear cross-fade (see `windows`).  Apart from the
        results, memory does not grow with the length.

        Parameters
        ----------
        sequences : list of str
            Sequences in one-letter code, upper case.
        received : bool
            Whether to gather the attention that each residue receives and gives as well.
        hidden_layers : sequence of int, optional
            Layers whose output to return beside the last: 0 is the embedding, *k* the output of
            layer *k* counted from 1, without the final layer norm.
        between_batches : callable
            Called after each batch: what it raises ends the encoding.

        Returns
        -------
        list of ResidueStates

        Raises
        ------
        ValueError
            When there is no sequence, one is empty, or a layer is not there.
        """
        sequences = check_sequences(sequences)
        self.last_truncations = []
        layers = tuple(hidden_layers or ())
        if any(not 0 <= layer <= self.num_layers for layer in layers):
            raise ValueError(f"hidden_layers must lie between 0 and {self.num_layers}.")
        windows = [plan_windows(len(sequence)) for sequence in sequences]
        owners = [
            (number, place) for number, places in enumerate(windows) for place in range(len(places))
        ]
        texts = [
            sequence[start - 1 : end]
            for sequence, places in zip(sequences, windows, strict=True)
            for start, end in places
        ]
        attention = (self.num_layers, self.esm.config.num_attention_heads) if received else None

        def run(batch: list[str]) -> list[WindowStates]:
            reduced = self.precision != torch.float32
            with torch.autocast(self.device.type, self.precision, enabled=reduced):
                return read_windows(self.esm, self._tokenize(batch), received, layers)

        with self._measured():
            joiners = [
                WindowJoiner(places, self.hidden_size, len(layers), attention, self.device)
                for places in windows
            ]
            for index, states in self._run_batched(texts, run, between_batches):
                number, place = owners[index]
                joiners[number].add(place, states)
                # Under this name they would live on beside the next batch's.
                del states
            return [joiner.finish() for joiner in joiners]

    def get_attention_weights(
        self,
        sequences: list[str],
        *,
        layer: int | None = None,
        head: int | None = None,
        normalise: bool = True,
    ) -> list[Tensor]:
        """Give the attention between residues.

        Sequences are limited to `max_length` residues (reported as in `forward`); to look at
        a later part of a protein, pass that part.

        Parameters
        ----------
        sequences : list of str
            Sequences in one-letter code, upper case.
        layer, head : int, optional
            One layer and head, counted from 0; a map of n residues then takes 4 n^2 bytes.
            None gives all of them.
        normalise : bool
            Whether each row (query) sums to 1 over the residues.  Otherwise the values are those
            of ``EsmModel(attn_implementation="eager")`` with ``output_attentions=True`` between
            residues, and the rest of the row's 1 lies on the BOS and EOS tokens.

        Returns
        -------
        list of Tensor, each of shape (layers, heads, n, n)
            Row *i* is what residue *i* + 1 attends to.  Special tokens are left out; the first
            two axes have length 1 where a layer or head was chosen.

        Raises
        ------
        ValueError
            When there is no sequence, one is empty, or the layer or head is not there.
        """
        sequences = self._truncate(check_sequences(sequences), self.max_length)
        check_index("layer", layer, self.num_layers)
        check_index("head", head, self.esm.config.num_attention_heads)

        def run(batch: list[str]) -> list[Tensor]:
            return read_maps(self.esm, self._tokenize(batch), layer, head, normalise)

        return self._run_in_order(sequences, run)

    def join_attention(
        self,
        sequence: str,
        *,
        layer: int | None = None,
        head: int | None = None,
        largest: bool = False,
    ) -> Tensor:
        """Give one attention map between residues, joined over heads and layers.

        It takes 4 n^2 bytes, and another layer's beside it.

        Parameters
        ----------
        sequence : str
            At most `WINDOW_RESIDUES` residues in one-letter code, upper case.
        layer, head : int, optional
            One layer and head, counted from 0; None takes the mean over all of them.
        largest : bool
            Whether to take the largest value over the heads of each layer, not their mean.

        Returns
        -------
        Tensor of float32, shape (n, n)
            Row *i* is what residue *i* + 1 attends to, each head's rows normalised over the
            residues.

        Raises
        ------
        ValueError
            When the sequence is empty or too long, or the layer or head is not there.
        """
        (sequence,) = check_sequences([sequence])
        if len(sequence) > WINDOW_RESIDUES:
            raise ValueError(f"The sequence has more than {WINDOW_RESIDUES} residues.")
        check_index("layer", layer, self.num_layers)
        check_index("head", head, self.esm.config.num_attention_heads)

        def run(batch: list[str]) -> list[Tensor]:
            return read_joined_maps(self.esm, self._tokenize(batch), layer, head, largest)

        (found,) = self._run_in_order([sequence], run)
        return found

    def roll_out_attention(
        self, sequence: str, between_batches: Callable[[], None] = lambda: None
    ) -> Tensor:
        """Give what each residue receives by attention rollout, for a protein of any length.

        See `head_maps.AttentionRollout`.  A long protein is read in the windows of
        `encode_residues`, whose results are joined by the same cross-fade.

        Returns
        -------
        Tensor of float32, shape (n,)
            Sums to 1 over the residues.
        """
        (sequence,) = check_sequences([sequence])
        windows = plan_windows(len(sequence))

        def run(batch: list[str]) -> list[Tensor]:
            return read_rollout(self.esm, self._tokenize(batch))

        texts = [sequence[start - 1 : end] for start, end in windows]
        parts = self._run_in_order(texts, run, between_batches)
        joined = parts[0].new_zeros(len(sequence))
        for number, (start, end) in enumerate(windows):
            part = parts[number].to(joined.device)
            joined[start - 1 : end] += part * cross_fade(windows, number).to(joined.device)
        return joined / joined.sum()

    # --- Training: frozen and trained layers --------------------------------------------------

    @torch.no_grad()
    def embed_frozen(self, sequences: list[str]) -> list[Tensor]:
        """Run the frozen lower part, whose output a trainer can keep for each protein.

        Parameters
        ----------
        sequences : list of str
            Sequences of at most `WINDOW_RESIDUES` residues each; nothing is truncated.  Cut
            longer ones with `plan_windows`.

        Returns
        -------
        list of Tensor, each of shape (residues + 2, hidden)
            Input of the first layer that trains, for every token from BOS to EOS.

        Raises
        ------
        ValueError
            When the embeddings train, so that nothing below stays the same; or a sequence is
            empty or too long.
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
        """Run the layers that train on what `embed_frozen` gave, with a gradient.

        Parameters
        ----------
        hidden : list of Tensor, each of shape (residues + 2, hidden)
            One batch, on any device; it runs in one go.

        Returns
        -------
        states : Tensor, shape (batch, tokens, hidden)
            Last states, as `EsmModel` gives them, BOS at position 0.
        residue_mask : Tensor of bool, shape (batch, tokens)
            True on the residues.
        """
        tokens = [len(states) for states in hidden]
        width = padded_width(max(tokens))
        shape = (len(hidden), width, self.hidden_size)
        padded = hidden[0].new_zeros(shape, device=self.device)
        for row, states in zip(padded, hidden, strict=True):
            row[: len(states)] = states
        positions = torch.arange(width, device=self.device)
        attention_mask = positions < torch.tensor(tokens, device=self.device).unsqueeze(1)
        lengths = [count - SPECIAL_TOKENS for count in tokens]
        residue_mask = mask_residues(lengths, width, self.device)
        return self._run_trained(padded, attention_mask), residue_mask

    # --- Batches ------------------------------------------------------------------------------

    def _tokenize(self, sequences: list[str]) -> TokenBatch:
        """Turn sequences into tokens on the encoder's device."""
        return self.tokenizer(sequences).to(self.device)

    def _truncate(self, sequences: list[str], limit: int) -> list[str]:
        """Cut sequences and report it."""
        kept, self.last_truncations = truncate(sequences, limit)
        if self.last_truncations:
            logger.warning(
                "%d of %d sequences were cut to their first %d residues.",
                len(self.last_truncations),
                len(sequences),
                limit,
            )
        return kept

    def _run_batched(
        self,
        sequences: list[str],
        run: Callable[[list[str]], list[Result]],
        between_batches: Callable[[], None],
    ) -> Iterator[tuple[int, Result]]:
        """Run sequences in batches of similar length and give each result with its index."""
        default = TOKEN_BUDGET.get(self.device.type, TOKEN_BUDGET_ACCELERATOR)
        budget = default if self.token_budget is None else self.token_budget
        for batch in plan_batches([len(sequence) for sequence in sequences], budget):
            texts = [sequences[index] for index in batch]
            # The results have no name here, or they would live on beside the next batch's.
            yield from zip(batch, run_halving(texts, run, self._leave_device), strict=True)
            between_batches()

    def _run_in_order(
        self,
        sequences: list[str],
        run: Callable[[list[str]], list[Result]],
        between_batches: Callable[[], None] = lambda: None,
    ) -> list[Result]:
        """Run sequences in batches and give the results in the order of the sequences."""
        with self._measured():
            found = dict(self._run_batched(sequences, run, between_batches))
        return [found[index] for index in range(len(sequences))]

    def _leave_device(self) -> bool:
        """Move to the CPU because one sequence did not fit; False when already there."""
        device = self.device
        if device.type == "cpu":
            return False
        warnings.warn(
            f"Memory on {device} ran out for a single sequence: the protein encoder goes on, "
            "more slowly, on the CPU.",
            RuntimeWarning,
            stacklevel=2,
        )
        self.to("cpu")
        return True


def check_sequences(sequences: Sequence[str]) -> list[str]:
    """Check a batch of sequences.

    Raises
    ------
    TypeError
        When a single text was passed, whose letters would be read as sequences.
    ValueError
        When there is no sequence, or one is empty.
    """
    if isinstance(sequences, str):
        raise TypeError("Pass a list of sequences, not a single text.")
    if not sequences or not all(sequences):
        raise ValueError("Pass at least one sequence, and none that is empty.")
    return list(sequences)


def check_index(name: str, index: int | None, count: int) -> None:
    """Raise ValueError when a layer or head is not there."""
    if index is not None and not 0 <= index < count:
        raise ValueError(f"{name} must lie between 0 and {count - 1}, not {index}.")
