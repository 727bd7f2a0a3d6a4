import pytest

from dta_demo.kinases.completion import Kinome
from dta_demo.kinases.construct import Construct
from dta_demo.kinases.domains import KinaseProfile
from dta_demo.kinases.known import KnownKinases
from dta_demo.kinases.target_recognition import recognise_target
from dta_demo.kinases.targets import Target
from dta_demo.predictor.predictor import CHECKPOINT
from tests.support.datasets import KINASE
from tests.support.encoders import random_sequence

FRAGMENT = random_sequence(150, 1)
WHOLE = FRAGMENT + KINASE
MUTANT_NAME = f"K(T{len(FRAGMENT) + KINASE.index('IITEF') + 3}I)"


@pytest.fixture(scope="module")
def profile():
    return KinaseProfile.load(CHECKPOINT / "kinase.hmm")


@pytest.fixture(scope="module")
def known(profile):
    fragment = Construct(FRAGMENT)
    targets = [Target("K", fragment), Target(MUTANT_NAME, fragment, "its residues are not there")]
    return KnownKinases.of(targets, profile, Kinome([WHOLE]))


def test_a_fragment_is_the_mutant_of_its_name(profile, known):
    wild_type, mutant = known
    assert "IIIEF" in mutant.form.letters
    found = recognise_target(Target(MUTANT_NAME, Construct(FRAGMENT)), profile, known)
    assert (found.relation, found.kinase, found.wild_type) == ("as measured", mutant, wild_type)
    assert found.form is mutant.form
    assert found.numbers == (0,) * len(mutant.form.letters)
    plain = recognise_target(Target("K", Construct(FRAGMENT)), profile, known)
    assert plain.kinase is wild_type


def test_of_a_whole_kinase_the_residues_keep_their_numbers(profile, known):
    found = recognise_target(Target(MUTANT_NAME, Construct(WHOLE)), profile, known)
    assert found.kinase is known[1]
    assert found.numbers[0] == found.domain.start > len(FRAGMENT)


@pytest.mark.parametrize(
    "construct",
    [Construct(random_sequence(300, 5)), Construct(FRAGMENT, phosphorylated=True)],
    ids=["another protein", "another form"],
)
def test_a_name_alone_is_no_proof(profile, known, construct):
    found = recognise_target(Target(MUTANT_NAME, construct), profile, known)
    assert found.kinase is None


def test_an_unknown_name_leaves_it_to_the_sequence(profile, known):
    assert recognise_target(Target("mine", Construct(KINASE)), profile, known).kinase is known[0]
