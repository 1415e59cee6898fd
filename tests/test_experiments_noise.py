"""Claims of lesson 08, on the numbers behind its pictures: floors of the loss, reshuffling, a rate that drops."""

import numpy as np
import pytest

from helpers.experiments.stochastic_gradient import (
    DRAWS,
    SAMPLES,
    SIZES,
    batch_means,
    batches,
    dropped_rates,
    line_fit,
    noise_balls,
    seeded_means,
    walk,
)

WITH, RESHUFFLED = DRAWS


def floors(draw, lr):
    live = noise_balls(draw, lr, 0, 600, 20).live
    return live["mean"][:, 300:].mean(axis=1) / live["floor"][:, 0]


def test_an_epoch_of_reshuffled_batches_holds_every_sample_once():
    drawn = batches(8, 24, 3, True, np.random.default_rng(0)).reshape(3, 3, SAMPLES)
    assert np.all(np.sort(drawn, axis=-1) == np.arange(SAMPLES))


def test_the_mean_of_all_single_gradients_is_the_gradient_of_the_loss():
    fit, lr = line_fit(), np.array([0.1])
    [[path]] = walk(batch_means(np.arange(SAMPLES)[None, None]), lr[None])
    assert np.allclose((path[0] - path[1]) / lr, fit.surface.gradient(path[0]))


def test_independent_draws_have_the_floor_that_the_noise_predicts():
    assert np.all(np.abs(floors(WITH, 0.05)[:-1] - 1) < 0.1)


def test_reshuffling_lowers_every_floor_and_a_whole_epoch_in_one_batch_has_none():
    measured = floors(RESHUFFLED, 0.05)
    assert np.all(np.diff(measured) < 0) and measured[0] < 0.8 and measured[-1] < 0.01


def test_small_batches_meet_the_challenge_by_a_smaller_rate_or_by_reshuffling():
    met = {(draw, lr): noise_balls(draw, lr, 0, 600, 20).met.any() for draw in DRAWS for lr in (0.02, 0.1)}
    assert met == {(WITH, 0.02): True, (WITH, 0.1): False, (RESHUFFLED, 0.02): True, (RESHUFFLED, 0.1): True}


def test_other_learning_rates_see_the_same_draws_and_another_seed_does_not():
    one, again, other = (seeded_means(SIZES, 20, 2, WITH, seed) for seed in (0, 0, 1))
    assert np.array_equal(one, again) and not np.array_equal(one, other)


def test_a_drop_at_the_first_step_is_the_small_rate_and_one_after_the_last_the_large():
    live = dropped_rates(0.2, 4, 0, np.array([0, 100, 200]), 200, 60).live
    assert np.array_equal(live["loss"][0], live["small"][0]) and np.array_equal(live["loss"][2], live["large"][0])
    assert live["loss"][1, -20:].mean() < min(live["loss"][k, -20:].mean() for k in (0, 2))


@pytest.mark.parametrize(("step", "met"), [(0, False), (60, True), (190, False)])
def test_a_drop_can_be_too_early_and_too_late(step, met):
    assert dropped_rates(0.2, 4, 0, np.array([step, 200]), 200, 60).met[0] == met
