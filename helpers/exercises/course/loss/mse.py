"""The mean squared error."""

import numpy as np

from helpers.exercises.reading import exercise


def mse(y: np.ndarray, prediction: np.ndarray) -> float:
    """Mean squared error of n predictions for n targets; both have shape (n,)."""
    return np.mean((y - prediction) ** 2)


def draw(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Two to six targets, and as many predictions."""
    n = rng.integers(2, 7)
    return np.round(rng.normal(1, 2, n), 2), np.round(rng.normal(0, 2, n), 2)


def probes() -> list[tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(31)
    return [(np.array([1.0, 2.0, 4.0]), np.array([1.5, 0.0, 3.0])), *(draw(rng) for _ in range(7))]


EXERCISE = exercise(
    "mse",
    mse,
    probes=probes(),
    edges=[
        (np.array([3.0]), np.array([1.0])),
        (np.array([1.0, -2.0, 3.0]), np.array([1.0, -2.0, 3.0])),
        (np.array([1e6, 1e6 + 2]), np.array([1e6 + 1, 1e6 + 1])),
        (np.array([1, 2, 5]), np.array([0.5, 3.5, 3.2])),
    ],
    draw=draw,
)
