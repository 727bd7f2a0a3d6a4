import pytest
import torch

from dta_demo.encoders.batching import plan_batches
from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from tests.support.encoders import random_sequence

CLOSE = {"atol": 1e-5, "rtol": 0}


def test_batches_keep_to_the_budget_and_hold_everything_once():
    lengths = [5, 90, 30, 30, 200, 7, 6, 1, 88]
    batches = plan_batches(lengths, token_budget=190)
    assert sorted(index for batch in batches for index in batch) == list(range(9))
    for batch in batches:
        width = max(lengths[index] for index in batch) + 2
        assert width * len(batch) <= 190 or len(batch) == 1
    assert batches[0] == [4]
    assert batches[1] == [1, 8]


@pytest.mark.parametrize("token_budget", [1, 70, 10**6])
def test_a_large_call_is_batched_and_put_back_in_order(token_budget, make_encoder, monkeypatch):
    encoder = make_encoder(token_budget=token_budget)
    texts = [random_sequence(1 + (7 * n) % 60, seed=n) for n in range(19)]
    shapes = []
    tokenizer = encoder.tokenizer

    def spy(batch):
        shapes.append((len(batch), max(map(len, batch)) + 2))
        return tokenizer(batch)

    monkeypatch.setattr(encoder, "tokenizer", spy)
    with torch.no_grad():
        together = encoder(texts)
        assert all(rows == 1 or rows * width <= token_budget for rows, width in shapes)
        assert sum(rows for rows, _ in shapes) == len(texts)
        alone = torch.cat([encoder([text]) for text in texts])
    torch.testing.assert_close(together, alone, **CLOSE)


def fail_above(monkeypatch, encoder, room):
    """Make the first layer run out of memory for batches of more than `room` sequences."""
    sizes = []
    first = encoder.esm.encoder.layer[0]
    plain = first.forward

    def forward(hidden, *args, **kwargs):
        sizes.append(len(hidden))
        if len(hidden) > room[0]:
            raise torch.OutOfMemoryError("out of memory")
        return plain(hidden, *args, **kwargs)

    monkeypatch.setattr(first, "forward", forward)
    return sizes


@pytest.mark.parametrize("method", ["forward", "encode_residues", "embed_frozen"])
def test_a_batch_that_does_not_fit_is_halved(method, make_encoder, sequences, monkeypatch):
    encoder = make_encoder(token_budget=10**6)
    call = getattr(encoder, method)
    with torch.no_grad():
        expected = call(sequences)
        sizes = fail_above(monkeypatch, encoder, room=[2])
        found = call(sequences)
    assert sizes == [8, 4, 2, 2, 4, 2, 2]
    if method == "encode_residues":
        found, expected = ([s.residues for s in result] for result in (found, expected))
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, **CLOSE)


def test_the_cpu_is_used_when_nothing_fits(make_encoder, sequences, monkeypatch):
    encoder = make_encoder()
    with torch.no_grad():
        expected = encoder(sequences)
    room = [0]
    fail_above(monkeypatch, encoder, room)
    # There is no accelerator in the tests: say that there is one until the encoder leaves it.
    here = [torch.device("mps")]
    monkeypatch.setattr(MemoryOptimizedESMEncoder, "device", property(lambda self: here[0]))
    monkeypatch.setattr(encoder, "_tokenize", encoder.tokenizer)

    def move(device):
        here[0], room[0] = torch.device(device), 100

    monkeypatch.setattr(encoder, "to", move)
    with torch.no_grad(), pytest.warns(RuntimeWarning, match=r"ran out .* on the CPU"):
        found = encoder(sequences)
    torch.testing.assert_close(found, expected, **CLOSE)


def test_the_error_stays_when_the_cpu_is_full(make_encoder, monkeypatch):
    encoder = make_encoder()
    fail_above(monkeypatch, encoder, room=[0])
    with pytest.raises(torch.OutOfMemoryError):
        encoder(["ACDE", "AC"])
