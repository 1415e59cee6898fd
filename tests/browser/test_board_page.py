"""The board in a Chromium: to be read by all, alive, honest about silence; and its buttons in a lesson."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from board_without_hub import PREFIX, Served, wait_for
from laboratory import SCREEN
from playwright.sync_api import expect

KINDS = {"": "seat01", "projector": "seat01", "instructor": "teacher"}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    running = Served(tmp_path_factory.mktemp("board"), "names")
    mistakes = [("tried", "gradient-step", "wrong-sign"), ("solved", "gradient-descent", None), ("stuck", None, None)]
    for seat in range(4):
        events = [
            {"id": f"{seat} {kind}", "at": 1.0, "kind": kind, "exercise": exercise, "slug": slug}
            for kind, exercise, slug in mistakes
        ]
        assert running.ask("events", json.dumps(events), Authorization=f"token seat{seat}")[0] == 204
    yield running
    running.kill()


@pytest.fixture
def look(browser, served):
    """A function that opens a page of the board as whoever may see it."""
    contexts = []

    def opened(kind, scheme="light"):
        who = {"As": KINDS[kind]}
        context = browser.browser.new_context(viewport=SCREEN, color_scheme=scheme, extra_http_headers=who)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{served.port}{PREFIX}{kind}")
        expect(page.locator("#contact")).to_have_text("Numbers as they come.")
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_no_fault_and_nothing_lies_outside_the_screen(look, kind, scheme):
    page = look(kind, scheme)
    expect(page.locator("tbody tr")).to_have_count(4)
    faults = Axe().run(page).response["violations"]
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in faults] == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= SCREEN["width"]


def test_a_bar_says_in_words_what_it_shows_and_the_room_hears_of_a_mistake_that_three_share(look):
    page = look("projector")
    row = page.get_by_role("row", name=re.compile("gradient-step"))
    hidden = "0 have it, a number not shown try it, a number not shown have not begun"
    expect(row.get_by_role("img")).to_have_attribute("aria-label", hidden)
    expect(row).to_contain_text("wrong-sign ×4")
    assert "seat" not in page.locator("tbody").inner_text()


def test_the_page_says_when_the_board_is_silent_and_comes_back_by_itself(look, served):
    page = look("instructor")
    served.kill()
    expect(page.locator("#contact")).to_contain_text("No contact")
    served.start()
    expect(page.locator("#contact")).to_have_text("Numbers as they come.", timeout=40_000)
    expect(page.locator("#notes")).to_contain_text("4 stuck (seat0, seat1, seat2, seat3)")


def test_a_learner_takes_part_from_the_first_cell_says_that_she_is_stuck_and_leaves(served, page, open_notebook):
    told = {"GRADIENT_COURSE_BOARD": served.socket, "JUPYTERHUB_API_TOKEN": "seat05"}
    open_notebook("board.ipynb", f"import os\nos.environ.update({told!r})", "from helpers.exercises import check")
    group = page.get_by_role("group", name="The board of this room")
    expect(group).to_contain_text("You do not take part: nothing is told.")
    assert served.rows("seat05") == []
    group.get_by_role("button", name="Take part").click()
    stuck = group.get_by_role("button", name="I am stuck")
    stuck.click()
    expect(stuck).to_have_attribute("aria-pressed", "true")
    wait_for(lambda: len(served.rows("seat05")) == 2)
    group.get_by_role("button", name="Leave the board").click()
    expect(stuck).to_be_hidden()
