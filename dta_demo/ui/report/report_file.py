"""A prediction as one HTML file that needs nothing else and opens offline."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import plotly.graph_objects as go
from markupsafe import Markup
from plotly.io import to_html
from plotly.offline import get_plotlyjs

from dta_demo.explain import explain
from dta_demo.molecules.drawing import draw_molecule
from dta_demo.ui import text
from dta_demo.ui.about.tab import errors_table, model_facts
from dta_demo.ui.attention.choice import AttentionView
from dta_demo.ui.attention.figure import attention_figure
from dta_demo.ui.explanation.card import sums_card
from dta_demo.ui.explanation.figures import draw_atoms, hiding_figure, residue_figure
from dta_demo.ui.pooling.figures import pooling_dots, pooling_weights
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.formatting import safe_file_stem
from dta_demo.ui.shared.query import Query
from dta_demo.ui.shared.theme import STYLE_SHEET
from dta_demo.ui.shared.view import PLOT_CONFIG

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor

TEMPLATE = Path(__file__).parents[1] / "static" / "report.html"
LINE, GROUP = 60, 10
"""Residues to a line of the sequence, and to a group in it."""


def report_file(
    predictor: AffinityPredictor, explained: bool, query: Query | None
) -> dict[str, str] | None:
    """Write the report of a prediction.

    Parameters
    ----------
    explained : bool
        Whether to explain the prediction too, which takes seconds unless it was done before.

    Returns
    -------
    dict or None
        For `add_download`.
    """
    if query is None:
        return None
    prediction = predictor.predict(query.protein, query.drug)
    info = predictor.info()
    low, high = info["label_range"]
    parts = [
        cards.result(prediction, query.example, (low, high)),
        cards.details(prediction),
        _section(text.REPORT_PROTEIN, Markup("<pre>{}</pre>").format(lines_of(query))),
        _section(text.REPORT_MOLECULE, _molecule(query)),
        *(_explanation(predictor, query) if explained else ()),
        *_attention(predictor, query),
        *_poolings(predictor, query),
        _section(text.REPORT_MODEL, cards.definition_list(model_facts(info)), errors_table(info)),
        Markup("<p>{}</p>").format(text.REPORT_LIMITS),
    ]
    page = TEMPLATE.read_text(encoding="utf-8")
    for slot, content in (
        ("title", Markup.escape(cards.name_pair(prediction))),
        ("style", STYLE_SHEET.read_text(encoding="utf-8")),
        ("plotly", get_plotlyjs()),
        ("body", Markup().join(parts)),
    ):
        page = page.replace(f"<!-- {slot} -->", content, 1)
    names = (query.drug.name, query.protein.name)
    stem = "_".join(safe_file_stem(name, "") for name in names if name) or "prediction"
    return {"name": f"report_{stem}.html", "type": "text/html", "content": page}


def lines_of(query: Query) -> str:
    """Write a sequence in numbered lines of groups."""
    sequence = query.protein.sequence
    width = len(str(len(sequence)))
    lines = []
    for start in range(0, len(sequence), LINE):
        line = sequence[start : start + LINE]
        groups = " ".join(line[place : place + GROUP] for place in range(0, len(line), GROUP))
        lines.append(f"{start + 1:>{width}}  {groups}")
    return "\n".join(lines)


def _molecule(query: Query) -> Markup:
    drawing = draw_molecule(query.drug.smiles, query.drug.name or text.UNNAMED_DRUG)
    return Markup("{}<pre>{}</pre>").format(drawing, query.drug.smiles)


def _explanation(predictor: AffinityPredictor, query: Query) -> Iterable[Markup]:
    found = explain(predictor, query.protein, query.drug)
    yield _section(
        text.TAB_EXPLAIN,
        Markup('<div class="dta-grid">{}{}</div>').format(
            draw_atoms(found.attribution, numbered=True), sums_card(found.attribution)
        ),
        cards.heading(text.RESIDUE_MAP),
        _figure(residue_figure(found.attribution, predictor.attention(query.protein).landmarks)),
    )
    findings = Markup().join(cards.finding(sentence) for sentence in found.verdicts)
    yield _section(text.FAITHFULNESS_TITLE, findings, _figure(hiding_figure(found)))


def _attention(predictor: AffinityPredictor, query: Query) -> Iterable[Markup]:
    view = AttentionView.read(predictor, query.protein)
    yield _section(text.TAB_ATTENTION, _figure(attention_figure(view)))


def _poolings(predictor: AffinityPredictor, query: Query) -> Iterable[Markup]:
    report = predictor.poolings(query.protein, query.drug)
    yield _section(
        text.TAB_POOLING,
        _figure(pooling_dots(report)),
        cards.heading(text.POOLING_WEIGHTS),
        _figure(pooling_weights(report)),
    )


def _section(title: str, *content: Markup) -> Markup:
    return Markup("<section><h2>{}</h2>{}</section>").format(title, Markup().join(content))


def _figure(figure: go.Figure) -> Markup:
    """Write a figure for the script that the report holds once.

    Plotly escapes what could end the script.
    """
    # The page's figures are transparent and take their text's colour from its style sheet.
    return Markup(to_html(figure, full_html=False, include_plotlyjs=False, config={**PLOT_CONFIG}))
