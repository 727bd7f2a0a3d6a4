"""Survey of explanations over the example pairs: ``python -m dta_demo.explain.survey``.

For each pair of a file like ``assets/examples.json`` its attribution is computed and put to the
hiding test, and so is the attention of every layer, averaged over its heads.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from dta_demo.explain import explain
from dta_demo.predictor.predictor import AffinityPredictor
from dta_demo.runtime.bundled import bundled_file


def survey(predictor: AffinityPredictor, rows: Iterable[dict[str, Any]]) -> Iterator[dict]:
    """Explain pairs, one document for each.

    Yields
    ------
    dict
        ``"beats_chance"`` holds, for each ranking, whether it moved the prediction more than every
        random draw did, or None where hiding everything hardly moved it.
    """
    for row in rows:
        protein = f">{row['gene']}\n{row['sequence']}"
        layers = range(1, predictor.num_layers + 1)
        found = [explain(predictor, protein, row["smiles"], layer) for layer in layers]
        last = found[-1]
        beats = {
            "residues": last.of_residues.beats_chance("attribution"),
            **{
                f"attention {each.layer}": each.of_residues.beats_chance("attention")
                for each in found
            },
        }
        yield {
            "pair": row["title"],
            "affinity": round(last.attribution.value, 3),
            "baseline": round(last.attribution.baseline, 3),
            "completeness_error": round(last.attribution.completeness_error, 4),
            "steps": last.attribution.steps,
            "beats_chance": {
                **{
                    name: held if last.of_residues.matters else None for name, held in beats.items()
                },
                "atoms": last.of_atoms.beats_chance("attribution")
                if last.of_atoms.matters
                else None,
            },
        }


def summarise(documents: list[dict[str, Any]]) -> dict[str, Any]:
    """Count in how many pairs each ranking beat chance, of those in which it could."""
    counts = {}
    for name in documents[0]["beats_chance"]:
        told = [held for row in documents if (held := row["beats_chance"][name]) is not None]
        counts[name] = {"beat": sum(told), "of": len(told)}
    errors = [row["completeness_error"] for row in documents]
    return {"pairs": documents, "beats_chance": counts, "largest_completeness_error": max(errors)}


def main() -> None:
    """Survey the examples, or another file of pairs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("examples", nargs="?", type=Path, default=bundled_file("examples.json"))
    options = parser.parse_args()
    rows = json.loads(options.examples.read_text(encoding="utf-8"))
    documents = []
    for document in survey(AffinityPredictor.load(), rows):
        print(json.dumps(document, ensure_ascii=False), file=sys.stderr)
        documents.append(document)
    print(json.dumps(summarise(documents)))


if __name__ == "__main__":
    main()
