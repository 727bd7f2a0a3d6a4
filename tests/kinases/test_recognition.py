import csv
import random

import pytest

from dta_demo.data.affinities import load_affinities
from dta_demo.kinases.completion import Kinome, complete_construct
from dta_demo.kinases.construct import Construct
from dta_demo.kinases.domains import KinaseProfile, choose_domain
from dta_demo.kinases.known import KnownKinases
from dta_demo.kinases.recognition import recognise
from dta_demo.kinases.targets import Target
from dta_demo.kinases.words import align_by_words, place_words, split_words
from dta_demo.predictor.predictor import CHECKPOINT
from tests.support.datasets import KINASE

TAG = "MGSSHHHHHHSSGLVPRGSH"
RNG = random.Random(1)
LINKER, TAIL, LIPID = ("".join(RNG.choices("ACDEFGHIKLMNPQRSTVWY", k=n)) for n in (80, 60, 300))
WHOLE = LINKER + KINASE + TAIL
GATEKEEPER = WHOLE.index("IITEFMTYG") + 3
"""Number of the gatekeeper in the whole sequence."""


def change(sequence, number, letter):
    return sequence[: number - 1] + letter + sequence[number:]


MUTANT = change(WHOLE, GATEKEEPER, "I")


@pytest.fixture(scope="module")
def profile():
    return KinaseProfile.load(CHECKPOINT / "kinase.hmm")


@pytest.fixture(scope="module")
def known(profile):
    targets = [Target("K", Construct(WHOLE)), Target("LIPID", Construct(LIPID))]
    return KnownKinases.of(targets, profile)


def ask(sequence, profile, known, choice="", phosphorylated=False):
    construct = Construct(sequence, choice, phosphorylated)
    return recognise(construct, profile.find(sequence), known)


@pytest.mark.parametrize(
    "sequence",
    [
        WHOLE, TAG + WHOLE, KINASE, WHOLE[60:-40], change(WHOLE, 20, "W"), WHOLE[:30] + WHOLE[50:],
        KINASE[8:-8], KINASE[5:] + TAG, TAG + KINASE[12:-3] + TAG,
        change(WHOLE, GATEKEEPER, "X"),
    ],
)  # fmt: skip
def test_what_keeps_the_domain_is_as_measured(profile, known, sequence):
    seen = ask(sequence, profile, known)
    assert (seen.relation, seen.kinase, seen.wild_type) == ("as measured", known[0], known[0])
    assert seen.form is known[0].form
    assert seen.substitutions == ()
    for letter, number in zip(seen.form.letters, seen.numbers, strict=True):
        assert number == 0 or sequence[number - 1] in (letter, "X")
    gatekeeper = sequence.index("EFMTYG")
    assert gatekeeper in seen.numbers
    assert seen.domain.residues[73] == gatekeeper


def test_a_substitution_makes_a_mutant_in_the_numbering_as_given(profile, known):
    seen = ask(TAG + MUTANT, profile, known)
    number = GATEKEEPER + len(TAG)
    assert (seen.relation, seen.kinase, seen.wild_type) == ("mutant", None, known[0])
    assert seen.substitutions == (f"T{number}I",)
    assert seen.form.letters == known[0].form.letters.replace("IITEF", "IIIEF")
    assert seen.form.domain.residues == known[0].form.domain.residues
    assert seen.form.start == known[0].form.start + len(TAG)
    assert seen.numbers[0] == seen.form.start == seen.domain.start


def test_a_measured_mutant_is_itself(profile):
    targets = [Target("K", Construct(WHOLE)), Target("K(T1I)", Construct(MUTANT))]
    known = KnownKinases.of(targets, profile)
    seen = ask(TAG + MUTANT[70:-50], profile, known)
    assert (seen.relation, seen.kinase, seen.wild_type) == ("as measured", known[1], known[0])
    assert ask(WHOLE, profile, known).kinase is known[0]
    both = ask(change(MUTANT, GATEKEEPER + 1, "Q"), profile, known)
    assert (both.wild_type, len(both.substitutions)) == (known[0], 2)


@pytest.mark.parametrize(("lost", "more"), [(5, ""), (1, ""), (0, "ASV")])
def test_deletions_and_insertions_make_mutants(profile, known, lost, more):
    at = WHOLE.index("EEFLKEAAVM") + 4  # Residues before the change.
    seen = ask(WHOLE[:at] + more + WHOLE[at + lost :], profile, known)
    first, last = f"{WHOLE[at]}{at + 1}", f"{WHOLE[at + lost - 1]}{at + lost}"
    name = f"{first}{f'_{last}' if lost > 1 else ''}del"
    if more:
        name = f"{WHOLE[at - 1]}{at}_{first}ins{more}"
    assert (seen.relation, seen.substitutions) == ("mutant", (name,))


def test_a_deletion_and_a_substitution_are_both_named(profile, known):
    at = WHOLE.index("EEFLKEAAVM") + 4
    seen = ask(WHOLE[:at] + "W" + WHOLE[at + 4 :], profile, known)
    assert seen.substitutions == (f"K{at + 1}_A{at + 3}del", f"A{at + 1}W")


def test_too_many_substitutions_make_another_kinase(profile, known):
    places = range(100, 280, 30)
    few, many = WHOLE, WHOLE
    for count, number in enumerate(places):
        letter = "A" if WHOLE[number - 1] != "A" else "G"
        many = change(many, number, letter)
        few = many if count == 4 else few
    assert ask(few, profile, known).relation == "mutant"
    assert len(ask(few, profile, known).substitutions) == 5
    assert ask(many, profile, known).relation == "new"


def test_a_small_part_of_a_domain_is_not_recognised(profile, known):
    assert ask(KINASE[:180], profile, known).relation == "new"


def test_the_phosphorylated_form_is_new_where_only_the_plain_was_measured(profile, known):
    seen = ask(WHOLE, profile, known, phosphorylated=True)
    assert (seen.relation, seen.kinase, seen.wild_type) == ("new", None, known[0])
    assert seen.form.letters == known[0].form.letters
    assert seen.form.construct.phosphorylated
    targets = [Target("K", Construct(WHOLE)), Target("Kp", Construct(WHOLE, "", True))]
    both = KnownKinases.of(targets, profile)
    assert ask(WHOLE, profile, both, phosphorylated=True).kinase is both[1]
    assert ask(WHOLE, profile, both).kinase is both[0]


def test_the_domain_that_is_meant_is_recognised(profile):
    other = KINASE
    for number in range(5, 250, 9):
        other = change(other, number, "A" if other[number - 1] != "A" else "S")
    sequence = LINKER + KINASE + TAIL + other
    targets = [
        Target("K(JH1domain-catalytic)", Construct(sequence, "last")),
        Target("K(JH2domain-pseudokinase)", Construct(sequence, "first")),
    ]
    known = KnownKinases.of(targets, profile)
    assert len(known) == 2
    for given in (sequence, TAG + sequence):
        assert ask(given, profile, known, "last").kinase is known[0]
        assert ask(given, profile, known, "first").kinase is known[1]
    assert ask(TAG + other, profile, known, "first").kinase is known[0]


def test_proteins_without_a_domain_are_recognised_by_their_words(profile, known):
    for given in (LIPID, TAG + LIPID, LIPID[:120] + LIPID[140:], LIPID[50:200]):
        seen = ask(given, profile, known)
        assert (seen.relation, seen.kinase) == ("as measured", known[1])
    mutant = ask(change(LIPID, 150, "X").replace("X", "W" if LIPID[149] != "W" else "A"), profile,
                 known)  # fmt: skip
    assert (mutant.relation, mutant.wild_type) == ("mutant", known[1])
    assert mutant.form.domain is None
    for given in (LIPID[:90], LIPID[:150] + LINKER + TAIL):
        assert ask(given, profile, known).relation == "new"


def test_a_kinase_with_a_domain_is_not_taken_for_a_protein_without(profile, known):
    seen = ask(LIPID + KINASE[:-1].replace("K", "R").replace("E", "D"), profile, known)
    assert (seen.relation, seen.domain is not None) == ("new", True)


@pytest.mark.parametrize("sequence", ["M", "ACDEF", "G" * 400, "MX" * 30, TAG * 40])
def test_any_sequence_is_answered(profile, known, sequence):
    seen = ask(sequence, profile, known)
    assert (seen.relation, seen.form.letters) == ("new", sequence)
    assert seen.numbers == tuple(range(1, len(sequence) + 1))
    assert ask(sequence, profile, KnownKinases([])).relation == "new"


def test_shuffled_and_random_proteins_are_new(profile, known):
    rng = random.Random(2)
    for _ in range(20):
        assert ask("".join(rng.sample(WHOLE, len(WHOLE))), profile, known).relation == "new"


def test_an_alignment_increases_and_pairs_equal_letters_around_gaps():
    rng = random.Random(3)
    for _ in range(50):
        letters = "".join(rng.choices("ACDEFGHIKLMNPQRSTVWY", k=200))
        cut, width = rng.randrange(40, 150), rng.randrange(1, 20)
        shorter = TAG + letters[:cut] + letters[cut + width :] + TAG
        mapped = align_by_words(letters, shorter, place_words(shorter))
        present = mapped[mapped >= 0]
        assert (present[1:] > present[:-1]).all()
        assert len(present) == 200 - width
        pairs = zip(letters, mapped, strict=True)
        assert all(shorter[place] == letter for letter, place in pairs if place >= 0)


@pytest.fixture(scope="module")
def genes(shared_data):
    with (shared_data / "kinome" / "kinases.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def davis(shared_data):
    return load_affinities(shared_data / "davis").targets


@pytest.fixture(scope="module")
def completed(davis, genes, profile):
    kinome = Kinome([row["sequence"] for row in genes])
    return {each.name: complete_construct(each, kinome, profile) for each in davis}


@pytest.fixture(scope="module")
def measured(davis, genes, profile):
    return KnownKinases.of(davis, profile, Kinome([row["sequence"] for row in genes]))


def as_given(sequence, domain):
    return sequence


def with_a_tag(sequence, domain):
    return TAG + sequence


def domain_with_ends(sequence, domain):
    return domain and sequence[max(domain.start - 16, 0) : domain.end + 15]


def domain_alone(sequence, domain):
    return domain and sequence[domain.start - 1 : domain.end]


def exchanged_outside(sequence, domain):
    """Exchange a lysine and an arginine outside the domain."""
    outside = [
        number
        for number, letter in enumerate(sequence, 1)
        if domain and letter in "KR" and not domain.start <= number <= domain.end
    ]
    if not outside:
        return None
    number = outside[len(outside) // 2]
    return change(sequence, number, "R" if sequence[number - 1] == "K" else "K")


def other_isoform(sequence, domain):
    return sequence[:5] + sequence[25:] if domain and domain.start > 30 else None


FORMS = {
    as_given: 442, with_a_tag: 442, domain_with_ends: 415, domain_alone: 415,
    exchanged_outside: 415, other_isoform: 324,
}  # fmt: skip
"""Forms in which a target is given, and of how many Davis targets there is one."""


@pytest.mark.parametrize("form", FORMS)
def test_every_davis_target_is_recognised_in_this_form(form, completed, measured, profile):
    asked, wrong = 0, []
    for name, construct in completed.items():
        domain = choose_domain(profile.find(construct.sequence), construct.domain)
        given = form(construct.sequence, domain)
        if given:
            asked += 1
            seen = ask(given, profile, measured, construct.domain, construct.phosphorylated)
            if seen.kinase is None or name not in seen.kinase.names:
                wrong.append((name, seen.relation, seen.substitutions))
    assert wrong == []
    assert asked == FORMS[form]


def test_the_davis_fragments_are_taken_for_their_wild_type(davis, completed, measured, profile):
    for target in davis:
        construct = target.construct
        if completed[target.name] != construct:
            seen = ask(construct.sequence, profile, measured, construct.domain)
            assert seen.kinase.name == target.name.split("(")[0]


OTHER_LETTERS = {"BLK": "D484E", "MST1R": "S1195G", "WEE1": "R379C"}
"""Davis targets whose domain differs from UniProt's in one residue, and how."""


def test_the_sequences_of_uniprot_are_recognised(davis, genes, measured, profile):
    rows = {name: row for row in genes for name in (row["gene"], *row["aliases"].split(";"))}
    asked, different = 0, {}
    for target in davis:
        if target.name in rows:
            asked += 1
            seen = ask(rows[target.name]["sequence"], profile, measured, target.construct.domain)
            if seen.relation == "as measured":
                assert target.name in seen.kinase.names
            else:
                assert seen.wild_type.name == target.name
                different[target.name] = "".join(seen.substitutions)
    assert different == OTHER_LETTERS
    assert asked > 250


def test_a_mutant_that_was_left_out_is_named(davis, measured, profile):
    rest = KnownKinases([each for each in measured if "T315I" not in each.name])
    (target,) = (each for each in davis if each.name == "ABL1(T315I)")
    for phosphorylated, wild_type in ((False, "ABL1"), (True, "ABL1p")):
        seen = ask(target.sequence, profile, rest, phosphorylated=phosphorylated)
        assert (seen.relation, seen.wild_type.name) == ("mutant", wild_type)
        assert seen.substitutions == ("T352I",)
    (target,) = (each for each in davis if each.name == "EGFR(E746A750del)")
    rest = KnownKinases([each for each in measured if each.name != target.name])
    seen = ask(target.sequence, profile, rest)
    assert (seen.relation, seen.substitutions) == ("mutant", ("E746_A750del",))


def test_no_kinase_is_taken_for_its_paralogue(completed, measured, profile):
    """Beside its nearest paralogue alone a kinase is new, but for a pair of 3 substitutions."""
    confused = {}
    genes = [kinase.gene for kinase in measured]
    for kinase in measured:
        if not kinase.is_wild_type or kinase.phosphorylated:
            continue
        shared = measured.words.count(set(split_words(kinase.form.letters)))
        others = shared * [gene != kinase.gene for gene in genes]
        rest = KnownKinases([measured[int(others.argmax())]])
        construct = completed[kinase.name]
        seen = ask(construct.sequence, profile, rest, construct.domain)
        if seen.relation != "new":
            confused[kinase.name] = seen.substitutions
    assert confused == {
        "CDC2L1": ("Q348L", "N388K", "E400D"), "CDC2L2": ("L281Q", "K321N", "D333E"),
    }  # fmt: skip
