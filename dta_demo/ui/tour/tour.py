"""Stories at the top of the page, each shown with one click."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from string import Template
from typing import Any

import gradio as gr
from markupsafe import Markup

from dta_demo.results.units import format_pkd
from dta_demo.ui.inputs.panel import ASSAY_FLOOR, InputPanel
from dta_demo.ui.prediction.tab import PredictTab
from dta_demo.ui.shared import cards
from dta_demo.ui.shared.events import PRIVATE
from dta_demo.ui.shared.examples import Example
from dta_demo.ui.shared.lanes import Lanes
from dta_demo.ui.shared.query import Query, of_query
from dta_demo.ui.shared.work_estimate import WorkEstimate
from dta_demo.ui.static.files import TOUR_SCRIPT
from dta_demo.ui.text import tour as text
from dta_demo.ui.text.tour import STORIES, Story

FOLLOW = "(number) => window.dtaTour.follow(number)"


@dataclass(frozen=True)
class Tour:
    """The parts of the tour that the page's events join.

    Attributes
    ----------
    shows : tuple of gr.Button
        The button of each story.
    also : tuple of (gr.Button, str)
        Buttons that open a further tab, and its name.
    said : gr.HTML
        What the model says of the pair of the story that is shown.
    asked : gr.Number
        Number of the story that the address asks for, or 0.
    opened : list of components
        What `open_story` changes.
    """

    shows: tuple[gr.Button, ...]
    also: tuple[tuple[gr.Button, str], ...]
    said: gr.HTML
    asked: gr.Number
    opened: list[gr.blocks.Block]


def build_tour(examples: Sequence[Example], tabs: Mapping[str, str]) -> Tour:
    """Lay out the tour, closed.

    Parameters
    ----------
    tabs : mapping of str to str
        Label of each tab by its name.
    """
    opener = gr.Button(text.OPEN, size="sm", scale=0, min_width=210, elem_id="tour-open")
    shows, also = [], []
    with gr.Column(visible=False, elem_id="tour-body") as body:
        gr.Markdown(text.INTRO)
        with gr.Walkthrough(selected=1, elem_id="tour-steps") as walkthrough:
            for number, story in enumerate(STORIES, start=1):
                with gr.Step(story.title, id=number):
                    gr.Markdown(describe_story(story, number, examples))
                    with gr.Row(elem_classes="dta-molecule-tools"):
                        shows.append(_build_button(text.SHOW, f"tour-show-{number}", "primary"))
                        for name in story.also:
                            words = text.ALSO.format(tab=tabs[name])
                            also.append((_build_button(words, f"tour-{number}-{name}"), name))
                        if number < len(STORIES):
                            following = _build_button(text.NEXT, f"tour-next-{number}")
                            following.click(
                                partial(gr.Walkthrough, selected=number + 1), None, walkthrough,
                                queue=False, **PRIVATE,
                            )  # fmt: skip
        said = gr.HTML(elem_id="tour-said")
    is_open, asked = gr.State(False), gr.Number(0, visible=False)
    opener.click(turn, is_open, [is_open, opener, body], queue=False, **PRIVATE)
    return Tour(tuple(shows), tuple(also), said, asked, [is_open, opener, body, walkthrough])


def _build_button(words: str, elem_id: str, variant: Any = "secondary") -> gr.Button:
    return gr.Button(words, variant=variant, size="sm", scale=0, min_width=140, elem_id=elem_id)


def turn(is_open: bool) -> tuple[bool, gr.Button, gr.Column]:
    """Open the tour, or close it."""
    words = text.OPEN if is_open else text.CLOSE
    return not is_open, gr.Button(words), gr.Column(visible=not is_open)


def open_story(number: float | None) -> tuple[Any, ...]:
    """Open the tour at a story; nothing where there is none of that number."""
    if number not in range(1, len(STORIES) + 1):
        return (gr.skip(),) * 4
    return (*turn(is_open=False), gr.Walkthrough(selected=int(number or 0)))


def find_texts(story: Story, examples: Sequence[Example]) -> tuple[str, str]:
    """Texts of a story's pair for the boxes: those of its example, or its own."""
    example = find_example(story, examples)
    if example is None:
        return story.protein, story.molecule
    return example.protein_text, example.drug_text


def find_example(story: Story, examples: Sequence[Example]) -> Example | None:
    """The measured example of a story, where it has one."""
    return next((each for each in examples if each.title == story.example), None)


def describe_story(story: Story, number: int, examples: Sequence[Example]) -> str:
    """Write a story as Markdown, with the measured value of its example."""
    example, known = find_example(story, examples), story.known
    if example is not None:
        measured = text.MEASURED.format(pkd=format_pkd(example.measured_pkd))
        if example.measured_pkd <= ASSAY_FLOOR:
            measured = text.MEASURED_FLOOR
        known = f"{known} {measured}"
    parts = text.PARTS.format(
        look=text.LOOK, look_text=story.look, known=text.KNOWN, known_text=known,
        trust=text.TRUST, trust_text=story.trust,
    )  # fmt: skip
    return f"{parts}\n\n{text.LINK.format(address=f'?step={number}')}"


def join_tour(
    page: gr.Blocks,
    tour: Tour,
    panel: InputPanel,
    query: gr.State,
    tab: PredictTab,
    examples: Sequence[Example],
    tabs: Mapping[str, str],
    lanes: Lanes,
) -> None:
    """Show a story on request or by the address, and say what the model says of it."""
    page.load(None, None, tour.asked, js=tour_script(tabs), **PRIVATE).then(
        open_story, tour.asked, tour.opened, queue=False, **PRIVATE
    ).then(None, tour.asked, None, js=FOLLOW, **PRIVATE)
    for number, (button, story) in enumerate(zip(tour.shows, STORIES, strict=True), start=1):
        pair = find_texts(story, examples)
        button.click(
            lambda pair=pair: (*pair, ""), None, [panel.protein, panel.molecule, tour.said],
            queue=False, **PRIVATE,
        ).then(None, None, None, js=f"() => window.dtaTour.show({number})", **PRIVATE)  # fmt: skip
    for button, name in tour.also:
        label = json.dumps(tabs[name])
        button.click(None, None, None, js=f"() => window.dtaTour.openTab({label})", **PRIVATE)
    pairs = {find_texts(story, examples) for story in STORIES}
    work = of_query(WorkEstimate(tab.predictor).encoding)
    query.change(lanes.handler(partial(say, tab, pairs), work), query, tour.said, **PRIVATE)


def say(tab: PredictTab, pairs: set[tuple[str, str]], query: Query | None) -> Markup:
    """Say what the model says of the pair of a story; nothing of any other."""
    if query is None or (query.protein_text, query.drug_text) not in pairs:
        return Markup()
    prediction = tab.predictor.predict(query.protein, query.molecule)
    return cards.finding(f"{text.SAYS}: {prediction.summary}")


def tour_script(tabs: Mapping[str, str]) -> str:
    """Script of the stories, which returns the number of the one that the address asks for."""
    stories = {
        number: {"tab": tabs[story.tab], "fill": story.fill, "press": story.press}
        for number, story in enumerate(STORIES, start=1)
    }
    script = Template(TOUR_SCRIPT.read_text(encoding="utf-8"))
    return script.substitute(stories=json.dumps(stories))
