"""The gradient of an elliptic bowl."""

import numpy as np

from helpers.exercises.reading import exercise


def bowl_gradient(w: np.ndarray) -> np.ndarray:
    """Gradient of f(w) = w0^2 / 2 + 5 w1^2 at w of shape (2,)."""
    slope_along_w0 = w[0]
    slope_along_w1 = 10 * w[1]
    return np.array([slope_along_w0, slope_along_w1])


def vectors(size: int, count: int, seed: int) -> list[np.ndarray]:
    """Random vectors with two digits after the point."""
    return list(np.round(np.random.default_rng(seed).normal(0, 2, (count, size)), 2))


EXERCISE = exercise(
    "bowl-gradient",
    bowl_gradient,
    probes=[(np.array([3.0, 2.0]),), *((w,) for w in vectors(2, 4, seed=1))],
    edges=[(np.array([0.0, 0.0]),), (np.array([0.0, -1.5]),), (np.array([4.0, 0.0]),)],
)
