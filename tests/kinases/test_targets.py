import csv

import numpy as np
import pytest

from dta_demo.data.affinities import load_affinities
from dta_demo.kinases.construct import Construct
from dta_demo.kinases.targets import (
    PHOSPHORYLATED_AT_SOURCE,
    Deletion,
    Duplication,
    Substitution,
    find_offset,
    parse_target_name,
    resolve_targets,
)


def test_a_plain_name_is_the_gene():
    assert parse_target_name("CDK4-cyclinD1").gene == "CDK4-cyclinD1"
    assert not parse_target_name("CDK4-cyclinD1").anchors


def test_substitutions_are_read_alone_and_joined():
    assert parse_target_name("EGFR(L858RT790M)").substitutions == (
        Substitution("L", 858, "R"),
        Substitution("T", 790, "M"),
    )
    assert len(parse_target_name("KIT(V559D-T670I)").substitutions) == 2


def test_deletions_are_no_substitutions():
    name = parse_target_name("EGFR(E746A750del)")
    assert name.deletions == (Deletion("E", 746, "A", 750),)
    assert name.substitutions == ()


@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("JAK1(JH1domain-catalytic)", "last"),
        ("JAK1(JH2domain-pseudokinase)", "first"),
        ("RSK1(KinDom.1-N-terminal)", "first"),
        ("RSK1(KinDom.2-C-terminal)", "last"),
        ("GCN2(KinDom2S808G)", "last"),
        ("RSK1(Kin.Dom.1-N-terminal)", "first"),
        ("RSK1(Kin.Dom.2-C-terminal)", "last"),
        ("GCN2(Kin.Dom.2,S808G)", "last"),
        ("ABL1(T315I)p", ""),
        ("ABL1-nonphosphorylated", ""),
    ],
)
def test_the_domain_meant_is_read(name, domain):
    assert parse_target_name(name).domain == domain


def test_a_domain_and_a_mutation_are_read_together():
    assert parse_target_name("GCN2(KinDom2S808G)").substitutions == (Substitution("S", 808, "G"),)


def test_all_mutants_of_a_gene_share_one_offset():
    sequence = "MAGT" + "CDEFGHIKLMNPQRSTVWY"
    targets = resolve_targets(["G", "G(C1W)", "G(Y19A)", "G(H6Y)"], [sequence] * 4)
    assert targets[0].sequence == sequence
    assert targets[1].sequence == "MAGT" + "WDEFGHIKLMNPQRSTVWY"
    assert targets[2].sequence == "MAGT" + "CDEFGHIKLMNPQRSTVWA"
    assert targets[3].sequence == "MAGT" + "CDEFGYIKLMNPQRSTVWY"


def test_an_offset_that_chance_gives_is_not_believed():
    assert find_offset("AAAGAAAGAAA", frozenset({("G", 40)})) is None


@pytest.mark.parametrize(
    ("name", "sequence"),
    [
        ("G(C2E4del)", "AFG"),
        ("G(C2_E4del)", "AFG"),
        ("G(C2del)", "ADEFG"),
        ("G(C2-E4del)", "AFG"),
        ("G(C2-E4del,F5W)", "AWG"),
        ("G(A1W-F5del)", "WCDEG"),
        ("G(C2E4dup)", "ACDECDEFG"),
        ("G(C2_E4dup)", "ACDECDEFG"),
        ("G(C2dup)", "ACCDEFG"),
        ("G(F5G6dup)", "ACDEFGFG"),
        ("G(ITD-C2E4dup)", "ACDECDEFG"),
        ("G(A1W-C2D3dup-F5del)", "WCDCDEG"),
    ],
)
def test_stretches_include_both_ends(name, sequence):
    (target,) = resolve_targets([name], ["ACDEFG"])
    assert target.sequence == sequence
    assert not target.not_applied


def test_duplications_are_read():
    assert parse_target_name("EGFR(A767_V769dup)").duplications == (
        Duplication("A", 767, "V", 769),
    )
    name = parse_target_name("FLT3(Y591V592dup)")
    assert name.duplications == (Duplication("Y", 591, "V", 592),)
    assert not name.substitutions
    assert not name.unplaced_duplication


def test_duplications_take_part_in_the_numbering():
    sequence = "MAGT" + "CDEFGHIKLMNPQRSTVWY"
    targets = resolve_targets(["G(C1_D2dup)", "G(Y19A)", "G(H6Y)"], [sequence] * 3)
    assert targets[0].sequence == "MAGT" + "CDCDEFGHIKLMNPQRSTVWY"
    assert targets[2].sequence == "MAGT" + "CDEFGYIKLMNPQRSTVWY"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("G(W2E4dup)", "not found"),
        ("G(C2W9dup)", "not found"),
        ("G(E4C2dup)", "ends before it begins"),
        ("G(E4C2del)", "ends before it begins"),
    ],
)
def test_a_stretch_that_does_not_fit_is_left(name, reason):
    (target,) = resolve_targets([name], ["ACDEFG"])
    assert target.sequence == "ACDEFG"
    assert reason in target.not_applied


def test_a_number_of_any_length_can_stand_in_a_name():
    (target,) = resolve_targets([f"G(C{'9' * 5000}D)"], ["ACDEFG"])
    assert target.sequence == "ACDEFG"


def test_a_duplication_without_a_place_is_said_to_be_left():
    (target,) = resolve_targets(["FLT3(ITD)"], ["ACDEFG"])
    assert target.sequence == "ACDEFG"
    assert "duplicated" in target.not_applied


def test_davis_mutants_get_their_own_sequences(shared_data):
    with (shared_data / "davis" / "targets.csv").open() as file:
        rows = list(csv.DictReader(file))
    targets = resolve_targets([row["target_id"] for row in rows], [row["sequence"] for row in rows])
    by_name = {target.name: target for target in targets}
    wild, mutant = by_name["ABL1"].sequence, by_name["ABL1(T315I)"].sequence
    changed = [n for n, (a, b) in enumerate(zip(wild, mutant, strict=True), 1) if a != b]
    assert changed == [352]
    assert len(by_name["EGFR(E746A750del)"].sequence) == len(by_name["EGFR"].sequence) - 5
    left = {target.name for target in targets if target.not_applied}
    assert left == {"FLT3(ITD)", "FGFR3(G697C)", "RET(M918T)", "RET(V804L)", "RET(V804M)"}


def phosphorylated(names):
    targets = resolve_targets(names, ["ACDEFG"] * len(names))
    return {target.name for target in targets if target.construct.phosphorylated}


def test_a_p_after_a_known_name_means_phosphorylated():
    names = ["ABL1", "ABL1p", "ABL1(A1W)", "ABL1(A1W)p"]
    assert phosphorylated(names) == {"ABL1p", "ABL1(A1W)p"}


def test_a_name_that_happens_to_end_in_p_does_not():
    assert phosphorylated(["Cdc28p", "ABL1p", "ABL1(A1W)p", "p", "MAPKAPK2"]) == set()


@pytest.mark.parametrize(
    ("name", "sequence", "is_phosphorylated"),
    [
        ("G-nonphosphorylated", "ACDEFG", False),
        ("G-phosphorylated", "ACDEFG", True),
        ("G(C2W)-nonphosphorylated", "AWDEFG", False),
        ("G(C2W)-phosphorylated", "AWDEFG", True),
        ("ABL1(Y253F)-nonphosphorylated", "ACDEFG", False),
    ],
)
def test_a_form_spelled_in_full_is_read(name, sequence, is_phosphorylated):
    (target,) = resolve_targets([name], ["ACDEFG"])
    assert target.construct == Construct(sequence, "", is_phosphorylated)


def test_a_form_spelled_in_full_shares_the_numbering_of_its_gene():
    sequence = "MAGT" + "CDEFGHIKLMNPQRSTVWY"
    names = ["G(C1_D2del)", "G(Y19A)", "G(H6Y)-phosphorylated"]
    assert resolve_targets(names, [sequence] * 3)[2].sequence == "MAGT" + "CDEFGYIKLMNPQRSTVWY"


def test_an_autoinhibited_form_is_said_to_be_left():
    (target, mutant) = resolve_targets(["G-autoinhibited", "G(C2W)-autoinhibited"], ["ACDEFG"] * 2)
    assert (target.sequence, mutant.sequence) == ("ACDEFG", "AWDEFG")
    assert "autoinhibited" in target.not_applied
    assert "autoinhibited" in mutant.not_applied


def test_a_phosphorylated_mutant_is_mutated():
    sequence = "ACDEFG"
    targets = resolve_targets(["G", "G(C2W)", "G(C2W)p"], [sequence] * 3)
    assert targets[2].sequence == targets[1].sequence == "AWDEFG"


def test_davis_has_nine_phosphorylated_targets(shared_data):
    targets = load_affinities(shared_data / "davis").targets
    mutants = ("F317I", "F317L", "H396P", "Q252H", "T315I")
    marked = {"ABL1p", *(f"ABL1({mutant})p" for mutant in mutants)}
    found = {target.name for target in targets if target.construct.phosphorylated}
    assert found == marked | PHOSPHORYLATED_AT_SOURCE


def test_unmarked_targets_have_the_values_of_phosphorylated_ones(shared_data):
    """The defect at the source that `PHOSPHORYLATED_AT_SOURCE` lists."""
    data = load_affinities(shared_data / "davis")
    matrix = np.full((len(data.drugs), len(data.targets)), np.nan)
    matrix[data.drug_index, data.target_index] = data.affinity
    column = {target.name: number for number, target in enumerate(data.targets)}

    def distance(one, other):
        difference = matrix[:, column[one]] - matrix[:, column[other]]
        return np.sqrt(np.nanmean(difference**2))

    for name in PHOSPHORYLATED_AT_SOURCE:
        assert distance(name, "ABL1p") < distance(name, "ABL1") / 2


OTHER_ISOFORMS = {
    "ABL1-nonphosphorylated",
    "RPS6KA4(Kin.Dom.1-N-terminal)",
    "RPS6KA5(Kin.Dom.1-N-terminal)",
}
"""Targets of PKIS2 with another isoform's sequence than their namesakes in Davis."""


def test_targets_of_pkis2_are_the_constructs_of_their_namesakes_in_davis(shared_data):
    davis = {each.name: each.construct for each in load_affinities(shared_data / "davis").targets}
    pkis2 = load_affinities(shared_data / "pkis2").targets
    assert {target.not_applied for target in pkis2} == {""}
    different = set()
    for target in pkis2:
        name = target.name.replace("Kin.Dom", "KinDom").removesuffix("-nonphosphorylated")
        if name in davis and target.construct != davis[name]:
            different.add(target.name)
            assert target.construct.domain == davis[name].domain
            assert target.construct.phosphorylated == davis[name].phosphorylated
            assert target.sequence != davis[name].sequence
    assert different == OTHER_ISOFORMS
