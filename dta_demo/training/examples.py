"""Example pairs that the page offers, with their measured values.

``python -m dta_demo.training.examples DAVIS_FOLDER assets/examples.json``
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from dta_demo.data.affinities import DataError, load_affinities
from dta_demo.training.names import PUBCHEM_NAMES, readable_target

BINDER = "A strong binder."
AT_FLOOR = "No binding was measured up to 10 uM."

PAIRS = (
    ("imatinib", "ABL1", 8.96, "Not phosphorylated."),
    ("imatinib", "ABL1(T315I)", 5.00, "One residue changed, the gatekeeper: resistance."),
    ("dasatinib", "LCK", 9.70, BINDER),
    ("SGX-523", "MET", 9.72, "The kinase domain lies beyond residue 1,022."),
    ("tofacitinib", "JAK2(JH1domain-catalytic)", 9.24, "The second of two kinase domains."),
    ("erlotinib", "EGFR", 9.17, BINDER),
    ("erlotinib", "EGFR(T790M)", 6.85, "The gatekeeper mutant that patients relapse with."),
    ("quizartinib", "FLT3", 8.89, BINDER),
    ("GSK-690693", "AKT1", 8.66, BINDER),
    ("crizotinib", "ALK", 8.48, BINDER),
    ("staurosporine", "CDK2", 8.15, "Binds most kinases."),
    ("imatinib", "CSF1R", 7.96, BINDER),
    ("gefitinib", "GAK", 7.89, "An off-target."),
    ("CI-1040", "MEK1", 6.92, "Binds beside the site of ATP, not in it."),
    ("PLX-4720", "BRAF", 6.48, "The wild type."),
    ("PLX-4720", "BRAF(V600E)", 7.00, "The mutant it was made for: a small difference."),
    ("imatinib", "EGFR", 5.00, AT_FLOOR),
    ("tofacitinib", "EGFR", 5.00, AT_FLOOR),
    ("GDC-0941", "EGFR", 5.00, AT_FLOOR),
    ("BI-2536", "CDK2", 5.00, AT_FLOOR),
)
"""Drug, target as named in the Davis data, the pKd measured there (Davis et al. 2011,
doi:10.1038/nbt.1990), and a remark."""

SEEN = "The model was trained on this pair."
UNSEEN = "The model was not trained on this pair."


def collect_examples(folder: Path) -> list[dict[str, object]]:
    """Look up the examples in the data, and note which of them were training pairs.

    Raises
    ------
    DataError
        When the data lacks a molecule or a target, or measured another value.
    """
    data = load_affinities(folder)
    drug_of = {PUBCHEM_NAMES.get(name, name): number for number, name in enumerate(data.drug_ids)}
    target_of = {target.name: number for number, target in enumerate(data.targets)}
    pairs = zip(data.drug_index.tolist(), data.target_index.tolist(), strict=True)
    measured = dict(zip(pairs, data.affinity.tolist(), strict=True))
    examples: list[dict[str, object]] = []
    for drug, target, value, note in PAIRS:
        if drug not in drug_of or target not in target_of:
            raise DataError(f"The data lacks {drug} or {target}.")
        pair = (drug_of[drug], target_of[target])
        if abs(measured.get(pair, value) - value) > 0.006:
            raise DataError(f"The data has another value for {drug} with {target}.")
        examples.append(
            {
                "title": f"{drug[0].upper()}{drug[1:]} – {readable_target(target)}",
                "gene": target,
                "drug": drug,
                "sequence": data.targets[pair[1]].sequence,
                "smiles": data.drugs[pair[0]].smiles,
                "measured_pkd": value,
                "note": f"{note} {SEEN if pair in measured else UNSEEN}",
            }
        )
    return examples


def main(folder: str, output: str) -> None:
    """Write the examples found in a folder of the Davis data."""
    text = json.dumps(collect_examples(Path(folder)), indent=1, ensure_ascii=False)
    Path(output).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (DataError, TypeError) as error:
        sys.exit(f"examples: {error}")
