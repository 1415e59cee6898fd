"""Claims of lesson 12 that its questions make and no cell shows, and what its still pictures say in words."""

from itertools import pairwise

import numpy as np
import pytest

from helpers.experiments import training_pictures
from helpers.experiments.training_results import centred
from helpers.networks import backward, evaluate, forward, layers, train
from helpers.optimizers import adam, gradient_descent

STEPS, BATCH, LR = 300, 32, 0.3  # of the clinic


@pytest.fixture
def said(monkeypatch):
    """What the pictures say in words, instead of showing them."""
    words = []
    monkeypatch.setattr(training_pictures, "show", lambda fig, alt: words.append(alt))
    return words


def start(seed, hidden=32):
    rng = np.random.default_rng(seed)
    return rng, layers((64, hidden, 10), rng, last=np.sqrt(0.5))


# The quiz


def over_the_batch(scores, y):
    """Loss and gradient of a softmax along the wrong axis."""
    e = np.exp(scores - scores.max(axis=0))
    p, wanted = e / e.sum(axis=0), np.eye(10)[y]
    return -np.mean(np.log(p[np.arange(len(y)), y])), (p * wanted.sum(axis=0) - wanted) / len(y)


def test_softmax_over_the_batch_starts_near_ln_32_and_leaves_about_17_percent_wrong():
    x, y, *_ = centred()
    first, errors = [], []
    for seed in range(4):
        rng, weights = start(seed)
        for step in range(STEPS):
            batch = rng.integers(len(x), size=BATCH)
            outputs = forward(weights, x[batch])
            loss, d = over_the_batch(outputs[-1], y[batch])
            if step == 0:
                first.append(loss)
            weights = [w - LR * grad for w, grad in zip(weights, backward(weights, outputs, d), strict=True)]
        errors.append(evaluate(weights, x, y)[1])
    assert np.all(np.abs(np.array(first) - np.log(32)) < 0.15)
    assert np.mean(errors) == pytest.approx(0.17, abs=0.02)


def test_dead_numbers_let_no_gradient_pass_and_the_loss_stays_at_ln_10():
    x, y, *_ = centred()
    rng, weights = start(0)
    weights[1] = weights[1] - 5
    batches = [rng.integers(len(x), size=BATCH) for _ in range(STEPS)]
    after, losses = train(weights, x, y, gradient_descent, batches, lr=LR)
    assert not forward(weights, x)[1].any()
    assert np.array_equal(after[0], weights[0]) and np.array_equal(after[2], weights[2])
    assert np.all(np.abs(losses - np.log(10)) < 0.1)


@pytest.mark.slow
def test_labels_that_were_shuffled_apart_are_learned_by_heart_and_new_images_by_chance():
    x, y, x_new, y_new = centred()
    rng, weights = start(0)
    apart = y[rng.permutation(len(y))]
    batches = [rng.integers(len(x), size=BATCH) for _ in range(STEPS)]
    few_steps, losses = train(weights, x, apart, gradient_descent, batches, lr=LR)
    assert losses[-20:].mean() == pytest.approx(2.2, abs=0.06) and evaluate(few_steps, x_new, y_new)[1] > 0.8

    rng, wide = start(0, hidden=256)
    batches = [rng.integers(len(x), size=128) for _ in range(1500)]
    by_heart, _ = train(wide, x, apart, adam, batches, lr=0.01)
    assert evaluate(by_heart, x, apart)[1] == 0 and evaluate(by_heart, x_new, y_new)[1] > 0.8


# What a prediction's feedback says of networks less deep


def default(sizes, rng, runs):
    """Weights and biases as torch.nn.Linear draws them."""
    weights = []
    for fan_in, fan_out in pairwise(sizes):
        limit = 1 / np.sqrt(fan_in)
        weights += [np.tile(rng.uniform(-limit, limit, shape), (runs, 1, 1)) for shape in ((fan_in, fan_out), fan_out)]
    return weights


@pytest.mark.parametrize(("depth", "fewest", "most"), [(1, 2, 4), (2, 2, 4), (6, 0, 0)])
def test_torchs_first_weights_train_shallow_networks_at_a_few_rates_and_six_layers_at_none(depth, fewest, most):
    x, y, *_ = centred()
    rates = np.array([0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30])
    for seed in range(3):
        rng = np.random.default_rng(seed)
        weights = default([64, *[32] * depth, 10], rng, len(rates))
        batches = rng.integers(len(y), size=(100, 64))
        trained, _ = train(weights, x, y, gradient_descent, batches, lr=rates[:, None, None])
        assert fewest <= np.sum(evaluate(trained, x, y)[1] < 0.5) <= most


# The pictures


def test_the_networks_picture_counts_what_is_read_right(said):
    digits = np.arange(20) % 10
    answers = {"Before": (digits + 1) % 10, "After": np.where(np.arange(20) == 3, 0, digits)}
    losses, errors = np.geomspace(2, 0.1, 40), np.array([0.9, 0.1])
    training_pictures.show_own_network(losses, errors, np.zeros((20, 64)), answers, digits)
    assert "before 0 and after 14 are read right" in said[0] and "from 90% to 10.0%" in said[0]


def test_the_picture_of_grokking_says_when_the_other_pairs_came(said):
    steps = np.array([10, 20, 30])
    late, never = np.array([0, 0.5, 0.96]), np.array([0, 0.02, 0.04])
    training_pictures.show_grokking({"a": (steps, steps, late), "b": (steps, steps, never)})
    assert said[0].endswith("a: on the others about step 30; b: on the others 4% at the end.")


def test_the_picture_of_stopping_says_where(said):
    training_pictures.show_stop(np.array([0, 25, 50]), np.array([2, 1, 0.5]), np.array([2, 0.9, 0.95]), best=1)
    assert "about step 25" in said[0]
