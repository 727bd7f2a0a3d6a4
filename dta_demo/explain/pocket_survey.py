"""Survey of what finds a drug's place: ``python -m dta_demo.explain.pocket_survey``.

For each crystal structure of a kinase with a drug, contributions of residues, attention and pooling
weights rank the residues that the model reads and the structure shows, and it is measured how well
they find those within 5 Å of the drug (`contact_ranking`). Contributions to the predictions of
other drugs, and of caffeine, with the same kinase are the control: whatever finds a drug's place
for any molecule knows the pocket, not the drug.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from dta_demo.explain.attribution import attribute
from dta_demo.explain.contact_ranking import ContactRanking, rank_contacts
from dta_demo.explain.pocket_findings import CAFFEINE, OTHERS, OWN, summarise
from dta_demo.inputs.errors import InputError
from dta_demo.inputs.molecule import Molecule
from dta_demo.inputs.protein import Protein
from dta_demo.kinases.naming import read_protein
from dta_demo.molecules.naming import read_small_molecule
from dta_demo.predictor.kinome_file import digest_weights
from dta_demo.predictor.predictor import AffinityPredictor
from dta_demo.structures.align import match_chain
from dta_demo.structures.contacts import find_contacts
from dta_demo.structures.parse import read_structure

COMPLEXES = "complexes.csv"
"""File of a folder of structures: ``pdb_id``, ``drug`` and ``gene``."""

CAFFEINE_SMILES = "Cn1c(=O)c2c(ncn2C)n(C)c1=O"


@dataclass(frozen=True, eq=False)
class Complex:
    """A kinase with a drug in its place.

    Attributes
    ----------
    row : dict
        ``pdb_id``, ``drug`` and ``gene``.
    ligand : str
        Name of the drug in the file.
    numbers : numpy.ndarray of int64
        Residues that the model reads and the structure shows, by their numbers in the protein.
    touching, pocket : numpy.ndarray of bool
        For each of them, whether it lies within 5 Å of the drug, and whether it is one of the
        pocket by its place in the kinase domain.
    """

    row: dict[str, str]
    protein: Protein
    molecule: Molecule
    ligand: str
    numbers: np.ndarray
    touching: np.ndarray
    pocket: np.ndarray

    def rank(self, values: np.ndarray) -> ContactRanking:
        """Measure how well values, one for each residue of the protein, find what touches."""
        found = rank_contacts(values[self.numbers - 1], self.touching)
        assert found is not None  # `read_complex` took no other.
        return found

    def rank_in_pocket(self, values: np.ndarray) -> ContactRanking | None:
        """Measure the same among the residues of the pocket alone."""
        inside = self.numbers[self.pocket]
        return rank_contacts(values[inside - 1], self.touching[self.pocket])

    @cached_property
    def as_pocket(self) -> np.ndarray:
        """1 for each residue of the pocket and 0 for others: (residues of the protein,)."""
        values = np.zeros(len(self.protein.sequence))
        values[self.numbers[self.pocket] - 1] = 1.0
        return values


def read_complex(predictor: AffinityPredictor, row: dict[str, str], folder: Path) -> Complex:
    """Read a structure, its kinase and its drug.

    Raises
    ------
    InputError
        When the drug or the kinase is known by no such name, or no drug touches the kinase.
    """
    molecule = read_small_molecule(row["drug"])
    protein = predictor.read_itself(read_protein(row["gene"]))
    structure = read_structure((folder / f"{row['pdb_id']}.pdb.gz").read_bytes())
    match = match_chain(structure, protein.sequence)
    contacts = find_contacts(structure, match.chain)
    region = predictor.region(protein)
    numbers = match.numbers[(match.numbers >= region.start) & (match.numbers <= region.end)]
    touched = match.number_of_place[contacts.places] if contacts else np.empty(0, dtype=int)
    touching = np.isin(numbers, touched)
    if contacts is None or not touching.any() or touching.all():
        raise InputError(f"{row['pdb_id']} has no drug that touches some of its kinase.")
    pocket = np.isin(numbers, predictor.variants.pocket(protein))
    name = contacts.ligand.name
    return Complex(row, protein, molecule, name, numbers, touching, pocket)


def survey(
    predictor: AffinityPredictor, rows: Iterable[dict[str, str]], folder: Path
) -> Iterator[dict[str, Any]]:
    """Measure what finds the drug in each structure, one document for each.

    Yields
    ------
    dict
        Of a structure that cannot be used ``"skipped"``, the reason.
    """
    complexes: list[Complex] = []
    for row in rows:
        try:
            complexes.append(read_complex(predictor, row, folder))
        except InputError as error:
            yield {**row, "skipped": str(error)}
    molecules = {each.molecule.smiles: each.molecule for each in complexes}
    for each in complexes:
        others = [drug for smiles, drug in molecules.items() if smiles != each.molecule.smiles]
        yield measure(predictor, each, others)


def measure(
    predictor: AffinityPredictor, place: Complex, others: Sequence[Molecule]
) -> dict[str, Any]:
    """Measure what finds the drug in one structure, and the controls."""
    attention = predictor.attention(place.protein)
    poolings = predictor.poolings(place.protein, place.molecule)
    contributions = {
        OWN: [contribute(predictor, place, place.molecule)],
        OTHERS: [contribute(predictor, place, each) for each in others],
        CAFFEINE: [contribute(predictor, place, read_small_molecule(CAFFEINE_SMILES))],
    }
    values = {
        **{f"attention {layer}": each for layer, each in enumerate(attention.by_layer, start=1)},
        "rollout": predictor.attention_rollout(place.protein),
        **{
            f"pooling {name}": weights
            for name, weights in zip(poolings.names, poolings.weights, strict=True)
            if name != "cls"  # It reads no residue.
        },
        "pocket": place.as_pocket,
    }
    return {
        **place.row,
        "ligand": place.ligand,
        "group": predictor.predict(place.protein, place.molecule).applicability.group,
        "residues": len(place.numbers),
        "touching": int(place.touching.sum()),
        "pocket": int(place.pocket.sum()),
        "touching_in_pocket": int((place.touching & place.pocket).sum()),
        "chance": place.rank(place.as_pocket).chance,
        "rankings": {
            **{name: mean([place.rank(x) for x in each]) for name, each in contributions.items()},
            **{name: mean([place.rank(each)]) for name, each in values.items()},
        },
        "in_pocket": {
            name: mean([place.rank_in_pocket(x) for x in each])
            for name, each in contributions.items()
        },
        "heads": [[place.rank(head).area for head in layer] for layer in attention.received],
    }


def contribute(predictor: AffinityPredictor, place: Complex, molecule: Molecule) -> np.ndarray:
    """Contribution of each residue, whether it raises or lowers the affinity."""
    return np.abs(attribute(predictor, place.protein, molecule).residues)


def mean(found: Sequence[ContactRanking | None]) -> dict[str, float] | None:
    """Mean area and precision of some rankings, or None where there is none."""
    told = [each for each in found if each is not None]
    if not told:
        return None
    return {
        "area": float(np.mean([each.area for each in told])),
        "precision": float(np.mean([each.precision for each in told])),
    }


def main() -> None:
    """Survey the structures of a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--structures", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE")
    options = parser.parse_args()
    with (options.structures / COMPLEXES).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    predictor = AffinityPredictor.load()
    documents = []
    for number, document in enumerate(survey(predictor, rows, options.structures), start=1):
        said = document.get("skipped") or f"{document['rankings'][OWN]['area']:.3f}"
        print(f"{number}/{len(rows)} {document['pdb_id']}: {said}", file=sys.stderr, flush=True)
        documents.append(document)
    digest = digest_weights(Path(predictor.info().checkpoint))
    text = json.dumps(summarise(documents, digest), indent=1)
    options.output.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
