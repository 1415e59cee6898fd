"""Claims of lesson 08, on the numbers behind its pictures: floors of the loss, reshuffling, a rate that drops."""

import numpy as np
import pytest

from helpers.data import diabetes, minibatches, standardise
from helpers.experiments.big_file import peak, write_table
from helpers.experiments.patients import Patients
from helpers.experiments.stochastic_gradient import (
    DRAWS,
    SAMPLES,
    SIZES,
    above_lowest,
    batch_means,
    batches,
    dropped_rates,
    independent_floor,
    line_fit,
    noise_balls,
    seeded_means,
    walk,
    walk_stream,
)
from helpers.schedules import inverse_time

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


@pytest.mark.parametrize(("lr", "batch_size"), [(0.02, 4), (0.01, 8)])
def test_independent_draws_settle_on_the_floor_of_the_formula(lr, batch_size):
    assert abs(independent_floor(lr, batch_size) / (lr * line_fit().trace / (4 * batch_size)) - 1) < 0.1


def test_the_loss_above_its_lowest_is_the_fits_surface_and_zero_at_its_minimum():
    fit = line_fit()
    path = np.array([[0.0, 0.0], [1.5, -1.0], fit.best])
    losses = above_lowest(path, fit.x, fit.y)
    assert np.allclose(losses, fit.surface.value(path)) and losses[-1] < 1e-25


@pytest.mark.parametrize(("decay", "settles"), [(0.05, True), (0.5, False)])
def test_a_rate_of_c_over_t_settles_on_a_stream_only_if_c_is_large_enough(decay, settles):
    source = np.array([2.0, -1.0, 0.5])
    off = np.sqrt(np.mean(np.sum((walk_stream(inverse_time(0.05, decay), source) - source) ** 2, axis=-1), axis=1))
    assert (off[10_000] < 1.2 * off[1000] / np.sqrt(10)) == settles


def plain_step(w, grad, lr):
    return w - lr * grad


@pytest.fixture(scope="module")
def patients():
    data = diabetes()
    return Patients(standardise(data.x, data.x)[0], data.y - data.y.mean(), minibatches, plain_step)


def test_the_patients_full_gradient_is_the_slope_of_their_loss(patients):
    w, d = np.linspace(-10, 10, 10), np.eye(10)[3]
    slope = (patients.loss(w + 1e-3 * d) - patients.loss(w - 1e-3 * d)) / 2e-3
    assert patients.noise(w).full @ d == pytest.approx(slope, rel=1e-6)


def test_the_noise_scale_predicts_the_best_rate_and_grows_on_the_way_down(patients):
    w, scales = np.zeros(10), []
    here = patients.noise(w)
    assert patients.best_rate_found(16, w) == pytest.approx(here.lr_max / (1 + here.scale / 16), rel=0.1)
    for _ in range(10):
        scales.append(patients.noise(w).scale)
        w = w - 0.1 * patients.noise(w).full
    assert np.all(np.diff(scales) > 0) and scales[0] < 4 and patients.noise(w).scale > 3000


def test_a_small_rate_on_small_batches_lowers_the_patients_loss_further_than_one_exact_step(patients):
    exact, rough = patients.path(442, 0.15, 1, 0), patients.path(16, 0.03, 1, 0)
    assert len(exact) == 2 and len(rough) == 29
    assert patients.lowest < patients.loss(rough[-1]) < patients.loss(exact[-1]) < patients.loss(exact[0])


def test_a_large_file_is_written_and_read_in_little_memory(tmp_path):
    path = tmp_path / "table.npy"
    _, writing = peak(write_table, path, 20_000, np.arange(1.0, 10.0))
    table, loading = peak(np.load, path)
    assert table.shape == (20_000, 10) and writing < 1e6 < loading
    w = np.linalg.lstsq(table[:, :9], table[:, 9], rcond=None)[0]
    assert np.allclose(w, np.arange(1.0, 10.0), atol=0.1)
