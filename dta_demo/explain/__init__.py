"""Explanations of predictions: what each residue and each atom contributes, and whether it holds.

`explain` attributes a prediction (`attribution`) and puts the attribution to the hiding test
(`faithfulness`); both work on an `explained_pair.ExplainedPair`, whose residues and atoms can be
hidden. What they find are the frozen `records`, and ``python -m dta_demo.explain.survey`` counts
over the example pairs how often explanations beat chance. ``python -m
dta_demo.explain.pocket_survey`` measures over crystal structures whether they find the residues
that a drug touches, by `contact_ranking`; `pocket_findings` reads what it wrote.
"""

from dta_demo.explain.explanation import explain

__all__ = ["explain"]
