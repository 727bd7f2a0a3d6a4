"""A prediction as one HTML file that needs nothing else and opens offline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import plotly.graph_objects as go
from markupsafe import Markup
from plotly.io import to_html
from plotly.offline import get_plotlyjs

from dta_demo.explain import explain
from dta_demo.molecules.drawing import draw_molecule
from dta_demo.results.prediction import Prediction
from dta_demo.ui.about.tab import errors_table, model_facts
from dta_demo.ui.attention.choice import AttentionView
from dta_demo.ui.attention.descriptions import describe_attention
from dta_demo.ui.attention.figure import attention_figure
from dta_demo.ui.explanation.card import sums_card
from dta_demo.ui.explanation.descriptions import describe_hiding, describe_residues
from dta_demo.ui.explanation.figures import draw_atoms, hiding_figure, residue_figure
from dta_demo.ui.pooling.descriptions import describe_dots, describe_weights
from dta_demo.ui.pooling.figures import pooling_dots, pooling_weights
from dta_demo.ui.prediction.cards import details_card, result_card
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.downloads import Download, safe_file_stem
from dta_demo.ui.shared.formatting import name_pair
from dta_demo.ui.shared.query import Query
from dta_demo.ui.shared.view import PLOT_CONFIG
from dta_demo.ui.static.files import REPORT_TEMPLATE, STYLE_SHEET
from dta_demo.ui.text import attention as attention_text
from dta_demo.ui.text import explanation as explanation_text
from dta_demo.ui.text import pooling as pooling_text
from dta_demo.ui.text import report as text
from dta_demo.ui.text import shared as shared_text

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor

LINE, GROUP = 60, 10
"""Residues to a line of the sequence, and to a group in it."""


def report_file(
    predictor: AffinityPredictor, explained: bool, query: Query | None
) -> Download | None:
    """Write the report of a prediction.

    Parameters
    ----------
    explained : bool
        Whether to explain the prediction too, which takes seconds unless it was done before.
    """
    if query is None:
        return None
    prediction = predictor.predict(query.protein, query.molecule)
    names = (query.molecule.name, query.protein.name)
    stem = "_".join(safe_file_stem(name, "") for name in names if name) or "prediction"
    page = _fill_template(
        title=Markup.escape(name_pair(prediction)),
        style=STYLE_SHEET.read_text(encoding="utf-8"),
        plotly=get_plotlyjs(),
        body=Markup().join(_sections(predictor, prediction, query, explained)),
    )
    return {"name": f"report_{stem}.html", "type": "text/html", "content": page}


def _fill_template(**contents: str) -> str:
    """Put contents into the slots of the template that have their names."""
    page = REPORT_TEMPLATE.read_text(encoding="utf-8")
    for slot, content in contents.items():
        page = page.replace(f"<!-- {slot} -->", content, 1)
    return page


def _sections(
    predictor: AffinityPredictor, prediction: Prediction, query: Query, explained: bool
) -> Iterator[Markup]:
    """Write the body of the report, part by part."""
    info = predictor.info()
    low, high = info.label_range
    yield result_card(prediction, query.example, (low, high))
    yield details_card(prediction)
    yield _section(shared_text.PROTEIN, Markup("<pre>{}</pre>").format(lines_of(query)))
    yield _section(shared_text.MOLECULE, _molecule(query))
    if explained:
        yield from _explanation(predictor, query)
    yield _attention(predictor, query)
    yield _poolings(predictor, query)
    yield _section(text.MODEL, cards.definition_list(model_facts(info)), errors_table(info))
    yield Markup("<p>{}</p>").format(text.LIMITS)


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
    drawing = draw_molecule(query.molecule.smiles, query.molecule.name or shared_text.UNNAMED_DRUG)
    return Markup("{}<pre>{}</pre>").format(drawing, query.molecule.smiles)


def _explanation(predictor: AffinityPredictor, query: Query) -> Iterator[Markup]:
    found = explain(predictor, query.protein, query.molecule)
    landmarks = predictor.attention(found.attribution.protein).landmarks
    yield _section(
        explanation_text.TAB,
        Markup('<div class="dta-grid">{}{}</div>').format(
            draw_atoms(found.attribution, numbered=True), sums_card(found.attribution)
        ),
        cards.heading(explanation_text.RESIDUE_MAP),
        _figure(
            residue_figure(found.attribution, landmarks),
            describe_residues(found.attribution, landmarks),
        ),
    )
    findings = Markup().join(cards.finding(sentence) for sentence in found.verdicts)
    curves = _figure(hiding_figure(found), describe_hiding(found))
    yield _section(explanation_text.FAITHFULNESS_TITLE, findings, curves)


def _attention(predictor: AffinityPredictor, query: Query) -> Markup:
    view = AttentionView.read(predictor, query.protein)
    figure = _figure(attention_figure(view), describe_attention(view))
    return _section(attention_text.TAB, figure)


def _poolings(predictor: AffinityPredictor, query: Query) -> Markup:
    report = predictor.poolings(query.protein, query.molecule)
    return _section(
        pooling_text.TAB,
        _figure(pooling_dots(report), describe_dots(report)) if report.answers else Markup(),
        cards.heading(pooling_text.WEIGHTS),
        _figure(pooling_weights(report), describe_weights(report)),
    )


def _section(title: str, *content: Markup) -> Markup:
    return Markup("<section><h2>{}</h2>{}</section>").format(title, Markup().join(content))


def _figure(figure: go.Figure, description: str) -> Markup:
    """Write a figure for the script that the report holds once, labelled by its description.

    Plotly escapes what could end the script.
    """
    # The page's figures are transparent and take their text's colour from its style sheet.
    drawn = to_html(figure, full_html=False, include_plotlyjs=False, config={**PLOT_CONFIG})
    return Markup('<div role="group" aria-label="{}">{}</div>').format(description, Markup(drawn))
