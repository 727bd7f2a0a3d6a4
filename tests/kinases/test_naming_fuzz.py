"""No text makes the reading of names raise anything but a sentence, or take long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dta_demo.kinases.mutation_text import read_substitutions
from dta_demo.kinases.naming import read_protein
from dta_demo.molecules.naming import read_among_many, read_small_molecule
from tests.support.fuzzing import read_within_time

pytestmark = pytest.mark.fuzz

PARTS = [
    "ABL1", "abl1", "TTN", "JAK2", "RSK1", "PDK1", "P00519", "p38-alpha", " ", "  ", "(", ")", ",",
    "T315I", "p.Thr315Ile", "E746_A750del", "A767_V769dup", "K1_V34350dup", "M1_A34350del", "p",
    "-", "/", "JH1", "JH2", "Kin.Dom.2-C-terminal", "phosphorylated", "ITD", "999999", "T999999I",
    "del", "\n", ">", "\u202e", "\N{GREEK SMALL LETTER ALPHA}", "<b>", "kinase", "MKKFFDSRRE",
    "CC(=O)O", "imatinib", "GSK", "690693", "[", "]", "'",
]  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=320),
    st.lists(st.sampled_from(PARTS), max_size=30).map("".join),
    st.lists(st.sampled_from(PARTS), max_size=12).map(" ".join),
    st.builds(lambda part, many: part * many, st.sampled_from(PARTS), st.integers(1, 10**5)),
)


@given(TEXTS)
def test_a_protein_is_read_in_time(text):
    protein = read_within_time(read_protein, text)
    if protein is not None:
        assert protein.sequence.isalpha()
        assert protein.name.isprintable()
        assert all(change.isprintable() for change in protein.changes)


@given(TEXTS)
def test_a_molecule_is_read_in_time_and_among_many_as_alone(text):
    alone = read_within_time(read_small_molecule, text)
    read = read_within_time(read_among_many, text)
    assert (read is None) == (alone is None)
    if read is not None:
        assert (read.name, read.changes) == (alone.name, alone.changes)


@given(TEXTS)
def test_substitutions_are_read_in_time(text):
    read_within_time(read_substitutions, text)
