"""A finger on a tablet, in Chromium's emulation: it takes a point along, moves a slider, chooses an option, scrolls."""

import json
import re
from contextlib import contextmanager

import pytest
from laboratory import ROOT, open_and_run, watched
from playwright.sync_api import expect
from stages import ready, settle

from helpers.authoring.canonical import read
from helpers.authoring.live import experiments

SCROLLED = "() => document.querySelector('.jp-WindowedPanel-outer').scrollTop"


@pytest.fixture(scope="module")
def page(browser, lab):
    """A tablet with the experiments of lesson 01, and a question of it."""
    lesson = read(ROOT / "lessons" / "01_gradient.ipynb")
    (setup,) = (cell.source for cell in lesson.cells if cell.id == "setup")
    shown = [f"{cell.name}()" for cell in experiments(lesson)]  # on the course's own functions
    tablet = browser.browser.new_context(viewport={"width": 1024, "height": 768}, has_touch=True, is_mobile=True)
    with watched(tablet) as opened:
        open_and_run(opened, lab, "touch.ipynb", setup, *shown, 'quiz("quiz-level-sets")')
        yield opened
    tablet.close()


@contextmanager
def pressed(page, x, y):
    """Lay a finger on a place of the page, lift it at the end; the function that comes back moves it, in pixels."""
    client = page.context.new_cdp_session(page)

    def touch(kind, *points):
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [*points]})

    def move(right=0, up=0):
        """In ten steps, a frame each, as a finger moves: what follows it sees them all."""
        for step in range(1, 11):
            touch("touchMove", {"x": x + right * step / 10, "y": y - up * step / 10})
            page.evaluate("() => new Promise(requestAnimationFrame)")

    touch("touchStart", {"x": x, "y": y})
    try:
        yield move
    finally:
        touch("touchEnd")
        client.detach()


def centred(part):
    """Bring a part into the middle of the page, and return where it is."""
    part.evaluate("(node) => node.scrollIntoView({ block: 'center' })")
    return part.bounding_box()


def compass(page):
    """The experiment with a point on a map."""
    stage = page.locator(".stage", has=page.locator("canvas.stage-draggable"))
    ready(stage)
    return stage


def settings(stage):
    settle(stage)
    return json.loads(stage.get_attribute("data-settings"))


def test_a_finger_takes_the_point_of_a_map_along_and_the_page_stays(page):
    stage = compass(page)
    figure = stage.locator(".stage-figure")
    box = centred(figure)
    with pressed(page, box["x"] + 0.3 * box["width"], box["y"] + 0.6 * box["height"]) as move:
        across, high = settings(stage)["w"]
        move(right=0.1 * box["width"], up=0.3 * box["height"])
        assert settings(stage)["w"][0] > across and settings(stage)["w"][1] > high
    assert figure.bounding_box() == box, "the finger scrolled the page"


def test_a_finger_moves_a_slider_and_the_picture_follows_before_it_is_lifted(page):
    stage = compass(page)
    slider = stage.get_by_role("slider").first
    slider.press("Home")
    settle(stage)
    drawn, words, box = stage.get_attribute("data-drawn"), slider.get_attribute("aria-valuetext"), centred(slider)
    with pressed(page, box["x"] + 8, box["y"] + box["height"] / 2) as move:
        move(right=box["width"] / 2)
        expect(stage).not_to_have_attribute("data-drawn", drawn)
        assert slider.get_attribute("aria-valuetext") != words
    assert slider.bounding_box() == box, "the finger scrolled the page"


def test_a_tap_chooses_an_option_and_a_tap_on_the_button_answers(page):
    form = page.locator("form.course-question")
    form.locator("label").nth(1).tap()
    expect(form.get_by_role("radio").nth(1)).to_be_checked()
    form.get_by_role("button").tap()
    expect(form.get_by_role("status")).to_have_text(re.compile(r"^(Right|Not right)\. \w"))


@pytest.mark.parametrize("part", [".stage-figure", ".stage-caption"])
def test_a_finger_on_a_figure_without_a_point_and_on_its_sentence_scrolls_the_page(page, part):
    stage = page.locator(".stage").first
    ready(stage)
    box = centred(stage.locator(part))
    swipe_up(page, box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"])


def test_a_finger_beside_a_figure_with_a_point_scrolls_the_page(page):
    box = centred(compass(page).locator(".stage-figure"))
    swipe_up(page, box["x"] - 15, box["y"] + 0.8 * box["height"])


def swipe_up(page, x, y):
    before = page.evaluate(SCROLLED)
    with pressed(page, x, y) as move:
        move(up=120)
    page.wait_for_function(f"(before) => ({SCROLLED})() > before + 60", arg=before, timeout=5000)
