"""What each pooling gives by itself in cross-validation: findings and tables."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from dta_demo.encoders.pooling import POOLING_NAMES
from dta_demo.inputs.wording import join_with_and
from dta_demo.results.pooling_study import PoolingStudy, condition_of
from dta_demo.ui.shared import cards
from dta_demo.ui.text import pooling as text

NEW_TARGET = "new target"
CONDITIONS = {name: condition_of(name) for name in POOLING_NAMES}


def study_card(study: PoolingStudy) -> Markup:
    """Say what the comparison found, and tabulate it."""
    headers = [
        text.HEADERS[0],
        *(text.STUDY_HEADER.format(group=words) for words in text.STUDY_GROUPS.values()),
    ]
    rows = [
        [name, *(_error(study, condition, group) for group in text.STUDY_GROUPS)]
        for name, condition in _list_rows()
    ]
    note = text.STUDY_NOTE.format(seeds=len(study.seeds))
    return Markup("{}{}{}{}").format(
        cards.heading(text.STUDY_TITLE),
        cards.note(find(study)),
        cards.captioned_table(headers, rows, note),
        cards.folded(text.BY_REGION, _region_table(study)),
    )


def find(study: PoolingStudy) -> Iterator[str]:
    """Write the findings in sentences, each with its numbers."""
    for group, words in text.STUDY_GROUPS.items():
        yield _say_best(study, group, words)
    best = _best(study, NEW_TARGET)
    yield text.GIVES.format(
        model=_mean(study, CONDITIONS[best], NEW_TARGET),
        name=text.IN_SENTENCE[best],
        untrained=_mean(study, f"random weights, domain, {best}, last", NEW_TARGET),
        composition=_mean(study, "composition, domain", NEW_TARGET),
        none=_mean(study, "none, domain", NEW_TARGET),
    )
    yield text.KNOWN_NEED_NO_PROTEIN.format(
        random=_mean(study, "random vector, domain", "seen"),
        best=min(_mean(study, condition, "seen") for condition in CONDITIONS.values()),
    )
    cost = study.compare(condition_of(best, "first200"), CONDITIONS[best], NEW_TARGET)
    yield text.TRUNCATION.format(
        cost=cost.mean, error=cost.standard_error, name=text.IN_SENTENCE[best]
    )


def _best(study: PoolingStudy, group: str) -> str:
    return min(CONDITIONS, key=lambda name: _mean(study, CONDITIONS[name], group))


def _say_best(study: PoolingStudy, group: str, words: str) -> str:
    best, near = study.rank(tuple(CONDITIONS.values()), group)
    names = {condition: text.IN_SENTENCE[name] for name, condition in CONDITIONS.items()}
    rest = text.NOT_APART.format(names=join_with_and([names[each] for each in near]))
    return text.BEST_OF_ALL.format(
        group=words, name=names[best], mean=_mean(study, best, group),
        rest=rest if near else text.ALL_APART,
    )  # fmt: skip


def _mean(study: PoolingStudy, condition: str, group: str) -> float:
    return study.error(condition, group)[0]


def _error(study: PoolingStudy, condition: str, group: str) -> str:
    if condition not in study.errors:
        return text.NONE
    mean, error = study.error(condition, group)
    return text.ERROR.format(mean=mean, error=error)


def _list_rows() -> Iterator[tuple[str, str]]:
    """Names and conditions of the main table: the poolings, then what they are compared with."""
    for name in POOLING_NAMES:
        yield text.READS["esm2"].format(pooling=text.NAMES[name]), CONDITIONS[name]
    for name in POOLING_NAMES:
        words = text.READS["random weights"].format(pooling=text.NAMES[name])
        yield words, f"random weights, domain, {name}, last"
    for reads in ("pocket letters", "composition", "random vector", "none"):
        yield text.READS[reads], f"{reads}, domain"


def _region_table(study: PoolingStudy) -> Markup:
    headers = [
        *text.BY_REGION_HEADERS,
        *(text.STUDY_HEADER.format(group=words) for words in text.STUDY_GROUPS.values()),
    ]
    rows = [
        [
            region_words,
            layer_words,
            text.NAMES[name],
            *(
                _error(study, condition_of(name, region, layers), group)
                for group in text.STUDY_GROUPS
            ),
        ]
        for region, region_words in text.REGIONS.items()
        for layers, layer_words in text.LAYERS.items()
        for name in POOLING_NAMES
    ]
    return cards.table(headers, rows)
