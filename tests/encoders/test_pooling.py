import pytest
import torch

from dta_demo.encoders.pooling import POOLINGS, make_pooling, register_pooling

HIDDEN = 12


@pytest.fixture
def embeddings():
    return torch.randn(2, 6, HIDDEN, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def mask():
    """Residues 1 to 4 of the first sequence, 1 to 2 of the second, which is padded."""
    return torch.tensor([[0, 1, 1, 1, 1, 0], [0, 1, 1, 0, 0, 0]], dtype=torch.bool)


def pooling(name, heads=3):
    torch.manual_seed(0)
    return make_pooling(name, HIDDEN, heads)


def test_the_registry_names_the_four_strategies():
    assert list(POOLINGS) == ["cls", "mean", "max", "attention"]


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"'median'.*cls, mean, max, attention"):
        make_pooling("median", HIDDEN)


def test_a_name_is_registered_once():
    with pytest.raises(ValueError, match="mean"):
        register_pooling("mean")(POOLINGS["mean"])


@pytest.mark.parametrize("name", POOLINGS)
def test_shapes_and_weights(name, embeddings, mask):
    vector, weights = pooling(name)(embeddings, mask)
    assert vector.shape == (2, HIDDEN)
    assert weights.shape == (2, 6)
    torch.testing.assert_close(weights.sum(dim=1), torch.ones(2))
    allowed = mask.clone()
    allowed[:, 0] = name == "cls"
    assert not weights[~allowed].any()


@pytest.mark.parametrize("name", POOLINGS)
def test_padding_changes_nothing(name, embeddings, mask):
    module = pooling(name)
    alone = module(embeddings[1:, :4], mask[1:, :4])
    padded = embeddings.clone()
    padded[1, 4:] = 1e4
    together = module(padded, mask)
    torch.testing.assert_close(together.vector[1], alone.vector[0])
    torch.testing.assert_close(together.weights[1, :4], alone.weights[0])


@pytest.mark.parametrize("name", ["mean", "max", "attention"])
def test_only_the_residues_of_the_mask_are_read(name, embeddings, mask):
    module = pooling(name)
    region = mask.clone()
    region[0, 1:3] = False
    changed = embeddings.clone()
    changed[0, :3] += 100.0
    changed[0, 5] += 100.0
    torch.testing.assert_close(module(changed, region), module(embeddings, region))
    assert not torch.allclose(
        module(embeddings, region).vector[0], module(embeddings, mask).vector[0]
    )


@pytest.mark.parametrize("name", POOLINGS)
def test_a_sequence_without_residues_is_refused(name, embeddings, mask):
    mask[1] = False
    with pytest.raises(ValueError, match="at least one residue"):
        pooling(name)(embeddings, mask)


@pytest.mark.parametrize("wrong", [torch.ones(2, 6), torch.ones(2, 5, dtype=torch.bool)])
def test_a_mask_that_does_not_fit_is_refused(wrong, embeddings):
    with pytest.raises(ValueError, match="residue mask"):
        pooling("mean")(embeddings, wrong)


def test_cls_takes_the_first_token(embeddings, mask):
    vector, weights = pooling("cls")(embeddings, mask)
    assert torch.equal(vector, embeddings[:, 0])
    assert weights[:, 0].tolist() == [1.0, 1.0]


def test_mean_is_the_mean_of_the_residues(embeddings, mask):
    vector, weights = pooling("mean")(embeddings, mask)
    torch.testing.assert_close(vector[0], embeddings[0, 1:5].mean(dim=0))
    assert weights[1].tolist() == [0.0, 0.5, 0.5, 0.0, 0.0, 0.0]


def test_max_weighs_residues_by_the_channels_they_win(mask):
    embeddings = torch.zeros(2, 6, HIDDEN)
    embeddings[0, 2] = -1.0
    embeddings[0, 2, :9] = 5.0
    embeddings[0, 4, 9:] = 7.0
    embeddings[1] = -3.0  # padding at 0 would win here if it were read
    embeddings[1, 3:] = 0.0
    vector, weights = pooling("max")(embeddings, mask)
    assert vector[0].tolist() == [5.0] * 9 + [7.0] * 3
    torch.testing.assert_close(weights[0], torch.tensor([0, 0, 0.75, 0, 0.25, 0]))
    assert vector[1].tolist() == [-3.0] * HIDDEN


def test_attention_follows_its_formula(embeddings, mask):
    module = pooling("attention")
    vector, weights = module(embeddings, mask)
    inner = embeddings[0, 1:5]
    share = (inner @ module.score.weight.T + module.score.bias).softmax(dim=0)  # (residues, heads)
    width = HIDDEN // 3
    expected = [share[:, k] @ inner[:, k * width : (k + 1) * width] for k in range(3)]
    torch.testing.assert_close(vector[0], torch.cat(expected))
    torch.testing.assert_close(weights[0, 1:5], share.mean(dim=1))
    assert sum(p.numel() for p in module.parameters()) == 3 * (HIDDEN + 1)


def test_attention_starts_soft_and_survives_huge_scores(embeddings, mask):
    module = pooling("attention")
    assert module(embeddings, mask).weights[0].max() < 0.7
    huge = embeddings * 1e6
    huge.requires_grad_(True)
    pooled = module(huge, mask)
    assert torch.isfinite(pooled.vector).all()
    pooled.vector.sum().backward()
    assert torch.isfinite(huge.grad).all()


def test_attention_learns(embeddings, mask):
    """Trained to return what one residue holds, it comes to look at that residue."""
    module = pooling("attention")
    embeddings[:, 2, 0] = 3.0
    optimiser = torch.optim.Adam(module.parameters(), lr=0.1)
    for _ in range(60):
        optimiser.zero_grad()
        (module(embeddings, mask).vector - embeddings[:, 2]).pow(2).sum().backward()
        optimiser.step()
    assert (module(embeddings, mask).weights[:, 2] > 0.9).all()


@pytest.mark.parametrize("heads", [5, 0])
def test_heads_must_divide_the_hidden_size(heads):
    with pytest.raises(ValueError, match="heads"):
        make_pooling("attention", HIDDEN, heads)
