"""The stage in a real JupyterLab: what a learner does with it, and that the page draws what matplotlib draws."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import expect

SWEPT = """
import matplotlib.pyplot as plt
import numpy as np
from helpers import surfaces
from helpers.descent import sweep
from helpers.exercises.exercise import Challenge
from helpers.pictures import COLORS, STYLES, contours
from helpers.stage import Button, Menu, Point, Scene, Slider, stage

surface = surfaces.bowl(10)
rates = np.geomspace(0.005, 0.25, 101)
paths = sweep(surface.gradient, np.array([-1.5, 1.0]), lr=rates, steps=40)
losses = surface.value(paths)
fig, (map_ax, loss_ax) = plt.subplots(1, 2, figsize=(9, 4))
contours(map_ax, surface)
path, = map_ax.plot([], [], **STYLES["path"])
ends = map_ax.scatter([0], [0], s=[90], c=COLORS["comparison"], edgecolors="black", marker="D")
loss_ax.set(xlabel="step", ylabel="loss", ylim=(1e-6, 1e3))
curve, = loss_ax.semilogy([], [], "--", color=COLORS["loss"], label="loss")
loss_ax.legend()
scene = Scene(
    {path: paths, curve: losses, ends: paths[:, -1:]},
    alt=[f"With lr {rate:.3g} the loss ends at {loss:.1e}" for rate, loss in zip(rates, losses[:, -1])],
    met=losses[:, -1] < 1e-5,
)
challenge = Challenge("c", "Reach a loss below 1e-5.")
swept = stage(fig, scene, over=rates, label="learning rate lr", start=0.02, challenge=challenge)
swept
"""

CONTROLS = """
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4))
arrow = left.quiver([0], [0], [1], [1], angles="xy", scale_units="xy", scale=1, color=COLORS["gradient"])
words = left.text(0.03, 0.95, "", transform=left.transAxes, va="top", fontsize=12)
dots = right.scatter([0], [0], s=40, color=COLORS["path"])
right.set(xlim=(0, 1), ylim=(0, 1))

def scene(surface, where, spread, seed):
    chosen = surfaces.SURFACES[surface]
    contours(left, chosen)
    if spread > 2.5:
        raise ValueError("spread is\\ntoo large")
    grad = chosen.gradient(where)
    unit = grad / max(np.linalg.norm(grad), 1e-12)
    sample = np.random.default_rng(seed).normal(0.5, 0.1 * spread, (1, 30, 2))
    alt = f"{surface} at ({where[0]:.2f}, {where[1]:.2f}), seed {seed}, spread {spread:g}"
    size = f"|gradient| {np.linalg.norm(grad):.2f}"
    return Scene({arrow: [[[*where, *unit]]], words: [size], dots: sample}, alt=[alt])

controls = [
    Menu("surface", "surface", surfaces.SURFACES, "Himmelblau"),
    Point("where", "point", left, (-1.0, 1.5)),
    Slider("spread", "spread", [0.5, 1, 2, 3], 1),
    Button("seed", "new sample"),
]
answered = stage(fig, scene, controls=controls)
answered
"""

SAVE = """
for index in (0, 50, 100):
    np.save(f"swept-{index}.npy", swept.image(index, density=2))
np.save("answered.npy", answered.image(density=2))
"""


@pytest.fixture
def stages(open_notebook, page):
    """The two stages of an executed notebook: one swept, one with controls that the kernel answers."""
    open_notebook("stages.ipynb", SWEPT, CONTROLS, SAVE)
    return both(page)


def both(page):
    for k in (0, 1):
        expect(page.locator(".stage").nth(k)).to_have_attribute("data-frame", re.compile(r"\d+"))
        expect(page.locator(".stage").nth(k)).not_to_have_class(re.compile("stage-late"))
    return page.locator(".stage").nth(0), page.locator(".stage").nth(1)


def slider(stage, label="learning rate lr"):
    return stage.get_by_role("slider", name=label, exact=True)


def settings(stage, **expected):
    """Wait until the picture is the kernel's answer to these settings."""
    stage.page.wait_for_function(
        """([root, expected]) => {
            const settings = JSON.parse(root.dataset.settings);
            return Object.entries(expected).every(([name, value]) => String(settings[name]) === String(value));
        }""",
        arg=[stage.element_handle(), expected],
    )


def shown(stage):
    """The picture in the page, in device pixels."""
    data = stage.locator("canvas").evaluate("(canvas) => canvas.toDataURL('image/png').split(',')[1]")
    return Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")


def drawn_by_matplotlib(lab, name):
    return Image.fromarray(np.load(lab.folder / f"{name}.npy")).convert("RGB")


def difference(one, other):
    """The largest difference of two pictures of the same size, of 255 levels, averaged over 9 x 9 pixels."""
    assert one.size == other.size
    blurred = [np.asarray(picture.filter(ImageFilter.BoxBlur(4)), dtype=float) for picture in (one, other)]
    return np.abs(blurred[0] - blurred[1]).max()


# matplotlib moves markers to whole pixels, which makes up to 54 of 255 levels between the rims of two; a marker or a
# line that is missing, or a few pixels away, makes 150 and more.
TOLERANCE = 70


def test_the_page_draws_what_matplotlib_draws(stages, page, lab):
    swept, answered = stages
    pictures = {}
    for index, keys in ((0, ["Home"]), (50, ["Home", *["PageUp"] * 5]), (100, ["End"])):
        for key in keys:
            slider(swept).press(key)
        expect(swept).to_have_attribute("data-drawn", str(np.geomspace(0.005, 0.25, 101)[index]))
        pictures[index] = shown(swept)
        assert difference(pictures[index], drawn_by_matplotlib(lab, f"swept-{index}")) < TOLERANCE
    assert difference(pictures[0], drawn_by_matplotlib(lab, "swept-50")) > 2 * TOLERANCE
    for key in ("ArrowRight", "ArrowLeft"):  # whoever has moved the point is no longer told to drag it
        slider(answered, "point, x").press(key)
    settings(answered, where="-1,1.5")
    here, there = shown(answered), drawn_by_matplotlib(lab, "answered")
    # The browser and matplotlib space letters differently: only where the text lies can be compared.
    words = (90, 40, 400, 90)
    extents = [picture.crop(words).convert("L").point(lambda v: 255 * (v < 90)).getbbox() for picture in (here, there)]
    assert np.abs(np.subtract(*extents)).max() <= 6
    # The handle of the point, around the tail of the arrow, is the page's own.
    for own in (words, (360, 235, 425, 300)):
        here.paste(there.crop(own), own[:2])
    assert difference(here, there) < TOLERANCE


def test_arrow_keys_move_the_slider_and_the_picture_and_its_words(stages, page):
    swept, _ = stages
    before = shown(swept), swept.get_by_role("img").get_attribute("aria-label"), swept.get_attribute("data-drawn")
    slider(swept).focus()
    page.keyboard.press("ArrowRight")
    expect(swept).not_to_have_attribute("data-drawn", before[2])
    assert float(swept.get_attribute("data-drawn")) > float(before[2])
    assert difference(shown(swept), before[0]) > 20
    words = swept.get_by_role("img").get_attribute("aria-label")
    assert words.startswith("With lr 0.0204") and words != before[1]
    assert slider(swept).get_attribute("aria-valuetext") == "0.0204"
    assert swept.locator("output").text_content() == "0.0204"
    assert page.locator(".jp-Notebook .jp-mod-active").count() == 1


def test_a_challenge_is_met_where_the_reader_stops_and_stays_met(stages, page):
    swept, _ = stages
    status = swept.get_by_role("status").filter(has_text="Challenge")
    slider(swept).press("Home")
    swept.get_by_role("button", name="Play").press("Enter")
    page.wait_for_function("(root) => root.dataset.meets === 'true'", arg=swept.element_handle())
    expect(swept).to_have_attribute("data-drawn", "0.25")
    page.wait_for_timeout(1000)
    expect(status).to_have_text("Challenge: Reach a loss below 1e\N{MINUS SIGN}5.")  # passed by, while playing
    slider(swept).press("Home")
    for _ in range(9):
        slider(swept).press("PageUp")
    met = "Challenge met: Reach a loss below 1e\N{MINUS SIGN}5\\. Met at learning rate lr 0\\.\\d+\\."
    expect(status).to_have_text(re.compile(met))
    words = status.text_content()
    slider(swept).press("End")
    expect(swept).to_have_attribute("data-drawn", "0.25")
    assert status.text_content() == words


def test_playing_walks_to_the_end_and_can_be_paused(stages, page):
    swept, _ = stages
    play = swept.get_by_role("button", name="Play")
    start = float(swept.get_attribute("data-drawn"))
    play.press("Enter")
    expect(play).to_have_attribute("aria-pressed", "true")
    page.wait_for_function("([root, start]) => root.dataset.drawn > start", arg=[swept.element_handle(), start])
    play.press("Enter")
    expect(play).to_have_attribute("aria-pressed", "false")
    paused = swept.get_attribute("data-drawn")
    page.wait_for_timeout(500)
    assert swept.get_attribute("data-drawn") == paused != "0.25"
    play.press("Enter")
    expect(swept).to_have_attribute("data-drawn", "0.25")
    expect(play).to_have_attribute("aria-pressed", "false")


def test_each_control_gets_an_answer_from_the_kernel(stages, page):
    _, answered = stages
    settings(answered, surface="Himmelblau", where="-1,1.5", spread=1, seed=0)
    before = shown(answered)
    slider(answered, "point, x").press("ArrowRight")
    settings(answered, where="-0.98,1.5")
    answered.get_by_role("button", name="new sample").press("Enter")
    slider(answered, "spread").press("ArrowRight")
    settings(answered, seed=1, spread=2)
    assert difference(shown(answered), before) > TOLERANCE
    # Booth's window is wider, so the point keeps its place in data units; the map is drawn anew.
    before = shown(answered)
    answered.get_by_label("surface").select_option("Booth")
    settings(answered, surface="Booth", where="-0.98,1.5")
    expect(answered.get_by_role("img")).to_have_attribute("aria-label", "Booth at (\u22120.98, 1.50), seed 1, spread 2")
    assert difference(shown(answered), before) > TOLERANCE


def test_a_point_is_dragged_on_the_picture(stages, page):
    _, answered = stages
    canvas = answered.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    x, y = slider(answered, "point, x"), slider(answered, "point, y")
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    first = float(x.input_value()), float(y.input_value())
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.6 * box["height"], steps=10)
    page.mouse.up()
    last = float(x.input_value()), float(y.input_value())
    assert last[0] > first[0] + 50 and last[1] < first[1] - 50
    value = [output.replace("\u2212", "-") for output in answered.locator("output").all_text_contents()[:2]]
    settings(answered, where=",".join(value))
    page.mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 0.3 * box["height"])
    assert float(x.input_value()) == last[0]


def test_a_scene_that_raises_says_so_in_one_line_and_leaves_the_picture(stages):
    _, answered = stages
    before = shown(answered)
    spread = slider(answered, "spread")
    spread.press("End")
    expect(answered.get_by_role("alert")).to_have_text("ValueError: spread is too large")
    assert difference(shown(answered), before) == 0
    spread.press("Home")
    settings(answered, spread=0)
    expect(answered.get_by_role("alert")).to_have_text("")


def test_the_stage_lives_after_a_reload_and_in_two_views(stages, page):
    swept, _ = stages
    slider(swept).press("End")
    expect(swept).to_have_attribute("data-drawn", "0.25")
    page.keyboard.press("Control+s")
    expect(page.locator(".lm-TabBar-tab.jp-mod-dirty")).to_have_count(0)
    page.reload()
    swept, answered = both(page)
    expect(swept).to_have_attribute("data-drawn", "0.25")
    slider(swept).press("Home")
    expect(swept).to_have_attribute("data-drawn", "0.005")
    answered.get_by_label("surface").select_option("Booth")
    settings(answered, surface="Booth")


def test_run_all_again_after_a_restart_gives_living_stages(stages, page):
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem", name=re.compile("^Restart Kernel and Run All Cells")).click()
    page.locator(".jp-Dialog .jp-mod-accept").click()
    page.locator(".jp-InputPrompt", has_text="[*]").first.wait_for()
    expect(page.locator(".jp-InputPrompt", has_text="[*]")).to_have_count(0, timeout=60_000)
    swept, answered = both(page)
    slider(swept).press("End")
    expect(swept).to_have_attribute("data-drawn", "0.25")
    slider(answered, "spread").press("ArrowRight")
    settings(answered, spread=2)


def test_a_narrow_page_shrinks_the_figure_and_a_calm_one_plays_in_big_steps(stages, page):
    swept, _ = stages
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 760, "height": 768})
    canvas = swept.locator("canvas")
    width = canvas.bounding_box()["width"]
    assert width < 500
    page.wait_for_function("([canvas, w]) => Math.abs(canvas.width - w) < 2", arg=[canvas.element_handle(), 2 * width])
    assert canvas.bounding_box()["height"] == pytest.approx(width * 4 / 9, abs=1)
    slider(swept).press("Home")
    frame = int(swept.get_attribute("data-frame"))
    swept.get_by_role("button", name="Play").press("Enter")
    expect(swept).to_have_attribute("data-drawn", str(np.geomspace(0.005, 0.25, 101)[5]))
    assert int(swept.get_attribute("data-frame")) <= frame + 2
