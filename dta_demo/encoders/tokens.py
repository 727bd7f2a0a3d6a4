"""Tokens of ESM-2: one per residue, between a BOS and an EOS token."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

ESM2_VOCABULARY: tuple[str, ...] = (
    "<cls>", "<pad>", "<eos>", "<unk>", *"LAGVSERTIDPKQNFYMHWCXBUZO.-", "<null_1>", "<mask>",
)  # fmt: skip
"""The 33 tokens of every ESM-2 model in the order of their ids (Lin et al. 2023)."""

SPECIAL_TOKENS = 2
"""Number of tokens around the residues: BOS (`<cls>`) before and EOS (`<eos>`) after them."""

PADDING_STEP = 16
"""Number of tokens to a multiple of which short batches are padded, see `padded_width`."""

PADDED_BELOW = 128
"""Number of tokens below which a batch counts as short."""


def padded_width(tokens: int) -> int:
    """Width of a batch, in tokens, whose longest sequence has `tokens` tokens.

    The CPU's kernels add up few tokens, and the remainder after full vectors of 16, in another
    order.  The embeddings of a short sequence would differ by up to 2e-5 with the sequences in
    its batch for that reason alone; at multiples of 16 they do not differ at all.  Longer batches
    are left as they are: there the difference is 3e-6, and padding would cost time.
    """
    if tokens >= PADDED_BELOW:
        return tokens
    return -(-tokens // PADDING_STEP) * PADDING_STEP


@dataclass(frozen=True)
class TokenBatch:
    """A padded batch of tokens.

    Attributes
    ----------
    ids : Tensor of int64, shape (batch, tokens)
        Token ids, padded on the right.
    attention_mask : Tensor of bool, shape (batch, tokens)
        False on padding.
    lengths : tuple of int
        Residues of each sequence.
    """

    ids: Tensor
    attention_mask: Tensor
    lengths: tuple[int, ...]

    def to(self, device: torch.device) -> "TokenBatch":
        """Return the batch on `device`."""
        return TokenBatch(self.ids.to(device), self.attention_mask.to(device), self.lengths)


def mask_residues(lengths: Sequence[int], width: int, device: torch.device) -> Tensor:
    """Mask of the residues in a padded batch, without the special tokens.

    Returns
    -------
    Tensor of bool, shape (batch, width)
        True at the positions from 1 to the length of the sequence.
    """
    positions = torch.arange(width, device=device)
    ends = torch.tensor(list(lengths), device=device).unsqueeze(1)
    return (positions >= 1) & (positions <= ends)


class ResidueTokenizer:
    """Tokenizer by one table, equal to `transformers.EsmTokenizer` on letters of the vocabulary.

    A letter outside the vocabulary becomes one `<unk>` (EsmTokenizer makes one of a whole run),
    so that residue *i*, counted from 1, is always at token position *i*.

    Parameters
    ----------
    vocabulary : sequence of str
        The tokens in the order of their ids.

    Raises
    ------
    ValueError
        When one of `<cls>`, `<pad>`, `<eos>` and `<unk>` is missing.
    """

    def __init__(self, vocabulary: Sequence[str] = ESM2_VOCABULARY) -> None:
        ids = {token: number for number, token in enumerate(vocabulary)}
        missing = [token for token in ("<cls>", "<pad>", "<eos>", "<unk>") if token not in ids]
        if missing:
            raise ValueError(f"The vocabulary lacks {', '.join(missing)}.")
        self.size = len(vocabulary)
        self.cls_id, self.pad_id, self.eos_id = ids["<cls>"], ids["<pad>"], ids["<eos>"]
        self._table = np.full(256, ids["<unk>"], dtype=np.int64)
        for token, number in ids.items():
            if len(token) == 1:
                self._table[ord(token)] = number

    @classmethod
    def from_folder(cls, folder: Path) -> "ResidueTokenizer":
        """Read `vocab.txt` in `folder`; without it, use ESM-2's vocabulary."""
        file = folder / "vocab.txt"
        return cls(file.read_text(encoding="utf-8").split()) if file.is_file() else cls()

    def __call__(self, sequences: Sequence[str]) -> TokenBatch:
        """Tokenize sequences into one batch, padded to `padded_width` of the longest."""
        lengths = tuple(len(sequence) for sequence in sequences)
        width = padded_width(max(lengths) + SPECIAL_TOKENS)
        ids = np.full((len(sequences), width), self.pad_id, dtype=np.int64)
        ids[:, 0] = self.cls_id
        for row, sequence, length in zip(ids, sequences, lengths, strict=True):
            letters = np.frombuffer(sequence.encode("latin-1", "replace"), dtype=np.uint8)
            row[1 : length + 1] = self._table[letters]
            row[length + 1] = self.eos_id
        ends = np.asarray(lengths)[:, None] + SPECIAL_TOKENS
        attention_mask = np.arange(width) < ends
        return TokenBatch(torch.from_numpy(ids), torch.from_numpy(attention_mask), lengths)
