"""Every lesson in the course's JupyterLab, opened once for all of its tests, which follow each other as a day does.

It runs as it is and fits a small laptop; each experiment works by keyboard alone; everybody can read it; and the day
after, without its kernel, it is alive.
"""

import io
import os
import re
from typing import NamedTuple
from urllib.parse import urlsplit

import nbformat
import numpy as np
import pytest
from axe import LISTED, check_headings, examine, ours, says_what_there_is_to_see
from laboratory import CHROMIUM, ROOT, SCREEN, SCROLLED, chromium, quiet, run_all, watched
from PIL import Image, ImageFilter
from playwright.sync_api import Page, expect
from stages import LESSONS, move_every_control, moves, open_lesson, ready, reopen, save, settle, show_all_outputs

from helpers.authoring.canonical import read
from helpers.authoring.live import experiments

SMALL = {"width": 1366, "height": 625}  # what a laptop's browser leaves of 1366 x 768
LOST = re.compile("Error displaying widget|model not found")
PICTURE = ROOT / "tests" / "browser" / "live-experiment.png"
LOCAL = {"127.0.0.1", None}  # None: blob and data addresses
FAULT = re.compile(rb'"name": ?"stderr", ?"text": ?"(.*)"\}|"msg_type": ?"error"')
# JupyterLab asks each new kernel for its widgets, before the first cell has brought ipywidgets there.
GREETING = re.compile(rb"No such comm target registered: jupyter\.widget\.control|No such comm: [-0-9a-f]+")
# JupyterLab's body has no height, so axe takes all text for clipped; and it does not look at text outside the window.
IN_VIEW = "body { height: 100vh } .jp-Cell { content-visibility: visible !important }"

STOPS = """(root) => {
    const stops = [...root.querySelectorAll("input, select, button")].filter((control) => !control.disabled);
    const styles = stops.map((control) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(control);
        return [outlineStyle === "none" ? "none" : `${outlineStyle} ${outlineWidth}`, boxShadow].join(", ");
    });
    return { at: stops.indexOf(document.activeElement), inside: root.contains(document.activeElement), styles };
}"""


@pytest.fixture(scope="module")
def plain(installed, playwright):
    """Chromium with a device pixel for each of the page's: a quarter to draw, where a window is as high as a lesson."""
    installed(CHROMIUM)
    with chromium(playwright, density=1) as running:
        yield running


class Opened(NamedTuple):
    """A lesson after Run All: its page, its file, its count of experiments, and what was heard that must not be."""

    page: Page
    name: str
    experiments: int
    strangers: list[str]
    faults: list[str]


@pytest.fixture(scope="module", params=LESSONS, ids=lambda path: path.stem)
def opened(request, lab, plain):
    """A lesson, untouched but for Run All."""
    with watched(plain) as page:
        strangers, faults = [], []
        listen(page, strangers, faults)
        open_lesson(page, lab, request.param)
        run_all(page)
        show_all_outputs(page)
        count = len(experiments(read(request.param)))
        expect(page.locator(".jp-Notebook .stage")).to_have_count(count)
        for stage in page.locator(".jp-Notebook .stage").all():
            ready(stage)
        yield Opened(page, request.param.name, count, strangers, faults)


@pytest.fixture
def lesson(opened):
    """The page of the lesson, as high and wide as a laptop's screen."""
    opened.page.set_viewport_size(SCREEN)
    return opened.page


@pytest.fixture(scope="module")
def report(opened):
    """What axe says about the lesson when all of it is in view."""
    lesson = opened.page
    style = lesson.add_style_tag(content=IN_VIEW)
    size = lesson.viewport_size
    height = lesson.locator(".jp-WindowedPanel-outer").evaluate("(panel) => panel.scrollHeight")
    lesson.set_viewport_size({"width": size["width"], "height": height + size["height"]})
    lesson.locator(".jp-WindowedPanel-outer").evaluate("(panel) => panel.scrollTo(0, 0)")
    lesson.locator(".jp-RenderedMarkdown h2").first.hover()  # shows the heading's link
    quiet(lesson)
    found = examine(lesson)
    lesson.set_viewport_size(size)
    style.evaluate("(style) => style.remove()")
    return found


def test_there_are_lessons_to_open():
    assert LESSONS, "lessons/ is empty"


def test_a_lesson_runs_untouched_and_fits_a_small_laptop(opened, lesson):
    assert opened.experiments > 0
    lesson.set_viewport_size(SMALL)
    stages = lesson.locator(".jp-Notebook .stage").all()
    for stage in stages:
        ready(stage)
        challenge = stage.locator(".stage-challenge").text_content()
        assert not challenge or challenge.startswith("Challenge: "), "it is met before anything is moved"
    assert [words for words in map(too_large, stages) if words] == []
    assert opened.faults == [] and opened.strangers == []


def too_large(stage):
    """What of an experiment is larger than its room: it has to stand in the panel as a whole, its caption on a line."""
    panel = stage.page.locator(".jp-NotebookPanel .jp-WindowedPanel-outer").bounding_box()["height"]
    height, words = stage.bounding_box()["height"], stage.locator(".stage-caption").text_content()
    lines = "(p) => Math.round(p.clientHeight / parseFloat(getComputedStyle(p).lineHeight))"
    if stage.locator(".stage-caption").evaluate(lines) > 1:
        return f"two lines: {words}"
    return f"{height:.0f} of {panel:.0f} pixels: {words}" if height > panel else None


def test_every_experiment_works_by_keyboard(opened, lesson):
    for stage in lesson.locator(".jp-Notebook .stage").all():
        ready(stage)
        move_every_control(stage)
    assert opened.faults == [] and opened.strangers == []


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


def test_axe_finds_no_fault_in_a_lesson(report):
    assert ours(report) == []
    assert report["read"] > 50, "axe has to see the text to judge its contrast"


@pytest.mark.parametrize("opened", LESSONS[:1], ids=lambda path: path.stem, indirect=True)
def test_every_listed_fault_of_the_application_still_occurs(report):
    assert {fault["matched"] for fault in report["faults"]} - {-1} == set(range(len(LISTED)))


def test_headings_are_in_order(lesson):
    check_headings(lesson)


def test_no_output_needs_a_horizontal_scrollbar_at_1024_pixels(lesson):
    size = lesson.viewport_size
    lesson.set_viewport_size({"width": 1024, "height": 768})
    show_all_outputs(lesson)
    for stage in lesson.locator(".stage").all():
        ready(stage)
    scrolled = lesson.evaluate(SCROLLED)
    lesson.set_viewport_size(size)
    assert lesson.locator(".jp-OutputArea-output").count() > 5
    assert scrolled == []


def test_every_figure_says_what_there_is_to_see(lesson):
    canvases = lesson.locator("canvas").evaluate_all(
        "(all) => all.map((canvas) => canvas.getAttribute('role') === 'img' && canvas.getAttribute('aria-label'))"
    )
    images = lesson.locator(".jp-OutputArea-output img, .jp-RenderedMarkdown img").evaluate_all(
        "(all) => all.map((image) => image.alt)"
    )
    assert len(canvases) == lesson.locator(".stage").count() > 0
    assert [alt for alt in canvases + images if not (alt and says_what_there_is_to_see(alt))] == []


def settled(stage):
    """Wait until the picture is drawn for the settings that the controls show."""
    expect(stage).not_to_have_class(re.compile("stage-late"))
    stage.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


def sliders(page):
    """Each slider with its stage; at least one in a lesson."""
    found = [(stage, slider) for stage in page.locator(".stage").all() for slider in stage.get_by_role("slider").all()]
    assert found
    return found


def test_every_slider_has_a_name_a_readable_value_and_changes_what_the_figure_says(lesson):
    for stage, slider in sliders(lesson):
        name = slider.evaluate("(input) => [...input.labels].map((label) => label.textContent.trim()).join()")
        assert name, "a slider without a name"
        said = []
        for key in ("Home", "End"):
            slider.press(key)
            settled(stage)
            readout = slider.locator("xpath=following-sibling::output[1]").text_content()
            assert slider.get_attribute("aria-valuetext") == readout
            assert 0 < len(readout) <= 12 and not re.search(r"\d{6}", readout), f"{name} reads {readout}"
            said.append((readout, stage.get_by_role("img").get_attribute("aria-label")))
        assert said[0][0] != said[1][0] and said[0][1] != said[1][1], f"{name}: {said}"


def test_tab_reaches_every_control_shows_where_it_is_and_leaves_again(lesson):
    for root in lesson.locator(".stage, .course-question").all():
        controls = root.locator("input:enabled, select:enabled, button:enabled")
        radios = root.get_by_role("radio").count()  # a group of radio buttons is one stop
        expected = [0, *range(max(radios, 1), controls.count())]
        lesson.evaluate("document.activeElement.blur()")
        resting = root.evaluate(STOPS)["styles"]
        controls.first.focus()
        lesson.keyboard.press("Shift+Tab")
        assert not root.evaluate(STOPS)["inside"], "Shift+Tab does not leave"
        quiet(lesson)  # the cell, now active, may put its own toolbar in between
        lesson.keyboard.press("Tab")
        if not root.evaluate(STOPS)["inside"]:
            lesson.keyboard.press("Tab")
        for stop in expected:
            state = root.evaluate(STOPS)
            assert state["at"] == stop, controls.nth(stop).evaluate("(control) => control.outerHTML")
            assert state["styles"][stop] != resting[stop], "the focus is not visible"
            lesson.keyboard.press("Tab")
        assert not root.evaluate(STOPS)["inside"], "Tab does not leave"


def test_arrows_choose_in_every_question(lesson):
    assert lesson.locator(".course-question").count() > 0
    for question in lesson.locator(".course-question").all():
        assert question.get_by_role("group").get_attribute("disabled") is None
        options = question.get_by_role("radio")
        options.first.focus()
        for option in options.all()[1:]:
            lesson.keyboard.press("ArrowDown")
            expect(option).to_be_checked()
            expect(option).to_be_focused()
        lesson.keyboard.press("ArrowUp")
        expect(options.nth(options.count() - 2)).to_be_checked()


def test_reopened_without_its_kernel_it_is_alive(opened, lesson, lab):
    stages, questions = lesson.locator(".jp-Notebook .stage"), lesson.locator("form.course-question")
    asked = questions.count()
    save(lesson)
    saved = (lab.folder / opened.name).read_text(encoding="utf-8")
    assert '"widgets": {' in saved and len(saved.encode()) <= 1_500_000
    reopen(lesson, lab, opened.name)
    expect(stages).to_have_count(opened.experiments)
    expect(questions).to_have_count(asked)
    assert all(moves(stage) for stage in stages.all())
    assert lesson.get_by_text(LOST).count() == 0


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
