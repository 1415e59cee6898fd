"""Claims of lessons 09 and 10, on the numbers behind their pictures: momentum, and a rate for each coordinate."""

import numpy as np
import pytest

from helpers.descent import descend
from helpers.experiments.adaptive_methods import RACERS, SCALED, START, racing, rates_and_distances, run_with_rates
from helpers.experiments.momentum import LOOKS, bowl_runs, decay_rates, parabola_run, regime
from helpers.surfaces import SURFACES

BETAS = np.arange(99) / 100


@pytest.mark.parametrize("beta", [0.3, 0.81, 0.95])
def test_heavy_ball_decays_by_the_root_of_beta_wherever_it_ripples(beta):
    x = np.linspace((1 - np.sqrt(beta)) ** 2 + 1e-3, (1 + np.sqrt(beta)) ** 2 - 1e-3, 50)
    assert np.allclose(decay_rates(x, np.full_like(x, beta)), np.sqrt(beta))


def test_heavy_ball_converges_up_to_two_times_one_plus_beta():
    edge = 2 * (1 + BETAS)
    assert np.all(decay_rates(edge - 0.01, BETAS) < 1) and np.all(decay_rates(edge + 0.01, BETAS) > 1)


@pytest.mark.parametrize(
    ("x", "beta", "words"),
    [
        (0.0, 0.5, "stays where it is"),
        (2.0, 0.0, "swings for ever"),
        (2.5, 0.1, "diverges"),
        (2.5, 0.5, "ripples around the minimum"),
        (0.2, 0.1, "comes in from one side"),
        (1.6, 0.03, "jumps across the minimum at each step"),
    ],
)
def test_every_region_of_the_map_has_its_words(x, beta, words):
    assert regime(x, beta) == words


def test_without_momentum_a_parabola_at_two_over_its_curvature_jumps_between_two_points():
    assert np.abs(parabola_run(np.array([2.0, 0.0]), 40).live["whole"][..., 1]).tolist() == [[1.0] * 41] * 41


def test_momentum_settles_beyond_the_limit_of_plain_descent():
    met = parabola_run(np.array([2.2, 0.5]), 60).met
    assert not met[:30].any() and met[30:].all()
    assert not parabola_run(np.array([1.9, 0.5]), 60).met.any()


def test_a_diverging_parabola_is_drawn_until_it_leaves_and_the_caption_says_when():
    frames = parabola_run(np.array([2.5, 0.1]), 60)
    w = frames.live["whole"][0, :, 1]
    seen = w[np.isfinite(w)]
    assert 3 < len(seen) < 8 and np.all(abs(seen[:-1]) <= 2.4) and abs(seen[-1]) > 2.4
    assert frames.alt[0].endswith(f"out of the picture at step {len(seen) - 1}.")


def test_without_momentum_all_three_rules_take_one_path():
    live = bowl_runs(100.0, 1.0, np.array([0.0]), 60).live
    for name in LOOKS:
        assert np.allclose(live[name], live["plain"], rtol=1e-12)


def test_the_race_and_the_map_are_run_by_the_steps_that_they_are_given():
    def forgetful(w, velocity, grad, lr, beta):
        return w - lr * grad, grad

    def forgetful_too(w, velocity, grad_fn, lr, beta):
        return forgetful(w, velocity, grad_fn(w), lr, beta)

    live = bowl_runs(100.0, 1.0, np.array([0.9]), 60, forgetful, forgetful_too).live
    for name in LOOKS:
        assert np.allclose(live[name], live["plain"], rtol=1e-12)
    run = parabola_run(np.array([0.1, 0.9]), 20, forgetful).live["whole"][0, :, 1]
    assert np.allclose(run, 0.9 ** np.arange(21))


def test_heavy_ball_is_best_at_the_critical_momentum_of_the_flat_direction():
    losses = bowl_runs(100.0, 1.0, BETAS, 300).live["heavy ball"]
    assert BETAS[np.argmin(losses[:, -1])] == pytest.approx((1 - np.sqrt(1 / 100)) ** 2, abs=0.02)


def test_the_race_at_condition_100_is_won_with_momentum_alone():
    frames = bowl_runs(100.0, 1.0, BETAS, 60)
    assert frames.met.any() and frames.live["plain"][:, -1].min() > 0.1
    assert not bowl_runs(50.0, 1.0, BETAS, 60).met.any()


@pytest.mark.parametrize("rule", SCALED)
def test_a_scaled_rule_moves_flat_and_steep_coordinate_alike_and_plain_descent_does_not(rule):
    path, rates = run_with_rates(rule, np.array([[1.0, 1000.0]]), 0.001, 100)
    alike = np.allclose(path[..., 0], path[..., 1], rtol=1e-4)
    assert alike == (rule != "gradient descent")
    assert np.allclose(rates[..., 0], rates[..., 1] * (1000 if alike else 1), rtol=1e-3)


@pytest.mark.parametrize("rule", [rule for rule in SCALED if rule != "Adam"])
def test_a_step_is_the_rate_of_its_coordinate_times_the_gradient(rule):
    curvatures = np.array([[1.0, 10.0]])
    path, rates = run_with_rates(rule, curvatures, 0.01, 20)
    assert np.allclose(np.diff(path, axis=1), -rates * curvatures * path[:, :-1])


def test_adams_first_rate_is_lr_over_the_size_of_the_gradient():
    _, rates = run_with_rates("Adam", np.array([[1.0, 1000.0]]), 0.01, 1)
    assert np.allclose(rates, [[[0.01, 0.00001]]])


@pytest.mark.parametrize("rule", SCALED)
def test_paths_with_rates_are_those_of_the_rule(rule):
    method, settings = SCALED[rule]
    path, _ = run_with_rates(rule, np.array([[1.0, 10.0]]), 0.01, 50)
    assert np.allclose(
        path[0], descend(lambda w: np.array([1.0, 10.0]) * w, np.ones(2), method, 50, lr=0.01, **settings)
    )


def test_only_plain_descent_cannot_come_close_at_condition_1000():
    conditions, rates = np.array([10.0, 1000.0]), (0.001, 0.01, 0.1, 0.3)
    met = {rule: any(rates_and_distances(rule, lr, conditions, 150).met[1] for lr in rates) for rule in SCALED}
    assert met == {rule: rule != "gradient descent" for rule in SCALED}


def test_the_race_shows_what_each_rule_alone_does():
    live = racing("saddle", np.array([-1.5, 1.8]), np.array([0.001, 0.1]), 30).live
    for name, (rule, settings) in RACERS.items():
        alone = descend(SURFACES["saddle"].gradient, np.array([-1.5, 1.8]), rule, 30, lr=0.1, **settings)
        assert np.array_equal(live[f"path of {name}"][1], alone)


def test_one_rate_serves_all_five_rules_on_the_saddle_and_none_does_on_rosenbrock():
    rates, start = np.geomspace(1e-4, 1, 61), np.array([-1.5, 1.8])
    assert racing("saddle", start, rates, 200).met.any()
    assert not racing("Rosenbrock", start, rates, 200).met.any()


def test_at_one_rate_plain_and_adaptive_rules_go_from_the_race_s_start_to_different_minima():
    ends = racing("Himmelblau", np.array(START), np.array([0.012]), 200).live["now"][0]
    nearest = np.linalg.norm(SURFACES["Himmelblau"].minima - ends[:, None], axis=-1).argmin(axis=1)
    nearest = dict(zip(RACERS, nearest, strict=True))
    assert nearest["gradient descent"] == nearest["heavy ball"] != nearest["Adam"] == nearest["RMSprop"]


def test_a_run_without_bound_is_said_and_not_drawn():
    frames = racing("Rosenbrock", np.array([-1.5, 1.8]), np.array([1.0]), 50)
    assert "unbounded: gradient descent" in frames.alt[0]
    drawn = frames.live["gradient descent"][0]
    assert np.isnan(drawn[-1]) and np.nanmax(drawn) < 1e90
