import pytest

from dta_demo.encoders.truncation import limit_length
from dta_demo.inputs.errors import InputError
from dta_demo.ui.inspector.truncation import MAX_SEQUENCES, draw_truncation, read_sequences
from tests.support.encoders import random_sequence


def lines(lengths: list[int]) -> str:
    return "\n".join(random_sequence(length) for length in lengths)


def test_the_percentile_counts_from_twenty_sequences_on() -> None:
    lengths = [100 + number for number in range(40)]
    drawn = draw_truncation(lines(lengths), 1022, "")
    limit = limit_length(lengths, 1022)
    assert f"2 of 40 sequences are cut, to {limit} residues: the 95th percentile" in drawn
    assert "<td>139</td><td>137</td><td>2</td>" in drawn


def test_the_longest_length_counts_too() -> None:
    drawn = draw_truncation(lines([100] * 20 + [300] * 20), 200, "")
    assert "20 of 40 sequences are cut, to 200 residues" in drawn
    assert "percentile of the lengths is 300, the longest length 200" in drawn


def test_fewer_than_twenty_are_limited_by_the_longest_length_only() -> None:
    drawn = draw_truncation(lines([100] * 18 + [900]), 1022, "")
    assert "0 of 19 sequences are cut" in drawn
    assert "only the longest length counts" in drawn
    assert "1 of 19 sequences are cut, to 200" in draw_truncation(
        lines([100] * 18 + [900]), 200, ""
    )


def test_without_a_list_the_protein_in_the_box_counts() -> None:
    assert "1 of 1 sequences are cut, to 200 residues" in draw_truncation(" ", 200, "ABL1")
    with pytest.raises(InputError, match="Paste sequences"):
        draw_truncation("", 200, "  ")


def test_fasta_is_read_record_by_record() -> None:
    found = read_sequences(
        f">first\n{random_sequence(30)}\n{random_sequence(20)}\n>second\n{random_sequence(10)}"
    )
    assert [each.name for each in found] == ["first", "second"]
    assert [len(each.sequence) for each in found] == [50, 10]


def test_a_sequence_that_cannot_be_read_is_named() -> None:
    with pytest.raises(InputError, match=r"^Sequence 2: "):
        read_sequences("CDK2\nXYZZY1\n")


def test_names_reach_the_page_as_text() -> None:
    drawn = draw_truncation(f">a & b <b>\n{random_sequence(30)}", 200, "")
    assert "<b>" not in drawn


def test_too_many_are_refused() -> None:
    with pytest.raises(InputError, match="1,000"):
        read_sequences("CDK2\n" * (MAX_SEQUENCES + 1))
