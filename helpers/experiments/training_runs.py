"""Lesson 12, the runs: a small network at 48 learning rates, and how numbers and gradients pass through 30 layers."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from helpers.exercises.course.training_a_network.initial_weights import initial_weights as plain_weights
from helpers.exercises.course.training_a_network.linear_backward import linear_backward as plain_backward
from helpers.experiments.clinic import BATCH, SIZES, STEPS
from helpers.experiments.training_results import centred
from helpers.losses import softmax_cross_entropy, softmax_cross_entropy_gradient
from helpers.networks import backward, forward, layers

Initial = Callable[[int, int, np.random.Generator], np.ndarray]
Backward = Callable[[np.ndarray, np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray, np.ndarray]]
LAST = np.sqrt(0.5)  # what the weights of the last layer are multiplied by, as in the clinic


class Watched(NamedTuple):
    """What stands on the desk at each step, (runs, steps): before the step, of its batch.

    losses: of the batch; norms: length of the whole gradient; ratios: length of the step of the first layer's weights,
    divided by the length of these weights.
    """

    losses: np.ndarray
    norms: np.ndarray
    ratios: np.ndarray


def trained_at(rates: np.ndarray, own: Backward = plain_backward, steps: int = STEPS) -> Watched:
    """Train the clinic's network at each learning rate (n,), by gradient descent, on the clinic's batches.

    own: the backward pass of a layer, takes (x, W, grad_out); it is called for one run after the other.
    """
    x, y, *_ = centred()
    rng = np.random.default_rng(0)
    weights = [np.repeat(w[np.newaxis], len(rates), axis=0) for w in layers(SIZES, rng, last=LAST)]
    lr = rates[:, np.newaxis, np.newaxis]
    seen = []
    with np.errstate(all="ignore"):
        for _ in range(steps):
            batch = rng.integers(len(y), size=BATCH)
            pixels, hidden, scores = forward(weights, x[batch])
            grad_scores = softmax_cross_entropy_gradient(scores, y[batch])
            grad_hidden, *last = _run_by_run(own, hidden, weights[2], grad_scores)
            inputs = np.broadcast_to(pixels, (len(rates), *pixels.shape))
            _, *first = _run_by_run(own, inputs, weights[0], grad_hidden * (hidden > 0))
            grads = [grad.reshape(w.shape) for grad, w in zip((*first, *last), weights, strict=True)]
            norm = np.sqrt(sum(_length(grad) ** 2 for grad in grads))
            ratio = rates * _length(grads[0]) / _length(weights[0])
            seen.append((softmax_cross_entropy(scores, y[batch]), norm, ratio))
            weights = [w - lr * grad for w, grad in zip(weights, grads, strict=True)]
    return Watched(*(np.stack(values, axis=1) for values in zip(*seen, strict=True)))


def _run_by_run(own: Backward, *arrays: np.ndarray) -> list[np.ndarray]:
    made = [own(*one) for one in zip(*arrays, strict=True)]
    return [np.stack(parts) for parts in zip(*made, strict=True)]


def _length(array: np.ndarray) -> np.ndarray:
    return np.sqrt(np.sum(array**2, axis=(-1, -2)))


def mean_of_last(values: np.ndarray, count: int) -> np.ndarray:
    """Return at each step the mean of the last `count` values (n, steps), that one included; nan before there are."""
    means = np.full(values.shape, np.nan)
    with np.errstate(all="ignore"):
        means[:, count - 1 :] = np.lib.stride_tricks.sliding_window_view(values, count, axis=1).mean(axis=-1)
    return means


class Signals(NamedTuple):
    """How far numbers and gradients come, by scale and layer: (scales, layers).

    spreads: standard deviation of a layer's numbers, over images and numbers; grads: length of the gradient of a
    layer's weights.
    """

    spreads: np.ndarray
    grads: np.ndarray


def through_layers(
    scales: np.ndarray, activation: str, seed: int = 0, initial: Initial = plain_weights, depth: int = 30
) -> Signals:
    """Send 64 digits through a network that has not been trained, its weights multiplied by each scale (n,), and back.

    seed: of the weights; initial: takes (fan_in, fan_out, rng); its weights are those of scale 1. Each of the layers
    has 64 numbers; ten scores follow, whose weights are not scaled.
    """
    x, y, *_ = centred()
    x, y = x[:64] / x[:64].std(), y[:64]
    rng = np.random.default_rng(seed)
    drawn = [initial(64, 64, rng) for _ in range(depth)]
    scores = initial(64, 10, rng)
    found = []
    with np.errstate(all="ignore"):
        for scale in scales:
            weights = [part for W in drawn for part in (scale * W, np.zeros((1, 64)))] + [scores, np.zeros((1, 10))]
            outputs = forward(weights, x, activation)
            grads = backward(weights, outputs, softmax_cross_entropy_gradient(outputs[-1], y), activation)
            found.append([[h.std() for h in outputs[1:-1]], [_length(grad) for grad in grads[:-2:2]]])
    return Signals(*np.moveaxis(np.array(found), 1, 0))
