"""The day after: a lesson that is opened without its kernel, and one whose kernel goes while it is open."""

import json
import re

import pytest
from laboratory import ROOT, open_alone, run_all
from playwright.sync_api import expect
from stages import moves, open_lesson, ready, reopen, save, settle, show_all_outputs
from test_journeys import choose_theme, first_descent, question, run_in_new_cell

from helpers.start.saving import WIDGET_STATE

RATES = "06_learning_rate.ipynb"
START = "00_start_here.ipynb"
GONE = "To move the rest, run the cells from the top again: their kernel has gone."


@pytest.fixture
def ran(lab, page):
    """A function that opens a lesson, runs all of it, and waits for its experiments."""

    def open_one(name):
        open_lesson(page, lab, ROOT / "lessons" / name)
        run_all(page)
        show_all_outputs(page)
        stages = page.locator(".jp-Notebook .stage")
        for stage in stages.all():
            ready(stage)
        return stages

    return open_one


def test_until_the_new_kernel_answers_the_saved_pictures_stand_there(ran, lab, page):
    ran(START)
    save(page)
    # Who asks for a kernel gets no answer: it never comes.
    page.route("**/api/sessions*", lambda route: None if route.request.method == "POST" else route.continue_())
    open_alone(page, lab, START)
    show_all_outputs(page)
    saved = page.get_by_alt_text(re.compile("^With lr = 0.10, 30 steps lead from w = 5"))
    expect(saved).to_be_visible()
    assert saved.evaluate("(image) => image.naturalWidth") == 800
    assert page.get_by_text("Loading widget").count() == 0
    assert page.locator(".stage").count() == 0, "a kernel came"
    page.unroute_all(behavior="ignoreErrors")


def test_the_first_tasks_and_their_experiment_stand_on_one_screen(ran, page):
    page.set_viewport_size({"width": 1366, "height": 625})
    ran(START)
    stage, tasks = first_descent(page), page.locator(".jp-MarkdownCell ul").filter(has_text="Stop at exactly 1.0")
    stage.scroll_into_view_if_needed()
    shown = stage.bounding_box()
    height = shown["y"] + shown["height"] - tasks.bounding_box()["y"]
    assert 0 < height <= page.locator(".jp-NotebookPanel .jp-WindowedPanel-outer").bounding_box()["height"]


def test_saving_without_a_kernel_loses_nothing_the_next_day_either(ran, lab, page):
    ran(RATES)
    save(page)
    before = widgets(lab, RATES)
    reopen(page, lab, RATES)
    page.locator(".jp-MarkdownCell").first.dblclick()
    page.keyboard.type("noted ")
    save(page)
    assert widgets(lab, RATES) == before
    reopen(page, lab, RATES)
    assert all(moves(stage) for stage in page.locator(".jp-Notebook .stage").all())


def widgets(lab, name):
    """The ids of the widgets that a saved notebook has the state of."""
    notebook = json.loads((lab.folder / name).read_text(encoding="utf-8"))
    return set(notebook["metadata"]["widgets"][WIDGET_STATE]["state"])


def test_running_a_cell_ten_times_saves_it_once(ran, lab, page):
    ran(START)
    save(page)
    before = len(widgets(lab, START)), (lab.folder / START).stat().st_size
    first_descent(page).click(position={"x": 5, "y": 5})
    for _ in range(10):
        page.keyboard.press("Control+Enter")
    ready(first_descent(page))
    save(page)
    assert len(widgets(lab, START)) == before[0]
    assert (lab.folder / START).stat().st_size < 1.1 * before[1]


def disagreement(stage, name):
    """What a slider says beside the setting of which the picture is; None when they are the same."""
    settle(stage)
    at = stage.get_by_role("slider", name=name).input_value()
    drawn = json.loads(stage.get_attribute("data-settings"))["condition"]
    return None if str(drawn) == at else (at, drawn)


def test_after_a_restart_the_page_says_what_to_do_and_never_disagrees(ran, page):
    stage = ran(RATES).nth(1)
    stage.scroll_into_view_if_needed()
    expect(stage).to_have_attribute("data-ahead", "all", timeout=60_000)
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem", name=re.compile("^Restart Kernel(…|\\.\\.\\.)")).click()
    page.locator(".jp-Dialog .jp-mod-accept").click()
    expect(stage.locator(".stage-notice")).to_have_text(GONE)
    assert moves(stage)
    condition = stage.get_by_role("slider", name="condition number")
    condition.press("Home")  # computed ahead: it still moves
    assert disagreement(stage, "condition number") is None and condition.input_value() == "0"
    other = page.locator(".stage").nth(2)
    other.scroll_into_view_if_needed()
    for _ in range(2):  # the second press asks for what was never computed
        other.get_by_role("button").last.press("Enter")
    assert "stage-late" not in other.get_attribute("class")
    assert json.loads(other.get_attribute("data-settings"))["noise"] <= 1
    assert page.get_by_text(re.compile("Waiting for the kernel")).locator("visible=true").count() == 0


def test_questions_without_a_kernel_answer_what_they_can_and_say_the_rest(ran, lab, page):
    ran(START)
    save(page)
    reopen(page, lab, START)
    prediction = question(page, "Exactly to 2")
    prediction.get_by_role("radio").first.press("Space")
    page.keyboard.press("Enter")
    expect(prediction.get_by_role("status")).to_have_text(
        "To have it recorded, run the cells from the top again: their kernel has gone."
    )
    quiz = page.locator("form.course-question").filter(has=page.get_by_role("button", name="Check answer")).first
    quiz.get_by_role("radio").first.press("Space")
    page.keyboard.press("Enter")
    expect(quiz.get_by_role("status")).to_have_text(
        re.compile(r"(Right|Not right)\. .* run the cells from the top again")
    )


def test_escape_leaves_and_shift_enter_runs_the_next_cell(ran, page):
    stage = ran(START).first
    play = stage.get_by_role("button", name="Play")
    play.focus()
    page.keyboard.press("Shift+Enter")
    expect(play).to_have_attribute("aria-pressed", "false")
    stage.get_by_role("slider").focus()
    page.keyboard.press("Escape")
    assert page.evaluate("!document.activeElement.closest('.stage')")
    assert page.evaluate("Boolean(document.activeElement.closest('.jp-Notebook'))")
    assert page.locator(".jp-Notebook.jp-mod-commandMode").count() == 1
    before = page.locator(".jp-Notebook .jp-Cell").count()
    page.keyboard.press("b")  # JupyterLab's own key again: a cell below
    expect(page.locator(".jp-Notebook .jp-Cell")).to_have_count(before + 1)
    form = page.locator("form.course-question").first
    form.get_by_role("radio").first.focus()
    page.keyboard.press("Escape")
    assert page.evaluate("!document.activeElement.closest('form')")


def test_a_met_challenge_counts_in_the_progress(ran, page):
    ran(START)
    stage = first_descent(page)
    slider = stage.get_by_role("slider")
    slider.press("Home")
    while stage.get_attribute("data-meets") != "true":
        drawn = stage.get_attribute("data-drawn")
        slider.press("ArrowRight")
        expect(stage).not_to_have_attribute("data-drawn", drawn)
    expect(stage.locator(".stage-challenge")).to_have_text(re.compile("^Challenge met: .* Met at learning rate lr"))
    shown = run_in_new_cell(page, "print(progress())")
    expect(shown).to_have_text(re.compile(r"00_start_here .* 1 of 2"))


def test_on_a_dark_page_the_pictures_are_dark(ran, page):
    stage = ran(START).first
    choose_theme(page, "JupyterLab Dark")
    try:
        expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
        assert "invert" in stage.locator(".stage-figure").evaluate("(node) => getComputedStyle(node).filter")
    finally:
        choose_theme(page, "JupyterLab Light")
