"""What a learner sees before she has run anything, on a laptop's screen, and how she gets from a lesson to the next."""

import shutil

import pytest
from laboratory import KERNELSPEC, ROOT
from playwright.sync_api import expect
from stages import LESSONS, open_lesson
from test_journeys import START, cell, run

LAPTOP = {"width": 1366, "height": 625}  # what a browser leaves of a screen of 1366 x 768
SEEN = """(node) => {
    const [box, panel] = [node, node.closest(".jp-WindowedPanel-outer")].map((each) => each.getBoundingClientRect());
    return box.height > 0 && box.top >= panel.top && box.bottom <= panel.bottom && box.right <= panel.right;
}"""
# Whether a text in the file browser, or what holds it there, is wider than it is shown.
# Whether what stands before a file's ending is seen whole, with the three dots that take the place of a cut ending.
WHOLE = """(node, stem) => {
    const canvas = document.createElement("canvas").getContext("2d");
    canvas.font = getComputedStyle(node).font;
    const holder = node.closest(".jp-DirListing-itemText");
    return node.scrollWidth <= holder.clientWidth || canvas.measureText(`${stem}\u2026`).width <= holder.clientWidth;
}"""
# The words of all listings that are broken: the last letter stands in another line than the first.
BROKEN = """() => [...document.querySelectorAll(".jp-OutputArea-output pre")].flatMap((pre) => {
    const walker = document.createTreeWalker(pre, NodeFilter.SHOW_TEXT);
    const top = (letter) => {
        const range = document.createRange();
        range.setStart(walker.currentNode, letter);
        range.setEnd(walker.currentNode, letter + 1);
        return range.getClientRects()[0].top;
    };
    const broken = [];
    while (walker.nextNode()) {
        for (const { index, 0: word } of walker.currentNode.data.matchAll(/\\w+/g)) {
            if (top(index) !== top(index + word.length - 1)) broken.push(word);
        }
    }
    return broken;
})"""


@pytest.fixture
def lessons(lab, page):
    """A function that opens a fresh copy of a lesson beside all others, as the workbook has them; nothing is run."""

    def open_one(name):
        for path in LESSONS:
            shutil.copyfile(path, lab.folder / path.name)
        open_lesson(page, lab, ROOT / "lessons" / name)
        page.get_by_text(f"{KERNELSPEC['display_name']} | Idle").wait_for()

    page.set_viewport_size(LAPTOP)
    return open_one


def in_front(page):
    """The file name on the tab in front, and the title of the lesson below it."""
    tab = page.locator(".lm-DockPanel .lm-TabBar-tab.lm-mod-current")
    return tab, page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) h1")


def test_the_first_screen_says_where_one_is_and_shows_what_one_will_do(lessons, page):
    lessons(START)
    title = page.get_by_role("heading", level=1)
    expect(title).to_contain_text("Gradient Descent by Experiment")
    picture = page.locator(".jp-MarkdownCell img").first
    page.wait_for_function("(image) => image.complete && image.naturalWidth > 400", arg=picture.element_handle())
    assert len(picture.get_attribute("alt").split()) > 10
    assert page.locator(".jp-OutputArea-output").count() == 0
    for part in (title, picture, page.locator("p", has_text="Press Shift+Enter")):
        assert part.evaluate(SEEN), part


def test_the_file_browser_shows_the_whole_name_of_each_lesson(lessons, page):
    lessons(START)
    for path in LESSONS:
        name = page.locator(".jp-DirListing-item").get_by_text(path.name, exact=True)
        expect(name).to_be_visible()
        assert name.evaluate(WHOLE, path.stem), f"{path.name} is cut"


def test_the_end_of_a_lesson_leads_to_the_next_by_a_click(lessons, page):
    lessons("10_adaptive_methods.ipynb")
    page.locator(".jp-WindowedPanel-outer").evaluate("(panel) => panel.scrollTo(0, panel.scrollHeight)")
    page.get_by_role("link", name="11 Modern optimizers").click()
    tab, title = in_front(page)
    expect(tab).to_have_text("11_modern_optimizers.ipynb")
    expect(title).to_contain_text("Modern optimizers")


def test_the_table_of_progress_leads_to_a_lesson_by_a_click(lessons, page):
    lessons(START)
    run(page, "from helpers.exercises import")
    shown = run(page, "progress()")
    expect(shown.get_by_role("link")).to_have_count(len(LESSONS))
    shown.get_by_role("link", name="06 The learning rate").click()
    tab, title = in_front(page)
    expect(tab).to_have_text("06_learning_rate.ipynb")
    expect(title).to_contain_text("The learning rate")


def test_a_listing_breaks_between_words_and_keeps_its_margin_and_colours(lessons, page):
    lessons("13_frameworks.ipynb")
    page.set_viewport_size({"width": 1024, "height": 768})
    run(page, "from helpers.exercises import")
    shown = run(page, 'show_code("sklearn")').first
    assert shown.locator("pre").count() > 12
    assert page.evaluate(BROKEN) == []
    edges = shown.locator("pre").evaluate_all("(all) => all.map((node) => node.getBoundingClientRect().left)")
    assert len(set(edges)) == 1, "a margin is wider than the others"
    heights = shown.locator("pre").evaluate_all("(all) => all.map((node) => node.getBoundingClientRect().height)")
    assert max(heights) > 1.5 * min(height for height in heights if height), "no line is long enough to break"
    ground = shown.locator("pre").first.evaluate("(node) => getComputedStyle(node).color")
    keyword = shown.get_by_text("import", exact=True).first.evaluate("(node) => getComputedStyle(node).color")
    assert keyword != ground
    expect(cell(page, 'show_code("sklearn"')).to_contain_text("gradient, update")
