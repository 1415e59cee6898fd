"""The words in which tests speak of a page of a lesson: open it, look at an experiment, move its controls, compare."""

import hashlib
import itertools
import re
import shutil
from contextlib import suppress

from laboratory import ROOT, open_alone, quiet
from playwright.sync_api import expect
from test_stage import shown

LESSONS = sorted((ROOT / "lessons").glob("*.ipynb"))


def open_lesson(page, lab, path):
    """Open a fresh copy of a lesson and wait for its first cell; nothing is run yet, and no other kernel runs."""
    shutil.copyfile(path, lab.folder / path.name)
    open_alone(page, lab, path.name)


def show_all_outputs(page):
    """Scroll through the notebook, because JupyterLab draws a cell when it comes into view."""
    for cell in page.locator(".jp-Notebook .jp-CodeCell").all():
        cell.evaluate("(node) => node.scrollIntoView()")  # at once: a cell may be drawn anew while one waits for it
        page.wait_for_timeout(20)


def ready(stage):
    """Bring a stage into view and wait for its first picture."""
    stage.scroll_into_view_if_needed()
    expect(stage).to_have_attribute("data-frame", re.compile(r"\d+"))
    settle(stage)


def settle(stage):
    """Wait until the picture shows what the controls say: the kernel has answered, and the page has drawn."""
    stage.evaluate(
        """async (root) => {
            const frame = () => new Promise(requestAnimationFrame);
            const deadline = performance.now() + 30000;
            do {
                await frame();
                await frame();
                if (performance.now() > deadline) throw new Error("the kernel does not answer");
            } while (root.classList.contains("stage-late"));
        }"""
    )
    assert stage.get_by_role("alert").text_content() == ""


def state(stage, before=None):
    """Wait, and return the picture (as a digest), the sentence about it, and what the controls read.

    before: what was returned last, where a change has to come; without one it is waited for, and then that is said.
    """
    if before:
        with suppress(AssertionError):
            expect(stage.get_by_role("img")).not_to_have_attribute("aria-label", before[1])
    settle(stage)
    sentence = stage.get_by_role("img").get_attribute("aria-label")
    assert stage.locator(".stage-caption").text_content() == sentence
    return hashlib.sha256(shown(stage).tobytes()).hexdigest(), sentence, stage.locator("output").all_text_contents()


def kind(control):
    return control.evaluate("(node) => node.type")  # range, select-one, button


def place(control):
    return control.evaluate("(node) => node.selectedIndex ?? node.valueAsNumber")


def last(control):
    return control.evaluate("(node) => node.options ? node.options.length - 1 : Number(node.max)")


def to_the_middle(control):
    control.press("Home")
    while place(control) < last(control) / 2:
        control.press("PageUp" if kind(control) == "range" else "ArrowDown")


def move_to_both_ends_and_the_middle(stage, control):
    """Each move has to change the picture, the sentence and, for a slider, its value in words."""
    control.press("Home")
    assert place(control) == 0
    seen = [(*state(stage), control.get_attribute("aria-valuetext"))]
    if last(control) > 1:
        to_the_middle(control)
        seen.append((*state(stage, seen[-1]), control.get_attribute("aria-valuetext")))
    control.press("End")
    assert place(control) == last(control)
    seen.append((*state(stage, seen[-1]), control.get_attribute("aria-valuetext")))
    for before, after in itertools.pairwise(seen):
        changed(before, after)
        if kind(control) == "range":
            assert before[3] != after[3], "the slider's value in words stays as it is"


def changed(before, after):
    assert before[0] != after[0], f"the picture stays as it is: {before[1]} {after[1]}"
    assert before[1] != after[1], "the sentence under the picture stays as it is"


def press_button(stage, button):
    """A press changes the picture; play is pressed again, so that it stops, and so is a draw that reads as before."""
    before, drawn = state(stage), stage.get_attribute("data-drawn")
    button.press("Enter")
    if button.get_attribute("aria-pressed"):
        expect(stage).not_to_have_attribute("data-drawn", drawn)
        if button.get_attribute("aria-pressed") == "true":  # it has not come to the end meanwhile
            button.press("Enter")
    elif state(stage)[1] == before[1]:
        button.press("Enter")
    changed(before, state(stage))


def move_every_control(stage):
    """Reach the controls by the Tab key alone, in their order, and move each."""
    controls = stage.locator(".stage-controls").locator("input, select, button").all()
    assert controls, "a stage without controls"
    controls[0].focus()
    for control in controls:
        expect(control).to_be_focused()
        expect(control).to_have_accessible_name(re.compile(r"\w"))
        if kind(control) == "button":
            to_the_middle(controls[0])
            press_button(stage, control)
        else:
            move_to_both_ends_and_the_middle(stage, control)
        stage.page.keyboard.press("Tab")


def moves(stage):
    """Whether the swept slider moves the picture and its sentence, and right means more; without a sweep, True."""
    stage.scroll_into_view_if_needed()
    if stage.get_attribute("data-drawn") == "":
        return True
    slider = stage.get_by_role("slider").first
    said = []
    for key in ("Home", "End"):
        slider.press(key)
        if said:
            with suppress(AssertionError):
                expect(stage).not_to_have_attribute("data-drawn", said[0][0])
        quiet(stage.page)
        said.append((stage.get_attribute("data-drawn"), stage.get_by_role("img").get_attribute("aria-label")))
    (left, at_left), (right, at_right) = said
    return number(left) < number(right) and at_left != at_right


def number(words):
    """The first number in a slider's words."""
    return float(re.search(r"-?\d[\d.]*(e-?\d+)?", words.replace("\N{MINUS SIGN}", "-"))[0])


def save(page):
    page.keyboard.press("Control+s")
    expect(page.locator(".lm-TabBar-tab.jp-mod-dirty")).to_have_count(0)


def reopen(page, lab, name):
    """Delete all kernels and open the notebook anew: JupyterLab gives it a kernel that knows nothing."""
    open_alone(page, lab, name)
    show_all_outputs(page)
    page.locator(".jp-Notebook .stage").first.wait_for(state="attached")
    for stage in page.locator(".jp-Notebook .stage").all():
        stage.scroll_into_view_if_needed()
        expect(stage).to_have_attribute("data-frame", re.compile(r"\d+"), timeout=60_000)
