"""What a learner does with a lesson, from the first wrong answer to two lessons in a dark window at 200 %."""

import re
import shutil

import pytest
from laboratory import KERNELSPEC, ROOT, SCROLLED, run_all, whole
from playwright.sync_api import expect
from stages import open_lesson, ready, settle, show_all_outputs

START, GRADIENT = "00_start_here.ipynb", "01_gradient.ipynb"
STUB = "raise NotImplementedError"


@pytest.fixture
def opened(lab, page):
    """A function that opens a fresh copy of a lesson, and runs all of it if asked."""

    def open_one(name, run=True):
        open_lesson(page, lab, ROOT / "lessons" / name)
        page.get_by_text(f"{KERNELSPEC['display_name']} | Idle").wait_for()
        if run:
            run_all(page)

    return open_one


def cells(page):
    """The code cells of the notebook in front."""
    return page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell")


def cell(page, text):
    """The first code cell with this text in its source."""
    return cells(page).filter(has=page.locator(".cm-content").filter(has_text=text)).first


def run(page, text):
    """Run the cell with this text by Shift+Enter, wait for the kernel, and return what it shows."""
    wanted = cell(page, text)
    wanted.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    return finished(wanted)


def finished(wanted):
    prompt = wanted.locator(".jp-InputPrompt")
    expect(prompt).to_have_text(re.compile(r"\[\d+\]"), timeout=60_000)
    return wanted.locator(".jp-OutputArea-output")


def write(page, function, old, new):
    """Replace the line with the text `old` in a function's cell, as one does: click into it, mark it, type."""
    line = cell(page, f"def {function}").locator(".cm-line").filter(has_text=old)
    line.click()
    page.keyboard.press("Home")
    page.keyboard.press("Shift+End")
    page.keyboard.type(new)


def run_in_new_cell(page, source):
    """Add a cell below the last code cell, run it, and return its output."""
    before = cells(page).count()
    cells(page).last.locator(".cm-content").click()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    expect(cells(page)).to_have_count(before + 1)
    page.keyboard.press("Enter")
    expect(cells(page).last.locator(".cm-content")).to_be_focused()
    page.keyboard.type(source)
    page.keyboard.press("Shift+Enter")
    return finished(cells(page).last)


def first_descent(page):
    """The experiment of lesson 00 that sweeps the learning rate; the one above it walks over steps."""
    return page.locator(".stage").filter(has_text="learning rate lr")


def question(page, legend):
    return page.locator("form.course-question").filter(has_text=legend)


def test_an_exercise_solved_wrongly_names_the_mistake_and_then_rightly_says_so(opened, page):
    opened(GRADIENT)
    check = 'check("bowl-gradient"'
    expect(cell(page, check).locator(".jp-OutputArea-output")).to_contain_text("bowl-gradient: not attempted yet.")
    assert "try first" in run_in_new_cell(page, 'solution("bowl-gradient")').text_content()

    write(page, "bowl_gradient", STUB, "return -np.array([w[0], 10 * w[1]])")
    run(page, "def bowl_gradient")
    message = run(page, check)
    expect(message).to_contain_text("bowl-gradient: not yet (wrong-sign).")
    expect(message).to_contain_text(re.compile("minus|sign", re.IGNORECASE))
    for word in ("called", "returned", "expected"):
        expect(message).to_contain_text(word)
    expect(message).not_to_contain_text("Traceback")

    assert "hint 1 of" in run_in_new_cell(page, 'hint("bowl-gradient")').text_content()
    assert "hint 2 of" in run_in_new_cell(page, 'hint("bowl-gradient")').text_content()
    assert "def bowl_gradient" in run_in_new_cell(page, 'solution("bowl-gradient")').text_content()

    write(page, "bowl_gradient", "return", "return np.array([w[0], 10 * w[1]])")
    run(page, "def bowl_gradient")
    expect(run(page, check)).to_contain_text("bowl-gradient: right.")


def test_a_prediction_is_recorded_by_keyboard_and_compared_with_what_happens(opened, page):
    opened(START, run=False)
    run(page, "from helpers.exercises import")
    run(page, 'predict("first-step")')
    form = question(page, "Exactly to 2")
    form.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    recorded = form.get_by_role("status")
    expect(recorded).to_contain_text(re.compile("Recorded: .* You can change it"))
    form.get_by_label("Exactly to 2").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(recorded).to_contain_text("Recorded: Exactly to 2")

    run(page, "slope = 2 * (w - 2)")
    shown = run(page, 'outcome("first-step"')
    expect(shown).to_contain_text("You predicted: Exactly to 2")
    expect(shown).to_contain_text("Not as predicted.")
    expect(form.get_by_role("radio").first).to_be_disabled()
    expect(recorded).to_contain_text("The outcome has been shown")

    run(page, 'predict("first-step")')
    expect(form.get_by_label("Exactly to 2")).to_be_checked()
    expect(form.get_by_role("radio").first).to_be_disabled()


def test_a_quiz_answers_right_and_wrong_by_keyboard_and_adds_no_cell(opened, page):
    opened(GRADIENT)
    before = page.locator(".jp-Notebook .jp-Cell").count()
    form = question(page, "At which angle does the gradient cross")
    form.scroll_into_view_if_needed()
    form.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(form.get_by_role("status")).to_contain_text("Not right.")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(form.get_by_role("status")).to_contain_text(re.compile(r"^Right\."))
    assert page.locator(".jp-Notebook .jp-Cell").count() == before
    stored = run_in_new_cell(page, "from helpers.exercises import store; store.load()['quiz']")
    expect(stored).to_contain_text("{'quiz-level-sets': {'choice': 'right-angle', 'right': True}}")


def test_a_reload_keeps_the_answer_the_progress_and_the_living_stage(opened, page):
    opened(GRADIENT)
    write(page, "bowl_gradient", STUB, "return np.array([w[0], 10 * w[1]])")
    run(page, "def bowl_gradient")
    expect(run(page, 'check("bowl-gradient"')).to_contain_text("right.")
    move_a_slider(page.locator(".stage").first)
    page.keyboard.press("Control+s")
    expect(page.locator(".lm-TabBar-tab.jp-mod-dirty")).to_have_count(0)
    page.reload()

    whole(page)
    stage = page.locator(".stage").first
    ready(stage)
    expect(stage).to_have_attribute("data-drawn", "0.001")
    move_a_slider(stage)
    expect(cell(page, "def bowl_gradient")).to_contain_text("return np.array([w[0], 10 * w[1]])")
    expect(cell(page, 'check("bowl-gradient"')).to_contain_text("bowl-gradient: right.")
    shown = run_in_new_cell(page, "from helpers.exercises import progress; progress()")
    expect(shown).to_contain_text("1 of 3")


def move_a_slider(stage):
    """Move the first slider to its right end, or from there to its left one, and see the picture follow."""
    ready(stage)
    before, slider = stage.get_attribute("data-drawn"), stage.get_by_role("slider").first
    slider.press("Home" if slider.evaluate("(node) => node.value === node.max") else "End")
    expect(stage).not_to_have_attribute("data-drawn", before)
    settle(stage)


def test_restart_and_run_all_leaves_one_living_stage_for_each_experiment(opened, page):
    opened(GRADIENT)
    write(page, "bowl_gradient", STUB, "return np.array([w[0], 10 * w[1]])")
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem", name=re.compile("^Restart Kernel and Run All Cells")).click()
    page.locator(".jp-Dialog .jp-mod-accept").click()
    expect(cell(page, 'check("bowl-gradient"')).to_contain_text("bowl-gradient: right.", timeout=60_000)
    finished(cells(page).last)
    expect(page.locator(".stage")).to_have_count(3)
    for stage in page.locator(".stage").all():
        move_a_slider(stage)
    condition = page.locator(".stage").nth(2).get_by_role("slider", name="condition number")
    condition.press("Home")
    settle(page.locator(".stage").nth(2))
    expect(page.locator(".stage").nth(2).get_by_role("img")).to_have_attribute("aria-label", re.compile("number 1,"))


def test_two_lessons_live_side_by_side_in_two_tabs(opened, lab, page):
    shutil.copyfile(ROOT / "lessons" / GRADIENT, lab.folder / GRADIENT)
    opened(START)
    move_a_slider(first_descent(page))
    page.get_by_role("tab", name="File Browser").first.wait_for()
    page.locator(".jp-DirListing-item", has_text=GRADIENT).dblclick()
    run_all(page)
    tabs = page.locator(".jp-NotebookPanel")
    expect(tabs).to_have_count(2)
    first, second = first_descent(tabs.nth(0)), tabs.nth(1).locator(".stage")
    move_a_slider(second.first)
    page.locator(".lm-DockPanel .lm-TabBar-tab", has_text=START).click()
    expect(first).to_have_attribute("data-drawn", "1.1")
    move_a_slider(first)
    page.locator(".lm-DockPanel .lm-TabBar-tab", has_text=GRADIENT).click()
    expect(second.first).to_have_attribute("data-drawn", "0.001")
    move_a_slider(second.first)
    second.nth(2).get_by_role("slider", name="condition number").press("End")
    settle(second.nth(2))


CONTRASTS = """() => {
    const parse = (color) => {
        const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
        const ctx = canvas.getContext("2d");
        ctx.fillStyle = color;
        ctx.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = ctx.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
    };
    const over = (top, below) => [0, 1, 2].map((k) => top[3] * top[k] + (1 - top[3]) * below[k]);
    const ground = (node) => {
        if (!node) return [255, 255, 255];
        const color = parse(getComputedStyle(node).backgroundColor);
        return color[3] === 1 ? color.slice(0, 3) : over(color, ground(node.parentElement));
    };
    const luminance = (rgb) => {
        const [r, g, b] = rgb.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const words = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    return [...document.querySelectorAll(".stage *, .course-question *")]
        .filter((node) => node.checkVisibility() && words(node))
        .map((node) => {
            const below = ground(node);
            const [one, other] = [over(parse(getComputedStyle(node).color), below), below].map(luminance);
            const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
            return [node.textContent.trim().slice(0, 40), ratio, luminance(below)];
        });
}"""


def choose_theme(page, name):
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    for item in ("Theme", name):  # the first has a submenu, and no role
        page.locator(".lm-Menu-itemLabel").get_by_text(item, exact=True).click()


def test_in_the_dark_theme_the_words_stand_on_the_dark_page_and_are_readable(opened, page):
    opened(START)
    stage = first_descent(page)
    ready(stage)
    choose_theme(page, "JupyterLab Dark")
    try:
        expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
        show_all_outputs(page)
        question(page, "Exactly to 2").get_by_label("Exactly to 2").press("Space")
        page.keyboard.press("Enter")
        move_a_slider(stage)
        contrasts = page.evaluate(CONTRASTS)
        assert len(contrasts) > 20
        assert all(ground < 0.1 for _, _, ground in contrasts), "these words do not stand on the dark page"
        assert [(words, round(ratio, 2)) for words, ratio, _ in contrasts if ratio < 4.5] == []
    finally:
        choose_theme(page, "JupyterLab Light")
        expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "true")


# Pairs of a stage's parts that cover each other, and parts that stick out of the notebook.
LAYOUT = """(root) => {
    const parts = [...root.querySelectorAll(
        ".stage-figure, .stage-caption, .stage-controls > :not(:empty), .stage-controls > input, .stage-challenge",
    )];
    const boxes = parts.map((node) => node.getBoundingClientRect());
    const name = (k) => `${parts[k].tagName} ${parts[k].textContent.slice(0, 30)}`;
    const room = root.closest(".jp-OutputArea-output").getBoundingClientRect();
    const faults = [];
    boxes.forEach((one, k) => {
        if (one.left < room.left - 1 || one.right > room.right + 1) faults.push(`${name(k)} is cut`);
        const { scrollWidth, clientWidth } = parts[k];
        if (clientWidth && scrollWidth > clientWidth + 1) faults.push(`${name(k)} overflows`);
        boxes.slice(k + 1).forEach((other, m) => {
            const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
            const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
            if (across > 1 && down > 1) faults.push(`${name(k)} and ${name(k + 1 + m)} overlap`);
        });
    });
    return faults;
}"""


def test_at_200_percent_the_picture_gets_more_pixels_and_nothing_overlaps_or_is_cut(opened, page):
    opened(GRADIENT)
    stages = page.locator(".stage").all()
    for stage in stages:
        ready(stage)
        assert stage.evaluate(LAYOUT) == []
    # What the browser's zoom does: half the room in CSS pixels, twice the device pixels for each.
    zoomed = {"width": 683, "height": 384, "deviceScaleFactor": 4, "mobile": False}
    page.context.new_cdp_session(page).send("Emulation.setDeviceMetricsOverride", zoomed)
    page.wait_for_function("devicePixelRatio === 4")
    for stage in stages:
        ready(stage)
        canvas = stage.locator("canvas").element_handle()
        page.wait_for_function("(canvas) => Math.abs(canvas.width - 4 * canvas.clientWidth) <= 4", arg=canvas)
        assert stage.evaluate(LAYOUT) == []
        move_a_slider(stage)
        assert stage.evaluate(LAYOUT) == []
    assert page.evaluate(SCROLLED) == []
