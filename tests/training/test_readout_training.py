from dataclasses import replace

import pytest
import torch

from dta_demo.encoders.pooling import FIXED_POOLINGS, AttentionPooling, make_pooling
from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.model.region import pool_region
from dta_demo.training.all_layers import (
    LayerEmbeddings,
    Scale,
    embed_every_layer,
    randomise_esm,
    read_every_layer,
)
from dta_demo.training.pooling_release import to_poolings
from dta_demo.training.readout_training import (
    AttentionVectors,
    FixedVectors,
    MixedVectors,
    PairGrid,
    ReadoutSettings,
    train_readouts,
)
from tests.support.encoders import make_esm

SETTINGS = ReadoutSettings(
    hidden=16, factors=4, steps=60, batch_proteins=12, batch_residues=8, heads=2
)
SEQUENCES = [
    "".join("ACDEFGHIKLMNPQRSTVWY"[(number * step + number) % 20] for step in range(20 + number))
    for number in range(24)
]


@pytest.fixture(scope="module")
def encoder() -> MemoryOptimizedESMEncoder:
    return MemoryOptimizedESMEncoder.from_esm(make_esm(), pooling_strategy=None).eval()


@pytest.fixture(scope="module")
def embedded(encoder) -> LayerEmbeddings:
    return embed_every_layer(encoder, SEQUENCES, "tests")


def make_grid(signal: torch.Tensor) -> PairGrid:
    """Pairs whose affinity is a sum of what a protein and a molecule have; folds of proteins."""
    drugs = torch.randn(10, 5, generator=torch.Generator().manual_seed(1))
    affinity = 7 + signal[:, None] + drugs[:, 0]
    test = torch.zeros(2, len(signal), 10)
    test[0, ::2], test[1, 1::2] = 1, 1
    return PairGrid(affinity, 1 - test, test, drugs.expand(2, -1, -1), floor=0.0)


def error(grid: PairGrid, predicted: torch.Tensor) -> float:
    squared = (predicted - grid.affinity).square() * grid.test
    return float(squared.sum() / grid.test.sum())


# --- Embeddings of every layer ---------------------------------------------------------------


def test_every_layer_is_that_of_the_encoder(encoder):
    layers = read_every_layer(encoder, SEQUENCES[3])
    (plain,) = encoder.encode_residues([SEQUENCES[3]], hidden_layers=range(encoder.num_layers))
    torch.testing.assert_close(layers[-1, 1:], plain.residues, atol=1e-5, rtol=0)
    torch.testing.assert_close(layers[-1, 0], plain.cls[0], atol=1e-5, rtol=0)
    torch.testing.assert_close(layers[:-1, 1:], plain.hidden, atol=1e-5, rtol=0)


def test_a_protein_of_several_windows_is_joined_as_the_encoder_joins_it(encoder):
    sequence = "MKLVWQDE" * 150
    layers = read_every_layer(encoder, sequence)
    (plain,) = encoder.encode_residues([sequence])
    torch.testing.assert_close(layers[-1, 1:], plain.residues, atol=1e-4, rtol=0)
    torch.testing.assert_close(layers[-1, 0], plain.cls.mean(dim=0), atol=1e-4, rtol=0)


def test_vectors_are_the_poolings_standardised(encoder, embedded):
    for name in FIXED_POOLINGS:
        pooling = make_pooling(name, encoder.hidden_size)
        vectors = torch.stack(
            [pool_region(pooling, read_every_layer(encoder, each)[-1]).vector[0]
             for each in SEQUENCES]
        )  # fmt: skip
        expected = (vectors - vectors.mean(0)) / vectors.std(0, correction=0)
        torch.testing.assert_close(embedded.pooled[name][-1], expected, atol=2e-3, rtol=0)


def test_a_channel_that_never_changes_is_left_at_nothing():
    vectors = torch.tensor([[1.0, 2.0], [1.0, 4.0]])
    assert Scale.of(vectors).apply(vectors).tolist() == [[0, -1], [0, 1]]


def test_random_weights_are_no_trained_ones(encoder):
    first, again, other = (randomise_esm(encoder.esm, seed) for seed in (0, 0, 1))
    weights = [esm.encoder.layer[0].output.dense.weight for esm in (first, again, other)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])
    assert not torch.equal(weights[0], encoder.esm.encoder.layer[0].output.dense.weight)


# --- Vectors that are learned ----------------------------------------------------------------


def test_even_attention_is_the_mean(embedded):
    vectors = AttentionVectors(embedded, torch.full((2, 1), embedded.last_layer), SETTINGS)
    vectors.score.data.zero_()
    mean = embedded.pooled["mean"][-1].expand(2, -1, -1)
    torch.testing.assert_close(vectors.evaluate(len(SEQUENCES)), mean, atol=0.15, rtol=0)


def test_an_even_mix_is_the_mean_of_the_layers(embedded):
    mixed = MixedVectors(embedded.pooled["max"], 2)(torch.arange(5))
    expected = embedded.pooled["max"][:, :5].mean(dim=0)
    torch.testing.assert_close(mixed[1], expected)


def test_networks_of_different_layers_keep_their_order(embedded):
    layers = torch.tensor([[2], [0], [2]])
    vectors = AttentionVectors(embedded, layers, SETTINGS)
    together = vectors.evaluate(3)
    for network, layer in enumerate(layers):
        alone = AttentionVectors(embedded, layer[None], SETTINGS)
        alone.score.data = vectors.score.data[network : network + 1]
        torch.testing.assert_close(alone.evaluate(3)[0], together[network], atol=1e-2, rtol=0)


def test_a_released_pooling_is_the_one_that_was_trained(encoder, embedded):
    """On the encoder's own embeddings, what `AttentionVectors` learned on standardised ones."""
    vectors = AttentionVectors(embedded, torch.full((2, 1), embedded.last_layer), SETTINGS)
    vectors.score_bias.data.normal_()
    scale = embedded.pooled_scales["mean"]
    for network, pooling in enumerate(to_poolings("attention", vectors, embedded, SETTINGS.heads)):
        assert isinstance(pooling, AttentionPooling)
        for place, sequence in enumerate(SEQUENCES[:4]):
            embeddings = read_every_layer(encoder, sequence)[-1]
            pooled = pool_region(pooling, embeddings).vector[0]
            expected = vectors.evaluate(len(SEQUENCES))[network, place]
            found = (pooled - scale.mean[-1]) / scale.spread[-1]
            torch.testing.assert_close(found, expected, atol=0.2, rtol=0.05)


# --- Training --------------------------------------------------------------------------------


def test_a_readout_learns_what_the_vector_tells_and_no_more():
    """New proteins are predicted from a vector that tells, and not from one that does not."""
    random = torch.Generator().manual_seed(0)
    signal, noise = torch.randn(60, generator=random), torch.randn(60, 4, generator=random)
    grid = make_grid(signal)
    telling = torch.cat([signal[:, None], noise], dim=1)[None]
    settings = replace(SETTINGS, steps=200, batch_proteins=30)
    told = train_readouts(grid, FixedVectors(telling, 2), settings, seed=0).predicted
    untold = train_readouts(grid, FixedVectors(noise[None], 2), settings, seed=0).predicted
    assert error(grid, told) < 0.2
    assert error(grid, untold) > 0.8


def test_the_same_seed_gives_the_same_networks(embedded):
    grid = make_grid(torch.linspace(-1, 1, len(SEQUENCES)))

    def train(seed: int) -> torch.Tensor:
        torch.manual_seed(7)
        last = torch.full((2, 1), embedded.last_layer)
        return train_readouts(
            grid, AttentionVectors(embedded, last, SETTINGS), SETTINGS, seed
        ).predicted

    assert torch.equal(train(0), train(0))
    assert not torch.equal(train(0), train(1))


def test_pairs_that_are_left_out_change_nothing(embedded):
    grid = make_grid(torch.linspace(-1, 1, len(SEQUENCES)))
    spoiled = replace(grid, affinity=torch.where(grid.test[0] > 0, 99.0, grid.affinity))
    vectors = FixedVectors(embedded.pooled["mean"][-1:], 2)
    clean = train_readouts(grid, vectors, SETTINGS, seed=0).predicted[0]
    assert torch.equal(clean, train_readouts(spoiled, vectors, SETTINGS, seed=0).predicted[0])


def test_a_learned_pooling_changes_in_training(embedded):
    grid = make_grid(torch.linspace(-1, 1, len(SEQUENCES)))
    vectors = AttentionVectors(embedded, torch.arange(3).expand(2, -1), SETTINGS)
    before = vectors.score.detach().clone(), vectors.mix.detach().clone()
    train_readouts(grid, vectors, SETTINGS, seed=0)
    assert not torch.equal(before[0], vectors.score)
    assert not torch.equal(before[1], vectors.mix)
