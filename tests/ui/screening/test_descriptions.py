from __future__ import annotations

from dta_demo.results.screening import ScreenRow
from dta_demo.ui.screening.descriptions import describe_histogram
from dta_demo.ui.screening.figures import histogram
from dta_demo.ui.text import screening as text


def row(affinity: float, in_domain: bool = True) -> ScreenRow:
    return ScreenRow(1, "a", "C", affinity=affinity, in_domain=in_domain)


ROWS = [row(5.0), row(5.2), row(7.6), row(6.3, in_domain=False)]


def test_every_bar_is_said() -> None:
    words = describe_histogram(ROWS)
    assert "4 rows, from 5.00 to 7.60 with a median of 5.75, in bins 0.25 wide." in words
    assert "Inside the domain, 3 rows: 5.00 to 5.25 (2), 7.50 to 7.75 (1)." in words
    assert "Outside the domain, 1 row: 6.25 to 6.50 (1)." in words
    inside, outside = histogram(ROWS).data
    assert [y for y in inside.y if y] == [2, 1]
    assert list(inside.x[[0, -1]]) == [5.125, 7.625]
    assert list(outside.x) == [6.375]


def test_other_rows_are_said_otherwise() -> None:
    assert "5.00 to 5.25 (3)" in describe_histogram([*ROWS, row(5.1)])
    assert describe_histogram([]) == text.NO_ROWS
