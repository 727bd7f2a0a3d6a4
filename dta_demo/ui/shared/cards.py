"""Notes, headings, lists and tables as HTML.

Everything is put together by ``Markup.format``, which escapes what it is given: names,
headers and reasons reach the page as text, whatever a visitor typed.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from dta_demo.results.applicability import Applicability
from dta_demo.ui.text import shared as text


def note(sentences: Iterable[str], kind: str = "info") -> Markup:
    """Write the note below a box, or an error.

    Parameters
    ----------
    sentences : iterable of str
        One line each; they may quote what was typed.
    kind : str
        ``"info"`` or ``"error"``.
    """
    role = "alert" if kind == "error" else "status"
    return Markup('<div class="dta-note dta-{kind}" role="{role}">{lines}</div>').format(
        kind=kind, role=role, lines=_lines(sentences)
    )


def finding(sentence: str) -> Markup:
    """Write the result of a view as a sentence that stands out."""
    return Markup('<p class="dta-finding">{}</p>').format(sentence)


def folded(title: str, content: str) -> Markup:
    """Fold something away behind its title: text, or what another card wrote."""
    return Markup(
        '<details class="dta-folded"><summary>{}</summary><div>{}</div></details>'
    ).format(title, content)


def placeholder(sentence: str) -> Markup:
    """Say why there is no result yet."""
    return Markup('<div class="dta-placeholder">{}</div>').format(sentence)


def progress_bar(share: float, words: str, label: str) -> Markup:
    """Draw how far something has come: a bar, and a sentence that is read out.

    Parameters
    ----------
    share : float
        Part that is done, from 0 to 1.
    label : str
        Name of the bar, for who does not see it.
    """
    return Markup(
        '<div class="dta-progress"><div role="progressbar" aria-label="{label}" aria-valuemin="0" '
        'aria-valuemax="100" aria-valuenow="{percent}"><i style="width: {percent}%"></i></div>'
        '<p role="status">{words}</p></div>'
    ).format(percent=round(100 * share), label=label, words=words)


def heading(words: str) -> Markup:
    """Write the heading of a figure or a table."""
    return Markup('<h2 class="dta-heading">{}</h2>').format(words)


def warning(applicability: Applicability) -> Markup:
    """Say why a query is outside the training domain; empty for one inside."""
    if applicability.in_domain:
        return Markup()
    return Markup(
        '<div class="dta-warning" role="alert"><strong>{title}.</strong> {reason}</div>'
    ).format(title=text.OUT_OF_DOMAIN, reason=applicability.reason)


def definition_list(rows: Iterable[tuple[str, str]]) -> Markup:
    """Write pairs of a name and a value as a list."""
    return Markup("<dl>{}</dl>").format(
        Markup().join(Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(*row) for row in rows)
    )


def row_name(name: str, meaning: str) -> Markup:
    """Write the first cell of a table's row: a name, and below it what it means."""
    return Markup("<b>{}</b><small>{}</small>").format(name, meaning)


def captioned_table(headers: Iterable[str], rows: Iterable[Iterable[str]], caption: str) -> Markup:
    """Write a table whose first column names the row, with a note below it.

    Parameters
    ----------
    headers : iterable of str
        One per column.
    rows : iterable of iterables of str
        One cell per header.
    caption : str
        Meaning of the numbers.
    """
    return Markup('<div class="dta-table-box">{}<p>{}</p></div>').format(
        table(headers, rows), caption
    )


def table(headers: Iterable[str], rows: Iterable[Iterable[str]]) -> Markup:
    """Write a table whose first column names the row."""
    head = Markup().join(Markup('<th scope="col">{}</th>').format(x) for x in headers)
    body = Markup().join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            first, Markup().join(Markup("<td>{}</td>").format(x) for x in rest)
        )
        for first, *rest in rows
    )
    return Markup(
        '<table class="dta-table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
    ).format(head, body)


def _lines(sentences: Iterable[str]) -> Markup:
    return Markup().join(Markup("<p>{}</p>").format(sentence) for sentence in sentences)
