"""Estimates of work, held against what the work depends on."""

from __future__ import annotations

import pytest

from dta_demo.explain.attribution import attribute
from dta_demo.inputs.molecule import Molecule, parse_molecule
from dta_demo.inputs.protein import parse_protein
from dta_demo.predictor.encoding import SHARED_CACHE
from dta_demo.trust.controls import DRAWS
from dta_demo.ui.shared.work_estimate import ATOM_RESIDUES, WorkEstimate
from tests.support.datasets import KINASE


@pytest.fixture
def work(predictor):
    SHARED_CACHE.clear()
    return WorkEstimate(predictor)


def test_encoding_counts_the_residues_of_all_windows(work) -> None:
    assert work.encoding(parse_protein("ACDEFGHIKL" * 50)) == 500
    assert 2_000 < work.encoding(parse_protein("ACDEFGHIKL" * 200)) < 2_600


def test_what_is_remembered_costs_nothing(work, predictor) -> None:
    protein = parse_protein("ACDEFGHIKL" * 20)
    predictor.encode(protein)
    assert work.encoding(protein) == 0
    assert work.encoding(protein, with_attention=True) == 200
    assert work.rollout(protein) > 1_000
    predictor.encode(protein, with_attention=True)
    assert work.encoding(protein, with_attention=True) == 0


def test_controls_read_the_shuffled_proteins_too(work) -> None:
    protein = parse_protein("ACDEFGHIKL" * 30)
    assert work.controls(protein) == (1 + DRAWS) * 300


def test_an_explanation_grows_with_residues_and_atoms(work) -> None:
    short, long = parse_protein(KINASE), parse_protein("ACDEFGHIKL" * 300)
    small, large = Molecule("CCO"), Molecule("CCO" * 50)
    assert work.explanation(long, small) > 5 * work.explanation(short, small)
    extra = work.attribution(short, large) - work.attribution(short, small)
    assert extra == ATOM_RESIDUES * 147


def test_of_a_long_kinase_only_its_domain_counts(work) -> None:
    padded = parse_protein("ACDEFGHIKL" * 200 + KINASE)
    assert 200 < work.encoding(padded) < 300
    assert work.encoding(padded, with_attention=True) > 2_000


def test_an_explanation_that_is_remembered_costs_no_attribution(work, predictor) -> None:
    protein, molecule = parse_protein(KINASE), parse_molecule("CCO")
    before = work.attribution(protein, molecule)
    attribute(predictor, protein, molecule)
    assert before > 10_000
    assert work.attribution(protein, molecule) < 1_000
