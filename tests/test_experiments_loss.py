"""Claims of lesson 04, on the numbers behind its pictures: an outlier and a border."""

import numpy as np
import pytest

from helpers.data import diabetes
from helpers.experiments.loss import drag_outlier, line_fits, move_border, twelve_points
from helpers.losses import binary_cross_entropy, huber, mae

BORDERS = np.linspace(-3, 3, 61)


def slopes(frames, name):
    (left, low), (right, high) = np.moveaxis(frames.live[name], 0, -1)
    return (high - low) / (right - left)


def test_an_outlier_twice_as_far_away_pulls_the_mse_twice_as_hard_and_the_mae_no_more():
    deltas = np.array([1.0])
    none, near, far = (drag_outlier(np.array([0.9, y]), deltas) for y in (2.8, -7.2, -17.2))
    moved = {name: [(slopes(each, name) - slopes(none, name))[0] for each in (near, far)] for name in ("MSE", "MAE")}
    assert moved["MSE"][1] == pytest.approx(2 * moved["MSE"][0])
    assert moved["MAE"][1] == pytest.approx(moved["MAE"][0]) and abs(moved["MAE"][0]) < 0.1


def test_hubers_line_goes_from_that_of_the_mae_to_that_of_the_mse_as_delta_grows():
    frames = drag_outlier(np.array([0.9, -7.0]), np.array([0.001, 0.1, 1.0, 20.0]))
    fitted = slopes(frames, "Huber")
    assert fitted[0] == pytest.approx(slopes(frames, "MAE")[0], abs=0.01)
    assert fitted[-1] == pytest.approx(slopes(frames, "MSE")[0])
    assert frames.met.tolist() == [True, True, False, False]


def test_no_line_nearby_has_a_lower_mae_or_huber_loss_than_the_fits():
    x, y = twelve_points()
    fits = line_fits(x, y, np.array([0.3]))
    nearby = np.random.default_rng(0).normal(scale=0.05, size=(2000, 2))
    for loss, (slope, intercept) in ((mae, fits["MAE"]), (lambda p, t: huber(p, t, 0.3), fits["Huber"][0])):
        others = (slope + nearby[:, :1]) * x + intercept + nearby[:, 1:]
        assert loss(slope * x + intercept, y) <= loss(others, y).min() + 1e-9


def test_steepness_changes_the_loss_and_never_the_accuracy():
    flat, steep = (move_border(steepness, BORDERS).live for steepness in (1.0, 16.0))
    assert np.array_equal(flat["share"], steep["share"])
    assert not np.allclose(flat["loss"], steep["loss"])


@pytest.mark.parametrize(("steepness", "possible"), [(1.0, False), (4.0, False), (8.0, True)])
def test_only_an_overconfident_model_is_accurate_and_worse_than_a_coin(steepness, possible):
    assert move_border(steepness, BORDERS).met.any() == possible


def test_the_probability_is_one_half_at_the_border():
    live = move_border(2.0, np.array([-1.0, 0.0, 2.0])).live
    for edge, curve in zip(live["edge"], live["probability"], strict=True):
        assert np.interp(edge[0, 0], *curve.T) == pytest.approx(0.5)


def test_the_border_s_loss_is_that_of_the_given_function():
    doubled = move_border(1.0, BORDERS, lambda z, y: 2 * binary_cross_entropy(z, y)).live["loss"][..., 1]
    assert np.allclose(doubled, 2 * move_border(1.0, BORDERS).live["loss"][..., 1])


def test_the_scores_are_skewed_and_their_median_costs_least_by_size():
    y = diabetes().y
    assert np.median(y) < y.mean() - 10
    assert np.mean(abs(y - np.median(y))) < np.mean(abs(y - y.mean()))
