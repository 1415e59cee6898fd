"""Every lesson in Firefox: it runs, its experiments move by keyboard, its questions answer.

Playwright drives the system's own Firefox by WebDriver BiDi, so the words in which the tests of Chromium speak of a
stage serve here as well. Those tests go to every place of every control; these ask what could differ between browsers.
"""

import re

import pytest
from laboratory import FIREFOX, firefox, run_all
from playwright.sync_api import expect
from stages import LESSONS, changed, kind, open_lesson, ready, state
from test_journeys import run_in_new_cell

from helpers.authoring.canonical import read
from helpers.authoring.live import experiments

FAULTS = ".jp-OutputArea-output:is([data-mime-type$='.error'], [data-mime-type$='.stderr'])"
RECORDED = "from helpers.exercises import store; len(store.load()['predictions'] | store.load()['quiz'])"


@pytest.fixture(scope="module")
def browser(installed, playwright):
    installed(FIREFOX)
    with firefox(playwright) as running:
        yield running


def move_to_both_ends(stage, control):
    """The picture changes, and the sentence about it, and what a slider says of itself."""
    seen = []
    for key in ("Home", "End"):
        control.press(key)
        seen.append((*state(stage, *seen), control.get_attribute("aria-valuetext")))
    changed(*seen)
    assert kind(control) != "range" or seen[0][3] != seen[1][3], "the slider's value in words stays as it is"


def answer(form):
    """Take the first option by keyboard; a quiz says what is right or wrong in it, a prediction what it has noted."""
    is_quiz = form.get_by_role("button", name="Check answer").count()
    form.get_by_role("radio").first.press("Space")
    form.get_by_role("radio").first.press("Enter")
    words = r"^(Right|Not right)\. \w" if is_quiz else "^Recorded: "
    expect(form.get_by_role("status")).to_have_text(re.compile(words))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_runs_its_experiments_move_and_its_questions_answer(path, lab, page):
    open_lesson(page, lab, path)
    run_all(page)

    stages = page.locator(".jp-Notebook .stage")
    expect(stages).to_have_count(len(experiments(read(path))), timeout=60_000)
    for stage in stages.all():
        ready(stage)
        for control in stage.locator(".stage-controls").locator("input, select").all()[:2]:
            move_to_both_ends(stage, control)

    forms = page.locator("form.course-question").all()
    for form in forms:
        answer(form)
    assert run_in_new_cell(page, RECORDED).text_content() == str(len(forms)) != "0"
    assert page.locator(FAULTS).all_text_contents() == []
