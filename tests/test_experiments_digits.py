"""Claims of lesson 00 on the network that learns to read digits."""

import numpy as np

from helpers.experiments import reading_digits as net


def test_the_network_has_2410_parameters_and_its_gradient_equals_central_differences():
    data, rng = net.split_digits(), np.random.default_rng(0)
    w = net.first_weights(rng)
    x, y = data.x[:50], data.y[:50]
    _, grad = net.loss_and_gradient(w, x, y)
    assert grad.shape == w.shape == (2410,)
    for along in 1e-5 * rng.normal(size=(10, len(w))):
        (after, _), (before, _) = (net.loss_and_gradient(w + side * along, x, y) for side in (1, -1))
        assert np.isclose((after - before) / 2, grad @ along, rtol=1e-6)


def test_the_loss_before_training_is_near_that_of_a_guess():
    data = net.split_digits()
    assert abs(net.loss_and_gradient(net.trained()[0], data.x, data.y)[0] - np.log(10)) < 0.2


def test_no_digit_is_both_fitted_and_held_out():
    data = net.split_digits()
    assert (len(data.y), len(data.held_y)) == (1200, 597)
    rows = np.unique(np.concatenate([data.x, data.held_x]), axis=0)
    assert len(rows) == 1797


def test_a_hundred_plain_steps_teach_it_to_read_19_of_20_held_out_digits():
    data = net.split_digits()
    assert len(net.trained()) == net.STEPS + 1
    assert net.share_right(net.trained()[-1], data.held_x, data.held_y) > 0.95


def test_the_challenge_is_met_at_one_step_and_frames_stand_around_what_is_wrong():
    data, frames = net.split_digits(), net.reading(net.trained())
    (first,) = np.flatnonzero(frames.met)
    right = frames.live["right now"][:, 0, 1]
    assert right[first] >= 90 > right[:first].max()
    framed = np.isfinite(frames.live["wrong"][..., 0])
    for k in (0, first, net.STEPS):
        said = [int(frames.live[f"says {i}"][k]) for i in range(framed.shape[1])]
        assert np.array_equal(said != data.held_y[: len(said)], framed[k])
