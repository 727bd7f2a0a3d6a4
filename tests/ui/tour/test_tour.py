"""The stories of the tour: what they claim of the model holds."""

import pytest

from dta_demo.encoders.windows import WINDOW_RESIDUES
from dta_demo.results.group import Group
from dta_demo.screening.profile import profile
from dta_demo.ui.shared.examples import load_examples
from dta_demo.ui.text import tour as text
from dta_demo.ui.text.tour import STORIES
from dta_demo.ui.tour.tour import describe_story, find_example, find_texts, open_story, tour_script

EXAMPLES = load_examples()
STORY = {story.title: story for story in STORIES}


def predict(predictor, title: str):
    return predictor.predict(*find_texts(STORY[title], EXAMPLES))


def test_every_example_that_a_story_names_is_there():
    for story in STORIES:
        assert bool(story.example) == (find_example(story, EXAMPLES) is not None)


@pytest.mark.parametrize("number", range(1, len(STORIES) + 1))
def test_a_story_says_what_to_look_at_what_is_known_and_why_to_trust_it(number: int):
    story = STORIES[number - 1]
    words = describe_story(story, number, EXAMPLES)
    for part in (story.look, story.known, story.trust, f"?step={number}"):
        assert part in words
    assert ("Davis et al." in words) is bool(story.example)


@pytest.mark.checkpoint
def test_the_binder_binds_and_the_negative_does_not(predictor):
    tight, negative = predict(predictor, "A tight binder"), predict(predictor, "A clean negative")
    assert tight.interval[0] > 8
    assert tight.binding.probability_binds > 0.95
    assert negative.at_floor
    assert negative.binding.probability_binds < 0.2
    assert {tight.applicability.group, negative.applicability.group} == {Group.SEEN}
    assert not predictor.predict("ABL1", "imatinib").at_floor


@pytest.mark.checkpoint
def test_the_long_protein_has_its_domain_past_the_window(predictor):
    prediction = predict(predictor, "A domain past the window")
    (region,) = prediction.regions
    assert region.start > WINDOW_RESIDUES
    assert f"{region.start:,} to {region.end:,} of {len(prediction.protein.sequence):,}" in (
        STORY["A domain past the window"].look
    )


@pytest.mark.checkpoint
def test_the_mutation_takes_the_affinity_away(predictor):
    mutant = predict(predictor, "A resistance mutation")
    assert mutant.protein.sequence[351] == "I"
    assert predictor.predict("ABL1", "imatinib").affinity - mutant.affinity > 2


@pytest.mark.checkpoint
def test_one_molecule_is_selective_and_the_other_is_not(predictor):
    story = STORY["Selective or promiscuous"]
    ((_, other),) = story.fill
    few, many = (
        sum(kinase.affinity >= 7 for kinase in profile(predictor, molecule).kinases)
        for molecule in (story.molecule, other)
    )
    assert many > 5 * few


@pytest.mark.checkpoint
def test_the_new_molecule_is_new_and_its_interval_wide(predictor):
    prediction = predict(predictor, "A new molecule")
    assert prediction.applicability.group is Group.NEW_DRUG
    assert prediction.interval[1] - prediction.interval[0] > 2


@pytest.mark.checkpoint
def test_the_last_story_is_declined(predictor):
    prediction = predict(predictor, "Out of its domain")
    assert not prediction.applicability.in_domain
    assert prediction.summary.startswith("Outside the training domain.")


@pytest.mark.parametrize("number", [0, -1, len(STORIES) + 1, 1.5, None])
def test_a_story_that_is_not_there_opens_nothing(number):
    assert all("selected" not in str(each) for each in open_story(number)[:3])
    assert open_story(number) == open_story(0)


def test_the_script_knows_the_tab_of_every_story():
    tabs = {name: name.title() for story in STORIES for name in (story.tab, *story.also)}
    script = tour_script(tabs)
    assert "$" not in script.replace("${", "")
    for story in STORIES:
        assert f'"tab": "{story.tab.title()}"' in script
    assert text.STORIES is STORIES
