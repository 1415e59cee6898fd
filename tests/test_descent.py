from functools import partial

import numpy as np
import pytest

from helpers import schedules
from helpers.descent import descend, sweep
from helpers.optimizers import RULES, adam, gradient_descent, heavy_ball, nadam
from helpers.surfaces import SURFACES, bowl, rosenbrock

GRAD = rosenbrock.gradient
W0 = np.array([-1.2, 1.0])
every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())


@every_rule
def test_path_is_the_list_of_what_the_rule_returned(rule):
    w, state, points = W0, (), [W0]
    for _ in range(50):
        w, *state = rule(w, GRAD(w), *state, lr=1e-3)
        points.append(w)
    assert np.allclose(descend(GRAD, W0, rule, 50, lr=1e-3), points, rtol=1e-12)


def test_worked_example_of_the_first_lesson():
    path = descend(lambda w: 2 * (w - 2), [5.0], steps=2, lr=0.1)
    assert path == pytest.approx(np.array([[5.0], [4.4], [3.92]]))


def test_no_steps_leave_the_start_alone():
    assert np.array_equal(descend(GRAD, W0, steps=0), [W0])
    assert sweep(GRAD, W0, steps=0, lr=[0.1, 0.2]).shape == (2, 1, 2)


def test_shapes_of_starts_are_kept_and_steps_come_before_parameters():
    starts = np.random.default_rng(0).uniform(-1, 1, (3, 4, 2))
    paths = descend(GRAD, starts, adam, 30, lr=0.01)
    assert paths.shape == (3, 4, 31, 2)
    for i in np.ndindex(3, 4):
        assert np.array_equal(paths[i], descend(GRAD, starts[i], adam, 30, lr=0.01))


@every_rule
@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES.keys())
def test_sweep_over_learning_rates_equals_single_descents_in_every_digit(surface, rule):
    rates = np.geomspace(1e-4, 3, 9)  # the largest diverge
    alone = [descend(surface.gradient, W0, rule, 60, lr=lr) for lr in rates]
    assert np.array_equal(sweep(surface.gradient, W0, rule, 60, lr=rates), alone, equal_nan=True)


def test_sweep_over_a_setting_in_an_exponent_equals_single_descents_in_every_digit():
    def fading(w, grad, state=0, decay=0.1):
        return 0.96 ** (state * decay) + 0 * w, state + 1

    decays = np.linspace(0.001, 0.5, 33)
    alone = [descend(GRAD, W0, fading, 60, decay=decay) for decay in decays]
    assert np.array_equal(sweep(GRAD, W0, fading, 60, decay=decays), alone)


@pytest.mark.parametrize("rule", [adam, nadam])
def test_sweep_over_every_setting_and_start_at_once_equals_single_descents_in_every_digit(rule):
    rng = np.random.default_rng(0)
    starts, rates = rng.uniform(-2, 2, (33, 2)), rng.uniform(0, 0.1, 33)
    beta1, beta2 = np.linspace(0.5, 0.99, 33), np.linspace(0.999, 0.9, 33)[::-1]
    together = sweep(GRAD, starts, rule, 100, lr=rates, beta1=beta1, beta2=beta2, eps=1e-6)
    for i in range(33):
        alone = descend(GRAD, starts[i], rule, 100, lr=rates[i], beta1=beta1[i], beta2=beta2[i], eps=1e-6)
        assert np.array_equal(together[i], alone)


def test_sweep_over_starts_alone_equals_descend_on_the_batch():
    starts = np.random.default_rng(0).uniform(-1, 1, (5, 2))
    assert np.array_equal(sweep(GRAD, starts, heavy_ball, lr=1e-4), descend(GRAD, starts, heavy_ball, lr=1e-4))


def test_sweep_of_nothing_is_one_run():
    assert np.array_equal(sweep(GRAD, W0, lr=1e-3), [descend(GRAD, W0, lr=1e-3)])


def test_a_schedule_sets_the_rate_of_each_step():
    path = descend(lambda w: np.ones_like(w), [0.0], steps=4, lr=schedules.step_decay(1.0, 2, 0.5))
    assert np.array_equal(path[:, 0], [0, -1, -2, -2.5, -3])


def test_a_schedule_need_not_take_arrays_and_may_set_any_setting_beside_a_sweep():
    settings = {"lr": [1e-4, 2e-4], "beta": lambda t: 0.5 if t < 10 else 0.9}
    together = sweep(GRAD, W0, heavy_ball, 30, **settings)
    alone = [descend(GRAD, W0, heavy_ball, 30, lr=lr, beta=settings["beta"]) for lr in settings["lr"]]
    assert np.array_equal(together, alone)
    assert not np.array_equal(together[0], descend(GRAD, W0, heavy_ball, 30, lr=1e-4, beta=0.9))


def test_a_setting_left_out_is_the_rules_default():
    assert np.allclose(descend(GRAD, W0, adam), descend(GRAD, W0, adam, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8))


@every_rule
def test_divergence_fills_the_path_with_inf_or_nan_and_warns_of_nothing(rule):
    path = descend(lambda w: w**3, [10.0, -10.0], rule, 200, lr=1e300)
    assert path.shape == (201, 2) and not np.isfinite(path[-1]).all()


def test_one_diverging_run_leaves_its_neighbours_alone():
    paths = sweep(bowl().gradient, W0, steps=2000, lr=[0.1, 0.5])
    assert np.abs(paths[0, -1]).max() < 1e-12
    assert not np.isfinite(paths[1, -1]).all()


def test_a_gradient_that_changes_its_argument_cannot_change_the_path():
    def careless(w):
        w *= 2
        return w / 2

    assert np.array_equal(descend(careless, W0, lr=0.1), descend(lambda w: w, W0, lr=0.1))


def test_a_rule_that_changes_its_argument_changes_neither_the_start_nor_the_path():
    def careless(w, grad, state=None, lr=0.1):
        w -= lr * grad
        return w, state

    start = W0.copy()
    assert np.array_equal(descend(GRAD, start, careless, lr=1e-3), descend(GRAD, W0, lr=1e-3))
    assert np.array_equal(start, W0)


def test_arguments_are_left_alone():
    starts, rates = np.ones((3, 2)), np.array([0.1, 0.2, 0.3])
    sweep(bowl().gradient, starts, lr=rates)
    assert np.array_equal(starts, np.ones((3, 2))) and np.array_equal(rates, [0.1, 0.2, 0.3])


def test_a_gradient_may_return_a_list_and_a_start_may_be_whole_numbers():
    path = descend(lambda w: [w[0], 10 * w[1]], [1, 1], lr=0.05)
    assert np.array_equal(path, descend(bowl(10).gradient, [1.0, 1.0], lr=0.05))


def test_a_rule_of_the_learners_own_runs_in_descend_and_sweep():
    def with_memory(w, grad, state=0, lr=0.1):
        return w - lr * grad / (1 + state), state + 1

    together = sweep(GRAD, W0, with_memory, 20, lr=[1e-4, 1e-3])
    assert np.array_equal(together, [descend(GRAD, W0, with_memory, 20, lr=lr) for lr in (1e-4, 1e-3)])


both = pytest.mark.parametrize("runner", [descend, sweep])


@both
@pytest.mark.parametrize(
    ("arguments", "settings", "error", "sentence"),
    [
        ((GRAD, 5.0), {}, ValueError, r"write \[5.0\]"),
        ((GRAD, []), {}, ValueError, "shape"),
        ((GRAD, [np.nan, 1.0]), {}, ValueError, "must be finite"),
        ((GRAD, [np.inf, 1.0]), {}, ValueError, "must be finite"),
        ((rosenbrock, W0), {}, TypeError, "rosenbrock.gradient"),
        ((GRAD, W0, "adam"), {}, TypeError, "helpers.optimizers.adam"),
        ((GRAD, W0, gradient_descent, 10.0), {}, TypeError, "whole number"),
        ((GRAD, W0, gradient_descent, True), {}, TypeError, "whole number"),
        ((GRAD, W0, gradient_descent, -1), {}, ValueError, "0 or more"),
        ((GRAD, W0), {"momentum": 0.9}, TypeError, "gradient_descent has no setting momentum; it has lr"),
        ((GRAD, W0, adam), {"beta": 0.9}, TypeError, "it has lr, beta1, beta2, eps$"),
        ((GRAD, W0, adam), {"state": 0.9}, TypeError, "no setting state"),
        ((GRAD, W0), {"lr": -0.1}, ValueError, "lr must be 0 or more"),
        ((GRAD, W0), {"lr": np.nan}, ValueError, "lr must be a finite number"),
        ((GRAD, W0), {"lr": "small"}, ValueError, "lr must be a finite number"),
        ((GRAD, W0), {"lr": None}, ValueError, "lr must be a finite number"),
        ((GRAD, W0), {"lr": lambda t: 0.1 - t}, ValueError, "lr must be 0 or more"),
        ((GRAD, W0), {"lr": lambda t: None}, ValueError, "lr must be a finite number"),
        ((GRAD, W0), {"lr": lambda t: [0.1, 0.2]}, ValueError, "one number for each step"),
        ((lambda w: w[..., 0], W0), {}, ValueError, r"write w\[..., 0\]"),
        ((lambda w: None, W0), {}, TypeError, "return"),
        ((GRAD, W0, lambda w, grad, lr: w), {"lr": 0.1}, TypeError, "w, grad, state and then its settings"),
        ((GRAD, W0, partial(adam, eps=1e-6)), {"beta": 0.9}, TypeError, "the rule has no setting beta"),
        ((GRAD, W0, lambda w, grad, state=0: w), {}, TypeError, "must return the next w"),
        ((GRAD, W0, lambda w, grad, state=0: (w[..., :1], state)), {}, TypeError, "must return the next w"),
    ],
)
def test_bad_input_is_told_what_to_do(runner, arguments, settings, error, sentence):
    with pytest.raises(error, match=sentence) as caught:
        runner(*arguments, **settings)
    assert len(str(caught.value).splitlines()) == 1


def test_descend_sends_an_array_of_rates_to_sweep():
    with pytest.raises(ValueError, match="use sweep"):
        descend(GRAD, W0, lr=[0.1, 0.2])


@pytest.mark.parametrize(
    ("w0", "settings", "sentence"),
    [
        (W0, {"lr": [0.1, 0.2], "beta": [0.8, 0.9, 0.95]}, "one length and got {'lr': 2, 'beta': 3}"),
        (np.ones((3, 2)), {"lr": [0.1, 0.2]}, "one length and got {'lr': 2, 'w0': 3}"),
        (W0, {"lr": [[0.1, 0.2]]}, "one row of values"),
        (W0, {"lr": []}, "one row of values"),
        (np.ones((2, 2, 2)), {}, "one row of values"),
        (W0, {"lr": [0.1, -0.2]}, "lr must be 0 or more and has -0.2"),
        (W0, {"lr": [0.1, np.nan]}, "lr must be a finite number"),
    ],
)
def test_sweep_refuses_arrays_that_do_not_fit_together(w0, settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        sweep(GRAD, w0, heavy_ball, **settings)


def test_a_gradient_written_for_one_point_is_told_how_to_take_many():
    with pytest.raises(ValueError, match=r"w of shape \(5, 2\).*w\[\.\.\., 0\]"):
        sweep(lambda w: np.array([w[0], 10 * w[1]]), W0, lr=np.linspace(0.01, 0.1, 5))
