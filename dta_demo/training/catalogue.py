"""The catalogue of human kinases and named inhibitors that comes with the code.

``python -m dta_demo.training.catalogue DATA/kinome CHECKPOINT assets/catalogue`` reads
``kinases.csv`` and ``inhibitors.csv``, and takes the names of the training panels from the kinases
that a checkpoint knows. ``python -m dta_demo.training.encoded_catalogue`` then encodes it.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from dta_demo.kinases.catalogue import KINASES, CatalogueKinase, KinomeCatalogue
from dta_demo.kinases.completion import Kinome
from dta_demo.kinases.known import KNOWN_KINASES, KnownKinases, states_no_mutation
from dta_demo.molecules.inhibitors import INHIBITORS, Inhibitor, save_inhibitors


def collect_kinases(rows: list[dict[str, str]], known: KnownKinases) -> KinomeCatalogue:
    """Collect the kinases of a table, with the names of those that were measured.

    Parameters
    ----------
    rows : list of dict
        In the columns of ``kinases.csv``.
    known : KnownKinases
        Those of a checkpoint.
    """
    names = name_sequences([row["sequence"] for row in rows], known)
    return KinomeCatalogue(
        CatalogueKinase(
            gene=row["gene"] or row["aliases"],
            uniprot=row["uniprot"],
            name=row["name"],
            aliases=tuple(filter(None, row["aliases"].split(";"))) if row["gene"] else (),
            panel_names=tuple(names.get(row["sequence"], ())),
            group=row["group"],
            family=row["family"],
            subfamily=row["subfamily"],
            sequence=row["sequence"],
        )
        for row in rows
    )


def name_sequences(sequences: list[str], known: KnownKinases) -> dict[str, list[str]]:
    """List the names of the measured wild types that each whole sequence is.

    A sequence is that of a kinase of which it holds all that the model reads, the kinase domain as
    a rule, or the only one that holds most of its words.
    """
    kinome = Kinome(sequences)
    names: dict[str, list[str]] = {}
    for kinase in known:
        if not kinase.is_wild_type:
            continue
        letters = kinase.form.letters
        holding = [sequence for sequence in sequences if letters in sequence]
        whole = holding[0] if len(holding) == 1 else kinome.find_whole(letters)
        if whole is not None:
            own = (name for name in kinase.names if states_no_mutation(name))
            names.setdefault(whole, []).extend(own)
    return names


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read the rows of a table with a header."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_inhibitors_table(path: Path) -> Iterator[Inhibitor]:
    """Read ``inhibitors.csv``."""
    return (Inhibitor(row["name"], row["smiles"]) for row in read_rows(path))


def main(folder: str, checkpoint: str, output: str) -> None:
    """Write the catalogue."""
    target = Path(output)
    target.mkdir(parents=True, exist_ok=True)
    known = KnownKinases.load(Path(checkpoint) / KNOWN_KINASES)
    collect_kinases(read_rows(Path(folder) / "kinases.csv"), known).save(target / KINASES)
    save_inhibitors(read_inhibitors_table(Path(folder) / "inhibitors.csv"), target / INHIBITORS)


if __name__ == "__main__":
    main(*sys.argv[1:])
