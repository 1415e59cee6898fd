"""Networks of dense layers: their gradient is torch's, and many side by side are each of them alone."""

import numpy as np
import pytest
import torch

from helpers.networks import evaluate, flat, layers, loss_and_gradient, train, unflat
from helpers.optimizers import adam, gradient_descent

SIZES = (6, 5, 4, 3)


def images(rng, n=7):
    return rng.normal(size=(n, SIZES[0])), rng.integers(SIZES[-1], size=n)


def by_torch(weights, x, y, activation):
    tensors = [torch.tensor(w, requires_grad=True) for w in weights]
    h = torch.tensor(x)
    for W, b in zip(tensors[:-2:2], tensors[1:-2:2], strict=True):
        h = getattr(torch, activation)(h @ W + b)
    loss = torch.nn.functional.cross_entropy(h @ tensors[-2] + tensors[-1], torch.tensor(y))
    loss.backward()
    return loss.item(), [w.grad.numpy() for w in tensors]


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_loss_and_gradient_are_torchs(activation):
    rng = np.random.default_rng(0)
    weights, (x, y) = layers(SIZES, rng), images(rng)
    weights = [w + 0.1 * rng.normal(size=w.shape) for w in weights]
    loss, grads = loss_and_gradient(weights, x, y, activation)
    wanted, theirs = by_torch(weights, x, y, activation)
    assert abs(loss - wanted) < 1e-15
    for ours, torchs in zip(grads, theirs, strict=True):
        assert ours.shape == torchs.shape
        np.testing.assert_allclose(ours, torchs, rtol=0, atol=1e-15)


def test_networks_side_by_side_are_each_of_them_alone():
    rng = np.random.default_rng(1)
    weights, (x, y) = layers(SIZES, rng, runs=3), images(rng, 40)
    rates = np.array([0.01, 0.1, 1.0])
    batches = [rng.integers(40, size=(3, 8)) for _ in range(5)]
    ends, losses = train(weights, x, y, adam, batches, lr=rates[:, None, None])
    for k in range(3):
        alone, its_losses = train([w[k] for w in weights], x, y, adam, [b[k] for b in batches], lr=rates[k])
        np.testing.assert_allclose(losses[k], its_losses, rtol=1e-12)
        for one, other in zip(ends, alone, strict=True):
            np.testing.assert_allclose(one[k], other, rtol=1e-12)


def test_first_weights_have_the_variance_that_is_asked_for():
    weights = layers((400, 300, 10), np.random.default_rng(0), variance=1.0, last=0.1)
    assert np.var(weights[0]) == pytest.approx(1 / 400, rel=0.02)
    assert np.std(weights[2]) == pytest.approx(0.1 / np.sqrt(300), rel=0.05)
    assert not weights[1].any() and not weights[3].any()
    with pytest.raises(ValueError, match="at least two sizes"):
        layers((3,), np.random.default_rng(0))


def test_weights_as_vectors_and_back_are_the_same_weights():
    weights = [w + k for k, w in enumerate(layers(SIZES, np.random.default_rng(0), runs=3))]
    vectors = flat(weights)
    assert vectors.shape == (3, 6 * 5 + 5 + 5 * 4 + 4 + 4 * 3 + 3)
    for one, other in zip(unflat(vectors, SIZES), weights, strict=True):
        assert (one == other).all() and one.shape == other.shape
    assert (flat([w[1] for w in weights]) == vectors[1]).all()


def test_training_changes_nothing_that_it_is_given_and_a_schedule_counts_from_zero():
    rng = np.random.default_rng(2)
    weights, (x, y) = layers(SIZES, rng), images(rng)
    before = [w.copy() for w in weights]
    seen = []
    everything = [np.arange(7)] * 3
    ends, losses = train(weights, x, y, gradient_descent, everything, lr=lambda step: seen.append(step) or 0.1)
    assert seen == [0, 1, 2]
    assert all((now == then).all() for now, then in zip(weights, before, strict=True))
    assert losses.shape == (3,) and losses[2] < losses[0]
    assert evaluate(ends, x, y)[0] < losses[2]
    same, none = train(weights, x, y, gradient_descent, [], lr=0.1)
    assert same is weights and none.shape == (0,)


def test_each_array_of_weights_may_have_a_rule_of_its_own():
    rng = np.random.default_rng(4)
    weights, (x, y) = layers(SIZES, rng), images(rng)

    def stays(w, grad, state=(), lr=0.0):
        return w, state

    ends, _ = train(weights, x, y, [gradient_descent, stays] * 3, [np.arange(7)], lr=0.1)
    assert (ends[0] != weights[0]).any() and (ends[1] == weights[1]).all()
    with pytest.raises(ValueError, match="zip"):
        train(weights, x, y, [gradient_descent], [np.arange(7)], lr=0.1)


def test_a_network_that_diverges_raises_nothing():
    rng = np.random.default_rng(3)
    weights, (x, y) = layers(SIZES, rng), images(rng)
    _, losses = train(weights, x, y, gradient_descent, [np.arange(7)] * 60, lr=1e200)
    assert not np.isfinite(losses[-1])


def test_a_score_that_is_best_for_another_class_counts_as_wrong():
    weights = [np.eye(3), np.zeros((1, 3))]
    x = np.array([[3.0, 0.0, 0.0], [0.0, 3.0, 0.0]])
    assert evaluate(weights, x, np.array([0, 2]))[1] == 0.5
