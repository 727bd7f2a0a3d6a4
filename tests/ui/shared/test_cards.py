import pytest

from dta_demo.ui.shared import cards
from tests.support import records
from tests.support.hostile import HOSTILE


@pytest.mark.parametrize(
    "piece",
    [
        cards.row_name(HOSTILE, HOSTILE),
        cards.note([HOSTILE], kind="error"),
        cards.placeholder(HOSTILE),
        cards.finding(HOSTILE),
        cards.heading(HOSTILE),
        cards.warning(records.out_of_domain(HOSTILE)),
        cards.definition_list([(HOSTILE, HOSTILE)]),
        cards.captioned_table([HOSTILE], [[HOSTILE, HOSTILE]], HOSTILE),
    ],
)
def test_nothing_that_was_typed_becomes_html(piece: str) -> None:
    assert "<img" not in piece
    assert "&lt;img" in piece
