"""Estimates of work, held against what the work depends on."""

from __future__ import annotations

import pytest

from dta_demo.explain.attribution import SHARED_ATTRIBUTIONS, attribute
from dta_demo.explain.explanation import explain
from dta_demo.inputs.molecule import Molecule, parse_molecule
from dta_demo.inputs.protein import parse_protein
from dta_demo.predictor.encoding import SHARED_CACHE
from dta_demo.predictor.predictor import AffinityPredictor
from dta_demo.runtime.jobs import Job
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


@pytest.mark.parametrize(
    ("estimate", "compute"),
    [
        (lambda work, *pair: work.explanation(*pair), lambda model, *pair: explain(model, *pair)),
        (lambda work, *pair: work.attribution(*pair), lambda model, *pair: attribute(model, *pair)),
        (lambda work, protein, _: work.controls(protein), AffinityPredictor.controls),
        (lambda work, protein, _: work.poolings(protein), AffinityPredictor.analyse_poolings),
        (lambda work, protein, _: work.rollout(protein), lambda m, p, _: m.attention_rollout(p)),
    ],
    ids=["explanation", "attribution", "controls", "poolings", "rollout"],
)
def test_the_work_that_is_done_is_the_work_that_was_estimated(
    predictor, work, estimate, compute
) -> None:
    SHARED_ATTRIBUTIONS.clear()
    # Neither its protein nor its molecule is that of another test, which would be remembered.
    protein, molecule = (
        parse_protein("MKWV" * 9 + KINASE),
        parse_molecule("CCOC(=O)c1ccccc1NC(C)=O"),
    )
    expected = estimate(work, protein, molecule)
    job = Job(True, 600)
    job.run(lambda: compute(predictor, protein, molecule))
    assert 0.6 < job.work_done / expected < 1.6, job.work_done / expected
