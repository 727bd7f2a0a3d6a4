"""Keys of every evaluation, and the command that asks for one."""

from __future__ import annotations

from pathlib import Path

CONTRACT = {
    "dataset", "n", "mse", "ci", "rm2", "pearson", "spearman", "coverage", "coverage_actives",
    "mean_width",
}  # fmt: skip
BASELINES = ["global mean", "drug mean", "target mean", "additive", "KronRLS"]


def score(data: Path, checkpoint: Path) -> list[str]:
    return ["evaluate", "--data", str(data), "--checkpoint", str(checkpoint)]
