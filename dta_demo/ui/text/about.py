"""Words of the about tab: how to read the number, its limits, its errors and the model."""

from __future__ import annotations

from dta_demo.ui.text.links import FORGET
from dta_demo.ui.text.shared import NOT_ADVICE, PKD_EXPLAINED

TAB = "About"
READING = f"""
## How to read the number
- **pKd** = {PKD_EXPLAINED}. pKd 9 is a Kd of 1 nM, pKd 6 is 1 µM.
- **The interval** is calibrated on held-out pairs: averaged over pairs like these, it contains the
  true value about as often as its level says. For pairs far from the training data it is wider,
  and still less certain than it looks.
- **pKd {{floor}}** is the floor of the Davis assay. It means “a Kd of {{floor_kd}} or more, or
  nothing detected” and is not a measured value. About 70% of the Davis pairs are at the floor.
- **The domain badge** compares the protein with the kinases, and the molecule with those that
  bound a kinase, in the training data. Outside the training domain, treat the number as a guess.
- **The controls** are computed on request: the same molecule with the protein's residues
  shuffled, and the averages of the molecule and of the protein in the training data.
"""
LIMITS = f"""
## What it cannot do
- It learned mostly from **kinases and kinase inhibitors**. It has seen little or nothing of other
  protein families and other chemistry.
- It reads the **sequence and the 2D structure** only: no pose, no cofactor, no assay conditions.
- Where the molecule and the kinase **were both measured** with others, most of the number comes
  from what else they bind. For new ones it comes from structure alone, and the interval is wider.
- Of a kinase it reads the **kinase domain** alone: a mutation outside makes no difference to it,
  and one far from the binding pocket very little, so that its effect can be missed.
- It predicts **binding in vitro**, not an effect in a cell, selectivity or safety. {NOT_ADVICE}
"""
PRIVACY = f"""
## What happens to your input
The model runs where this page is served. What you enter is predicted there, and the server keeps no
history of it; your browser keeps the last pair until you press “{FORGET}”. Other servers are asked
only when you press a button for it: UniProt for an accession, PubChem and ChEMBL for a name,
AlphaFold DB and the PDB for a structure, the Hugging Face hub for another encoder, and a server of
scripts for the 3D viewer and for the editor of molecules, which learns nothing of your input.
"""
PROGRAMS = """
## For programs
What the page computes, its endpoints give as JSON: see “Use via API” at the foot of the page, or
their [description as OpenAPI](gradio_api/openapi.json).
"""

# Errors
ERROR_TITLE = "## How large its errors are"
ERROR_MEASURE = "Measure"
GROUPS = {
    "seen": "Both known", "new drug": "New molecule", "new target": "New protein",
    "both new": "Both new",
}  # fmt: skip
METRICS = {
    "n": "Pairs",
    "mse": "Mean squared error, pKd² (lower is better)",
    "ci": "Concordance index (0.5 is chance, 1 is perfect)",
    "rm2": "r_m² (modified squared correlation)",
    "pearson": "Pearson correlation",
    "spearman": "Spearman correlation",
    "coverage": "Interval coverage",
    "coverage_actives": "Interval coverage among actives (pKd of 7 or more)",
    "mean_width": "Mean width of the interval, pKd",
}
ERROR_NOTE = (
    "Cross-validated on Davis pairs that the model had not seen: pairs whose molecule and protein "
    "are each known from other pairs, and pairs whose molecule, protein or both are new to it. "
    "Predicting the average for every pair gives an MSE of about 0.8 and a CI of 0.5. By the "
    "folds of published comparisons, as in the README, some values differ a little; the model card "
    "has both."
)

# The model
MODEL_TITLE = "## The model"
MODEL_FACTS = {
    "encoder": "Protein encoder", "parameters": "Parameters", "members": "Ensemble members",
    "training_pairs": "Training pairs", "device": "Running on",
    "label_range": "Range of the labels (pKd)",
}  # fmt: skip
DATASETS = {
    "davis": "Davis",
    "bdb": "BindingDB",
    "kiba": "KIBA",
    "pkis2": "PKIS2 (displacement at 1 µM)",
}
CARD = "Model card"
