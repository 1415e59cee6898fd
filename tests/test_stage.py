"""Claims about the stage without a browser: what it sends to the page, what it recomputes, what it refuses."""

import io
import logging
from pathlib import Path
from types import SimpleNamespace
from typing import get_args, get_type_hints, is_typeddict

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.artist import Artist
from matplotlib.colors import to_rgb
from PIL import Image
from typedefs import typedefs
from unpacking import unpacked

from helpers.pictures import contours, pixels
from helpers.stage import Button, Menu, Point, Scene, Slider, Stage, Words, contract, stage
from helpers.surfaces import SURFACES, bowl

RATES = np.array([0.1, 0.2, 0.3])
RED = "#FF0000"


@pytest.fixture
def axes():
    fig, ax = plt.subplots(figsize=(4, 3))
    yield fig, ax
    plt.close(fig)


def paths(points=5, n=3):
    return np.random.default_rng(0).uniform(0.2, 0.8, (n, points, 2))


def lines(ax, data=None, **style):
    """A scene with one line on the axes."""
    (line,) = ax.plot([], [], **style)
    return Scene({line: paths() if data is None else data}, alt=lambda value: f"A path for {value}")


def staged(fig, scene, over=RATES, **keywords):
    return stage(fig, scene, over=over, label="rate", **keywords)


def fractions(shown, layer=0):
    """The points of a layer for all values, as the page gets them, (n, count, 2)."""
    found = shown.frames["layers"][layer]
    data = unpacked(shown.frames)
    n = max(1, len(shown.values))
    return data[found["offset"] : found["offset"] + 2 * n * found["count"]].reshape(n, -1, 2)


def expected(fig, transform, points):
    """Where matplotlib puts points, as fractions of the figure from its top left corner."""
    flat = transform.transform(np.reshape(points, (-1, 2))) / fig.bbox.size
    return np.column_stack([flat[:, 0], 1 - flat[:, 1]]).reshape(np.shape(points))


def background(shown):
    return np.asarray(Image.open(io.BytesIO(shown.frames["background"])).convert("RGB"))


def has(picture, color):
    return (np.abs(picture[..., :3].astype(int) - np.round(255 * np.array(to_rgb(color)))) < 12).all(axis=-1).any()


def test_live_artists_are_missing_from_the_background_and_present_in_the_picture(axes):
    fig, ax = axes
    ax.axhline(0.5, color="#00FF00")
    shown = staged(fig, lines(ax, color=RED, marker="o"))
    assert has(background(shown), "#00FF00") and not has(background(shown), RED)
    assert has(shown.image(), "#00FF00") and has(shown.image(), RED)


def test_a_live_line_keeps_its_place_in_the_legend(axes):
    fig, ax = axes
    (line,) = ax.plot([], [], color=RED, label="path")
    ax.legend()
    assert has(background(staged(fig, Scene({line: paths()}, alt=["a", "b", "c"]))), RED)


def test_the_background_has_the_pixels_of_the_page_and_twice_as_many_when_it_asks(axes):
    fig, ax = axes
    shown = staged(fig, lines(ax))
    assert background(shown).shape == (300, 400, 3)
    shown.density = 2
    assert background(shown).shape == (600, 800, 3)
    assert shown.width == 400 and shown.image().shape == (300, 400, 4)


@pytest.mark.parametrize("kind", ["linear", "log", "symlog", "inverted", "equal", "datalim", "twin", "shared"])
def test_fractions_are_where_matplotlib_draws(axes, kind):
    fig, ax = axes
    other = None
    if kind in ("log", "symlog"):
        ax.set_xscale(kind)
        ax.set_yscale(kind)
    if kind == "inverted":
        ax.invert_yaxis()
    if kind in ("equal", "datalim"):
        ax.set_aspect("equal", adjustable="box" if kind == "equal" else "datalim")
    if kind == "twin":
        other = ax.twinx()
        other.set_ylim(1, 1000)
        other.set_yscale("log")
        ax = other
    if kind == "shared":
        ax.remove()
        ax, _ = fig.subplots(1, 2, sharex=True, sharey=True)
    data = paths()
    shown = staged(fig, lines(ax, data))
    np.testing.assert_allclose(fractions(shown), expected(fig, ax.transData, data), atol=4e-5)
    assert np.all((fractions(shown) > 0) & (fractions(shown) < 1)) or kind == "twin"


def test_heights_are_drawn_over_their_index(axes):
    fig, ax = axes
    heights = np.array([[3.0, 2, 1], [4, 2, 0], [5, 5, 5]])
    shown = staged(fig, lines(ax, heights))
    full = np.stack([np.broadcast_to(np.arange(3), (3, 3)), heights], axis=-1)
    np.testing.assert_allclose(fractions(shown), expected(fig, ax.transData, full), atol=4e-5)


def test_missing_and_infinite_points_are_not_drawn(axes):
    fig, ax = axes
    data = paths()
    data[1, 2] = np.nan
    data[2, 3, 0] = np.inf
    missing = np.isnan(fractions(staged(fig, lines(ax, data)))).all(axis=-1)
    assert {tuple(place) for place in np.argwhere(missing)} == {(1, 2), (2, 3)}


def test_a_diverging_path_crosses_the_picture_where_matplotlib_draws_it(axes):
    fig, ax = axes
    ax.set(xlim=(0, 1), ylim=(0, 1))
    far = 10.0 ** np.array([3, 6, 9])
    data = np.stack([np.array([[0.5, 0.5], [0.5 - r, -r], [0.6 + 2 * r, 0.1 + 2 * r]]) for r in far])
    shown = staged(fig, lines(ax, data))
    got = fractions(shown)
    assert np.nanmax(np.abs(got)) < 11
    # The second segment, from below left to above right, cut on both sides: it lies on the line through its ends.
    for run, cut in zip(data, got, strict=True):
        start, end = expected(fig, ax.transData, run[1:])
        direction = (end - start) / np.hypot(*(end - start))
        for point in cut[[5, 6]]:
            offset = point - start
            assert abs(offset[0] * direction[1] - offset[1] * direction[0]) < 1e-5


def test_limits_hold_the_finite_part_of_the_whole_sweep(axes):
    fig, ax = axes
    data = paths()
    data[0, 0] = (-3, 7)
    data[1, 1] = (1e200, np.nan)
    staged(fig, lines(ax, data), start=0.3)
    assert ax.get_xlim() == pytest.approx((-3.19, 0.99), abs=0.05)
    assert ax.get_ylim()[1] == pytest.approx(7.34, abs=0.05)


def test_limits_of_a_log_axis_ignore_what_a_logarithm_cannot_show(axes):
    fig, ax = axes
    ax.set_yscale("log")
    staged(fig, lines(ax, np.array([[1e-3, 0.0, 10], [1, 1, 1], [2, -5, 2]])))
    lo, hi = ax.get_ylim()
    assert 5e-4 < lo < 1e-3 and 10 < hi < 20


def test_limits_that_the_author_set_stay(axes):
    fig, ax = axes
    ax.set_xlim(-1, 2)
    staged(fig, lines(ax, 100 * paths()))
    assert ax.get_xlim() == (-1, 2)
    assert ax.get_ylim()[1] > 50


def test_the_style_of_a_line_is_read_from_matplotlib(axes):
    fig, ax = axes
    scene = lines(ax, color="#102030", alpha=0.5, lw=3, ls="--", marker="^", ms=8, mec="k", mfc=RED, mew=2)
    line, marker = staged(fig, scene).frames["layers"]
    assert (line["color"], line["width"], line["cap"]) == ("rgba(16, 32, 48, 0.5)", 3, "butt")
    assert line["dash"] == pytest.approx([11.1, 4.8])
    assert (marker["size"], marker["width"]) == ([8], [2])
    assert (marker["face"], marker["edge"]) == (["rgba(255, 0, 0, 0.5)"], ["rgba(0, 0, 0, 0.5)"])
    assert marker["path"].startswith("M0 -0.5L") and marker["path"].endswith("Z")
    x, y, width, height = line["clip"]
    box = ax.get_window_extent().transformed(fig.transFigure.inverted())
    assert (x, 1 - y, width, height) == pytest.approx((box.x0, box.y1, box.width, box.height))


def test_a_scatter_keeps_its_sizes_and_colours_point_by_point(axes):
    fig, ax = axes
    dots = ax.scatter([0] * 3, [0] * 3, s=[4, 9, 16], c=[0, 0.5, 1], cmap="gray", edgecolors=RED, linewidths=2)
    data = paths(3)
    shown = staged(fig, Scene({dots: data}, alt=["a", "b", "c"]))
    [layer] = shown.frames["layers"]
    assert layer["size"] == [2, 3, 4]
    assert layer["face"][0] == "rgba(0, 0, 0, 1)" and layer["face"][2] == "rgba(255, 255, 255, 1)"
    assert layer["edge"] == ["rgba(255, 0, 0, 1)"] and layer["width"] == [2]
    np.testing.assert_allclose(fractions(shown), expected(fig, ax.transData, data), atol=4e-5)


def test_arrows_are_the_polygons_that_matplotlib_draws(axes):
    fig, ax = axes
    ax.set(xlim=(0, 1), ylim=(0, 1))
    arrows = ax.quiver([0, 0], [0, 0], [1, 1], [1, 1], angles="xy", scale_units="xy", scale=1, color=RED)
    data = np.random.default_rng(0).uniform(0.2, 0.5, (3, 2, 4))
    data[1, 0, 2] = np.nan
    shown = staged(fig, Scene({arrows: data}, alt=["a", "b", "c"]))
    [layer] = shown.frames["layers"]
    got = fractions(shown).reshape(3, 2, layer["corners"], 2)
    tips = expected(fig, ax.transData, data[..., :2] + data[..., 2:])
    assert np.isnan(got[1, 0]).all()
    np.testing.assert_allclose(got[2, :, 3], tips[2], atol=4e-5)
    assert layer["face"] == ["rgba(255, 0, 0, 1)"]


def test_a_text_changes_its_words_and_keeps_its_place(axes):
    fig, ax = axes
    text = ax.text(0.5, 0.25, "", transform=ax.transAxes, ha="right", va="top", fontsize=14, weight="bold")
    shown = staged(fig, Scene({text: ["one", "two", "three"]}, alt=["a", "b", "c"]))
    [layer] = shown.frames["layers"]
    assert layer["strings"] == ["one", "two", "three"]
    assert (layer["align"], layer["baseline"], layer["size"], layer["font"]) == ("right", "top", 14, "normal 700")
    place = unpacked(shown.frames)
    np.testing.assert_allclose(place, np.tile(expected(fig, ax.transAxes, [0.5, 0.25]), 3), atol=4e-5)


def test_a_text_moves_with_what_it_labels(axes):
    fig, ax = axes
    (line,) = ax.plot([], [])
    ends = paths()[:, -1]
    shown = staged(
        fig, Scene({line: paths(), ax.text(0, 0, ""): Words(["-1", "two", "three"], ends)}, alt=["a", "b", "c"])
    )
    [layer] = [layer for layer in shown.frames["layers"] if layer["kind"] == "text"]
    assert layer["strings"] == ["−1", "two", "three"]
    places = unpacked(shown.frames)[layer["offset"] :][:6].reshape(3, 2)
    np.testing.assert_allclose(places, [expected(fig, ax.transData, end) for end in ends], atol=4e-5)
    with pytest.raises(ValueError, match="3 places"):
        staged(fig, Scene({line: paths(), ax.text(0, 0, ""): Words(["a", "b", "c"], ends[:2])}, alt=["a", "b", "c"]))


@pytest.mark.slow
def test_layers_come_in_the_drawing_order_of_matplotlib(axes):
    fig, ax = axes
    (above,) = ax.plot([], [], color=RED, zorder=5)
    (below,) = ax.plot([], [], color="#00FF00", zorder=1)
    shown = staged(fig, Scene({above: paths(), below: paths()}, alt=["a", "b", "c"]))
    assert [layer["color"] for layer in shown.frames["layers"]] == ["rgba(0, 255, 0, 1)", "rgba(255, 0, 0, 1)"]


def test_the_slider_starts_at_the_nearest_value_with_its_words(axes):
    fig, ax = axes
    shown = staged(fig, lines(ax), start=0.19, format="{:.2f} per step")
    assert shown.index == 1 and shown.value == 0.2
    assert shown.texts == ["0.10 per step", "0.20 per step", "0.30 per step"]
    assert shown.frames["alts"][1] == "A path for 0.2"


def test_the_bundle_holds_the_live_widget_and_a_picture_of_the_start_for_those_without_a_kernel(axes):
    fig, ax = axes
    shown = staged(fig, lines(ax, color=RED), start=0.3)
    assert not plt.fignum_exists(fig.number)
    bundle, _ = shown._repr_mimebundle_()
    view = bundle["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == shown.model_id
    assert bundle["text/plain"] == "A path for 0.3"
    assert bundle["text/html"].startswith('<img alt="A path for 0.3" src="data:image/png;base64,')
    assert len(bundle["image/png"]) < 55_000
    before = shown.frames["data"]
    shown.settings = {}
    assert shown.frames["data"] == before


def answering(fig, ax, calls):
    (line,) = ax.plot([], [], color=RED)

    def scene(kind, size, seed, where):
        calls.append((kind, size, seed, where))
        contours(ax, SURFACES[kind])
        if size > 2:
            raise ValueError("size\n is too large")
        return Scene({line: where + size * paths(n=1)}, alt=[f"{kind} {size} {seed}"])

    controls = [
        Menu("kind", "surface", SURFACES, "Booth"),
        Slider("size", "size", [1, 2, 3], 2),
        Button("seed", "again"),
        Point("where", "start", ax, (1.0, 2.0)),
    ]
    return stage(fig, scene, controls=controls)


def test_a_control_calls_the_scene_with_all_values_by_name(axes):
    calls = []
    shown = answering(*axes, calls)
    kind, size, seed, where = calls[-1]
    assert (kind, size, seed, where.tolist()) == ("Booth", 2, 0, [1, 2])
    shown.settings = shown.settings | {"size": 0, "seed": 3, "where": [-1.0, 0.5]}
    kind, size, seed, where = calls[-1]
    assert (kind, size, seed, where.tolist()) == ("Booth", 1, 3, [-1, 0.5])
    assert shown.frames["alts"] == ["Booth 1 3"]
    assert shown.frames["settings"] == shown.settings


def test_the_background_is_drawn_again_only_when_something_in_it_changed(axes):
    shown = answering(*axes, [])
    shown.settings = shown.settings | {"seed": 1}
    first = shown.frames["background"]
    for seed in (2, 3):
        shown.settings = shown.settings | {"seed": seed}
        assert shown.frames["background"] is first
    shown.settings = shown.settings | {"kind": "Himmelblau"}
    assert shown.frames["background"] != first
    assert not has(background(shown), RED)


def two_maps(fig, drawn):
    """A stage whose control changes the left axes; `drawn` collects the axes that matplotlib draws."""
    fig.clear()
    left, right = fig.subplots(1, 2)
    (line,) = right.plot([], [], color=RED)
    contours(right, SURFACES["Booth"])
    for ax in (left, right):
        ax.add_artist(Noting(ax, drawn))

    def scene(kind, press):
        contours(left, SURFACES[kind], equal=True)
        if press == 1:
            raise ValueError("not this time")
        return Scene({line: paths(n=1)}, alt=[kind])

    return stage(fig, scene, controls=[Menu("kind", "surface", SURFACES, "Booth"), Button("press", "again")])


class Noting(Artist):
    def __init__(self, ax, drawn):
        super().__init__()
        self.ax, self.drawn = ax, drawn

    def draw(self, renderer):
        self.drawn.append(self.ax)


def choose(shown, kind, press=0):
    shown.settings = {"kind": kind, "press": press}


def test_axes_that_did_not_change_are_not_drawn_again_and_the_picture_is_the_same(axes):
    drawn = []
    fig = axes[0]
    shown = two_maps(fig, drawn)
    choose(shown, "Himmelblau")
    left, _ = fig.axes
    drawn.clear()
    choose(shown, "Rosenbrock")
    assert drawn == [left]
    in_layers = background(shown).astype(int)
    assert np.abs(in_layers - pixels(fig)[..., :3]).max() <= 4


def test_a_picture_of_another_density_is_not_taken_for_the_background(axes):
    fig, ax = axes
    shown = staged(fig, lines(ax))
    width = fig.get_size_inches()[0] * fig.dpi
    shown.image(density=2)
    shown.density = 2
    assert Image.open(io.BytesIO(shown.frames["background"])).width == 2 * width


def test_a_change_that_was_drawn_for_another_purpose_is_not_lost(axes):
    shown = two_maps(axes[0], [])
    choose(shown, "Himmelblau")
    choose(shown, "Beale", press=1)
    assert "not this time" in shown.error
    shown.image()
    choose(shown, "Beale", press=2)
    assert np.abs(background(shown).astype(int) - pixels(axes[0])[..., :3]).max() <= 4


def test_a_point_outside_a_new_window_moves_to_its_edge(axes):
    calls = []
    shown = answering(*axes, calls)
    shown.settings = shown.settings | {"where": [9.0, 9.0]}
    shown.settings = shown.settings | {"kind": "Rosenbrock"}
    (_, x_hi), (_, y_hi) = SURFACES["Rosenbrock"].window
    assert calls[-1][-1].tolist() == [x_hi, y_hi]


def test_a_point_moves_over_round_values_at_their_places_in_the_picture(axes):
    fig, ax = axes
    shown = answering(fig, ax, [])
    for axis, limits, grid in zip("xy", (ax.get_xlim(), ax.get_ylim()), shown.frames["grids"]["where"], strict=True):
        values = np.array(grid["values"])
        assert 200 < len(values) < 900 and values[0] == limits[0] and values[-1] == limits[1]
        assert all(float(f"{value:.2f}") == value for value in values)
        points = np.zeros((len(values), 2))
        points[:, "xy".index(axis)] = values
        places = expected(fig, ax.transData, points)[:, "xy".index(axis)]
        np.testing.assert_allclose(grid["at"], places, atol=1e-5)


def test_a_scene_that_raises_is_reported_in_one_line_and_the_old_picture_stays(axes, caplog):
    shown = answering(*axes, [])
    before = shown.frames
    with caplog.at_level(logging.ERROR):
        shown.settings = shown.settings | {"size": 2}
    assert shown.error == "ValueError: size is too large"
    assert "Traceback" in caplog.text
    assert shown.frames is before
    shown.settings = shown.settings | {"size": 1}
    assert shown.error == ""


def test_limits_do_not_shake_while_a_new_sweep_fits_into_the_old_ones(axes):
    fig, ax = axes
    (line,) = ax.plot([], [])

    def scene(size):
        return Scene({line: size * paths(n=1)}, alt=["A path"])

    shown = stage(fig, scene, controls=[Slider("size", "size", [1.0, 0.9, 2.0, 0.1])])
    limits, before = [], ax.get_xlim()[1]
    for raw in (1, 2, 3):
        shown.settings = {"size": raw}
        limits.append(ax.get_xlim()[1])
    assert limits[0] == before
    assert limits[1] == pytest.approx(2 * before, rel=0.1) and limits[2] == pytest.approx(0.1 * before, rel=0.1)


def test_two_stages_do_not_share_anything(axes):
    fig, ax = axes
    one = staged(fig, lines(ax))
    other_fig, other_ax = plt.subplots()
    other = staged(other_fig, lines(other_ax), start=0.3)
    one.index = 0
    assert (one.value, other.value) == (0.1, 0.3)
    assert one.model_id != other.model_id


def changed(**replaced):
    """A call of stage that is right but for what is replaced; each value is a function of the axes."""

    def call(ax):
        defaults = {"fig": lambda ax: ax.figure, "scene": lines, "over": lambda ax: RATES, "label": lambda ax: "rate"}
        return stage(**{name: make(ax) for name, make in (defaults | replaced).items()})

    return call


def artist_of(make, data=None):
    def scene(ax):
        return Scene({make(ax): paths() if data is None else data}, alt=["a", "b", "c"])

    return changed(scene=scene)


def moving(ax, *controls):
    return stage(ax.figure, lambda **values: lines(ax, paths(n=1)), controls=controls)


WRONG = {
    "a fill": (artist_of(lambda ax: ax.fill_between([0, 1], [0, 1])), TypeError, "cannot draw a live Fill"),
    "an image": (artist_of(lambda ax: ax.imshow([[0, 1]])), TypeError, "cannot draw a live AxesImage"),
    "steps": (artist_of(lambda ax: ax.step([], [])[0]), TypeError, "no steps"),
    "markevery": (artist_of(lambda ax: ax.plot([], [], "o", markevery=2)[0]), TypeError, "every marker"),
    "half markers": (artist_of(lambda ax: ax.plot([], [], "o", fillstyle="left")[0]), TypeError, "half-filled"),
    "hatches": (artist_of(lambda ax: ax.scatter([0], [0], hatch="/")), TypeError, "no hatch"),
    "arrow units": (artist_of(lambda ax: ax.quiver([0], [0], [1], [1]), np.ones((3, 1, 4))), TypeError, "data units"),
    "mathtext": (artist_of(lambda ax: ax.text(0, 0, ""), ["a", "$b$", "c"]), TypeError, "no mathtext"),
    "turned text": (artist_of(lambda ax: ax.text(0, 0, "", rotation=90), list("abc")), TypeError, "level"),
    "few texts": (artist_of(lambda ax: ax.text(0, 0, ""), ["a", "b"]), ValueError, "3 strings"),
    "few values": (artist_of(lambda ax: ax.plot([])[0], paths(n=2)), ValueError, r"\(3, ..., 2\)"),
    "no numbers": (artist_of(lambda ax: ax.plot([])[0], [["a"], [1, 2]]), ValueError, r"\(3, ..., 2\)"),
    "nothing finite": (artist_of(lambda ax: ax.plot([])[0], paths() * np.nan), ValueError, "nothing to draw"),
    "no artist": (changed(scene=lambda ax: Scene({}, alt=["a"] * 3)), ValueError, "at least one live artist"),
    "another figure": (
        artist_of(lambda ax: plt.figure().add_subplot().plot([])[0]),
        ValueError,
        "does not belong to the figure",
    ),
    "polar axes": (
        artist_of(lambda ax: ax.figure.add_subplot(projection="polar").plot([])[0]),
        TypeError,
        "cannot be on polar axes",
    ),
    "no figure": (changed(fig=lambda ax: ax), TypeError, "needs a figure first"),
    "no scene": (changed(scene=lambda ax: "scene"), TypeError, "needs a Scene"),
    "empty alt": (changed(scene=lambda ax: lines(ax)._replace(alt=["a", " ", "c"])), ValueError, "text alternative"),
    "few alts": (changed(scene=lambda ax: lines(ax)._replace(alt=["a"])), ValueError, "list of 3 texts"),
    "one alt": (changed(scene=lambda ax: lines(ax)._replace(alt="abc")), ValueError, "list of 3 texts"),
    "few verdicts": (changed(scene=lambda ax: lines(ax)._replace(met=[True])), ValueError, "3 truth values"),
    "no label": (changed(label=lambda ax: " "), ValueError, "needs a label"),
    "nothing swept": (changed(over=lambda ax: []), ValueError, "at least one"),
    "words swept": (changed(over=lambda ax: ["a", "b", "c"]), ValueError, "finite numbers"),
    "NaN swept": (changed(over=lambda ax: [1, np.nan, 2]), ValueError, "finite numbers"),
    "NaN start": (changed(start=lambda ax: np.nan), ValueError, "cannot start at nan"),
    "fixed scene": (changed(controls=lambda ax: [Button("b", "b")]), TypeError, "scene function"),
    "wrong keywords": (
        changed(scene=lambda ax: lambda speed: None, controls=lambda ax: [Button("seed", "b")]),
        TypeError,
        r"names \['seed'\] as keywords",
    ),
    "no Scene back": (changed(scene=lambda ax: lambda: None), TypeError, "must return a Scene"),
    "twice": (lambda ax: moving(ax, Button("a", "x"), Button("a", "y")), ValueError, "same name"),
    "no name": (lambda ax: moving(ax, Button("a b", "x")), ValueError, "Python name"),
    "no control": (lambda ax: moving(ax, "a"), TypeError, "takes Slider"),
    "unknown option": (lambda ax: moving(ax, Menu("a", "x", ["b"], "c")), ValueError, "cannot start with 'c'"),
    "empty slider": (lambda ax: moving(ax, Slider("a", "x", [])), ValueError, "at least one"),
    "half a point": (lambda ax: moving(ax, Point("a", "x", ax, (1,))), ValueError, "two finite numbers"),
}


@pytest.mark.parametrize("case", WRONG)
def test_bad_input_is_refused_at_once_in_one_sentence(axes, case):
    call, error, message = WRONG[case]
    with pytest.raises(error, match=message) as caught:
        call(axes[1])
    assert "\n" not in str(caught.value)
    plt.close("all")


def test_a_swept_stage_of_a_surface_sends_less_than_a_megabyte(axes):
    fig, ax = axes
    contours(ax, bowl(10))
    shown = staged(fig, lines(ax, paths(200, 256), marker="o"), over=np.linspace(0, 1, 256))
    assert isinstance(shown, Stage)
    assert len(shown.frames["data"]) + len(shown.frames["background"]) < 1_000_000


KERNELS = {name: get_type_hints(kind) for name, kind in vars(contract).items() if is_typeddict(kind)}
PAGES = typedefs(Path(contract.__file__).with_suffix(".js"))


@pytest.mark.parametrize("name", KERNELS)
def test_kernel_and_page_know_a_type_by_the_same_keys(name):
    assert set(KERNELS[name]) == set(PAGES[name])


@pytest.mark.parametrize("name", [name for name in KERNELS if "kind" in KERNELS[name]])
def test_kernel_and_page_know_a_kind_by_the_same_word(name):
    assert [f'"{word}"' for word in get_args(KERNELS[name]["kind"])] == [PAGES[name]["kind"]]


def test_the_page_expects_the_traits_of_the_widget_and_no_type_that_the_kernel_does_not_know():
    traits = set(Stage.class_trait_names(sync=True)) - set(anywidget.AnyWidget.class_trait_names(sync=True))
    assert set(PAGES["StageState"]) == traits
    assert set(PAGES) - set(KERNELS) == {"StageState", "Drawn"}


def test_layers_and_controls_have_the_keys_that_the_page_expects(axes):
    fig, ax = axes
    (line,) = ax.plot([], [], "o-")
    arrows = ax.quiver([0], [0], [1], [1], angles="xy", scale_units="xy", scale=1)
    live = {line: paths(n=1), arrows: np.full((1, 1, 4), 0.5), ax.text(0, 0, ""): ["words"]}
    controls = [Menu("kind", "kind", "ab"), Slider("size", "size", [1]), Button("seed", "again")]
    controls.append(Point("where", "start", ax, (0.5, 0.5)))
    shown = stage(fig, lambda **values: Scene(live, alt=["a"]), controls=controls)
    assert set(shown.frames) == set(PAGES["Frames"])
    assert all(set(grid) == set(PAGES["AxisGrid"]) for grid in shown.frames["grids"]["where"])
    by_kind = {keys["kind"].strip('"'): set(keys) for keys in PAGES.values() if "kind" in keys}
    sent = {item["kind"]: set(item) for item in (*shown.frames["layers"], *shown.controls)}
    assert sent == by_kind


def test_the_states_are_all_settings_of_sliders_and_menus(axes):
    fig, ax = axes
    ax.set(xlim=(0, 1), ylim=(0, 1))
    (line,) = ax.plot([], [])

    def scene(kind, size, seed):
        return Scene({line: size * paths(n=1)}, alt=[f"{kind} {size} {seed}"])

    shown = stage(
        fig, scene, controls=[Menu("kind", "kind", "ab"), Slider("size", "size", [1, 2]), Button("seed", "x")]
    )
    assert [state["alts"] for state in shown.states()] == [["a 1 0"], ["a 2 0"], ["b 1 0"], ["b 2 0"]]
    assert shown.frames["alts"] == ["a 1 0"]


def test_what_is_shown_does_not_depend_on_what_was_shown_before(axes):
    fig, ax = axes
    (line,) = ax.plot([], [], color=RED)
    right = ax.twinx()

    def scene(size):
        ax.set_title(f"size {size}")
        contours(right, bowl(size))
        return Scene({line: size * paths()}, alt=["a", "b", "c"])

    shown = staged(fig, scene, controls=[Slider("size", "size", [1.0, 5.0, 1000.0])])
    forth = [shown.frames_at({"size": k}) for k in (0, 1, 2)]
    back = [shown.frames_at({"size": k}) for k in (2, 1, 0)][::-1]
    for one, other in zip(forth, back, strict=True):
        assert pixel(one) == pixel(other)
        assert {key: one[key] for key in one if key not in ("background", "picture")} == {
            key: other[key] for key in other if key not in ("background", "picture")
        }


def pixel(frames):
    """The background, as bytes."""
    return Image.open(io.BytesIO(frames["background"])).convert("RGB").tobytes()


def test_the_kernel_computes_ahead_without_changing_what_is_shown(axes, monkeypatch):
    calls, sent = [], []
    shown = answering(*axes, calls)
    before, picture = shown.frames, shown.image()
    monkeypatch.setattr(shown, "send", lambda content, buffers=None: sent.append((content, buffers)))
    asked = {"settings": shown.settings | {"kind": "Himmelblau"}, "density": 1}
    shown._handle_custom_msg(asked, [])
    [(content, buffers)] = sent
    assert content["asked"] == asked and content["frames"]["alts"] == ["Himmelblau 2 0"]
    assert set(content["frames"]) | {"background", "data"} == set(before)
    assert all(type(buffer) is bytes for buffer in buffers)
    assert shown.frames is before and shown.settings["kind"] == "Booth"
    np.testing.assert_array_equal(shown.image(), picture)
    shown._handle_custom_msg({"settings": shown.settings | {"size": 2}, "density": 1}, [])
    assert "frames" not in sent[-1][0] and shown.error == ""


def test_frames_that_the_page_has_already_are_not_computed_again(axes):
    calls = []
    shown = answering(*axes, calls)
    settings = shown.settings | {"kind": "Himmelblau"}
    known = dict(shown.frames_at(settings))
    calls.clear()
    shown.set_state({"settings": settings, "frames": known})
    assert calls == [] and shown.frames["alts"] == ["Himmelblau 2 0"]
    shown.set_state({"settings": settings | {"seed": 1}})
    assert calls and shown.frames["alts"] == ["Himmelblau 2 1"]


def test_a_challenge_is_told_where_it_was_met_and_is_no_bare_text(axes):
    fig, ax = axes
    told = []
    challenge = SimpleNamespace(text="Reach it.", met=told.append)
    shown = staged(fig, lines(ax), challenge=challenge)
    assert shown.challenge == "Reach it."
    shown.met_at = "lr 0.2"
    assert told == ["lr 0.2"]
    with pytest.raises(TypeError, match=r"lesson\.toml"):
        staged(fig, lines(ax), challenge="Reach it.")
