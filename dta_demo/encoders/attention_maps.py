"""ESM-2 whose attention between residues can be read: maps, joined maps and rollout."""

from collections.abc import Callable

from torch import Tensor

from dta_demo.encoders.batching import BatchedESM, check_sequences
from dta_demo.encoders.passes import (
    measure_heads,
    read_joined_maps,
    read_maps,
    read_rollout,
)
from dta_demo.encoders.windows import WINDOW_RESIDUES, join_windows, split_windows
from dta_demo.runtime.jobs import note_work

ROLLOUT_READS = 5
"""Work of attention rollout, which multiplies full maps, in plain passes of the encoder."""


class AttentionESM(BatchedESM):
    """ESM-2 with methods that return its attention, computed without a gradient.

    Attributes
    ----------
    max_length : int
        Residues to which `get_attention_weights` cuts a sequence.
    """

    max_length: int

    def get_attention_weights(
        self,
        sequences: list[str],
        *,
        layer: int | None = None,
        head: int | None = None,
        normalise: bool = True,
    ) -> list[Tensor]:
        """Compute the attention between residues.

        Sequences are cut to `max_length` residues, which `last_truncations` and the log report;
        for a later part of a protein, pass that part.

        Parameters
        ----------
        sequences : list of str
            One-letter codes, upper case.
        layer, head : int, optional
            One layer and head, from 0; a map of n residues then takes 4 n^2 bytes.  None
            computes all of them.
        normalise : bool
            Whether each row (query) sums to 1 over the residues.  Otherwise the values are those
            of ``EsmModel(attn_implementation="eager")`` with ``output_attentions=True``, where
            the BOS and EOS tokens take the rest of a row's 1.

        Returns
        -------
        list of Tensor of float32, each of shape (layers, heads, n, n)
            Row *i* is the attention of residue *i* + 1 to each residue.  Special tokens are left
            out; the first two axes have length 1 where a layer or head was chosen.

        Raises
        ------
        ValueError
            When there is no sequence, one is empty, or the layer or head does not exist.
        """
        sequences = self._truncate(check_sequences(sequences), self.max_length)
        self._check_place(layer, head)

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
        """Compute one attention map between residues, joined over heads and layers.

        It takes 4 n^2 bytes, and as much again for the layer that is added.

        Parameters
        ----------
        sequence : str
            At most `WINDOW_RESIDUES` residues, one-letter codes, upper case.
        layer, head : int, optional
            One layer and head, from 0; None takes the mean over all of them.
        largest : bool
            Whether to take the maximum over the heads of each layer instead of their mean.

        Returns
        -------
        Tensor of float32, shape (n, n)
            Row *i* is the attention of residue *i* + 1; the rows of each head are normalised over
            the residues before they are joined.

        Raises
        ------
        ValueError
            When the sequence is empty or too long, or the layer or head does not exist.
        """
        (sequence,) = check_sequences([sequence])
        if len(sequence) > WINDOW_RESIDUES:
            raise ValueError(f"The sequence has more than {WINDOW_RESIDUES} residues.")
        self._check_place(layer, head)

        def run(batch: list[str]) -> list[Tensor]:
            return read_joined_maps(self.esm, self._tokenize(batch), layer, head, largest)

        (found,) = self._run_in_order([sequence], run)
        return found

    def roll_out_attention(
        self, sequence: str, between_batches: Callable[[], None] = lambda: None
    ) -> Tensor:
        """Compute the attention that each residue receives by attention rollout, at any length.

        See `head_maps.AttentionRollout`.  A long protein is read in the windows of
        `encode_residues`, whose results are joined by the same cross-fade.

        Parameters
        ----------
        between_batches : callable
            Called after each batch; an exception that it raises ends the computation.

        Returns
        -------
        Tensor of float32, shape (n,)
            Sums to 1 over the residues.

        Raises
        ------
        ValueError
            When the sequence is empty.
        """
        (sequence,) = check_sequences([sequence])
        windows, texts = split_windows(sequence)

        def run(batch: list[str]) -> list[Tensor]:
            found = read_rollout(self.esm, self._tokenize(batch))
            note_work((ROLLOUT_READS - 1) * sum(map(len, batch)))
            return found

        joined = join_windows(self._run_in_order(texts, run, between_batches), windows)
        return joined / joined.sum()

    def measure_heads(self, sequence: str, region: tuple[int, int]) -> tuple[Tensor, Tensor]:
        """Measure how much each head is like the contacts of a region, and how diffuse it is.

        Parameters
        ----------
        sequence : str
            At most `WINDOW_RESIDUES` residues, one-letter codes, upper case.
        region : (int, int)
            First and last of its residues, from 1.

        Returns
        -------
        contacts, entropies : Tensor of float32, shape (layers, heads)
            The correlation of the corrected map with the contacts that ESM-2 predicts, NaN where
            the region is too short for any; and the mean entropy of the rows, 1 for even ones.

        Raises
        ------
        ValueError
            When the sequence is empty or too long.
        """
        (sequence,) = check_sequences([sequence])
        if len(sequence) > WINDOW_RESIDUES:
            raise ValueError(f"The sequence has more than {WINDOW_RESIDUES} residues.")

        def run(batch: list[str]) -> list[tuple[Tensor, Tensor]]:
            return [measure_heads(self.esm, self._tokenize([each]), region) for each in batch]

        (found,) = self._run_in_order([sequence], run)
        return found

    def _check_place(self, layer: int | None, head: int | None) -> None:
        """Raise ValueError when a layer or head does not exist."""
        places = (("layer", layer, self.num_layers), ("head", head, self.num_heads))
        for name, index, count in places:
            if index is not None and not 0 <= index < count:
                raise ValueError(f"{name} must lie between 0 and {count - 1}, not {index}.")
