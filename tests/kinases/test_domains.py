import pytest

from dta_demo.kinases.domains import KinaseProfile, choose_domain
from dta_demo.predictor.predictor import CHECKPOINT
from dta_demo.training.profile import SEED, build_profile, pocket_columns
from tests.support.datasets import KINASE


@pytest.fixture(scope="module")
def profile():
    return KinaseProfile.load(CHECKPOINT / "kinase.hmm")


def test_the_domain_of_abl1_is_found_with_its_numbering(profile, examples):
    sequence = examples["Imatinib – ABL1"]["sequence"]
    (domain,) = profile.find(sequence)
    start = sequence.index("ITMKHKLGGG") + 1
    assert abs(domain.start - start) <= 3
    for column in pocket_columns():
        assert sequence[domain.residues[column] - 1] == SEED[column]


def test_the_gatekeeper_of_the_mutant_is_the_changed_residue(profile, examples):
    sequence = examples["Imatinib – ABL1(T315I)"]["sequence"]
    (domain,) = profile.find(sequence)
    gatekeeper = SEED.index("IITEFMTYG") + 2
    assert (domain.residues[gatekeeper], sequence[domain.residues[gatekeeper] - 1]) == (352, "I")


def test_two_domains_are_told_apart(profile, examples):
    sequence = examples["Tofacitinib – JAK2(JH1)"]["sequence"]
    pseudo, catalytic = profile.find(sequence)
    assert pseudo.end < catalytic.start
    assert choose_domain([pseudo, catalytic]) is catalytic
    assert choose_domain([pseudo, catalytic], "first") is pseudo
    assert choose_domain([pseudo, catalytic], "last") is catalytic


def test_a_domain_with_a_long_insert_is_one(profile, examples):
    (domain,) = profile.find(examples["Quizartinib – FLT3"]["sequence"])
    assert domain.end - domain.start > 300


def test_a_shuffled_kinase_has_no_domain(profile):
    assert profile.find("".join(sorted(KINASE))) == []
    assert choose_domain([]) is None


def test_a_profile_keeps_the_columns_of_its_seed(tmp_path):
    made = build_profile([KINASE, "M" * 20 + KINASE[:120] + "A" + KINASE[121:]])
    assert len(SEED) == made.hmm.M
    made.save(tmp_path / "p.hmm")
    (domain,) = KinaseProfile.load(tmp_path / "p.hmm").find("G" * 40 + KINASE)
    assert domain.residues[9] == 50
