import numpy as np
import pytest

from helpers.estimates import (
    central_difference,
    check_gradient,
    complex_step,
    forward_difference,
    relative_error,
    spsa,
)
from helpers.losses import mae
from helpers.surfaces import SURFACES, beale, bowl, rosenbrock

EPS = np.finfo(float).eps
W = np.array([-1.2, 1.0])


def errors(estimate, steps):
    def wave(x):
        return np.sum(np.exp(x) * np.sin(3 * x), axis=-1)

    x = np.array([0.3, 0.9])
    exact = np.exp(x) * (np.sin(3 * x) + 3 * np.cos(3 * x))
    return [relative_error(estimate(wave, x, h), exact) for h in steps]


def test_forward_error_falls_with_h_and_central_error_with_h_squared():
    ratio_forward = np.divide(*errors(forward_difference, [1e-3, 1e-4]))
    ratio_central = np.divide(*errors(central_difference, [1e-2, 1e-3]))
    assert ratio_forward == pytest.approx(10, rel=0.02)
    assert ratio_central == pytest.approx(100, rel=0.02)


@pytest.mark.parametrize(("estimate", "power"), [(forward_difference, 1 / 2), (central_difference, 1 / 3)])
def test_best_step_lies_near_the_power_of_eps_that_theory_names(estimate, power):
    steps = 10.0 ** np.arange(-15, 0, 0.5)
    best = steps[np.argmin(errors(estimate, steps))]
    assert EPS**power / 30 < best < EPS**power * 30


def test_complex_step_is_exact_to_rounding_for_every_tiny_h():
    assert max(errors(complex_step, [1e-10, 1e-20, 1e-100, 1e-200])) < 1e-14


def test_central_beats_forward_at_their_best_steps():
    (forward,), (central,) = errors(forward_difference, [EPS**0.5]), errors(central_difference, [EPS ** (1 / 3)])
    assert central < forward / 10


@pytest.mark.parametrize("estimate", [forward_difference, central_difference, complex_step])
def test_estimates_of_many_points_are_those_of_each_point(estimate):
    points = np.random.default_rng(0).uniform(-2, 2, (3, 4, 2))
    together = estimate(beale.value, points, 1e-6)
    assert together.shape == (3, 4, 2)
    for i in np.ndindex(3, 4):
        assert np.array_equal(together[i], estimate(beale.value, points[i], 1e-6))


def test_estimate_of_a_gradient_is_the_hessian():
    assert relative_error(central_difference(rosenbrock.gradient, W, 1e-5), rosenbrock.hessian(W)) < 1e-9


def test_complex_step_refuses_a_function_that_drops_the_imaginary_part():
    with pytest.raises(ValueError, match="take central_difference"):
        complex_step(lambda w: mae(w, np.zeros(2)), W)


def test_spsa_takes_two_evaluations_a_direction_whatever_the_dimension():
    for d in (2, 1000):
        calls = []

        def counted(w, calls=calls):
            calls.append(w)
            return np.sum(w**2)

        spsa(counted, np.ones(d), 1e-3, np.random.default_rng(0), directions=3)
        assert len(calls) == 6


def test_spsa_is_unbiased_and_its_error_falls_with_the_root_of_the_directions():
    rng = np.random.default_rng(0)
    points = np.broadcast_to(W, (20_000, 2))
    once = spsa(rosenbrock.value, points, 1e-4, rng)
    many = spsa(rosenbrock.value, points, 1e-4, rng, directions=16)
    assert relative_error(once.mean(axis=0), rosenbrock.gradient(W)) < 0.02
    assert np.all(once.std(axis=0) / many.std(axis=0) == pytest.approx(4, rel=0.05))


def test_spsa_repeats_with_the_same_seed():
    first, second = (spsa(rosenbrock.value, W, 1e-4, np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(first, second)


def test_relative_error_is_the_length_of_the_difference_over_the_larger_length():
    assert relative_error([3.0, 4.0], [3.0, 0.0]) == pytest.approx(0.8, rel=1e-15)
    assert relative_error(np.zeros(3), np.zeros(3)) == 0
    assert relative_error([1e-300], [-1e-300]) == 2
    assert np.isnan(relative_error([np.nan], [1.0]))
    assert np.isnan(relative_error([np.inf], [np.inf]))


@pytest.mark.parametrize("name", list(SURFACES))
def test_check_gradient_passes_right_gradients_and_exposes_a_factor_and_a_sign(name):
    surface = SURFACES[name]
    w = np.array([0.7, -0.4])
    assert check_gradient(surface.value, surface.gradient, w) < 1e-7
    assert check_gradient(surface.value, lambda w: 2 * surface.gradient(w), w) == pytest.approx(0.5, rel=1e-6)
    assert check_gradient(surface.value, lambda w: -surface.gradient(w), w) == pytest.approx(2, rel=1e-6)


def test_check_gradient_steps_in_proportion_to_a_large_point():
    assert check_gradient(bowl().value, bowl().gradient, [3e6, -2e6]) < 1e-7


def test_estimates_leave_their_argument_alone():
    w = W.copy()
    for estimate in (forward_difference, central_difference, complex_step):
        estimate(rosenbrock.value, w, 1e-6)
    spsa(rosenbrock.value, w, 1e-6, np.random.default_rng(0))
    check_gradient(rosenbrock.value, rosenbrock.gradient, w)
    assert np.array_equal(w, W)


@pytest.mark.parametrize("estimate", [forward_difference, central_difference, complex_step])
@pytest.mark.parametrize("h", [0, -1e-6, np.nan, np.inf, [1e-6, 1e-5]], ids=str)
def test_a_step_that_is_not_one_positive_number_is_refused(estimate, h):
    with pytest.raises(ValueError, match="one finite step h > 0"):
        estimate(rosenbrock.value, W, h)


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: central_difference(np.cos, 5.0, 1e-6), ValueError, r"write \[5.0\]"),
        (lambda: forward_difference(lambda w: None, W, 1e-6), TypeError, "return"),
        (lambda: central_difference(np.sum, np.ones((4, 2)), 1e-6), ValueError, "one value per point"),
        (lambda: spsa(np.sin, W, 1e-6, np.random.default_rng(0)), ValueError, "spsa needs a function"),
        (lambda: spsa(np.sum, W, 1e-6, 0), TypeError, "default_rng"),
        (lambda: spsa(np.sum, W, 1e-6, np.random.default_rng(0), directions=0), ValueError, "at least 1 direction"),
        (lambda: relative_error([1.0], [[1.0]]), ValueError, "same shape"),
        (lambda: check_gradient(rosenbrock.value, lambda w: 1.0, W), ValueError, "same shape"),
    ],
)
def test_bad_input_is_told_what_to_do(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()


def test_the_complex_step_cannot_see_that_a_sum_has_lost_a_part_of_its_slope():
    assert complex_step(lambda w: abs(w[..., 0]) + w[..., 0] ** 2, np.array([-2.0])) == pytest.approx([-4])  # it is -5
