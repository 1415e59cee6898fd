"""Claims of lesson 12, on the numbers behind its pictures: a network at every rate, through depth, broken, and wide."""

import numpy as np
import pytest

from helpers.exercises.course.training_a_network.initial_weights import initial_weights as plain_weights
from helpers.exercises.course.training_a_network.linear_backward import linear_backward as plain_backward
from helpers.exercises.course.training_a_network.what_is_broken import what_is_broken
from helpers.experiments import training_a_network as lesson
from helpers.experiments.clinic import BATCH, SIZES, clinic, healthy
from helpers.experiments.training_results import centred, double_descent
from helpers.experiments.training_runs import (
    LAST,
    mean_of_last,
    through_layers,
    trained_at,
)
from helpers.networks import forward, layers, loss_and_gradient, train
from helpers.optimizers import gradient_descent


@pytest.fixture(scope="module")
def desk():
    return lesson.desk(lesson.RATES)


def test_the_desk_runs_the_network_of_the_clinic_at_other_rates():
    found = trained_at(np.array([0.3, 10.0]))
    for losses, norms, run in zip(found.losses, found.norms, (healthy(), clinic()["B"]), strict=True):
        assert np.allclose(losses[:100], run.losses[:100]) and np.allclose(norms[:100], run.norms[:100])


def test_the_desk_takes_the_gradient_from_the_function_that_it_is_given():
    def asleep(x, W, grad_out):
        grad_x, grad_W, grad_b = plain_backward(x, W, grad_out)
        return grad_x, 0 * grad_W, 0 * grad_b

    seen = trained_at(np.array([0.1, 10.0]), asleep, steps=20)
    assert np.array_equal(*seen.losses)
    assert not seen.norms.any() and not seen.ratios.any()


def test_the_ratio_is_the_step_of_the_first_layer_over_its_weights():
    x, y, *_ = centred()
    rng = np.random.default_rng(0)
    before = layers(SIZES, rng, last=LAST)
    after, _ = train(before, x, y, gradient_descent, [rng.integers(len(y), size=BATCH)], lr=0.2)
    ratio = np.linalg.norm(after[0] - before[0]) / np.linalg.norm(before[0])
    assert trained_at(np.array([0.2]), steps=1).ratios[0, 0] == pytest.approx(ratio)


def test_means_begin_when_there_are_enough_values():
    means = mean_of_last(np.array([[1.0, 3.0, 5.0, np.inf, 1.0]]), 2)
    assert np.isnan(means[0, 0]) and means[0, 1:].tolist() == [2, 4, np.inf, np.inf]


@pytest.mark.slow
def test_few_rates_bring_the_loss_low_and_both_ends_of_the_slider_do_not(desk):
    reached = np.flatnonzero(desk.met)
    ends = desk.live["mean losses"][:, -1, 1]
    assert np.array_equal(ends < 0.01, desk.met)
    assert 2 <= len(reached) <= 8 and np.array_equal(np.diff(reached), np.ones(len(reached) - 1))
    assert np.all(ends[[0, -1]] > 1.8)


def test_the_best_rates_make_steps_longer_than_a_thousandth_of_the_weights(desk):
    ratios = np.nanmedian(desk.live["ratios"], axis=1)
    assert np.all(ratios[desk.met] > 5e-3) and ratios[0] < 1e-3


@pytest.mark.parametrize("activation", lesson.ACTIVATIONS)
def test_what_passes_through_the_layers_is_what_the_network_computes(activation):
    x, y, *_ = centred()
    x, y = x[:64] / x[:64].std(), y[:64]
    weights = layers([64] * 31 + [10], np.random.default_rng(3))
    for k in range(0, 60, 2):
        weights[k] *= 0.9
    found = through_layers(np.array([0.5, 0.9]), activation.lower(), 3)
    hidden = forward(weights, x, activation.lower())[1:-1]
    _, grads = loss_and_gradient(weights, x, y, activation.lower())
    assert np.allclose(found.spreads[1], [h.std() for h in hidden])
    assert np.allclose(found.grads[1], [np.linalg.norm(grad) for grad in grads[:-2:2]])


def test_the_layers_start_from_the_weights_that_they_are_given():
    def small(fan_in, fan_out, rng):
        return 0.5 * plain_weights(fan_in, fan_out, rng)

    given, scaled = through_layers(np.array([1.0]), "tanh", 0, small), through_layers(np.array([0.5]), "tanh")
    assert np.allclose(given.spreads, scaled.spreads)


@pytest.mark.parametrize("draw", range(4))
def test_relu_carries_through_30_layers_at_scale_1_and_at_few_others(draw):
    met = lesson.signals("ReLU", draw, lesson.SCALES).met
    assert 1.0 in lesson.SCALES[met] and met.sum() <= 4


def test_tanh_cannot_meet_the_challenge_and_at_scale_2_its_gradient_grows_a_thousandfold_on_the_way_back():
    frames = lesson.signals("tanh", 0, lesson.SCALES)
    assert not frames.met.any()
    spreads, grads = (frames.live[name][-1, :, 1] for name in ("spreads", "grads"))
    assert spreads.min() > 0.7 and grads[0] > 1000 * grads[-1]


def test_tanh_at_variance_one_over_fan_in_keeps_its_gradient():
    frames = lesson.signals("tanh", 0, np.sqrt([0.5]))
    grads = frames.live["grads"][0, :, 1]
    assert grads.max() < 3 * grads.min()


def test_the_board_shows_a_run_up_to_its_step_and_keeps_what_is_off_the_chart_on_its_edge():
    runs = clinic()
    for letter, run in runs.items():
        frames = lesson.bedside(letter, run)
        for step in (0, 7, 299):
            shown = frames.live["losses"][step, :, 1]
            assert np.array_equal(shown[: step + 1], run.losses[: step + 1]) and np.isnan(shown[step + 1 :]).all()
        now = frames.live["losses now"][:, 0, 1]
        assert np.array_equal(now, np.clip(run.losses, 0.01, 1000))


def test_the_errors_are_told_after_the_last_step_only_and_so_is_a_diagnosis():
    run = clinic()["C"]
    frames = lesson.bedside("C", run, lambda losses, norms, dead: f"{len(losses)} {len(norms)} {len(dead)}")
    assert all("wrong" not in words and "300" not in words for words in frames.alt[:-1])
    assert frames.alt[-1].endswith(f"{run.test_error:.0%} of new ones; 300 300 300.")


def test_the_exercise_s_rules_name_each_cause_on_the_board_but_the_one_that_leaves_no_trace():
    for letter, run in clinic().items():
        said = lesson.bedside(letter, run, what_is_broken).alt[-1].removesuffix(".").split("; ")[-1]
        assert said == ("healthy" if run.cause == "test not centred" else run.cause)


def test_only_the_run_that_no_curve_gives_away_meets_the_challenge_of_the_clinic_and_only_at_its_end():
    met = {run.cause: np.flatnonzero(lesson.bedside(letter, run).met) for letter, run in clinic().items()}
    assert [cause for cause, steps in met.items() if len(steps)] == ["test not centred"]
    assert met["test not centred"].tolist() == [299]


@pytest.fixture(scope="module")
def fits():
    return double_descent(lesson.FEATURES, lesson.RIDGES)


@pytest.mark.slow
def test_without_a_ridge_the_error_peaks_where_there_are_as_many_features_as_digits(fits):
    errors = dict(zip(lesson.FEATURES, fits.errors[0].mean(axis=-1), strict=True))
    assert max(errors, key=errors.get) == lesson.DIGITS
    assert errors[200] > 3 * max(errors[100], errors[400]) and errors[2000] == min(errors.values())


def test_the_wide_model_shows_errors_and_lengths_up_to_its_number_of_features(fits):
    frames, place = lesson.widths(fits, 0.0), lesson.FEATURES.index(200)
    for name, values in (("errors", 100 * fits.errors), ("norms", fits.norms)):
        x, y = frames.live[name][place].T
        assert x[: place + 1].tolist() == list(lesson.FEATURES[: place + 1]) and np.isnan(y[place + 1 :]).all()
        assert np.allclose(y[: place + 1], values[0, : place + 1].mean(axis=-1))
        assert np.array_equal(frames.live[name], frames.live[f"plain {name}"], equal_nan=True)


def test_at_the_peak_a_ridge_brings_the_error_low_and_too_much_of_it_does_not(fits):
    met = {ridge: np.flatnonzero(lesson.widths(fits, ridge).met) for ridge in lesson.RIDGES}
    place = lesson.FEATURES.index(lesson.DIGITS)
    assert {ridge: places.tolist() for ridge, places in met.items() if len(places)} == {0.01: [place], 0.1: [place]}
