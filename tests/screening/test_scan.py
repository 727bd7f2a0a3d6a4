import random

import numpy as np
import pytest

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.molecule import parse_molecule
from dta_demo.inputs.protein import Protein
from dta_demo.kinases.catalogue import load_catalogue
from dta_demo.kinases.mutation_text import read_substitutions
from dta_demo.kinases.targets import Substitution
from dta_demo.results.scan import RESIDUES, csv_rows, describe_scan
from dta_demo.screening.positions import plan_scan, read_choice, read_region
from dta_demo.screening.scan import mutate, scan
from tests.support.outside import IMATINIB

NO_KINASE = "MKVLAAGIVGLCAKAYEEAKWDERTHQNPSTVLFIYMGAC" * 3


@pytest.fixture
def abl1():
    return Protein(load_catalogue().find_gene("ABL1").sequence)


@pytest.fixture
def imatinib():
    return parse_molecule(IMATINIB)


def draw(protein, numbers, count, seed):
    rng = random.Random(seed)
    places = rng.sample(numbers, count)
    return tuple(
        Substitution(letter, place, rng.choice(RESIDUES.replace(letter, "")))
        for place in places
        for letter in protein.sequence[place - 1]
    )


@pytest.mark.parametrize("gene", ["ABL1", "JAK2", "PKMYT1", "MAP3K14", ""])
def test_each_mutant_has_the_value_of_predict(predictor, imatinib, gene):
    sequence = load_catalogue().find_gene(gene).sequence if gene else NO_KINASE
    protein = Protein(sequence)
    pocket = predictor.variants.pocket(protein)
    numbers = list(range(pocket[0], pocket[-1] + 1)) if pocket else list(range(1, 121))
    changes = (*draw(protein, numbers, 5, gene), *draw(protein, range(1, 100), 1, gene))
    found = scan(predictor, protein, imatinib, mutations=changes)
    assert found.wild_type == pytest.approx(predictor.predict(protein, imatinib).affinity, abs=1e-4)
    for change, mutant in zip(changes, found.mutants, strict=True):
        alone = predictor.predict(mutate(sequence, change), imatinib)
        assert mutant.affinity == pytest.approx(alone.affinity, abs=1e-4)
        assert mutant.interval == pytest.approx(alone.interval, abs=1e-4)
        assert mutant.change == pytest.approx(mutant.affinity - found.wild_type, abs=1e-9)


def test_a_measured_mutant_is_recognised_as_itself(predictor, abl1, imatinib):
    found = scan(predictor, abl1, imatinib, mutations=read_substitutions("T315I, p.Thr315Leu"))
    measured, other = found.mutants
    assert measured.measured_as == "ABL1(T315I)"
    assert measured.change < -2
    assert other.measured_as == ""
    assert measured.role == other.role == "gatekeeper"
    assert measured.told_apart


def test_order_and_batches_change_nothing(predictor, abl1, imatinib, monkeypatch):
    changes = draw(abl1, range(240, 500), 7, 1)
    whole = scan(predictor, abl1, imatinib, mutations=changes).mutants
    monkeypatch.setattr("dta_demo.predictor.variants.VARIANTS_AT_ONCE", 3)
    turned = scan(predictor, abl1, imatinib, mutations=changes[::-1]).mutants[::-1]
    for one, other in zip(whole, turned, strict=True):
        assert one.name == other.name
        assert one.change == pytest.approx(other.change, abs=1e-5)
        assert one.spread == pytest.approx(other.spread, abs=1e-5)


def test_a_region_is_a_grid_with_zero_for_the_wild_type(predictor, abl1, imatinib):
    found = scan(predictor, abl1, imatinib, region=(315, 316))
    change, spread = found.grid()
    assert change.shape == spread.shape == (2, 20)
    for row, number in enumerate(found.positions):
        assert change[row, RESIDUES.index(abl1.sequence[number - 1])] == 0.0
    assert np.isfinite(change).all()
    assert len(found.mutants) == len(list(csv_rows(found))) == 38
    strongest = [abs(mutant.change) for mutant in found.strongest(5)]
    assert strongest == sorted(strongest, reverse=True)
    assert any(line.startswith("T315") for line in describe_scan(found))


def test_the_pocket_is_what_is_scanned_by_default(predictor, abl1):
    plan = plan_scan(predictor, abl1)
    assert plan.name == "pocket"
    assert len(plan.changes) == 86 * 19
    assert Substitution("T", 315, "I") in plan.changes


def test_nothing_more_is_computed_once_nobody_waits(predictor, abl1, imatinib):
    seen = []

    def leave(done, total):
        seen.append((done, total))
        raise InterruptedError

    with pytest.raises(InterruptedError):
        scan(predictor, abl1, imatinib, region=(242, 500), progress=leave)
    assert seen == [(16, 259 * 19)]


@pytest.mark.parametrize("region", [(0, 5), (5, 4), (1, 5000), (-3, 2)])
def test_a_region_outside_the_sequence_is_refused(predictor, abl1, region):
    with pytest.raises(InputError, match="has residues 1-1,130"):
        plan_scan(predictor, abl1, region)


def test_without_a_pocket_the_residues_must_be_named(predictor):
    with pytest.raises(InputError, match="no pocket"):
        plan_scan(predictor, Protein(NO_KINASE))


def test_another_residue_is_named_and_the_numbering_that_fits_offered(predictor, abl1):
    with pytest.raises(InputError, match="residue 314 of the sequence is I"):
        plan_scan(predictor, abl1, mutations=read_substitutions("T314A"))
    longer = Protein("M" * 19 + abl1.sequence)
    with pytest.raises(InputError, match="with numbers 19 higher"):
        plan_scan(predictor, longer, mutations=read_substitutions("T315I,E255K,Y253F,H396P"))
    with pytest.raises(InputError, match="outside the sequence"):
        plan_scan(predictor, abl1, mutations=read_substitutions("T9999I"))


@pytest.mark.parametrize("text", ["", "310", "a-b", "1-2-3", "-5", "1-99999999", "<b>"])
def test_what_is_no_region_is_refused(text):
    with pytest.raises(InputError, match="310-320"):
        read_region(text)


def test_a_region_and_a_list_exclude_each_other():
    assert read_choice("", " ") == (None, None)
    assert read_choice("310 – 320", "") == ((310, 320), None)
    with pytest.raises(InputError, match="not both"):
        read_choice("310-320", "T315I")
