"""Readable names for the identifiers of the training data."""

from __future__ import annotations

PUBCHEM_NAMES = {
    "3062316": "dasatinib",
    "24779724": "SGX-523",
    "9926791": "tofacitinib",
    "176870": "erlotinib",
    "5291": "imatinib",
    "24889392": "quizartinib",
    "16725726": "GSK-690693",
    "11626560": "crizotinib",
    "44259": "staurosporine",
    "123631": "gefitinib",
    "6918454": "CI-1040",
    "17755052": "GDC-0941",
    "11364421": "BI-2536",
    "24180719": "PLX-4720",
    "216239": "sorafenib",
    "5329102": "sunitinib",
    "208908": "lapatinib",
    "644241": "nilotinib",
    "5328940": "bosutinib",
    "3081361": "vandetanib",
    "10113978": "pazopanib",
    "6450551": "axitinib",
    "9915743": "neratinib",
    "126565": "lestaurtinib",
    "10074640": "masitinib",
    "25127112": "ruxolitinib",
    "5287969": "alvocidib",
    "151194": "vatalanib",
    "11667893": "motesanib",
    "156414": "canertinib",
    "10184653": "afatinib",
    "11485656": "linifanib",
}
"""Names of PubChem compounds among the Davis molecules."""


def readable_drug(identifier: str) -> str:
    """Name of a molecule where it is known, otherwise its identifier, PubChem's marked as such."""
    if identifier in PUBCHEM_NAMES:
        return PUBCHEM_NAMES[identifier]
    return f"PubChem {identifier}" if identifier.isdigit() else identifier


def readable_target(name: str) -> str:
    """Name of a target without the words that only say which domain was measured."""
    return name.replace("domain-catalytic", "").replace("domain-pseudokinase", "")
