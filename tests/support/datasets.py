"""Small datasets in both layouts: mutated kinase domains whose labels depend on both sides."""

from __future__ import annotations

import json
import pickle
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np

KINASE = (
    "ITMKHKLGGGQYGEVYEGVWKKYSLTVAVKTLKEDTMEVEEFLKEAAVMKEIKHPNLVQLLGVCTREPPFYIITEFMTYGNLLDY"
    "LRECNRQEVNAVVLLYMATQISSAMEYLEKKNFIHRDLAARNCLVGENHLVKVADFGLSRLMTGDTYTAHAGAKFPIKWTAPES"
    "LAYNKFSIKSDVWAFGVLLWEIATYGMSPYPGIDLSQVYELLEKDYRMERPEGCPEKVYELMRACWQWNPSDRPSFAEIHQAF"
)
MOLECULES = ["CCO", "CCN", "c1ccccc1O", "CC(=O)Nc1ccccc1", "CCCC", "CCOC", "c1ccncc1", "CC(C)O"]


def write_dataset(
    folder: Path,
    label: str = "pKd",
    floor: float | None = 5.0,
    seed: int = 0,
    molecules: Sequence[str] = MOLECULES,
) -> Path:
    """Write a dataset of 8 molecules and 12 targets in the tidy layout.

    Displacement is that of a pKd by the one-site law at 1 uM.
    """
    rng = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    description = {"name": folder.name, "label": label, "unit": "", "floor": floor}
    (folder / "dataset.json").write_text(json.dumps(description), encoding="utf-8")
    sequences = []
    for _ in range(12):
        letters = list(KINASE)
        for place in rng.sample(range(len(letters)), 60):
            letters[place] = rng.choice("ACDEFGHIKLMNPQRSTVWY")
        sequences.append("M" * rng.randint(1, 30) + "".join(letters))
    drugs = "".join(f"d{n},{smiles}\n" for n, smiles in enumerate(molecules))
    targets = "".join(f"t{n},{sequence}\n" for n, sequence in enumerate(sequences))
    (folder / "drugs.csv").write_text("drug_id,smiles\n" + drugs, encoding="utf-8")
    (folder / "targets.csv").write_text("target_id,sequence\n" + targets, encoding="utf-8")
    rows = ["drug_id,target_id,affinity,fold"]
    for drug in range(len(molecules)):
        for target in range(len(sequences)):
            value = max(5.0, 4.5 + 0.4 * drug + 0.1 * target + rng.gauss(0, 0.1))
            if label == "percent displacement":
                value = 100 / (1 + 10 ** (6 - value))
            rows.append(f"d{drug},t{target},{value:.4f},{rng.randrange(5)}")
    (folder / "affinities.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def rename_targets(folder: Path) -> None:
    """Give the targets of a written dataset other names, so that it shares no pair by name."""
    for name, before, after in (("targets.csv", "\nt", "\nu"), ("affinities.csv", ",t", ",u")):
        path = folder / name
        header, rows = path.read_text(encoding="utf-8").split("\n", 1)
        rows = ("\n" + rows).replace(before, after)
        path.write_text(header + rows, encoding="utf-8")


def write_release(folder: Path, matrix: np.ndarray) -> Path:
    """Write labels of the same molecules and targets in the layout of the DeepDTA release."""
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
