import numpy as np
import pytest

from helpers.descent import sweep
from helpers.estimates import complex_step, relative_error
from helpers.losses import mse
from helpers.surfaces import SURFACES, bowl, least_squares, rosenbrock, saddle

FEATURES, TARGETS = np.random.default_rng(1).normal(size=(30, 2)), np.random.default_rng(2).normal(size=30)
every_surface = pytest.mark.parametrize(
    "surface", [*SURFACES.values(), bowl(1), bowl(1e6), least_squares(FEATURES, TARGETS)], ids=lambda s: s.name
)


def points_in(window, n=200):
    lows, highs = np.transpose(window)
    return np.random.default_rng(0).uniform(lows, highs, (n, 2))


@every_surface
def test_gradient_equals_complex_step_derivative_at_every_point(surface):
    for w in points_in(surface.window):
        assert relative_error(surface.gradient(w), complex_step(surface.value, w)) < 1e-10


@every_surface
def test_hessian_equals_complex_step_derivative_of_gradient_at_every_point(surface):
    for w in points_in(surface.window):
        assert relative_error(surface.hessian(w), complex_step(surface.gradient, w)) < 1e-10


@every_surface
def test_minima_have_value_zero_zero_gradient_and_upward_curvature(surface):
    assert surface.minima.shape == (len(surface.minima), 2) and len(surface.minima) > 0
    assert np.all(np.abs(surface.value(surface.minima)) < 1e-20)
    assert np.all(np.abs(surface.gradient(surface.minima)) < 1e-12)
    assert np.all(np.linalg.eigvalsh(surface.hessian(surface.minima)) > 0)


@every_surface
def test_no_point_of_the_window_lies_below_the_minima_which_lie_inside(surface):
    assert np.all(surface.value(points_in(surface.window, 100_000)) >= 0)
    lows, highs = np.transpose(surface.window)
    assert np.all((surface.minima > lows) & (surface.minima < highs))


@every_surface
def test_grid_of_points_gives_what_single_points_give(surface):
    grid = points_in(surface.window, 12).reshape(3, 4, 2)
    value, gradient, hessian = surface.value(grid), surface.gradient(grid), surface.hessian(grid)
    assert (value.shape, gradient.shape, hessian.shape) == ((3, 4), (3, 4, 2), (3, 4, 2, 2))
    for i in np.ndindex(3, 4):
        assert value[i] == surface.value(grid[i])
        assert np.array_equal(gradient[i], surface.gradient(grid[i]))
        assert np.array_equal(hessian[i], surface.hessian(grid[i]))


@every_surface
def test_the_order_in_memory_changes_no_digit(surface):
    points = points_in(surface.window)
    for function in (surface.value, surface.gradient, surface.hessian):
        assert np.array_equal(function(points[::-1]), function(points)[::-1])


@every_surface
def test_surface_takes_lists_and_integers_and_leaves_its_argument_alone(surface):
    assert surface.value([1, -1]) == surface.value(np.array([1.0, -1.0]))
    w = points_in(surface.window, 5)
    before = w.copy()
    surface.value(w), surface.gradient(w), surface.hessian(w)
    assert np.array_equal(w, before)


@every_surface
@pytest.mark.parametrize("bad", [1.0, [1.0], [[1.0, 2.0, 3.0]], ["x", "y"]], ids=str)
def test_points_of_another_shape_or_kind_are_refused_by_name(surface, bad):
    for function in (surface.value, surface.gradient, surface.hessian):
        with pytest.raises(ValueError, match=f"{surface.name} needs points of shape"):
            function(bad)


@every_surface
@pytest.mark.parametrize("far", [1e60, 1e200, np.inf, np.nan])
def test_points_far_away_give_no_warning(surface, far):
    surface.value([far, -far]), surface.gradient([far, -far]), surface.hessian([far, -far])


def test_bowl_has_the_condition_number_it_was_asked_for():
    for condition in (1, 10, 1e6):
        eigenvalues = np.linalg.eigvalsh(bowl(condition).hessian([0.3, -0.7]))
        assert eigenvalues[-1] / eigenvalues[0] == pytest.approx(condition, rel=1e-14)


@pytest.mark.parametrize("condition", [0.5, -10, np.nan, np.inf])
def test_bowl_refuses_impossible_condition_numbers(condition):
    with pytest.raises(ValueError, match="at least 1"):
        bowl(condition)


def test_least_squares_is_the_mean_squared_error_above_that_of_the_best_fit():
    surface, w = least_squares(FEATURES, TARGETS), points_in(((-3, 3), (-3, 3)))
    best = np.linalg.lstsq(FEATURES, TARGETS, rcond=None)[0]
    assert np.allclose(surface.minima, [best], atol=1e-14)
    assert np.allclose(surface.value(w), mse(w @ FEATURES.T, TARGETS) - mse(FEATURES @ best, TARGETS), atol=1e-13)


def test_least_squares_refuses_two_features_that_say_the_same():
    with pytest.raises(np.linalg.LinAlgError):
        least_squares(np.tile(FEATURES[:, :1], 2), TARGETS)


def test_himmelblau_has_four_different_minima():
    assert len(np.unique(SURFACES["Himmelblau"].minima.round(3), axis=0)) == 4


def test_saddle_has_zero_gradient_and_both_signs_of_curvature_at_the_origin():
    assert np.array_equal(saddle.gradient([0, 0]), [0, 0])
    assert list(np.sign(np.linalg.eigvalsh(saddle.hessian([0, 0])))) == [-1, 1]


def test_descent_stays_on_the_saddle_until_a_tiny_push_sends_it_to_a_minimum():
    ends = sweep(saddle.gradient, [[1.0, 0.0], [1.0, 1e-8], [1.0, -1e-8]], steps=1000, lr=0.1)[:, -1]
    assert np.allclose(ends, [[0, 0], [0, 1], [0, -1]], atol=1e-12)


def test_plateau_has_a_vanishing_gradient_far_from_its_minimum():
    plateau = SURFACES["plateau"]
    assert plateau.value([4, 4]) > 0.999
    assert np.abs(plateau.gradient([4, 4])).max() < 1e-6
    assert np.array_equal(plateau.gradient([40, 40]), [0, 0])


def test_menu_names_are_the_surfaces_own_and_every_source_is_given():
    assert [surface.name for surface in SURFACES.values()] == list(SURFACES)
    assert len(SURFACES) == 8
    assert all("(19" in surface.source or "(20" in surface.source for surface in SURFACES.values())


def test_minima_cannot_be_overwritten():
    with pytest.raises(ValueError, match="read-only"):
        rosenbrock.minima[0] = 0
