from __future__ import annotations

import pytest

from dta_demo.explain.explained_pair import ExplainedPair
from dta_demo.inputs.molecule import parse_molecule
from dta_demo.inputs.protein import parse_protein


@pytest.fixture(scope="session")
def cdk2(examples):
    """A short kinase and a molecule of the training panel."""
    row = examples["Staurosporine – CDK2"]
    return parse_protein(f">{row['gene']}\n{row['sequence']}"), parse_molecule(row["smiles"])


@pytest.fixture(scope="session")
def pair(predictor, cdk2):
    return ExplainedPair(predictor, *cdk2)
