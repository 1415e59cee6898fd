"""Claims about pictures: contour maps that paths stand out on, and still figures with a text alternative."""

import io
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from helpers import pictures
from helpers.pictures import COLORS, STYLES, contours, loss_axes, picture_bundle, pixels, plain_scales, png, show
from helpers.surfaces import SURFACES, bowl


def luminance(color):
    return float(np.dot(to_rgb(color), (0.2126, 0.7152, 0.0722)))


@pytest.fixture
def ax():
    fig, ax = plt.subplots(figsize=(4.5, 4))
    yield ax
    plt.close(fig)


def test_no_two_roles_differ_by_colour_alone():
    looks = [{key: value for key, value in style.items() if key != "color"} for style in STYLES.values()]
    assert len(looks) == len({tuple(sorted(look.items())) for look in looks})
    assert set(STYLES) == set(COLORS)
    assert all(style["color"] == COLORS[role] for role, style in STYLES.items())


def test_consecutive_lines_of_a_plot_differ_in_colour_and_in_dashes(ax):
    lines = ax.plot(np.zeros((2, 7)))
    assert len({line.get_color() for line in lines} & set(COLORS.values())) == 7
    assert len({str(line._dash_pattern) for line in lines}) == 7


@pytest.mark.parametrize("name", SURFACES)
def test_paths_stand_out_on_every_map_in_greyscale(ax, name):
    contours(ax, SURFACES[name])
    ax.set_axis_off()
    for marks in ax.lines:
        marks.set_visible(False)
    grey = np.asarray(Image.fromarray(pixels(ax.figure)[..., :3]).convert("L")) / 255
    assert grey.min() > luminance(COLORS["path"]) + 0.15
    assert grey.std() > 0.005, "the map shows nothing"


@pytest.mark.parametrize("name", SURFACES)
def test_steep_walls_do_not_take_the_levels_away_from_the_valley(name):
    surface = SURFACES[name]
    (x_lo, x_hi), (y_lo, y_hi) = surface.window
    x, y = np.meshgrid(np.linspace(x_lo, x_hi, 101), np.linspace(y_lo, y_hi, 101))
    height = surface.value(np.stack([x, y], axis=-1))
    levels = pictures._levels(height.ravel())
    assert np.all(np.diff(levels) > 0)
    assert height.min() < levels[0] and levels[-1] < height.max()
    assert np.sum(levels < np.median(height)) >= 3


def test_contours_mark_the_minima_and_fix_the_limits_to_the_window(ax):
    surface = SURFACES["Himmelblau"]
    contours(ax, surface, window=((-4, 4), (-3, 5)), equal=True)
    assert (ax.get_xlim(), ax.get_ylim()) == ((-4, 4), (-3, 5))
    assert not ax.get_autoscale_on()
    assert ax.get_aspect() == 1
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), surface.minima)


def test_a_second_map_replaces_the_first_and_the_same_one_is_not_drawn_again(ax):
    surface = bowl(10)
    contours(ax, surface)
    first = ax.get_children()
    pixels(ax.figure)
    contours(ax, surface)
    assert ax.get_children() == first and not ax.figure.stale
    contours(ax, SURFACES["Rosenbrock"])
    assert len(ax.get_children()) == len(first) and ax.get_children() != first
    ax.clear()
    contours(ax, SURFACES["Rosenbrock"])
    assert len(ax.collections) == 2


def by_matplotlib(ax, surface):
    """The same map by matplotlib's own functions for contours."""
    x, y = np.meshgrid(*(np.linspace(lo, hi, pictures._GRID) for lo, hi in surface.window))
    height = np.ma.masked_invalid(surface.value(np.stack([x, y], axis=-1)))
    levels = pictures._levels(height.compressed())
    ax.contourf(x, y, height, levels, cmap=pictures._HEIGHTS, extend="both", zorder=0, algorithm="serial")
    ax.contour(x, y, height, levels, colors="#8E9AA8", linewidths=0.6, zorder=0.5, algorithm="serial")
    ax.plot(*surface.minima.reshape(-1, 2).T, **STYLES["minimum"], zorder=2)
    ax.set(xlim=surface.window[0], ylim=surface.window[1])


@pytest.mark.parametrize("name", SURFACES)
def test_a_map_has_the_pixels_of_matplotlibs_contours(name):
    drawn = []
    for draw in (contours, by_matplotlib):
        fig, ax = plt.subplots(figsize=(4, 3))
        draw(ax, SURFACES[name])
        drawn.append(pixels(fig))
        plt.close(fig)
    np.testing.assert_array_equal(*drawn)


def test_a_surface_with_holes_has_the_pixels_of_matplotlibs_contours(ax):
    holed = replace(SURFACES["Himmelblau"], value=lambda w: np.where(w[..., 0] > 1, np.nan, w[..., 0] ** 2 - w[..., 1]))
    contours(ax, holed)
    ours = pixels(ax.figure)
    ax.clear()
    by_matplotlib(ax, holed)
    np.testing.assert_array_equal(ours, pixels(ax.figure))


@pytest.mark.parametrize("steps", [3, 5, 9, 10, 12, 25, 60, 200])
def test_steps_are_counted_in_whole_numbers(ax, steps):
    loss_axes(ax, steps, (1e-3, 1))
    assert all(tick == round(tick) for tick in ax.get_xticks()) and len(ax.get_xticks()) >= 3


def test_a_bowl_of_the_same_condition_is_the_same_so_that_its_map_is_not_drawn_again():
    assert bowl(20.0) is bowl(20.0) is not bowl(10.0)


@pytest.mark.parametrize("window", [((1, 0), (0, 1)), ((0, np.nan), (0, 1))])
def test_an_impossible_window_is_an_error_in_one_sentence(ax, window):
    with pytest.raises(ValueError, match="needs a window"):
        contours(ax, bowl(10), window)


def test_loss_axes_keep_their_limits_whatever_the_loss_does(ax):
    loss_axes(ax, 30, (1e-6, 1e3), "It diverges")
    ax.plot(10.0 ** np.arange(60))
    assert (ax.get_xlim(), ax.get_ylim(), ax.get_yscale()) == ((0, 30), (1e-6, 1e3), "log")
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_title(loc="left")) == ("step", "loss", "It diverges")


def test_show_displays_the_alt_text_once_and_closes_the_figure(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda *args, **kwargs: shown.append((args, kwargs)))
    fig, ax = plt.subplots()
    ax.plot([1, 2])
    assert show(fig, 'The loss "rises" & falls <twice>') is None
    [((bundle,), kwargs)] = shown
    assert kwargs == {"raw": True}
    assert 'alt="The loss &quot;rises&quot; &amp; falls &lt;twice&gt;"' in bundle["text/html"]
    assert bundle["image/png"] in bundle["text/html"]
    assert bundle["text/plain"] == 'The loss "rises" & falls <twice>'
    assert not plt.fignum_exists(fig.number)


@pytest.mark.parametrize("alt", ["", " \n", None])
def test_an_empty_alt_raises_and_leaves_the_figure_open(ax, alt):
    with pytest.raises(ValueError, match="text alternative"):
        show(ax.figure, alt)
    assert plt.fignum_exists(ax.figure.number)
    with pytest.raises(ValueError, match="text alternative"):
        picture_bundle(b"", alt)


def test_show_without_a_figure_says_what_it_needs(ax):
    with pytest.raises(TypeError, match="needs the figure"):
        show(ax, "A line")


@pytest.mark.slow
@pytest.mark.parametrize("name", SURFACES)
def test_a_stored_map_with_a_curve_beside_it_is_small_and_the_same_bytes_each_time(name):
    def drawn():
        fig, (left, right) = plt.subplots(1, 2, figsize=(8, 3.6))
        contours(left, SURFACES[name])
        left.plot([0, 0.5, 1], [0, 1, 0.5], **STYLES["path"])
        right.plot(np.exp(-np.linspace(0, 5, 50)), label="loss")
        right.legend()
        data = png(pixels(fig))
        plt.close(fig)
        return data

    data = drawn()
    assert len(data) <= 40_000
    assert data == drawn()
    assert b"Software" not in data
    image = Image.open(io.BytesIO(data))
    colors = np.asarray(image.convert("RGB")).reshape(-1, 3)
    for color in ("#FFFFFF", COLORS["path"]):
        assert np.abs(colors - 255 * np.array(to_rgb(color))).max(axis=1).min() < 25


def test_a_log_scale_is_labelled_as_python_writes_numbers(ax):
    ax.set(xscale="log", xlim=(1e-4, 1e6), yscale="log", ylim=(1, 10))
    ax.yaxis.set_major_formatter("{x}")
    plain_scales(ax.figure)
    ax.figure.canvas.draw()
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert {"1e−4", "0.01", "1", "100", "10000", "1e6"} <= set(labels)
    assert not any("$" in label for label in labels)
    assert "1" in ax.yaxis.get_major_formatter()(1)
    assert ax.xaxis.get_major_formatter()(0.5) == ""
