"""Batches of mixed lengths: useful residues per second.

The proteins of mixed lengths are compared with as many of equal length and the same total.  On
such a mix, batches padded to their longest sequence spend 40% of their work on padding.  Without
any padding it would still be a little slower than equal lengths: attention grows with the square
of the length, and the mix has a fifth more of it than the same total in equal ones.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import torch

from dta_demo.benchmarks.peers import plain_model
from dta_demo.benchmarks.records import Figure, Outcome, Settings
from dta_demo.benchmarks.samples import fresh_protein
from dta_demo.benchmarks.timing import time_side_by_side
from dta_demo.benchmarks.work import load_predictor
from dta_demo.encoders.protein import MemoryOptimizedESMEncoder

PROTEINS, LONGEST, ROUNDS = 64, 1000, 7
QUICK_PROTEINS, QUICK_LONGEST, QUICK_ROUNDS = 8, 200, 1

SHORTEST = 50

SEED = 0

PADDED_BATCH = 8
"""Sequences in a batch of the peer, padded to its longest, in the order given."""

ASKED = 0.85


def measure(settings: Settings) -> Iterator[Outcome]:
    """Measure mixed lengths beside equal ones, and beside padded batches."""
    encoder = load_predictor(settings).encoder
    lengths = mixed_lengths(settings.quick)
    mixed = [fresh_protein(length, number) for number, length in enumerate(lengths)]
    equal = [fresh_protein(length, number) for number, length in enumerate(even_out(lengths))]
    padded = PaddedBatches(encoder)
    seconds = time_side_by_side(
        {
            "mixed": lambda _: encoder.encode_residues(mixed),
            "equal": lambda _: encoder.encode_residues(equal),
            "padded": lambda _: padded.run(mixed),
        },
        QUICK_ROUNDS if settings.quick else ROUNDS,
        warm_up=1,
    )
    speed = {name: sum(lengths) / float(times.min()) for name, times in seconds.items()}
    what = f"useful residues per second, {len(mixed)} proteins of {min(lengths)} to {max(lengths)}"
    against = f"{len(equal)} proteins of {len(equal[-1])}"
    yield Figure(what, speed["mixed"], speed["equal"], "/s", against, ASKED, at_least=True)
    against = f"EsmModel SDPA, the same in padded batches of {PADDED_BATCH}"
    yield Figure(what, speed["mixed"], speed["padded"], "/s", against, at_least=True)


def mixed_lengths(quick: bool) -> list[int]:
    """Draw lengths evenly between the shortest and the longest."""
    draw = random.Random(SEED)
    count, longest = (QUICK_PROTEINS, QUICK_LONGEST) if quick else (PROTEINS, LONGEST)
    return [draw.randint(SHORTEST, longest) for _ in range(count)]


def even_out(lengths: list[int]) -> list[int]:
    """As many lengths with the same total, equal within one residue."""
    size, rest = divmod(sum(lengths), len(lengths))
    return [size + (number < rest) for number in range(len(lengths))]


class PaddedBatches:
    """ESM-2 of transformers, called in padded batches as is usual for many sequences."""

    def __init__(self, encoder: MemoryOptimizedESMEncoder) -> None:
        self.encoder = encoder
        self.model = plain_model(encoder)

    @torch.inference_mode()
    def run(self, sequences: list[str]) -> None:
        """Run the sequences in batches, in the order given."""
        for start in range(0, len(sequences), PADDED_BATCH):
            batch = self.encoder.tokenizer(sequences[start : start + PADDED_BATCH])
            tokens = batch.to(self.encoder.device)
            self.model(tokens.ids, attention_mask=tokens.attention_mask)
