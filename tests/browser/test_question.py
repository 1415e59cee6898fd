"""A question in a real JupyterLab: answered by keyboard, recorded, restored, closed by its outcome."""

from playwright.sync_api import expect

CELLS = (
    "from helpers.exercises import outcome, predict, quiz, store",
    "predict('first-step')",
    "quiz('quiz-level-sets')",
)


def run_cell(page, source):
    """Add a cell at the end, run it, and return its output."""
    page.locator(".jp-Notebook .jp-CodeCell").last.locator(".cm-content").click()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    page.keyboard.type(source)
    page.keyboard.press("Shift+Enter")
    return page.locator(".jp-CodeCell .jp-OutputArea-output").last


def test_question_is_answered_by_keyboard_and_survives_running_again(open_notebook, page):
    open_notebook("question.ipynb", *CELLS)
    prediction, level = page.locator("form.course-question").nth(0), page.locator("form.course-question").nth(1)

    level.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(level.get_by_role("status")).to_contain_text("Not right.")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(level.get_by_role("status")).to_contain_text("Right.")
    expect(page.locator(".jp-Notebook .jp-CodeCell")).to_have_count(3)

    prediction.get_by_label("Exactly to 2").check()
    prediction.get_by_role("button").click()
    expect(prediction.get_by_role("status")).to_contain_text("Recorded: Exactly to 2")

    stored = run_cell(page, "print(store.load()['quiz'], store.load()['predictions'])")
    expect(stored).to_contain_text("{'quiz-level-sets': {'choice': 'right-angle', 'right': True}}")
    expect(stored).to_contain_text("{'first-step': {'choice': 'arrives'}}")

    expect(run_cell(page, "outcome('first-step', 'toward')")).to_contain_text("Not as predicted.")
    expect(prediction.get_by_role("radio").first).to_be_disabled()

    run_cell(page, "predict('first-step')")
    again = page.locator("form.course-question").nth(2)
    expect(again.get_by_label("Exactly to 2")).to_be_checked()
    expect(again.get_by_role("radio").first).to_be_disabled()
