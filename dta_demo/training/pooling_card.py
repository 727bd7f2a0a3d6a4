"""What each pooling gives by itself, as tables of the model card and of the documents.

``python -m dta_demo.training.pooling_card STUDY.json`` prints them, from what
``python -m dta_demo.training.pooling_study`` wrote.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dta_demo.encoders.pooling import POOLING_NAMES
from dta_demo.results.pooling_study import Difference, PoolingStudy, condition_of
from dta_demo.training.pooling_panel import REGIONS

GROUPS = ("seen", "new drug", "new target")
BASELINES = ("pocket letters", "composition", "random vector", "none")
LAYERS = ("last", "best", "mix")
COMMAND = "python -m dta_demo.training.pooling_study --run RUN --output FILE.json"


def describe_study(document: Mapping[str, Any]) -> str:
    """Write the sections of a study as Markdown."""
    study = PoolingStudy.from_dict(document)
    return "\n\n".join(
        [
            f"Mean squared error in pKd on pairs of {study.dataset} that were left out, five "
            f"folds: mean ± standard error over {len(study.seeds)} seeds. Readouts see one vector "
            "of the protein and the molecule, and nothing else; the kinase domain, last layer:",
            f"```bash\n{COMMAND}\n```",
            _table(("reads", *GROUPS), _list_main(study)),
            "Differences to the mean, paired by fold and seed, with their standard error; those "
            "within two standard errors of nothing are in brackets:",
            _table(("pooling", *GROUPS), _list_differences(study)),
            "By region and layers (the best single layer is chosen for each fold on the others):",
            _table(("region", "layers", "pooling", *GROUPS), _list_regions(study)),
            "What the first 200 residues cost beside the kinase domain, last layer:",
            _table(("pooling", *GROUPS), _list_truncation(study)),
            "By single layer, 0 being the token embedding, first seed, new targets:",
            _layer_table(study),
        ]
    )


def _list_main(study: PoolingStudy) -> Iterator[list[str]]:
    for name in POOLING_NAMES:
        yield [name, *_errors(study, condition_of(name))]
    for name in POOLING_NAMES:
        condition = f"random weights, domain, {name}, last"
        yield [f"{name}, random weights", *_errors(study, condition)]
    for name in BASELINES:
        yield [name, *_errors(study, f"{name}, domain")]


def _list_differences(study: PoolingStudy) -> Iterator[list[str]]:
    for name in POOLING_NAMES:
        if name != "mean":
            pair = condition_of(name), condition_of("mean")
            yield [name, *(_say(study.compare(*pair, group)) for group in GROUPS)]


def _list_truncation(study: PoolingStudy) -> Iterator[list[str]]:
    for name in POOLING_NAMES:
        pair = condition_of(name, "first200"), condition_of(name)
        yield [name, *(_say(study.compare(*pair, group)) for group in GROUPS)]


def _list_regions(study: PoolingStudy) -> Iterator[list[str]]:
    for region in REGIONS:
        for layers in LAYERS:
            for name in POOLING_NAMES:
                condition = condition_of(name, region, layers)
                if condition in study.errors:
                    yield [region, layers, name, *_errors(study, condition)]


def _layer_table(study: PoolingStudy) -> str:
    rows = [
        [condition, *(f"{value:.3f}" for value in groups["new target"])]
        for condition, groups in study.layers.items()
    ]
    return _table(("region, pooling", *map(str, range(len(rows[0]) - 1))), rows)


def _errors(study: PoolingStudy, condition: str) -> list[str]:
    found = [study.error(condition, group) for group in GROUPS]
    return [f"{mean:.3f} ± {error:.3f}" for mean, error in found]


def _say(difference: Difference) -> str:
    words = f"{difference.mean:+.3f} ± {difference.standard_error:.3f}"
    return words if difference.told_apart else f"({words})"


def _table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main(path: str) -> None:
    """Print the sections of a study."""
    print(describe_study(json.loads(Path(path).read_text(encoding="utf-8"))))


if __name__ == "__main__":
    main(*sys.argv[1:])
