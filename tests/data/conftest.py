import numpy as np
import pytest

from tests.support.datasets import write_release

UNMEASURED = 5


def draw_kd(rng):
    """Kd in nM, most of them at the assay's limit."""
    return np.where(rng.random((8, 12)) < 0.6, 10_000.0, 10 ** rng.uniform(0, 4, (8, 12)))


def draw_scores(rng):
    return rng.normal(11.7, 0.8, (8, 12))


def with_gaps(matrix: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    matrix.flat[rng.choice(matrix.size, UNMEASURED, replace=False)] = np.nan
    return matrix


@pytest.fixture
def kd():
    """Kd in nM, drugs x targets, a few of them not measured."""
    rng = np.random.default_rng(0)
    return with_gaps(draw_kd(rng), rng)


@pytest.fixture
def scores():
    """KIBA scores, drugs x targets, a few of them not measured."""
    rng = np.random.default_rng(1)
    return with_gaps(draw_scores(rng), rng)


@pytest.fixture
def davis_release(tmp_path, kd):
    return write_release(tmp_path / "davis", kd)


@pytest.fixture
def kiba_release(tmp_path, scores):
    return write_release(tmp_path / "kiba", scores)
