"""What keras_binary.py asks of Keras, in NumPy: a hidden layer of 64, ten epochs of Adam, the gradient by hand."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from helpers.data import breast_cancer, standardise
from helpers.losses import binary_cross_entropy, binary_cross_entropy_gradient
from helpers.optimizers import AdamState, adam

HIDDEN, EPOCHS, BATCH = 64, 10, 32
LR, BETA2 = 0.001, 0.999  # Adam's defaults, in Keras as in the paper
KERAS_EPS = 1e-7
OFF = 1.001  # the control's learning rate is 0.1 % off
TOLERANCE = 1e-5  # of losses and weights, Keras in float32 against NumPy in float64


class Fit(NamedTuple):
    """The loss of each epoch (10,), the weights W (d, 64), b (64,), V (64, 1), c (1,), and the probabilities (n,)."""

    losses: np.ndarray
    weights: list[np.ndarray]
    probabilities: np.ndarray


def samples() -> tuple[np.ndarray, np.ndarray]:
    """Return the breast-cancer data, standardised and in a seeded order, because the batches are taken in a row."""
    data = breast_cancer()
    x, _ = standardise(data.x, data.x)
    order = np.random.default_rng(0).permutation(len(x))
    return x[order], data.y[order]


def start(features: int) -> list[np.ndarray]:
    """Return W, b, V, c as Keras would draw them: uniform within sqrt(6 / (in + out)), and biases of 0.

    Source: Glorot and Bengio (2010).
    """
    rng = np.random.default_rng(0)
    widths = [(features, HIDDEN), (HIDDEN, 1)]
    drawn = [rng.uniform(-1, 1, shape) * np.sqrt(6 / sum(shape)) for shape in widths]
    return [drawn[0], np.zeros(HIDDEN), drawn[1], np.zeros(1)]


def forward(weights: list[np.ndarray], x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the hidden values (n, 64) and the logits (n,) of samples x (n, d)."""
    W, b, V, c = weights
    hidden = np.maximum(x @ W + b, 0)
    return hidden, (hidden @ V + c)[:, 0]


def gradient(weights: list[np.ndarray], x: np.ndarray, y: np.ndarray) -> tuple[float, list[np.ndarray]]:
    """Return the mean binary cross-entropy of a batch and its gradient with respect to W, b, V, c, backward by hand."""
    hidden, logits = forward(weights, x)
    loss = binary_cross_entropy(logits, y)
    to_logits = binary_cross_entropy_gradient(logits, y)[:, np.newaxis]
    to_hidden = to_logits @ weights[2].T * (hidden > 0)
    return float(loss), [x.T @ to_hidden, to_hidden.sum(axis=0), hidden.T @ to_logits, to_logits.sum(axis=0)]


def fit(
    x: np.ndarray, y: np.ndarray, weights: list[np.ndarray], lr: float = LR, keras_eps: float | None = KERAS_EPS
) -> Fit:
    """Train as Keras does: the loss of an epoch is the mean over its batches, each before its own update.

    Keras adds its epsilon to the root of v that is not yet corrected (the paper's "epsilon hat"); the same update is
    the paper's with epsilon / sqrt(1 - beta2^t). keras_eps=None takes epsilon = 1e-8 as in the paper instead.
    """
    states, losses, t = [AdamState()] * len(weights), [], 0
    for _ in range(EPOCHS):
        total = 0.0
        for first in range(0, len(x), BATCH):
            batch = slice(first, first + BATCH)
            loss, grads = gradient(weights, x[batch], y[batch])
            total += loss * len(x[batch])
            t += 1
            eps = 1e-8 if keras_eps is None else keras_eps / np.sqrt(1 - BETA2**t)
            stepped = [adam(*each, lr=lr, eps=eps) for each in zip(weights, grads, states, strict=True)]
            weights, states = [list(column) for column in zip(*stepped, strict=True)]
        losses.append(total / len(x))
    return Fit(np.array(losses), weights, 1 / (1 + np.exp(-forward(weights, x)[1])))


def write(file: Path) -> None:
    """Write the problem for keras_binary.py: samples and start."""
    x, y = samples()
    arrays: dict[str, Any] = {f"start{i}": weight for i, weight in enumerate(start(x.shape[1]))}
    np.savez(file, x=x, y=y, **arrays)
