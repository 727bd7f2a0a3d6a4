"""The sum of an explanation's contributions, as HTML."""

from __future__ import annotations

from markupsafe import Markup

from dta_demo.explain.records import Attribution
from dta_demo.results.units import format_pkd
from dta_demo.ui.shared import cards
from dta_demo.ui.text import explanation as text


def sums_card(found: Attribution) -> Markup:
    """List the terms of the sum, and its error."""
    rows = [
        (text.SUM_BASELINE, format_pkd(found.baseline)),
        (text.SUM_RESIDUES, f"{found.residues.sum():+.2f}"),
        (text.SUM_ATOMS, f"{found.atoms.sum():+.2f}"),
        (text.SUM_VALUE, format_pkd(found.value)),
        (text.SUM_ERROR, f"{found.completeness_error:.1%}"),
    ]
    return Markup('<section class="dta-sums"><h3>{}</h3>{}<p>{}</p></section>').format(
        text.SUMS_TITLE, cards.definition_list(rows), text.SUMS_NOTE
    )
