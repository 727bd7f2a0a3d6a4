"""Endpoints for programs, and tools for language models: what goes in, what comes out, in units."""

from __future__ import annotations

from dataclasses import dataclass

PROTEIN = (
    "A human kinase by gene, alias or UniProt accession, with mutations where wanted (ABL1, "
    "ABL1 T315I, P00519, JAK2 JH2), or an amino-acid sequence of one-letter codes, also as FASTA."
)
SMILES = "A molecule as SMILES, or one of 844 kinase inhibitors by its name (imatinib)."
PAIR = {"protein": PROTEIN, "smiles": SMILES}

UNITS = (
    "affinity is a pKd, -log10 of Kd in mol/L: higher is tighter, 9 is a Kd of 1 nM and 6 of 1 µM; "
    "kd_nm is the same as a Kd in nM."
)
TRUST = "Trained on kinases and their inhibitors: a guess where applicability.in_domain is false."


@dataclass(frozen=True)
class Endpoint:
    """Words about an endpoint.

    Attributes
    ----------
    tool : str
        Name of the tool that it is for language models.
    gives : str
        What is computed.
    inputs : dict of str to str
        Each input by its name.
    returns : str
        Fields of the answer, with their units.
    """

    tool: str
    gives: str
    inputs: dict[str, str]
    returns: str

    @property
    def description(self) -> str:
        """What it gives and returns, in one paragraph."""
        return f"{self.gives} Returns JSON: {self.returns}"


ENDPOINTS = {
    "predict": Endpoint(
        "predict_affinity",
        f"Predict how tightly a molecule binds a protein, with a 90% interval. {TRUST}",
        PAIR,
        f"summary in words; {UNITS} interval is [low, high] in pKd. at_floor is true where the "
        "model only says that Kd is 10 µM or more. probability_binds (Kd below 10 µM) and "
        "probability_active (Kd of 100 nM or less) lie between 0 and 1.",
    ),
    "controls": Endpoint(
        "predict_with_controls",
        "Predict as predict_affinity does, and test whether the protein matters: the same molecule "
        "with the protein's residues shuffled, and means of the training data.",
        PAIR,
        "the fields of predict_affinity, and controls with shuffled (mean and spread, in pKd), "
        "drug_mean and target_mean (in pKd), protein_matters and a verdict in words.",
    ),
    "attention": Endpoint(
        "protein_attention",
        "Compute where the protein encoder ESM-2 attends: the attention that each residue received "
        "and gave, by layer, and statistics of every head. It says nothing about a molecule.",
        {"protein": PROTEIN},
        "received and given, one row for each layer and one share (0 to 1) for each residue; "
        "regions and landmarks by residue number, counted from 1; head_statistics. About 120 bytes "
        "for each residue.",
    ),
    "explain": Endpoint(
        "explain_affinity",
        "Attribute a predicted affinity to residues and atoms, and test by hiding them whether "
        "that is faithful. Takes seconds to a minute.",
        PAIR,
        "affinity and baseline in pKd; residues and atoms, each with its number, counted from 1, "
        "and its attribution in pKd: together they add up to affinity - baseline; faithfulness "
        "with verdicts in words. About 70 bytes for each residue.",
    ),
    "profile": Endpoint(
        "kinome_profile",
        "Predict a molecule with every human kinase, and score its selectivity.",
        {"smiles": SMILES},
        "kinases, the tightest first, each with affinity in pKd, kd_nm in nM, interval in pKd, "
        "probability_binds (0 to 1) and in_domain; selectivity scores with their definitions. "
        "About 130 kB.",
    ),
    "screen": Endpoint(
        "screen_molecules",
        "Predict one protein with a list of molecules, a row for each, in their order.",
        {
            "protein": PROTEIN,
            "molecules": "Molecules as text: one SMILES (or name of an inhibitor) on each line, "
            "with an ID after it where wanted, or CSV or TSV with a column of SMILES, or SDF.",
        },
        "rows, each with line, id, affinity in pKd, kd_nm in nM, interval_low and interval_high in "
        "pKd and in_domain; one that cannot be read has its reason in fault. is_cut is true where "
        "the list was longer than this server takes.",
    ),
    "poolings": Endpoint(
        "compare_poolings",
        "Compare four ways (CLS, mean, max, learned attention) to make one vector of a protein, on "
        "one pair. For those who study the model, not for an affinity.",
        PAIR,
        "names; predictions in pKd, inside the model; by_themselves, each with affinity and "
        "interval in pKd; similarity (-1 to 1); weights of each residue; prediction as in "
        "predict_affinity. About 140 kB.",
    ),
    "scan": Endpoint(
        "scan_mutations",
        "Predict what substitutions in a kinase change for a molecule. Without region and "
        "mutations: every substitution of the pocket.",
        {
            **PAIR,
            "region": "Residues by number, counted from 1, such as 310-320; empty for the pocket. "
            "Not together with mutations.",
            "mutations": "Mutations to predict, separated by commas or spaces, such as T315I, "
            "E255K; empty for all substitutions of the region.",
        },
        "wild_type_pkd; mutants, each with mutation, pkd, change against the wild type in pKd "
        "(below 0 is weaker), spread in pKd, interval in pKd and told_apart (whether the change is "
        "larger than its spread).",
    ),
}
"""Endpoints by their names."""
