"""Words of the input boxes, and of what stands in place of a result."""

from __future__ import annotations

from dta_demo.ui.text.shared import PREDICT

EXAMPLE_LABEL = "Start from a measured example"
EXAMPLE_CHOICE = "{title} · {measured}"
EXAMPLE_PKD, EXAMPLE_FLOOR = "pKd {pkd}", "no binding"
FIND_KINASE = "Find a kinase"
FIND_INHIBITOR = "Find an inhibitor"
PROTEIN_LABEL = "Protein: name, sequence or FASTA"
PROTEIN_PLACEHOLDER = (
    ">name (optional)\nMENFQKVEKIGEGTYGVVYKARNKLTGEVVALKKIRLDTETEGVPSTAIREISLLKELN…"
)
PROTEIN_HINT = (
    "A human kinase by name, such as ABL1, P00519 or EGFR(T790M), or one-letter amino acid codes. "
    "Spaces, digits and a FASTA header are allowed."
)
DRUG_LABEL = "Molecule: name, SMILES or mol block"
DRUG_PLACEHOLDER = "CC(=O)Oc1ccccc1C(=O)O aspirin"
DRUG_HINT = (
    "An inhibitor by name, such as imatinib, or a SMILES, after which a name may follow a space."
)
DRUG_READ = "{formula}, {weight} g/mol"
CLEAR = "Clear"

LOOK_UP_PROTEIN = "Look up at UniProt"
LOOK_UP_MOLECULE = "Look up at PubChem or ChEMBL"
UPLOAD = "MOL, SDF or SMILES file"
FILE_TOO_LONG = (
    "The file has more than a million characters: give one molecule, or use the Screen tab."
)
FILE_NO_TEXT = "The file is no text: give a MOL, SDF or SMILES file."
DRAW, TAKE_SKETCH, CLOSE_SKETCHER = "Draw", "Use this molecule", "Close"
SKETCHER_TITLE = "Editor of the molecule"
SKETCHER_MISSING = (
    "The editor cannot be shown, because its script, OpenChemLib, could not be loaded. Type the "
    "molecule into the box above."
)

EMPTY_RESULT = f"Fill in both boxes, or keep the example, and press “{PREDICT}”."
NO_RESULT = "No result: {part} could not be read. See the message below that box."
PART_PROTEIN, PART_DRUG = "the protein", "the molecule"
NO_RESULT_BOTH = "No result: neither box could be read. See the messages below them."
