"""Claims about the palette, computed: what is read has contrast, and what differs in a picture differs for every eye.

Contrast is the ratio of WCAG 2.2. Eyes are simulated with the matrices of Machado, Oliveira, Fernandes (2009), "A
Physiologically-based Model for Simulation of Color Vision Deficiency", severity 1.0, applied to linear RGB. Lightness
L* (what greyscale keeps) and the distance of two colours (CIE 1976) are those of CIELAB.
"""

import importlib
import inspect
import pkgutil
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.text import Text

from helpers import experiments
from helpers.pictures import COLORS, STYLES
from helpers.stage import Stage

EYES = {
    "normal": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
XYZ = np.array([[0.412456, 0.357576, 0.180438], [0.212673, 0.715152, 0.072175], [0.019334, 0.119192, 0.950304]])
TEXT, GRAPHICS = 4.5, 3.0  # WCAG 2.2: 1.4.3 for text, 1.4.11 for what carries meaning
APART = 20  # in L* and in distance: eight times a difference that is just noticeable (2.3)

LIGHT = {"comparison", "average"}
"""The roles of less than 3:1 on white. Their styles make up for it; no other role may join them."""


def linear(color):
    rgb = np.array(to_rgb(color))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(color, ground="white"):
    dark, light = sorted(XYZ[1] @ linear(each) for each in (color, ground))
    return (light + 0.05) / (dark + 0.05)


def lab(color, eye="normal"):
    ratio = XYZ @ np.clip(np.array(EYES[eye]) @ linear(color), 0, 1) / XYZ.sum(axis=1)
    x, y, z = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def nearest(one, other):
    """How far two colours are apart where they are closest: in greyscale or for one of the eyes."""
    return min(abs(lab(one) - lab(other))[0], *(np.linalg.norm(lab(one, eye) - lab(other, eye)) for eye in EYES))


def shape(style):
    return style["linestyle"], style.get("marker")


def stages():
    """Every function of the experiments that returns a stage, by its name."""
    for module in pkgutil.iter_modules(experiments.__path__):
        found = importlib.import_module(f"{experiments.__name__}.{module.name}")
        for name, function in inspect.getmembers(found, inspect.isfunction):
            if function.__module__ == found.__name__ and inspect.signature(function).return_annotation is Stage:
                yield pytest.param(function, id=name)


def confusable(axes):
    """Pairs of lines with one dash pattern and marker and two colours that not every eye tells apart."""
    for one, other in combinations(axes.lines, 2):
        same = one._dash_pattern == other._dash_pattern and one.get_marker() == other.get_marker()
        if same and one.get_color() != other.get_color() and nearest(one.get_color(), other.get_color()) < APART:
            yield str(one.get_label()), str(other.get_label())


def test_the_measures_agree_with_published_values():
    assert contrast("black") == pytest.approx(21)
    assert contrast("#767676") == pytest.approx(4.54, abs=0.01)
    np.testing.assert_allclose(lab("red"), [53.24, 80.09, 67.20], atol=0.05)
    assert all(np.allclose(np.sum(matrix, axis=1), 1, atol=1e-5) for matrix in EYES.values()), "white must stay white"
    red, green = "#FF0000", "#807300"
    assert nearest(red, green) < np.linalg.norm(lab(red) - lab(green)) / 3


def test_every_role_but_the_two_light_ones_stands_out_from_white():
    assert {role for role, color in COLORS.items() if contrast(color) < GRAPHICS} == LIGHT


@pytest.mark.parametrize("role", sorted(LIGHT))
def test_a_light_role_is_drawn_thick_and_its_markers_have_a_dark_rim(role):
    style = STYLES[role]
    assert style["linewidth"] >= 2
    assert "marker" not in style or (contrast(style["markeredgecolor"]) >= TEXT and style["markeredgewidth"] > 0)


def test_the_path_stands_out_from_the_darkest_part_of_a_map():
    assert contrast(COLORS["path"], "#C3CEDA") >= GRAPHICS


def test_colours_of_axes_titles_and_ticks_are_dark_enough_to_read():
    for key in ("text.color", "axes.labelcolor", "xtick.color", "ytick.color"):
        assert contrast(plt.rcParams[key]) >= TEXT


@pytest.mark.parametrize(("one", "other"), list(combinations(STYLES, 2)))
def test_two_roles_differ_in_line_or_marker_or_for_every_eye(one, other):
    differs = shape(STYLES[one]) != shape(STYLES[other])
    assert differs or nearest(COLORS[one], COLORS[other]) >= APART


@pytest.mark.slow
@pytest.mark.parametrize("make", list(stages()))
def test_an_experiment_has_readable_words_and_no_two_lines_that_an_eye_confuses(make):
    fig = make()._fig
    words = [text for text in fig.findobj(Text) if text.get_text().strip() and text.get_visible()]
    assert words and [text for text in words if contrast(text.get_color()) < TEXT] == []
    assert [pair for axes in fig.axes for pair in confusable(axes)] == []
