"""Records as the predictor hands them out, with made-up numbers, for figures and cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from dta_demo.inputs.molecule import Molecule
from dta_demo.inputs.protein import Protein
from dta_demo.kinases.landmarks import Landmark
from dta_demo.predictor.model_info import ModelInfo
from dta_demo.results.applicability import Applicability, Neighbour
from dta_demo.results.attention import AttentionReport
from dta_demo.results.controls import Controls, TrainingMean
from dta_demo.results.group import Group
from dta_demo.results.pooling_study import PoolingStudy
from dta_demo.results.poolings import PoolingAnswer, PoolingReport
from dta_demo.results.prediction import Binding, KernelPart, Prediction
from dta_demo.results.recognised import Recognised
from dta_demo.results.region import Region

POOLINGS = ("cls", "mean", "max", "attention")
SCORES = {name: {"mse": 0.3 - 0.01 * i, "ci": 0.88} for i, name in enumerate(POOLINGS)}
INFO = ModelInfo(
    device="cpu",
    precision="float32",
    encoder="esm2",
    parameters=8_000_000,
    members=5,
    checkpoint="no checkpoint",
    label_range=(5.0, 10.8),
    cross_validation={"n": 25046, "mse": 0.25, "ci": 0.89},
    by_group={
        "seen": {"n": 25046, "mse": 0.25, "ci": 0.89},
        "new drug": {"n": 4000, "mse": 0.5, "ci": 0.77},
    },
    kernel_share={"seen": 0.8},
    poolings=SCORES,
    pooling_runs=(
        {"n": 25046, "one_fold": False, "layers": 0, "mse": 0.25, "ci": 0.89, "by_pooling": SCORES},
    ),
    training_pairs={"davis": 25046},
    mutant_error=0.42,
)


def protein(residues: int = 300, name: str = "LCK") -> Protein:
    return Protein(("ACDEFGHIKLMNPQRSTVWY" * (residues // 20 + 1))[:residues], name)


def prediction(residues: int = 300, **changes: Any) -> Prediction:
    record = Prediction(
        protein=protein(residues),
        molecule=Molecule("CCO", "ethanol"),
        affinity=8.0,
        interval=(7.4, 8.7),
        level=0.9,
        by_pooling=dict(zip(POOLINGS, (7.8, 8.1, 8.0, 8.1), strict=True)),
        ensemble_std=0.15,
        kernel=KernelPart(8.1, 0.8),
        kiba_score=12.2,
        floor=5.0,
        floor_below=5.3,
        regions=(Region(100, 200, "kinase domain"),),
        applicability=Applicability(
            Group.SEEN, True, "Both were seen.", Neighbour("ethanol", 1.0), Neighbour("LCK", 0.97)
        ),
        notes=(),
        recognised=Recognised("LCK", "as measured", (), "Read as LCK."),
    )
    return replace(record, **changes)


def binding(**changes: Any) -> Binding:
    return replace(Binding(0.9649, 0.902, 8.3, (7.6, 9.1)), **changes)


def out_of_domain(reason: str = "Nothing like it was seen.") -> Applicability:
    return Applicability(
        Group.BOTH_NEW, False, reason, Neighbour("ethanol", 0.1), Neighbour("LCK", 0.2)
    )


def attention(
    residues: int = 300, layers: int = 6, heads: int = 20, **changes: Any
) -> AttentionReport:
    received = np.random.default_rng(0).gamma(0.5, size=(layers, heads, residues))
    received[:, :, 41] += 20.0  # residue 42 stands out in every head
    received /= received.sum(axis=-1, keepdims=True)
    given = 1 - 0.1 * np.random.default_rng(1).random((layers, heads, residues))
    given[:, :, 16] = 0.25  # and residue 17 looks at the special tokens
    report = AttentionReport(
        protein(residues),
        received.astype(np.float32),
        given.astype(np.float32),
        windows=((1, residues),),
        regions=(Region(30, 60, "kinase domain"),),
        landmarks=(Landmark("gatekeeper", 42, 42, "C"), Landmark("HRD", 50, 52, "YRD")),
    )
    return replace(report, **changes)


def pooling(residues: int = 300, **changes: Any) -> PoolingReport:
    random = np.random.default_rng(0)
    weights = random.random((4, residues)).astype(np.float32)
    weights[2] = random.multinomial(320, np.full(residues, 1 / residues)) / 320
    weights /= weights.sum(axis=1, keepdims=True)
    weights[0], weights[1] = 0.0, 1 / residues
    heads = random.random((10, residues)).astype(np.float32)
    similarity = np.full((4, 4), 0.5, dtype=np.float32)
    np.fill_diagonal(similarity, 1.0)
    report = PoolingReport(
        prediction(residues),
        POOLINGS,
        similarity,
        weights,
        heads / heads.sum(axis=1, keepdims=True),
        channels=320,
        pocket=tuple(range(1, residues // 10 + 1)),
        answers=answers(),
        centred_similarity=similarity,
    )
    return replace(report, **changes)


def answers(
    values: Sequence[float] = (7.8, 8.1, 8.0, 8.1), half: float = 0.8, error: float = 0.5
) -> tuple[PoolingAnswer, ...]:
    return tuple(
        PoolingAnswer(name, value, (value - half, value + half), 0.1, error, value < 5.1)
        for name, value in zip(POOLINGS, values, strict=True)
    )


def pooling_study() -> PoolingStudy:
    """Errors of every condition: those of the poolings but max differ by less than their noise."""
    return PoolingStudy.from_dict(pooling_study_document())


def pooling_study_document() -> dict[str, Any]:
    noise = np.random.default_rng(0)

    def errors(mean: float) -> dict[str, list[list[float]]]:
        return {
            group: {"by_seed": (mean + extra + 0.01 * noise.standard_normal((3, 5))).tolist()}
            for group, extra in (("seen", 0.0), ("new drug", 0.3), ("new target", 0.2))
        }

    means = {"none, domain": 0.6, "random vector, domain": 0.26, "pocket letters, domain": 0.21}
    means |= {f"composition, {region}": 0.34 for region in ("domain", "protein", "first200")}
    means |= {f"random weights, domain, {name}, last": 0.3 for name in POOLINGS}
    for region, extra in (("domain", 0.0), ("protein", 0.05), ("first200", 0.15)):
        for layers in ("last", "best", "mix"):
            means |= {f"esm2, {region}, {name}, {layers}": 0.22 + extra for name in POOLINGS}
    means["esm2, domain, max, last"] = 0.3
    return {
        "dataset": "davis",
        "seeds": [0, 1, 2],
        "conditions": {name: errors(mean) for name, mean in means.items()},
        "single_layers": {
            "domain, mean": {key: [0.4, 0.3, 0.2] for key in ("seen", "new drug", "new target")}
        },
    }


def controls(**changes: Any) -> Controls:
    record = Controls(
        prediction=prediction(),
        shuffled=(5.9, 6.1),
        drug_mean=TrainingMean(Neighbour("ethanol", 1.0), True, 5.8, 380),
        target_mean=TrainingMean(Neighbour("LCK", 0.97), False, 6.2, 1),
        overall_mean=5.5,
        protein_matters=True,
        verdict="The protein matters.",
    )
    return replace(record, **changes)
