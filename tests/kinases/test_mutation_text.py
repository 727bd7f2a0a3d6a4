import pytest

from dta_demo.kinases.mutation_text import read_mutation, read_substitutions, write_mutation
from dta_demo.kinases.targets import Deletion, Duplication, Substitution
from tests.support.inputs import refusal

T315I, E255K = Substitution("T", 315, "I"), Substitution("E", 255, "K")


@pytest.mark.parametrize(
    "text",
    [
        "T315I,E255K", "p.Thr315Ile; E255K", "T315I E255K", "t315i/e255k", "(T315I) + [E255K]",
        "T315I\nE255K\n", "p.(T315I),p.(Glu255Lys),T315I",
    ],
)  # fmt: skip
def test_a_list_of_substitutions(text):
    assert read_substitutions(text) == (T315I, E255K)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (" , ", "at least one substitution"),
        ("T315I,ABL1", "'ABL1' is no substitution of one residue"),
        ("E746_A750del", "is no substitution"),
        ("T315T", "by itself"),
        ("B315I", "is no substitution"),
        (",".join(f"A{place}C" for place in range(1, 5003)), "5,002 substitutions"),
    ],
)
def test_what_is_no_list_of_substitutions_is_refused(text, words):
    assert words in refusal(read_substitutions, text)


@pytest.mark.parametrize(
    ("text", "mutation", "written"),
    [
        ("Val600Glu", Substitution("V", 600, "E"), "V600E"),
        ("E746-A750del", Deletion("E", 746, "A", 750), "E746_A750del"),
        ("E746A750del", Deletion("E", 746, "A", 750), "E746_A750del"),
        ("K745del", Deletion("K", 745, "K", 745), "K745del"),
        ("Ala767_Val769dup", Duplication("A", 767, "V", 769), "A767_V769dup"),
        ("E746_A750delinsV", None, ""),
        ("T0I", None, ""),
        ("T315", None, ""),
    ],
)
def test_one_mutation(text, mutation, written):
    assert read_mutation(text) == mutation
    if mutation:
        assert write_mutation(mutation) == written
