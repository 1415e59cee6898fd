"""The site in real browsers: from a folder and from a host, by keyboard, without JavaScript, on a phone, in the dark.

`start.py test site` opens every page; `test all` the first page and two lessons (see WHOLE).
"""

import fcntl
import re
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from laboratory import CHROMIUM, FIREFOX, ROOT, chromium, firefox, watched
from playwright.sync_api import expect
from stages import changed, kind, press_button, ready, state, to_the_middle

from helpers.authoring.canonical import read
from helpers.authoring.live import experiments
from helpers.exercises.catalogue import EXERCISES, LESSONS, PREDICTIONS
from helpers.site import build, kept, pages, states

TWO = ("05_gradient_descent", "toolbox")
NAMES = [
    pytest.param(lesson.name, marks=[] if lesson.name in TWO else pytest.mark.whole_site, id=lesson.name)
    for lesson in LESSONS
]
PAGES = ["index", *NAMES]
PHONE = {"width": 360, "height": 740}
AXE = (
    "() => axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]))"
)


@pytest.fixture(scope="session")
def site(request, tmp_path_factory):
    """The folder of a site with the lessons that the tests ask for, and its address on loopback.

    Without the whole site, its points and seeds are the fewest, so that it is made soon.
    """
    cases = [item.callspec.params.get("name") for item in request.session.items if hasattr(item, "callspec")]
    paths = [path for path in sorted((ROOT / "solutions").glob("*.ipynb")) if path.stem in {*cases, TWO[0]}]
    out = tmp_path_factory.mktemp("site") / "out"
    is_whole = len(paths) > len(TWO)
    place = kept.KEPT if is_whole else kept.KEPT.with_name("site-tests")
    place.mkdir(parents=True, exist_ok=True)
    with (place / "lock").open("w") as lock, pytest.MonkeyPatch.context() as patch:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two workers, and one place where pages are kept
        if is_whole:
            made = kept.all_of(ROOT, paths, print)
        else:
            patch.setattr(states, "PLANS", states.PLANS[-1:])
            made = {path.stem: kept.stored(ROOT, path, place) or kept.make(ROOT, path, place) for path in paths}
        pages.write(out, made, place)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=out))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {"file": out.as_uri(), "http": f"http://127.0.0.1:{server.server_port}"}
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module", params=[CHROMIUM, FIREFOX], ids=lambda browser: browser.name)
def either(request, installed, playwright):
    """A context of one browser and then of the other."""
    installed(request.param)
    with (chromium if request.param is CHROMIUM else firefox)(playwright) as running:
        yield running


@pytest.fixture(scope="module")
def plain(installed, playwright):
    """A Chromium with a device pixel for each of the page's."""
    installed(CHROMIUM)
    with chromium(playwright, density=1) as running:
        yield running


def opened(page, site, name, scheme="file"):
    """Open a page; return what it asks for outside of the site, a list that may still grow."""
    strangers = []
    page.on("request", lambda request: None if own(request.url, site) else strangers.append(request.url))
    page.goto(f"{site[scheme]}/{name}.html")
    return strangers


def own(url, site):
    return url.startswith((*site.values(), "data:", "blob:"))


def unfold(page):
    page.evaluate("() => document.querySelectorAll('main details').forEach((details) => (details.open = true))")


def awake(page):
    """Bring every experiment of a page into view, and wait for its picture; return them."""
    found = page.locator("figure.experiment").all()
    for figure in found:
        figure.scroll_into_view_if_needed()
        ready(figure.locator(".stage"))
    return [figure.locator(".stage") for figure in found]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["file", "http"])
def test_a_page_lives_and_asks_for_nothing_outside(either, site, scheme, name):
    with watched(either) as page:
        strangers = opened(page, site, name, scheme)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        stages = awake(page)
        solution = ROOT / f"solutions/{name}.ipynb"
        assert len(stages) == (len(experiments(read(solution))) if solution.exists() else 1)
        unfold(page)
        for image in page.locator("main img").all():
            image.scroll_into_view_if_needed()
            expect(image).to_have_js_property("complete", True)
            assert image.evaluate("(image) => image.naturalWidth") > 0
        page.get_by_role("searchbox").fill("gradient")
        expect(page.locator(".found a").first).to_be_visible()
        assert strangers == []


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_begins_with_at_most_200_kilobytes(site, name):
    assert build.first_load(Path(url2pathname(urlsplit(site["file"]).path)), name) <= 200_000


@pytest.mark.parametrize("name", NAMES)
def test_every_control_of_every_experiment_moves_the_picture(plain, site, name):
    with watched(plain) as page:
        opened(page, site, name)
        for stage in awake(page):
            controls = stage.locator(".stage-controls").locator("input, select, button").all()
            for control in controls:
                if kind(control) == "button":
                    to_the_middle(controls[0])
                    press_button(stage, control)
                else:
                    control.press("Home")
                    before = state(stage)
                    control.press("End")
                    changed(before, state(stage, before))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_fault(plain, site, name, theme):
    with watched(plain) as page:
        page.emulate_media(color_scheme=theme)
        opened(page, site, name, "http")  # axe reads the styles, which a page in a folder may not
        awake(page)
        unfold(page)
        page.evaluate(AXE_SCRIPT)
        assert page.evaluate(AXE) == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_scrolls_sideways_on_a_phone_and_the_letters_of_figures_can_be_read(plain, site, name):
    with watched(plain) as page:
        page.set_viewport_size(PHONE)
        opened(page, site, name)
        awake(page)
        unfold(page)
        wide = page.evaluate(
            """() => [...document.querySelectorAll("body *")]
                .filter((node) => node.getBoundingClientRect().right > innerWidth + 1)
                .filter((node) => !node.closest("pre, .table, .html, .katex, .skip"))
                .map((node) => node.outerHTML.slice(0, 100))"""
        )
        assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"], wide
        small = page.evaluate(
            """() => [...document.querySelectorAll("figure img, figure canvas")]
                .filter((node) => node.clientWidth + 1 < parseFloat(getComputedStyle(node).getPropertyValue("--least")))
                .map((node) => node.outerHTML.slice(0, 100))"""
        )
        assert small == []
        unreached = page.evaluate(
            """() => [...document.querySelectorAll(".katex-display, .html pre")]
                .filter((node) => node.scrollWidth > node.clientWidth && node.tabIndex < 0)
                .map((node) => node.textContent.slice(0, 100))"""
        )
        assert unreached == []


@pytest.mark.parametrize("name", NAMES)
def test_without_javascript_text_pictures_questions_and_solutions_are_there(plain, site, name):
    lesson = next(lesson for lesson in LESSONS if lesson.name == name)
    context = plain.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site['file']}/{name}.html")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for image in page.locator("main img").all():
        assert len(image.get_attribute("alt")) > 20
    assert page.locator("figure.experiment img").count() == len(experiments(read(ROOT / f"solutions/{name}.ipynb")))
    for question in (*lesson.predictions, *lesson.quiz):
        asked = page.locator(f'[data-question="{question.id}"]')
        for option in question.options:
            expect(asked.get_by_role("listitem").filter(has_text=option.text).first).to_be_visible()
    for exercise in lesson.exercises:
        block = page.locator(f'[data-exercise="{exercise.id}"]')
        block.get_by_text("Our solution").click()
        expect(block.locator(".solution pre")).to_contain_text(f"def {EXERCISES[exercise.id].reference.__name__}(")
    context.close()


def test_a_prediction_is_answered_when_what_happened_is_unfolded_and_kept(plain, site):
    question = PREDICTIONS["saddle-start"]
    with watched(plain) as page:
        opened(page, site, TWO[0])
        asked = page.locator('[data-question="saddle-start"]')
        asked.get_by_label(question.options[0].text).check()
        asked.get_by_role("button").click()
        outcome = page.locator("details.outcome", has=page.locator('[data-prediction="saddle-start"]'))
        outcome.locator("summary").click()
        expect(outcome.get_by_role("status")).to_contain_text(f"You predicted: {question.options[0].text}.")
        page.reload()
        expect(asked.get_by_label(question.options[0].text)).to_be_checked()
        expect(asked.get_by_role("button")).to_be_disabled()
        page.locator(".menu summary").click()
        expect(page.locator(".menu a[aria-current] .done")).to_have_text(re.compile(r"1 of \d+ answered"))


def test_hints_come_one_by_one(plain, site):
    with watched(plain) as page:
        opened(page, site, TWO[0])
        hints = page.locator('[data-exercise="gradient-step"] .hints')
        hints.locator("summary").click()
        items, more = hints.get_by_role("listitem"), hints.get_by_role("button")
        for shown in range(1, len(EXERCISES["gradient-step"].hints)):
            expect(items).to_have_count(shown)
            more.click()
        expect(more).to_be_hidden()


def test_the_search_goes_to_a_section(plain, site):
    with watched(plain) as page:
        opened(page, site, "index")
        page.get_by_role("searchbox").fill("when to stop")
        page.locator(".found a").first.click()
        expect(page).to_have_url(re.compile(r"05_gradient_descent\.html#when-to-stop$"))


def test_dark_stays_dark_on_the_next_page(plain, site):
    with watched(plain) as page:
        opened(page, site, "index")
        page.get_by_role("button", name="Light or dark").click()
        page.goto(f"{site['file']}/{TWO[1]}.html")
        assert page.evaluate("() => getComputedStyle(document.documentElement).colorScheme") == "dark"
        page.get_by_role("button", name="Light or dark").click()
