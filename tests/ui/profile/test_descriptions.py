from __future__ import annotations

from dataclasses import replace

from dta_demo.ui.profile.descriptions import describe_picture
from dta_demo.ui.text import profile as text
from tests.ui.profile.test_figures import kinase

KINASES = [
    kinase("ABL1", affinity=8.5), replace(kinase("LCK", affinity=7.0), measured=False),
    kinase("SRC", affinity=6.9), replace(kinase("AKT1", "AGC", "Akt"), in_domain=False),
]  # fmt: skip


def test_the_picture_is_said_by_the_tightest_and_by_group() -> None:
    words = describe_picture(KINASES)
    assert "4 kinases" in words
    assert "pKd from 5.00 to 8.50. The tightest are ABL1 (8.50), LCK (7.00), SRC (6.90)" in words
    assert "3 were measured in training, 1 lie outside" in words
    assert "by group: TK 2 of 3, AGC 0 of 1." in words


def test_other_kinases_are_said_otherwise() -> None:
    words = describe_picture([*KINASES, kinase("KIT", affinity=9.9)])
    assert "The tightest are KIT (9.90), ABL1" in words
    assert "TK 3 of 4" in words


def test_proteins_of_a_visitor_are_a_group_and_nothing_is_said_of_none() -> None:
    assert f"{text.OWN} 1 of 1" in describe_picture([kinase("mine", "", "", 7.5)])
    assert describe_picture([]) == text.NOTHING_SHOWN
