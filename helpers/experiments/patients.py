"""Lesson 08: a linear fit to the patients, driven by the learner's functions, and how noisy its gradients are."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np


class Noise(NamedTuple):
    """The noise scale at a place, the best rate of the full gradient there, and that gradient."""

    scale: float
    lr_max: float
    full: np.ndarray


class Patients:
    """The mean squared error of x @ w on targets y; x: (n, d), y: (n,).

    cut(n, batch_size, rng) gives the batches of an epoch, step(w, grad, lr) the next w. lowest: the lowest loss.
    """

    def __init__(self, x: np.ndarray, y: np.ndarray, cut: Callable[..., list], step: Callable[..., np.ndarray]) -> None:
        self.x, self.y, self.cut, self.step = x, y, cut, step
        self.quadratic, self.linear, self.constant = x.T @ x / len(y), x.T @ y / len(y), np.mean(y**2)
        self.lowest = float(self.loss(np.linalg.lstsq(x, y, rcond=None)[0]))

    def loss(self, w: np.ndarray) -> np.ndarray:
        """Return the loss at each w (..., d), multiplied out: a long path times all samples would fill the memory."""
        return np.sum(w @ self.quadratic * w, axis=-1) - 2 * w @ self.linear + self.constant

    def path(self, batch_size: int, lr: float, epochs: int, seed: int) -> np.ndarray:
        """Return the points (steps + 1, d) of a descent from 0 along mini-batches."""
        rng, w = np.random.default_rng(seed), np.zeros(self.x.shape[1])
        path = [w[np.newaxis]]
        for _ in range(epochs):
            passed = []
            for batch in self.cut(len(self.y), batch_size, rng):
                error = self.x[batch] @ w - self.y[batch]
                w = self.step(w, 2 * error @ self.x[batch] / len(batch), lr)
                passed.append(w)
            path.append(np.array(passed))  # one array takes a fifth of the memory of its rows
        return np.concatenate(path)

    def singles(self, w: np.ndarray) -> np.ndarray:
        """Return the gradient of each sample at w (d,), one row for each."""
        return 2 * (self.x @ w - self.y)[:, None] * self.x

    def noise(self, w: np.ndarray) -> Noise:
        """Return the noise at w (d,): McCandlish et al. (2018), arXiv:1812.06162."""
        hessian, single = 2 * self.x.T @ self.x / len(self.y), self.singles(w)
        g = single.mean(axis=0)
        g_cost = g @ hessian @ g
        noise_cost = np.mean(np.sum((single - g) @ hessian * (single - g), axis=1))
        return Noise(noise_cost / g_cost, g @ g / g_cost, g)

    def best_rate_found(self, batch_size: int, w: np.ndarray) -> float:
        """Return which of 40 rates gives the lowest mean loss after one step from w, over 2,000 independent batches."""
        n, rates = len(self.y), np.geomspace(0.02, 0.16, 40)
        counts = np.random.default_rng(1).multinomial(batch_size, np.full(n, 1 / n), size=2000)
        slopes = counts @ self.singles(w) / batch_size @ self.x.T  # of each prediction along each batch's gradient
        return float(rates[np.argmin([np.mean((self.x @ w - lr * slopes - self.y) ** 2) for lr in rates])])
