"""Real pairs about which the model knows nothing: it learned kinases and their inhibitors."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.paths import EXAMPLES

FOLDER = Path(__file__).resolve().parent

IMATINIB = "Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(-c2cccnc2)n1"
CAFFEINE = "Cn1c(=O)c2c(ncn2C)n(C)c1=O"
GLUCOSE = "OC[C@H]1OC(O)[C@H](O)[C@@H](O)[C@@H]1O"
PROPRANOLOL = "CC(C)NCC(O)COc1cccc2ccccc12"


def read_proteins() -> dict[str, str]:
    """FASTA records of ``outside.fasta`` by the first word of their header."""
    records = (FOLDER / "outside.fasta").read_text(encoding="utf-8").split(">")[1:]
    return {record.split(maxsplit=1)[0]: f">{record}" for record in records}


def read_abl1() -> str:
    """FASTA record of a kinase that the model does know."""
    rows = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return next(f">ABL1\n{row['sequence']}" for row in rows if row["gene"] == "ABL1")


PROTEINS = read_proteins()
PAIRS = {
    "caffeine, A2A receptor": (PROTEINS["A2A"], CAFFEINE),
    "propranolol, beta-2 receptor": (PROTEINS["ADRB2"], PROPRANOLOL),
    "imatinib, beta-2 receptor": (PROTEINS["ADRB2"], IMATINIB),
    "glucose, haemoglobin": (PROTEINS["HBA"], GLUCOSE),
    "imatinib, insulin": (PROTEINS["INS"], IMATINIB),
    "imatinib, random sequence": (PROTEINS["random"], IMATINIB),
    "caffeine, ABL1": (read_abl1(), CAFFEINE),
    "glucose, ABL1": (read_abl1(), GLUCOSE),
}
"""FASTA text and SMILES."""
