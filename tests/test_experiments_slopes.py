"""Claims of lessons 00 to 03, on the numbers behind their pictures: slopes, gradients, and how they are estimated."""

import numpy as np
import pytest

from helpers.autodiff import Value
from helpers.estimates import central_difference, forward_difference, spsa
from helpers.experiments.automatic_differentiation import (
    ADDED,
    CLEARED,
    RATES,
    STEPS,
    accumulated,
    both_ways,
    clearing,
    counted_product,
)
from helpers.experiments.estimating_gradients import CURVES, average_directions, microscope, slope_errors
from helpers.experiments.gradient import ANGLES, misses, plain_slope, secants, slopes_around
from helpers.experiments.start_here import descents
from helpers.surfaces import SURFACES, bowl

H = np.geomspace(1, 1e-16, 113)
METHODS = {"forward": forward_difference, "central": central_difference}


def two_scales():
    return CURVES["exp(w), w near 1"], CURVES["√w, w near 10,000"]


def test_a_descent_is_drawn_until_it_leaves_the_picture_for_good():
    frames = descents(np.array([0.1, 0.5, 1.0, 1.1]))
    drawn = np.isfinite(frames.live["path"][..., 0]).sum(axis=1)
    assert drawn.tolist() == [31, 31, 31, 4]
    assert "left the picture at step 3" in frames.alt[3] and not any("left" in alt for alt in frames.alt[:3])
    assert frames.met.tolist() == [False, True, False, False]


def test_the_secant_of_a_parabola_has_slope_two_plus_h():
    h = np.array([2.0, 0.02, 0.001])
    frames = secants(h)
    start, end = np.moveaxis(frames.live["secant"], 1, 0)
    assert np.allclose((end - start)[:, 1] / (end - start)[:, 0], 2 + h)
    assert frames.met.tolist() == [False, False, True]


def test_the_slope_is_a_cosine_of_the_direction_and_largest_along_the_gradient():
    live = slopes_around(SURFACES["Himmelblau"], np.array([1.2, 0.8])).live
    (uphill, steepness), slopes = live["best"][0, 0], live["slopes"][0, :, 1]
    assert np.allclose(slopes, steepness * np.cos(np.deg2rad(ANGLES - uphill)))


def test_the_compass_shows_what_the_given_function_says():
    place = np.array([1.2, 0.8])
    twice = slopes_around(bowl(10.0), place, lambda grad, direction: 2 * plain_slope(grad, direction))
    assert np.allclose(twice.live["slopes"][0, :, 1], 2 * slopes_around(bowl(10.0), place).live["slopes"][0, :, 1])
    assert plain_slope(np.array([3.0, 4.0]), np.array([0.0, -2.0])) == -4


def test_the_ground_is_level_at_right_angles_to_the_gradient():
    frames = slopes_around(bowl(10.0), np.array([1.2, 0.8]))
    turned = np.abs(ANGLES[frames.met] - frames.live["best"][0, 0, 0])
    assert len(turned) > 0 and np.all(np.abs(turned % 180 - 90) < 2)


def test_at_a_minimum_no_arrow_is_drawn_because_the_gradient_has_no_direction():
    live = slopes_around(bowl(10.0), np.zeros(2)).live
    assert np.isnan(live["steepest"][..., 2:]).all() and np.isfinite(live["needle"]).all()
    assert np.isnan(live["best"][..., 0]).all()


@pytest.mark.parametrize("condition", [1, 9, 49, 100])
def test_minus_the_gradient_misses_the_minimum_by_the_angle_of_kantorovich(condition):
    widest = np.rad2deg(np.arccos(2 * np.sqrt(condition) / (1 + condition)))
    assert misses(condition).live["missed"][0, :, 1].max() == pytest.approx(widest, abs=1e-5)


def test_the_way_around_the_ellipse_is_said_by_the_place():
    assert "at (2.00, 0.00)" in misses(10.0).alt[0] and "at (0.00, 0.63)" in misses(10.0).alt[30]
    assert "by 0°" in misses(10.0).alt[0]


def test_only_a_narrow_ellipse_misses_by_more_than_70_degrees():
    assert not misses(25.0).met.any() and misses(49.0).met.any()


@pytest.mark.parametrize(("a", "b"), [(2.0, -3.0), (0.5, 1.5)])
def test_the_walk_back_ends_with_the_gradients_that_automatic_differentiation_finds(a, b):
    one, other = Value(a), Value(b)
    product = one * other
    (product * (product + one)).backward()
    live = both_ways(a, b).live
    for name, value in (("a", one), ("b", other)):
        assert live[f"grad {name}"][-1] == f"grad {value.grad:.2f}"


def test_no_gradient_is_known_before_the_walk_back_and_all_are_after_it():
    live = both_ways(2.0, -3.0).live
    grads = np.array([live[f"grad {name}"] for name in "abpqf"])
    assert grads.shape == (5, STEPS) and np.all(grads[:, :4] == "") and np.all(grads[:, -1] != "")


def test_the_gradient_of_a_vanishes_at_two_b_where_that_of_b_does_not():
    assert [b for b in np.arange(-6, 5) / 2 if both_ways(2.0, b).met[-1]] == [-1, 0]
    assert not both_ways(2.0, 0.0).met[:-1].any()


@pytest.mark.parametrize(("difference", "order"), [(forward_difference, 1 / 2), (central_difference, 1 / 3)])
def test_the_best_step_is_near_the_root_of_eps_that_the_order_of_the_difference_asks_for(difference, order):
    best = H[np.argmin(slope_errors(difference, CURVES["exp(w), w near 1"], H))]
    assert 0.3 < best / np.finfo(float).eps ** order < 3


@pytest.mark.parametrize("function", CURVES)
def test_only_central_differences_bring_the_error_below_a_billionth(function):
    assert not microscope("forward", function, METHODS, H).met.any()
    assert microscope("central", function, METHODS, H).met.any()


def test_near_ten_thousand_the_best_step_is_thousands_of_times_as_long_as_near_one():
    near_one, far = (H[np.argmin(slope_errors(central_difference, curve, H))] for curve in two_scales())
    assert far / near_one > 3000


def test_the_secant_under_the_microscope_becomes_the_tangent():
    secant = microscope("forward", "exp(w), w near 1", METHODS, np.array([1e-6])).live["secant"][0]
    assert np.allclose(secant, [[-2, -2], [2, 2]], atol=1e-5)


def test_the_error_of_random_directions_falls_as_the_root_of_their_number():
    counts = np.array([10, 100, 1000])
    errors = np.mean([average_directions(100, draws, spsa, counts).live["now"][:, 0, 1] for draws in range(5)], axis=0)
    assert np.allclose(errors, np.sqrt(99 / counts), rtol=0.1)


def test_a_gradient_that_is_cleared_arrives_and_one_that_adds_up_never_does():
    below = RATES[(RATES > 0.2) & (RATES < 0.8)]
    assert np.all(np.abs(accumulated(below, cleared=True)[:, -1] - 2) < 1e-6)
    late = np.abs(accumulated(RATES, cleared=False)[:, -12:] - 2)
    assert np.all(late.max(axis=1) > 1)


def test_a_path_whose_gradients_add_up_keeps_its_swing():
    distance = np.abs(accumulated(np.array([0.5]), cleared=False)[0] - 2)
    assert np.allclose(distance[6:12], distance[12:18]) and distance.max() == pytest.approx(3)


def test_only_added_gradients_meet_the_challenge_and_a_step_before_they_are_elsewhere():
    assert not clearing(RATES, CLEARED).met.any()
    met = clearing(RATES, ADDED).met
    assert met.any() and np.all(np.abs(accumulated(RATES[met], cleared=False)[:, -2] - 2) > 0.5)


def test_a_product_of_d_numbers_takes_d_minus_1_multiplications_and_three_times_that_with_its_gradient():
    alone, together, gradient = counted_product(np.array([2.0, 3.0, 5.0, 7.0]))
    assert (alone, together) == (3, 9)
    assert gradient.tolist() == [105, 70, 42, 30]


@pytest.mark.parametrize("part", [lambda slope, grad: slope * grad, lambda slope, grad: grad * slope])
def test_multiplications_of_a_walk_over_numpy_arrays_are_counted_in_either_order(part):
    def walk(inputs):
        grads = np.zeros(len(inputs))
        grads[-1] = 1.0
        for k in reversed(range(len(inputs))):
            for i, slope in inputs[k]:
                grads[i] += part(slope, grads[k])
        return grads

    alone, together, gradient = counted_product(np.array([2.0, 3.0, 5.0]), walk)
    assert (alone, together, gradient.tolist()) == (2, 6, [15, 10, 6])


def test_the_walk_back_shows_what_a_function_of_ones_own_passes_back():
    def wrong(a, b, out_grad):
        return 0.0, 100.0

    live = both_ways(2.0, -3.0, wrong).live
    assert live["grad b"][-1] == "grad 100.00"
