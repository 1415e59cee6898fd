"""Every lesson in the course's JupyterLab: it runs as it is, and each live experiment works by keyboard alone."""

import hashlib
import io
import itertools
import os
import re
import shutil
from contextlib import suppress
from urllib.parse import urlsplit

import nbformat
import numpy as np
import pytest
from laboratory import ROOT, open_alone, run_all
from PIL import Image, ImageFilter
from playwright.sync_api import expect
from test_stage import shown

from helpers.authoring.canonical import read
from helpers.authoring.live import experiments

LESSONS = sorted((ROOT / "lessons").glob("*.ipynb"))
PICTURE = ROOT / "tests" / "browser" / "live-experiment.png"
LOCAL = {"127.0.0.1", None}  # None: blob and data addresses
FAULT = re.compile(rb'"name": ?"stderr", ?"text": ?"(.*)"\}|"msg_type": ?"error"')
# JupyterLab asks each new kernel for its widgets, before the first cell has brought ipywidgets there.
GREETING = re.compile(rb"No such comm target registered: jupyter\.widget\.control|No such comm: [-0-9a-f]+")


def test_there_are_lessons_to_open():
    assert LESSONS, "lessons/ is empty"


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


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_runs_untouched_and_its_experiments_work_by_keyboard(path, lab, page):
    strangers, faults = [], []
    listen(page, strangers, faults)
    open_lesson(page, lab, path)
    run_all(page)
    show_all_outputs(page)

    stages = page.locator(".jp-Notebook .stage")
    expect(stages).to_have_count(len(experiments(read(path))))
    assert stages.count() > 0
    for stage in stages.all():
        ready(stage)
        challenge = stage.locator(".stage-challenge").text_content()
        assert not challenge or challenge.startswith("Challenge: "), "it is met before anything is moved"
        move_every_control(stage)

    assert faults == [] and strangers == []


def listen(page, strangers, faults):
    """Collect each request to another host, and each error and warning that a kernel sends."""

    def requested(request):
        if urlsplit(request.url).hostname not in LOCAL:
            strangers.append(request.url)

    def received(frame):
        data = frame if isinstance(frame, bytes) else frame.encode()
        fault = FAULT.search(data)
        if fault and not (fault[1] and GREETING.match(fault[1])):
            faults.append(data[-2000:].decode(errors="replace"))

    page.on("request", requested)
    page.on("websocket", lambda socket: (requested(socket), socket.on("framereceived", received)))


def photograph(stage):
    """Return the stage as the page shows it, controls and sentence with it, in 128 colours."""
    settle(stage)
    photo = Image.open(io.BytesIO(stage.screenshot())).convert("RGB")
    return photo.quantize(128, dither=Image.Dither.NONE)


def unlikeness(one, other):
    """Return the mean difference, of 255 levels, of two pictures that are blurred beyond fonts and smoothing."""
    blurred = [picture.convert("L").resize((400, 240)).filter(ImageFilter.BoxBlur(3)) for picture in (one, other)]
    return np.abs(np.subtract(*(np.asarray(picture, dtype=float) for picture in blurred))).mean()


def test_the_picture_in_the_readme_is_what_a_learner_sees(open_notebook, page):
    path = ROOT / "lessons" / "06_learning_rate.ipynb"
    setup = next(cell.source for cell in nbformat.read(path, 4).cells if cell.id == "setup")
    open_notebook("picture.ipynb", setup, experiments(read(path))[0].source)
    stage = page.locator(".stage")
    ready(stage)
    slider = stage.get_by_role("slider")
    other = photograph(stage)
    while slider.get_attribute("aria-valuetext") != "0.480":
        slider.press("ArrowRight")
    slider.blur()
    photo = photograph(stage)
    if not PICTURE.exists() or os.environ.get("COURSE_UPDATE_PICTURES"):
        photo.save(PICTURE, optimize=True)

    stored = Image.open(PICTURE)
    assert f"]({PICTURE.relative_to(ROOT).as_posix()})" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert stored.mode == "P" and PICTURE.stat().st_size <= 100_000
    assert np.allclose(stored.size, photo.size, rtol=0.03), "the stage has another size: set COURSE_UPDATE_PICTURES=1"
    alike, unlike = unlikeness(stored, photo), unlikeness(stored, other)
    assert alike < 1 < unlike, "the stage looks different: run this test with COURSE_UPDATE_PICTURES=1"
