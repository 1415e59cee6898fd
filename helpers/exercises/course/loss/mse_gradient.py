"""The gradient of the mean squared error of a line, in its two parameters."""

import numpy as np

from helpers.exercises.reading import exercise


def mse_gradient(x: np.ndarray, y: np.ndarray, w: float, b: float) -> tuple[float, float]:
    """Slopes of the mean squared error of the line w x + b, along w and along b; x and y have shape (n,)."""
    error = w * x + b - y
    return 2 * np.mean(error * x), 2 * np.mean(error)


def draw(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Two to six points, and a line."""
    n = rng.integers(2, 7)
    x, y = np.round(rng.normal(1, 2, n), 2), np.round(rng.normal(0, 2, n), 2)
    w, b = rng.permutation([-1.4, -0.7, 0.3, 1.6])[:2]
    return x, y, float(w), float(b)


def probes() -> list[tuple[np.ndarray, np.ndarray, float, float]]:
    rng = np.random.default_rng(31)
    return [(np.array([1.0, 2.0, 4.0]), np.array([3.0, 2.0, 7.0]), 0.5, 1.0), *(draw(rng) for _ in range(7))]


EXERCISE = exercise(
    "mse-gradient",
    mse_gradient,
    probes=probes(),
    edges=[
        (np.array([2.0]), np.array([5.0]), 3.0, 1.0),
        (np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 5.0]), 2.0, 1.0),
        (np.array([0.0, 0.0]), np.array([1.0, 4.0]), 0.0, 0.0),
        (np.array([1, 2, 5]), np.array([3, 2, 7]), 0.7, 1.5),
    ],
    draw=draw,
)
