"""Lesson 12, the clinic: one network, trained once as it should be and six times with one thing wrong."""

from functools import cache
from typing import NamedTuple

import numpy as np

from helpers.data import digits
from helpers.losses import softmax_cross_entropy, softmax_cross_entropy_gradient
from helpers.networks import Weights, backward, evaluate, forward, layers

SIZES = (64, 32, 10)  # pixels, hidden numbers, digits
TRAINING = 1297  # of the digits; the other 500 are held out
STEPS, BATCH, LR = 300, 32, 0.3
TOO_HIGH = 10.0  # a rate
HEALTHY = "healthy"
CAUSES = ("softmax twice", "rate too high", "test not centred", "sorted", "inputs too large", "gradients add up")
PATIENTS = dict(zip("ABCDEF", CAUSES, strict=True))


class Run(NamedTuple):
    """A training run: its cause, three curves (steps,), and the share of digits read wrong after it.

    losses: the loss of each batch before its step; norms: the length of the whole gradient that the step takes; dead:
    the share of the hidden numbers that are 0 for all images of the batch.
    """

    cause: str
    losses: np.ndarray
    norms: np.ndarray
    dead: np.ndarray
    training_error: float
    test_error: float


@cache
def healthy() -> Run:
    """Return the run in which nothing is wrong."""
    return train_with(HEALTHY)


@cache
def clinic() -> dict[str, Run]:
    """Return the six runs in which one thing each is wrong, by the letters "A" to "F", which say nothing of it."""
    return {letter: train_with(cause) for letter, cause in PATIENTS.items()}


@np.errstate(all="ignore")
def train_with(cause: str, seed: int = 0) -> Run:
    """Train a network 64-32-10 on 1,297 digits for 300 steps of gradient descent with one thing wrong.

    cause: one of CAUSES, or HEALTHY; ValueError otherwise. seed: of the first weights and of the batches.
    """
    if cause not in (HEALTHY, *CAUSES):
        raise ValueError(f"no run has the cause {cause!r}; the causes are {', '.join((HEALTHY, *CAUSES))}")
    rng = np.random.default_rng(seed)
    x, y, x_test, y_test = _data(cause)
    weights = layers(SIZES, rng, last=np.sqrt(0.5))
    lr = TOO_HIGH if cause == "rate too high" else LR
    kept = [np.zeros_like(w) for w in weights]
    watched = []

    for step in range(STEPS):
        in_order = np.arange(step * BATCH, (step + 1) * BATCH) % len(x)
        batch = in_order if cause == "sorted" else rng.integers(len(x), size=BATCH)
        outputs = forward(weights, x[batch])
        loss, d = _loss(outputs[-1], y[batch], twice=cause == "softmax twice")
        grads = backward(weights, outputs, d)
        if cause == "gradients add up":
            grads = kept = [old + new for old, new in zip(kept, grads, strict=True)]
        watched.append((loss, _norm(grads), np.mean((outputs[1] == 0).all(axis=0))))
        weights = [w - lr * grad for w, grad in zip(weights, grads, strict=True)]
    errors = (float(evaluate(weights, *data)[1]) for data in ((x, y), (x_test, y_test)))
    return Run(cause, *np.array(watched).T, *errors)


def split() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return 1,297 digits to learn from and 500 held out: pixels (n, 64) from 0 to 16, and which digit each is."""
    data, order = digits(), np.random.default_rng(0).permutation(1797)
    train, held_out = order[:TRAINING], order[TRAINING:]
    return data.x[train], data.y[train], data.x[held_out], data.y[held_out]


def _data(cause: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return digits to learn from and to test on, with what the cause does to them."""
    x, y, x_test, y_test = split()
    if cause == "inputs too large":
        return x * 255 / 16, y, x_test * 255 / 16, y_test
    if cause == "sorted":
        order = np.argsort(y, kind="stable")
        x, y = x[order], y[order]
    mean = x.mean(axis=0)
    return (x - mean) / 16, y, (x_test if cause == "test not centred" else x_test - mean) / 16, y_test


def _loss(scores: np.ndarray, y: np.ndarray, twice: bool) -> tuple[float, np.ndarray]:
    """Return the cross-entropy of a batch and its gradient by the scores; twice: of scores that softmax went over."""
    if not twice:
        return float(softmax_cross_entropy(scores, y)), softmax_cross_entropy_gradient(scores, y)
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    d = softmax_cross_entropy_gradient(p, y)
    return float(softmax_cross_entropy(p, y)), p * (d - np.sum(d * p, axis=-1, keepdims=True))


def _norm(grads: Weights) -> float:
    return float(np.sqrt(sum(np.sum(grad**2) for grad in grads)))
