import csv

import pytest

from dta_demo.data.targets import (
    Deletion,
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
        ("ABL1(T315I)p", ""),
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


def test_deletions_take_out_both_ends():
    (target,) = resolve_targets(["G(C2E4del)"], ["ACDEFG"])
    assert target.sequence == "AFG"


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
