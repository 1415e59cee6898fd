"""Claims of lessons 00, 05 and 06, on the numbers behind their pictures: the learning rate and where a descent ends."""

import numpy as np
import pytest

from helpers.experiments import edge_of_stability
from helpers.experiments.gradient_descent import ENDS, basins, reached, updates
from helpers.experiments.learning_rate import FRACTIONS, NAMES, bowl_descents, parabola_descents, scheduled
from helpers.experiments.start_here import STEPS, descents
from helpers.surfaces import himmelblau

PEAKS = np.arange(2, 105, 6) / 1000


def test_the_first_loss_shrinks_by_the_square_of_one_minus_twice_the_rate():
    rates = np.array([0.1, 0.5, 1.0, 1.1])
    losses = descents(rates).live["loss"]
    assert np.allclose(losses, 9 * (1 - 2 * rates[:, None]) ** (2 * np.arange(STEPS + 1)))


def test_the_first_challenge_is_met_about_the_rate_that_arrives_in_one_step():
    assert descents(np.array([0.15, 0.25, 0.5, 0.75, 0.85])).met.tolist() == [False, True, True, True, False]


def test_at_twice_the_inverse_curvature_the_loss_neither_falls_nor_grows():
    losses = parabola_descents(np.array([0.495, 0.5, 0.505]), 30).live["loss"]
    assert losses[0, -1] < losses[0, 0] < losses[2, -1]
    assert np.all(losses[1] == losses[1, 0])


@pytest.mark.parametrize(
    ("lr", "words"),
    [(0.1, "creeps in"), (0.25, "arrives in one"), (0.4, "swings in"), (0.5, "jumps to and fro"), (0.6, "diverges")],
)
def test_the_words_say_what_the_factor_per_step_does(lr, words):
    frames = parabola_descents(np.array([lr]), 30)
    assert words in frames.alt[0]
    assert f"{1 - 4 * lr:+.2f}" in frames.live["factor"][0]


def test_the_best_rate_of_a_bowl_is_where_both_directions_shrink_alike():
    condition, rates = 9.0, np.linspace(0.8, 1.0, 201)
    live = bowl_descents(condition, rates, 200).live
    assert rates[np.argmin(live["loss"][:, -1])] == pytest.approx(condition / (1 + condition), abs=0.003)
    assert np.allclose(live["loss"], live["flat"] + live["steep"])


@pytest.mark.parametrize(("condition", "possible"), [(20.0, True), (50.0, False)])
def test_sixty_steps_are_enough_up_to_condition_number_20(condition, possible):
    assert bowl_descents(condition, FRACTIONS, 60).met.any() == possible


def test_an_easier_bowl_does_not_meet_the_challenge():
    easy = bowl_descents(10.0, FRACTIONS, 60)
    assert easy.live["loss"][:, -1].min() < 1e-2 and not easy.met.any()


def test_beyond_the_limit_the_swing_is_drawn_until_it_leaves_and_grows_at_each_step():
    below, above = (bowl_descents(50.0, np.array([f]), 60) for f in (0.99, 1.02))
    assert np.isfinite(below.live["path"]).all() and "leaves" not in below.alt[0]
    swing = np.abs(above.live["path"][0, :, 1])
    seen = swing[np.isfinite(swing)]
    assert np.all(np.diff(seen) > 0) and seen[-2] <= 2.2 < seen[-1]
    assert f"leaves at step {len(seen) - 1};" in above.alt[0]


def test_a_falling_rate_reaches_what_no_constant_one_does():
    met = {name: scheduled(name, 0, 0, PEAKS, 200, 50).met.any() for name in ("constant", "inverse time", "cosine")}
    assert met == {"constant": False, "inverse time": False, "cosine": True}


def test_under_the_constant_schedule_both_curves_are_one():
    live = scheduled("constant", 0, 1, PEAKS, 40, 5).live
    assert np.array_equal(live["loss"], live["constant"])


def test_the_designers_cosine_is_the_one_that_it_is_given():
    own = scheduled("cosine", 10, 0, np.array([0.1]), 40, 3, lambda step, total, lr_max, warmup: lr_max / total).live
    assert np.allclose(own["planned"], 0.1 / 40)


@pytest.mark.parametrize("name", NAMES)
def test_every_plan_has_height_one_and_begins_at_zero_after_a_warm_up(name):
    planned = scheduled(name, 20, 0, np.array([1.0, 0.1]), 200, 1).live["planned"]
    assert planned.max() == pytest.approx(1, abs=0.01)
    assert planned[0, 0] == 0 and np.allclose(planned[1], planned[0] / 10)


def test_one_update_sends_the_steep_parameter_to_its_minimum_at_the_inverse_curvature():
    live = updates(0.25, np.array([1.5, 1.0]), 3).live
    assert live["words"][1] == "w0: +1.500 − 0.25 · (+1.500) = +1.125\nw1: +1.000 − 0.25 · (+4.000) = +0.000"
    assert live["now"][1, 0].tolist() == [1.125, 0]


def test_eight_steps_are_enough_only_at_large_rates_below_the_limit():
    rates = np.arange(1, 13) / 20
    met = [updates(lr, np.array([1.5, 1.0]), 20).met.any() for lr in rates]
    assert rates[met].tolist() == [0.3, 0.35, 0.4]
    assert not updates(0.4, np.array([0.1, 0.1]), 20).met.any()


def test_a_descent_that_diverges_is_drawn_until_it_leaves_the_map():
    frames = updates(0.6, np.array([1.5, 1.0]), 20)
    path = frames.live["path"]
    assert np.array_equal(path[3], path[20], equal_nan=True) and np.isnan(path[20, 4:]).all()
    assert abs(path[20, 2, 1]) < 2 < abs(path[20, 3, 1])
    assert "left the map at step 3" in frames.alt[3] and "left" not in frames.alt[2]


def test_a_start_at_a_minimum_stays_there_and_a_large_rate_loses_every_other():
    assert reached(np.array([0.01]), himmelblau.minima, 50).tolist() == [[0, 1, 2, 3]]
    assert np.all(reached(np.array([1.0]), himmelblau.minima + 0.5, 50) == -1)
    assert reached(np.array([1e-4]), np.zeros((1, 2)), 5) == -1


def test_each_start_is_marked_once_at_every_rate():
    starts = np.random.default_rng(0).uniform(-5, 5, (20, 2))
    frames = basins(np.array([0.001, 0.02, 0.03]), starts, 300)
    marked = sum(np.isfinite(frames.live[name][..., 0]).astype(int) for name in ENDS)
    assert marked.shape == (3, 20) and np.all(marked == 1)
    assert np.array_equal(frames.met, np.isnan(frames.live["none yet"]).all(axis=(1, 2)))


def test_the_small_networks_gradient_equals_central_differences():
    rng = np.random.default_rng(0)
    w, along = edge_of_stability.first_weights(rng), 1e-5 * rng.normal(size=(20, 481))
    losses, _ = edge_of_stability.loss_and_gradient(np.stack([w + along, w - along]))
    _, grad = edge_of_stability.loss_and_gradient(w)
    assert np.allclose((losses[0] - losses[1]) / 2, along @ grad, rtol=1e-6)


def test_one_step_against_the_sharpest_direction_overshoots_beyond_two_over_the_sharpness():
    rng = np.random.default_rng(0)
    w = edge_of_stability.first_weights(rng)
    largest, v = edge_of_stability.sharpness(w, rng.normal(size=w.shape), rounds=60)
    slopes = [edge_of_stability.loss_and_gradient(w + h * v)[1] @ v for h in (-1e-3, 1e-3)]
    assert (slopes[1] - slopes[0]) / 2e-3 == pytest.approx(largest, rel=0.01)
