from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from dta_demo.results.profile import KinaseAffinity
from dta_demo.ui.profile.choice import Choice
from dta_demo.ui.profile.figures import (
    BAND_COLUMNS,
    NAME_OFFSETS,
    Label,
    Place,
    kinome_picture,
    lay_out,
    offset_names,
)
from dta_demo.ui.text import profile as text


def kinase(
    label: str, group: str = "TK", family: str = "Src", affinity: float = 5.0, low: float = 5.0
) -> KinaseAffinity:
    return KinaseAffinity(
        label, "P0", group, family, "", label, affinity, (low, 9.0), (affinity,), True, "seen",
        True, "", None,
    )  # fmt: skip


KINOME = [
    kinase(f"{group}{family}{number}", group, f"{group}{family}")
    for group, families in (("TK", 20), ("CAMK", 15), ("AGC", 12), ("CMGC", 9), ("RGC", 1))
    for family in range(families)
    for number in range(1 + family % 8)
]


def test_every_kinase_has_one_place_of_its_own() -> None:
    parts = list(lay_out(KINOME))
    places = [part for part in parts if isinstance(part, Place)]
    assert Counter(place.kinase.label for place in places) == Counter(k.label for k in KINOME)
    assert len({(round(place.column, 3), place.row) for place in places}) == len(KINOME)
    assert max(place.column for place in places) < 1.5 * BAND_COLUMNS


def test_each_group_is_named_once_and_holds_its_kinases_together() -> None:
    parts = list(lay_out(KINOME))
    groups = [part.words for part in parts if isinstance(part, Label) and part.is_group]
    assert sorted(groups) == ["AGC", "CAMK", "CMGC", "RGC", "TK"]
    order = [part.kinase.kinase_group for part in parts if isinstance(part, Place)]
    assert len([a for a, b in zip(order, [None, *order], strict=False) if a != b]) == 5


def test_dots_say_affinity_certainty_and_domain() -> None:
    sure, unsure = kinase("A", affinity=9.0, low=8.5), kinase("B", affinity=9.0)
    outside = replace(kinase("C"), in_domain=False)
    new = replace(kinase("D"), measured=False)
    (dots,) = kinome_picture([sure, unsure, outside, new], 5.0).data
    assert dots.marker.opacity == 1  # Else they would not have the colours of the bar.
    by_label = dict(zip("ABCD", dots.marker.size, strict=True))
    assert by_label["A"] > by_label["B"]
    assert dict(zip("ABCD", dots.marker.symbol, strict=True)) == {
        "A": "circle", "B": "circle", "C": "x", "D": "diamond",
    }  # fmt: skip
    assert list(dots.marker.color) == [9.0, 9.0, 5.0, 5.0]


def test_only_what_binds_is_named_and_no_name_is_markup() -> None:
    hostile = kinase("<b>x</b>", "", "", affinity=9.0)
    figure = kinome_picture([hostile, kinase("quiet", "", "")], 5.0)
    words = [each.text for each in figure.layout.annotations]
    assert words == [text.OWN, "", "(b)x(/b)"]
    assert not any("<b>x" in each for each in figure.data[0].text)


def test_names_of_neighbours_do_not_lie_upon_one_another() -> None:
    neighbours = [Place(kinase(f"KIN{row}"), 3, row) for row in range(5)]
    offsets = offset_names(neighbours)
    boxes = [
        (right, 20 * place.row + down)
        for place, (right, down) in zip(neighbours, offsets, strict=True)
    ]
    for number, (right, down) in enumerate(boxes):
        for other_right, other_down in boxes[:number]:
            assert abs(right - other_right) >= 30 or abs(down - other_down) >= 16
    assert offset_names([Place(kinase("A"), 0, 0), Place(kinase("B"), 30, 0)]) == [
        NAME_OFFSETS[0], NAME_OFFSETS[0]
    ]  # fmt: skip


def test_without_kinases_there_is_an_empty_picture() -> None:
    assert len(kinome_picture([], 5.0).data[0].x) == 0


@pytest.mark.parametrize(
    ("choice", "labels"),
    [
        (Choice(), ["tight", "weak", "far"]),
        (Choice(group="AGC"), ["weak"]),
        (Choice(least=6), ["tight"]),
        (Choice(only_inside=True), ["tight", "weak"]),
        (Choice(only_measured=True), ["tight", "far"]),
    ],
)
def test_kinases_are_filtered(choice: Choice, labels: list[str]) -> None:
    class Found:
        ranked = (
            kinase("tight", affinity=8.0),
            replace(kinase("weak", "AGC"), measured=False),
            replace(kinase("far"), in_domain=False),
        )

    assert [each.label for each in choice.apply(Found())] == labels  # type: ignore[arg-type]
