"""The toolbox: what a symmetric matrix does to a circle, and the curvatures that go with it."""

import numpy as np
import pytest

from helpers.experiments.toolbox import ANGLES, around, plain_curvature

MATRICES = [np.array([[a, b], [b, d]]) for a, b, d in [(3, 1, 1), (1, 1.5, 1), (-1, 0.5, 2), (2, 0, 2), (0, 0, 0)]]
each_matrix = pytest.mark.parametrize("matrix", MATRICES, ids=lambda matrix: str(matrix.tolist()))


@each_matrix
def test_all_curvatures_lie_between_the_dotted_lines_and_come_close_to_both(matrix):
    live = around(matrix).live
    heights = live["curvatures"][0, :, 1]
    low, high = (live[f"value {k}"][0, 0, 1] for k in (0, 1))
    assert low - 1e-9 <= heights.min() and heights.max() <= high + 1e-9
    assert (heights.min() - low, high - heights.max()) == pytest.approx((0, 0), abs=0.01)


@each_matrix
def test_along_a_main_direction_the_matrix_only_stretches(matrix):
    live = around(matrix).live
    for k in (0, 1):
        (x, y), end = live[f"main {k}"][0, 0], live[f"value {k}"][0, 0, 1]
        np.testing.assert_allclose(matrix @ [x, y], end * np.array([x, y]), atol=1e-9)
        assert np.hypot(x, y) == pytest.approx(abs(end))


@each_matrix
def test_the_thick_arrow_ends_on_the_image_of_the_circle(matrix):
    live = around(matrix).live
    at_60 = int(np.flatnonzero(ANGLES == 60)[0])
    tip, image = live["changed"][at_60, 0, 2:], live["image"][0]
    assert np.linalg.norm(image - tip, axis=1).min() < 1e-9


def test_the_challenge_is_met_where_both_axes_bend_upwards_and_the_direction_does_not():
    assert not around(np.array([[3.0, 1.0], [1.0, 1.0]])).met.any(), "a d > b b: a minimum"
    assert not around(np.array([[-1.0, 0.5], [0.5, 2.0]])).met.any(), "a is below 0"
    met = around(np.array([[1.0, 1.5], [1.5, 1.0]])).met
    assert met.any() and not met.all() and met[ANGLES == 134].all()


def test_the_curve_is_drawn_by_the_function_that_is_given():
    calls = []

    def hers(hessian, direction):
        calls.append(direction)
        return 2 * plain_curvature(hessian, direction)

    drawn, plain = (around(MATRICES[0], f).live["curvatures"][0, :, 1] for f in (hers, plain_curvature))
    assert len(calls) == len(ANGLES)
    np.testing.assert_allclose(drawn, 2 * plain)
