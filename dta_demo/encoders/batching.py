"""ESM-2 run over any number of sequences in batches that fit into memory."""

import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from transformers import EsmModel

from dta_demo.encoders.base import BaseEncoder
from dta_demo.encoders.devices import run_halving
from dta_demo.encoders.stack import prepare_esm
from dta_demo.encoders.tokens import SPECIAL_TOKENS, ResidueTokenizer, TokenBatch
from dta_demo.encoders.truncation import Truncation, truncate
from dta_demo.runtime.jobs import note_work

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

TOKEN_BUDGET = {"cpu": 2**10}
"""Tokens of a batch by device: on a CPU one full window, since larger batches are not faster."""

TOKEN_BUDGET_ACCELERATOR = 2**14
"""Tokens of a batch on an accelerator."""


class BatchedESM(BaseEncoder):
    """ESM-2 with its tokenizer, which runs sequences in batches of bounded size.

    When memory runs out, a batch is halved, down to single sequences.  When even one of them does
    not fit, the encoder moves to the CPU for good and warns.

    Parameters
    ----------
    output_dim : int
        Channels of the vectors that `forward` returns.
    esm : EsmModel
        Changed in place by `stack.prepare_esm`.
    tokenizer : ResidueTokenizer
    token_budget : int or None
        Tokens of a batch, padding included; None chooses by device.

    Attributes
    ----------
    last_truncations : list of Truncation
        Sequences that the last call cut.

    Raises
    ------
    ValueError
        When the vocabulary does not fit the model, or the model is not ESM-2.
    """

    def __init__(
        self, output_dim: int, esm: EsmModel, tokenizer: ResidueTokenizer, token_budget: int | None
    ) -> None:
        if tokenizer.size != esm.config.vocab_size:
            raise ValueError(
                f"The model has {esm.config.vocab_size} tokens, but its vocabulary "
                f"has {tokenizer.size}."
            )
        super().__init__(output_dim)
        self.esm = prepare_esm(esm)
        self.tokenizer = tokenizer
        self.token_budget = token_budget
        self.last_truncations: list[Truncation] = []

    @property
    def hidden_size(self) -> int:
        """Channels of a residue's embedding."""
        return self.esm.config.hidden_size

    @property
    def num_layers(self) -> int:
        """Layers of ESM-2."""
        return self.esm.config.num_hidden_layers

    @property
    def num_heads(self) -> int:
        """Attention heads of each layer."""
        return self.esm.config.num_attention_heads

    def _tokenize(self, sequences: list[str]) -> TokenBatch:
        """Turn sequences into tokens on the encoder's device."""
        return self.tokenizer(sequences).to(self.device)

    def _truncate(self, sequences: list[str], limit: int) -> list[str]:
        """Cut sequences to `limit` residues, recorded in `last_truncations` and the log."""
        kept, self.last_truncations = truncate(sequences, limit)
        if self.last_truncations:
            logger.warning(
                "%d of %d sequences were cut to their first %d residues.",
                len(self.last_truncations),
                len(sequences),
                limit,
            )
        return kept

    def _run_batches(
        self,
        sequences: list[str],
        run: Callable[[list[str]], list[Result]],
        between_batches: Callable[[], None],
    ) -> Iterator[tuple[int, Result]]:
        """Run sequences in batches of similar length and yield each result with its index."""
        default = TOKEN_BUDGET.get(self.device.type, TOKEN_BUDGET_ACCELERATOR)
        budget = default if self.token_budget is None else self.token_budget
        for batch in plan_batches([len(sequence) for sequence in sequences], budget):
            texts = [sequences[index] for index in batch]
            # The results have no name here, or they would live on beside the next batch's.
            yield from zip(batch, run_halving(texts, run, self._leave_device), strict=True)
            note_work(sum(map(len, texts)))
            between_batches()

    def _run_in_order(
        self,
        sequences: list[str],
        run: Callable[[list[str]], list[Result]],
        between_batches: Callable[[], None] = lambda: None,
    ) -> list[Result]:
        """Run sequences in batches and return the results in the order of the sequences."""
        with self._measured():
            found = dict(self._run_batches(sequences, run, between_batches))
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


def plan_batches(lengths: Sequence[int], token_budget: int) -> list[list[int]]:
    """Group sequences of similar length into batches within a token budget.

    Parameters
    ----------
    lengths : sequence of int
        Residues of each sequence.
    token_budget : int
        Tokens of a padded batch, special tokens and padding included.  A sequence that exceeds
        it by itself gets a batch of its own.

    Returns
    -------
    list of list of int
        Indices into `lengths`, the longest sequences first, so that memory peaks in the first
        batch.
    """
    batches: list[list[int]] = []
    room = 0
    for index in sorted(range(len(lengths)), key=lambda i: (-lengths[i], i)):
        if room == 0:
            room = max(1, token_budget // (lengths[index] + SPECIAL_TOKENS))
            batches.append([])
        batches[-1].append(index)
        room -= 1
    return batches


def check_sequences(sequences: Sequence[str]) -> list[str]:
    """Check the sequences of a call and return them as a list.

    Raises
    ------
    TypeError
        When a single text was passed, whose letters would be taken for sequences.
    ValueError
        When there is no sequence, or one is empty.
    """
    if isinstance(sequences, str):
        raise TypeError("Pass a list of sequences, not a single text.")
    if not sequences or not all(sequences):
        raise ValueError("Pass at least one sequence, and none that is empty.")
    return list(sequences)
