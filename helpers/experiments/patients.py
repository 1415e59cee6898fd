"""Lesson 08: the noise of the patients' gradients at a place, and the best rate of one step found by trying."""

from typing import NamedTuple

import numpy as np


class Noise(NamedTuple):
    """The noise scale at a place, the best rate of the full gradient there, and that gradient."""

    scale: float
    lr_max: float
    full: np.ndarray


def noise_at(w: np.ndarray, x: np.ndarray, y: np.ndarray) -> Noise:
    """Return the noise of the mean squared error of x @ w at w; x: (n, d), y: (n,), w: (d,)."""
    hessian = 2 * x.T @ x / len(y)
    single = 2 * (x @ w - y)[:, None] * x  # row i is the gradient of sample i
    g = single.mean(axis=0)
    g_cost = g @ hessian @ g
    noise_cost = np.mean(np.sum((single - g) @ hessian * (single - g), axis=1))
    return Noise(noise_cost / g_cost, g @ g / g_cost, g)


def best_rate_found(batch_size: int, w: np.ndarray, x: np.ndarray, y: np.ndarray) -> float:
    """Return which of 40 rates has the lowest mean loss after one step from w, over 2,000 batches with replacement."""
    single, rates = 2 * (x @ w - y)[:, None] * x, np.geomspace(0.02, 0.16, 40)
    counts = np.random.default_rng(1).multinomial(batch_size, np.full(len(y), 1 / len(y)), size=2000)
    slopes = counts @ single / batch_size @ x.T  # how fast each prediction changes along each batch's gradient
    return float(rates[np.argmin([np.mean((x @ w - lr * slopes - y) ** 2) for lr in rates])])
