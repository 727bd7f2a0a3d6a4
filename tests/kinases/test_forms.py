import pytest

from dta_demo.kinases.construct import Construct
from dta_demo.kinases.domains import KinaseProfile, choose_domain
from dta_demo.kinases.forms import cut_domain, cut_form
from dta_demo.predictor.predictor import CHECKPOINT
from tests.support.datasets import KINASE


@pytest.fixture(scope="module")
def profile():
    return KinaseProfile.load(CHECKPOINT / "kinase.hmm")


def test_the_form_is_the_domain_in_its_own_numbering(profile):
    sequence = "M" * 40 + KINASE + "G" * 30
    form = cut_form(Construct(sequence, phosphorylated=True), profile)
    (found,) = profile.find(sequence)
    assert form.letters == sequence[found.start - 1 : found.end]
    assert (form.start, form.domain.start, form.domain.end) == (found.start, 1, len(form.letters))
    assert form.construct.phosphorylated
    for own, given in zip(form.domain.residues, found.residues, strict=True):
        assert (own > 0) == (given > 0)
        assert own == 0 or form.letters[own - 1] == sequence[given - 1]


def test_the_domain_that_is_meant_is_cut(profile):
    sequence = KINASE + "G" * 60 + KINASE.replace("LLGVCTR", "LLGVATR")
    first, last = (cut_form(Construct(sequence, which), profile) for which in ("first", "last"))
    assert first.letters != last.letters
    assert first.start < last.start
    assert first.construct.domain == last.construct.domain == ""


def test_without_a_domain_the_form_is_the_whole_sequence():
    form = cut_domain(Construct("GASG", "last"), choose_domain([]))
    assert (form.construct, form.start, form.domain) == (Construct("GASG"), 1, None)
