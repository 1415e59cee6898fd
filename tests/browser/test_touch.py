"""A finger on a tablet, in Chromium's emulation: it takes a point along, moves a slider, chooses an option, scrolls."""

import json
import re

import pytest
from laboratory import ROOT, open_and_run, watched
from playwright.sync_api import expect
from test_lessons import ready, settle

from helpers.authoring.canonical import read
from helpers.authoring.contents import experiments

SCROLLED = "() => document.querySelector('.jp-WindowedPanel-outer').scrollTop"
TOUCHED = "Input.dispatchTouchEvent"


@pytest.fixture(scope="module")
def page(browser, lab):
    """A tablet with the experiments of lesson 01, and a question of it."""
    lesson = read(ROOT / "lessons" / "01_gradient.ipynb")
    (setup,) = (cell.source for cell in lesson.cells if cell.id == "setup")
    shown = [cell.source for cell in experiments(lesson)]
    tablet = browser.browser.new_context(viewport={"width": 1024, "height": 768}, has_touch=True, is_mobile=True)
    with watched(tablet) as opened:
        open_and_run(opened, lab, "touch.ipynb", setup, *shown, 'quiz("quiz-level-sets")')
        yield opened
    tablet.close()


class Finger:
    """One finger, by the events of a touch screen; places are pixels of the page."""

    def __init__(self, page):
        self.page, self.client = page, page.context.new_cdp_session(page)

    def press(self, x, y):
        self.x, self.y = x, y
        self.client.send(TOUCHED, {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})

    def move(self, right=0, up=0):
        """Move in ten steps, a frame each, as a finger does: what follows it sees all of them."""
        for step in range(1, 11):
            place = {"x": self.x + right * step / 10, "y": self.y - up * step / 10}
            self.client.send(TOUCHED, {"type": "touchMove", "touchPoints": [place]})
            self.page.evaluate("() => new Promise(requestAnimationFrame)")

    def lift(self):
        self.client.send(TOUCHED, {"type": "touchEnd", "touchPoints": []})


@pytest.fixture
def finger(page):
    return Finger(page)


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


def test_a_finger_takes_the_point_of_a_map_along_and_the_page_stays(page, finger):
    stage = compass(page)
    figure = stage.locator(".stage-figure")
    box = centred(figure)
    finger.press(box["x"] + 0.3 * box["width"], box["y"] + 0.6 * box["height"])
    across, high = settings(stage)["w"]
    finger.move(right=0.1 * box["width"], up=0.3 * box["height"])
    assert settings(stage)["w"][0] > across and settings(stage)["w"][1] > high
    finger.lift()
    assert figure.bounding_box() == box, "the finger scrolled the page"


def test_a_finger_moves_a_slider_and_the_picture_follows_before_it_is_lifted(page, finger):
    stage = compass(page)
    slider = stage.get_by_role("slider").first
    slider.press("Home")
    settle(stage)
    drawn, words, box = stage.get_attribute("data-drawn"), slider.get_attribute("aria-valuetext"), centred(slider)
    finger.press(box["x"] + 8, box["y"] + box["height"] / 2)
    finger.move(right=box["width"] / 2)
    expect(stage).not_to_have_attribute("data-drawn", drawn)
    assert slider.get_attribute("aria-valuetext") != words
    finger.lift()
    assert slider.bounding_box() == box, "the finger scrolled the page"


def test_a_tap_chooses_an_option_and_a_tap_on_the_button_answers(page):
    form = page.locator("form.course-question")
    form.locator("label").nth(1).tap()
    expect(form.get_by_role("radio").nth(1)).to_be_checked()
    form.get_by_role("button").tap()
    expect(form.get_by_role("status")).to_have_text(re.compile(r"^(Right|Not right)\. \w"))


def test_a_finger_beside_the_figure_scrolls_the_page(page, finger):
    box = centred(compass(page).locator(".stage-figure"))
    before = page.evaluate(SCROLLED)
    finger.press(box["x"] - 15, box["y"] + 0.8 * box["height"])
    finger.move(up=120)
    finger.lift()
    page.wait_for_function(f"(before) => ({SCROLLED})() > before + 60", arg=before)
