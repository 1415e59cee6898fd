"""Accessibility of every lesson: in the course's JupyterLab after Run All, and as an HTML page.

axe-core looks at our content: rendered text, outputs, stages and questions. What it finds there and JupyterLab makes is
listed once, in LISTED; the shells around the content are not ours and not looked at.
"""

import re
import shutil
from itertools import pairwise

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from laboratory import CHROMIUM, ROOT, SCROLLED, chromium, quiet, run_all
from nbconvert import HTMLExporter
from playwright.sync_api import expect
from test_lessons import ready, show_all_outputs

from helpers.authoring.canonical import read
from helpers.authoring.live import experiments

LESSONS = sorted((ROOT / "lessons").glob("*.ipynb"))
EXPORTED = [*LESSONS, *sorted((ROOT / "solutions").glob("*.ipynb"))]
CONTENT = [".jp-RenderedHTMLCommon", ".jp-OutputArea-output", ".stage", ".course-question"]

# Faults of the application inside our content: axe's rule, the elements, and the version in which they were seen.
LISTED = [("link-in-text-block", ".jp-InternalAnchorLink", "JupyterLab 4.6.6")]

# JupyterLab's body has no height, so axe takes all text for clipped; and it does not look at text outside the window.
IN_VIEW = "body { height: 100vh } .jp-Cell { content-visibility: visible !important }"

# matched: per fault, which of the listed rules and elements it is.
AXE = """async ([content, listed]) => {
    const include = content.filter((selector) => document.querySelector(selector));
    const { violations, passes } = await axe.run({ include });
    const faults = violations.flatMap(({ id, nodes }) => nodes.map((node) => ({
        rule: id,
        html: node.html.slice(0, 200),
        why: node.failureSummary,
        matched: listed.findIndex(
            ([rule, elements]) => rule === id && document.querySelector(node.target[0]).matches(elements)
        ),
    })));
    const read = passes.filter(({ id }) => id === "color-contrast").flatMap(({ nodes }) => nodes).length;
    return { faults, read };
}"""

STATE = """(root) => {
    const stops = [...root.querySelectorAll("input, select, button")].filter((control) => !control.disabled);
    const styles = stops.map((control) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(control);
        return [outlineStyle === "none" ? "none" : `${outlineStyle} ${outlineWidth}`, boxShadow].join(", ");
    });
    return { at: stops.indexOf(document.activeElement), inside: root.contains(document.activeElement), styles };
}"""


@pytest.fixture(scope="module")
def browser(installed, playwright):
    """Chromium with a device pixel for each of the page's: a quarter to draw, where a window is as high as a lesson."""
    installed(CHROMIUM)
    with chromium(playwright, density=1) as running:
        yield running


@pytest.fixture(scope="module", params=LESSONS, ids=lambda path: path.stem)
def lesson(request, lab, browser):
    """A page with the lesson, in a workspace of its own, after Run All."""
    name = request.param.name
    shutil.copy(request.param, lab.folder / name)
    page = browser.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{lab.url}/lab/workspaces/axe-{request.param.stem}/tree/{name}?token={lab.token}")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    run_all(page)
    expect(page.locator(".stage")).to_have_count(len(experiments(read(request.param))))
    for stage in page.locator(".stage").all():
        expect(stage).to_have_attribute("data-frame", re.compile(r"\d+"))
    yield page
    page.close()


@pytest.fixture(scope="module")
def report(lesson):
    """What axe says about the lesson when all of it is in view."""
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


def examine(page):
    page.evaluate(AXE_SCRIPT)
    return page.evaluate(AXE, [CONTENT, LISTED])


def ours(report):
    return [fault for fault in report["faults"] if fault["matched"] < 0]


def check_headings(page):
    levels = page.locator(".jp-RenderedHTMLCommon :is(h1, h2, h3, h4, h5, h6)").evaluate_all(
        "(headings) => headings.map((heading) => Number(heading.tagName[1]))"
    )
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels)), levels


def says_what_there_is_to_see(alt):
    words = alt.split()
    return len(words) >= 5 and not re.search(r"\.(png|jpe?g|svg)\b|<Figure|^(image|figure|plot|picture) of", alt, re.I)


def settled(stage):
    """Wait until the picture is drawn for the settings that the controls show."""
    expect(stage).not_to_have_class(re.compile("stage-late"))
    stage.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


def sliders(page):
    """Each slider with its stage; at least one in a lesson."""
    found = [(stage, slider) for stage in page.locator(".stage").all() for slider in stage.get_by_role("slider").all()]
    assert found
    return found


def test_axe_finds_no_fault_in_a_lesson(report):
    assert ours(report) == []
    assert report["read"] > 50, "axe has to see the text to judge its contrast"


@pytest.mark.parametrize("lesson", LESSONS[:1], ids=lambda path: path.stem, indirect=True)
def test_every_listed_fault_of_the_application_still_occurs(report):
    assert {fault["matched"] for fault in report["faults"]} - {-1} == set(range(len(LISTED)))


@pytest.mark.parametrize("path", EXPORTED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_axe_finds_no_fault_in_an_export(page, path, tmp_path):
    exported = tmp_path / "lesson.html"
    exported.write_text(HTMLExporter().from_filename(str(path))[0], encoding="utf-8")
    # The template asks a public server for MathJax; the test stays on this machine.
    page.route("**/*", lambda route: route.continue_() if "file:" in route.request.url else route.abort("aborted"))
    page.goto(exported.as_uri())
    report = examine(page)
    assert report["faults"] == [] and report["read"] > 50
    check_headings(page)
    alts = page.locator("img").evaluate_all("(images) => images.map((image) => image.getAttribute('alt') ?? '')")
    assert [alt for alt in alts if not says_what_there_is_to_see(alt)] == []
    assert alts or path.parent.name == "lessons"


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
        resting = root.evaluate(STATE)["styles"]
        controls.first.focus()
        lesson.keyboard.press("Shift+Tab")
        assert not root.evaluate(STATE)["inside"], "Shift+Tab does not leave"
        quiet(lesson)  # the cell, now active, may put its own toolbar in between
        lesson.keyboard.press("Tab")
        if not root.evaluate(STATE)["inside"]:
            lesson.keyboard.press("Tab")
        for stop in expected:
            state = root.evaluate(STATE)
            assert state["at"] == stop, controls.nth(stop).evaluate("(control) => control.outerHTML")
            assert state["styles"][stop] != resting[stop], "the focus is not visible"
            lesson.keyboard.press("Tab")
        assert not root.evaluate(STATE)["inside"], "Tab does not leave"


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
