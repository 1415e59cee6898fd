"""Experiments on a page in a folder, without a kernel and without a server: every control moves the picture."""

import json

import numpy as np
import pytest
from laboratory import FIREFOX, chromium, firefox, watched
from playwright.sync_api import expect
from stages import move_every_control, ready, settle
from test_firefox import answer

from helpers.exercises import quiz
from helpers.experiments.gradient_descent import update_by_hand
from helpers.experiments.stochastic_gradient import noise_ball
from helpers.site import live, states
from helpers.site.encode import decoded, encoded

EXPERIMENTS = {"05-by-hand": update_by_hand, "08-noise": noise_ball}  # a slider and a point; a menu and a button
COARSE = states.PLANS[-2]  # the coarsest with every value of a slider


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder with a page of two experiments and a question; a coarse plan, so that it is made soon."""
    folder = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(states, "PLANS", (COARSE,))
        made = [live.experiment(make(), name, folder / "data").html for name, make in EXPERIMENTS.items()]
    made.append(live.question(quiz("quiz-together"), "05-quiz"))
    texts = live.assets()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    styles = [f'<link rel="stylesheet" href="{name}">' for name in texts if name.endswith(".css")]
    scripts = [f'<script src="{name}"></script>' for name in texts if name.endswith(".js")]
    head = ['<!doctype html><html lang="en"><meta charset="utf-8"><title>Living</title>', *styles]
    whole = [*head, *made, *scripts, "<script>COURSE.start()</script>"]
    (folder / "index.html").write_text("\n".join(whole), encoding="utf-8")
    return folder


@pytest.fixture(scope="module", params=["chromium", "firefox"])
def browser(request, installed, playwright):
    if request.param == "firefox":
        installed(FIREFOX)
    with {"chromium": chromium, "firefox": firefox}[request.param](playwright) as running:
        yield running


@pytest.fixture
def page(browser, site):
    """The page, opened from its folder; at the end it has asked for nothing outside."""
    asked = []
    with watched(browser) as opened:
        opened.on("request", lambda request: asked.append(request.url))
        opened.goto((site / "index.html").as_uri())
        yield opened
    assert [url for url in asked if not url.startswith((site.as_uri(), "data:", "blob:"))] == []


def living(page, name):
    """Return an experiment once it is alive and drawn."""
    stage = page.locator(f"[data-experiment='{name}'] .stage")
    page.locator(f"[data-experiment='{name}']").scroll_into_view_if_needed()
    ready(stage)
    return stage


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_control_moves_the_picture_by_keyboard(page, name):
    stage = living(page, name)
    begins = json.loads(stage.get_attribute("data-settings"))
    assert begins == EXPERIMENTS[name]().settings
    move_every_control(stage)


def test_a_dragged_point_stays_on_the_grid(page):
    stage = living(page, "05-by-hand")
    box = stage.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    seen = set()
    for k in range(12):
        page.mouse.move(box["x"] + (0.2 + 0.02 * k) * box["width"], box["y"] + (0.3 + 0.02 * k) * box["height"])
        settle(stage)
        seen.add(tuple(json.loads(stage.get_attribute("data-settings"))["start"]))
    page.mouse.up()
    grid = EXPERIMENTS["05-by-hand"]()
    x, y = (axis["values"] for axis in grid.places(grid.settings, COARSE.grid)[0]["start"])
    assert len(seen) > 1 and all(one in x and other in y for one, other in seen)


def test_a_button_says_which_of_its_seeds_is_shown_and_begins_again_after_the_last(page):
    stage = living(page, "08-noise")
    button = stage.locator(".stage-control button")
    for seed in (*range(1, COARSE.presses), 0):
        button.press("Enter")
        settle(stage)
        expect(button).to_contain_text(f"(seed {seed + 1} of {COARSE.presses})")
        assert seed in json.loads(stage.get_attribute("data-settings")).values()


def test_the_page_reads_the_numbers_that_were_written(page):
    state = encoded(update_by_hand().frames)
    changes = page.evaluate(
        "([head, body]) => [...new Uint16Array(COURSE.decoded(head, Uint8Array.from(body)).buffer)]",
        [state.head, list(state.body)],
    )
    at, n, (low, high) = 0, len(state.head["alts"]), state.head["range"]
    for layer in decoded(state):
        numbers = np.cumsum(np.reshape(changes[at : at + layer.size], (n, -1)), axis=0) % 65536
        found = np.where(numbers == 65535, np.nan, low + numbers * ((high - low) / 65534))
        assert np.array_equal(np.round(found.ravel(), 9), np.round(layer.ravel(), 9), equal_nan=True)
        at += layer.size


def test_an_answer_and_a_challenge_that_was_met_are_there_after_a_reload(page):
    answer(page.locator("form.course-question"))
    said = page.locator("form.course-question").get_by_role("status").text_content()
    page.evaluate("COURSE.keep('05-by-hand', { met: 'lr 0.1' })")
    page.reload()
    assert page.locator("form.course-question").get_by_role("status").text_content() == said
    expect(living(page, "05-by-hand").locator(".stage-challenge")).to_contain_text("Met at lr 0.1.")
    assert all(key.startswith("gradient-descent-by-experiment:") for key in page.evaluate("Object.keys(localStorage)"))


def test_a_part_that_does_not_load_is_said_and_the_old_picture_stays(browser, site):
    page = browser.new_page()  # whose console may speak of the missing file
    page.goto((site / "index.html").as_uri())
    stage = living(page, "08-noise")
    hidden = [path for path in (site / "data").glob("08-noise-*.js") if path.stem != "08-noise-0"]
    for path in hidden:
        path.rename(path.with_suffix(".away"))
    drawn = stage.get_attribute("data-settings")
    stage.locator(".stage-control input").first.press("End")
    expect(stage.get_by_role("alert")).to_contain_text("Reload the page to try again")
    assert stage.get_attribute("data-settings") == drawn
    for path in hidden:
        path.with_suffix(".away").rename(path)
    page.close()
