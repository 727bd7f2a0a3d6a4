import json

import pytest

from dta_demo.kinases.completion import Kinome
from dta_demo.kinases.construct import Construct
from dta_demo.kinases.domains import KinaseProfile
from dta_demo.kinases.known import KnownKinases
from dta_demo.kinases.recognition import recognise
from dta_demo.kinases.targets import Target
from dta_demo.predictor.predictor import CHECKPOINT
from dta_demo.results.recognised import Recognised
from tests.support.datasets import KINASE
from tests.support.encoders import random_sequence

FRAGMENT = random_sequence(150, 1)
WHOLE = FRAGMENT + KINASE
LIPID = random_sequence(300, 2)
MUTANT = KINASE.replace("IITEFMTYG", "IIIEFMSYG")


@pytest.fixture(scope="module")
def profile():
    return KinaseProfile.load(CHECKPOINT / "kinase.hmm")


@pytest.fixture(scope="module")
def known(profile):
    targets = [Target("K", Construct(FRAGMENT)), Target("LIPID", Construct(LIPID))]
    return KnownKinases.of(targets, profile, Kinome([WHOLE]))


def ask(sequence, profile, known, phosphorylated=False):
    construct = Construct(sequence, phosphorylated=phosphorylated)
    return recognise(construct, profile.find(sequence), known)


@pytest.mark.parametrize(
    ("sequence", "phosphorylated", "words"),
    [
        (KINASE, False, "Read as K: its kinase domain is the one that was measured for the"),
        (LIPID, False, "Read as LIPID: its sequence is the one that was measured for the"),
        (FRAGMENT, False, "Read as K: its kinase domain, which the given sequence lacks, was"),
        (MUTANT, False, "Read as K with T74I and T78S, numbered as given: a mutant that was not"),
        (KINASE, True, "Read as K in its phosphorylated form, which was not measured."),
        (random_sequence(300, 3), False, "No training target has this sequence."),
    ],
)
def test_it_is_said_in_one_sentence(profile, known, sequence, phosphorylated, words):
    seen = ask(sequence, profile, known, phosphorylated)
    found = Recognised.of(seen)
    assert found.sentence.startswith(words)
    assert found.relation == seen.relation
    document = json.loads(json.dumps(found.to_dict()))
    assert document["substitutions"] == list(seen.substitutions)
    assert document["name"] == ("" if words.startswith("No") else words.split()[2].rstrip(":"))


def test_a_kinase_that_is_new_is_told_from_what_is_no_kinase(profile):
    lipid = KnownKinases.of([Target("LIPID", Construct(LIPID))], profile)
    found = Recognised.of(ask(KINASE, profile, lipid))
    assert found.sentence == "No training kinase has this kinase domain."


def test_one_mutation_is_not_called_several(profile, known):
    one = KINASE.replace("IITEFMTYG", "IIIEFMTYG")
    found = Recognised.of(ask(one, profile, known))
    assert found.sentence.endswith("expects of the mutation.")
