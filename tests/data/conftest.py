import json
import pickle
import random
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import MOLECULES, write_dataset

UNMEASURED = 5


def draw_kd(rng):
    """Kd in nM, most of them at the assay's limit."""
    return np.where(rng.random((8, 12)) < 0.6, 10_000.0, 10 ** rng.uniform(0, 4, (8, 12)))


def draw_scores(rng):
    return rng.normal(11.7, 0.8, (8, 12))


def write_release(folder: Path, matrix: np.ndarray) -> Path:
    """Write a small dataset in the layout of the DeepDTA release."""
    tidy = write_dataset(folder.parent / f"tidy-{folder.name}")
    lines = (tidy / "targets.csv").read_text(encoding="utf-8").splitlines()[1:]
    (folder / "folds").mkdir(parents=True)
    ligands = {str(1000 + number): smiles for number, smiles in enumerate(MOLECULES)}
    write_json(folder / "ligands_iso.txt", ligands)
    write_json(folder / "ligands_can.txt", ligands)
    write_json(folder / "proteins.txt", dict(line.split(",") for line in lines))
    (folder / "Y").write_bytes(pickle.dumps(matrix, protocol=2))
    positions = list(range(int((~np.isnan(matrix)).sum())))
    random.Random(0).shuffle(positions)
    write_json(folder / "folds" / "train_fold_setting1.txt", [positions[n:80:5] for n in range(5)])
    write_json(folder / "folds" / "test_fold_setting1.txt", positions[80:])
    return folder


def write_json(path: Path, document: object) -> None:
    path.write_text(json.dumps(document), encoding="utf-8")


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
