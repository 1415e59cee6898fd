"""The mean squared error."""

import numpy as np

from helpers.exercises.reading import exercise


def mse(y: np.ndarray, prediction: np.ndarray) -> float:
    """Mean squared error of n predictions for n targets; both have shape (n,)."""
    return np.mean((y - prediction) ** 2)


def pairs(sizes: tuple[int, ...]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Two arrays of each size."""
    rng = np.random.default_rng(31)
    return [(np.round(rng.normal(1, 2, n), 2), np.round(rng.normal(0, 2, n), 2)) for n in sizes]


EXERCISE = exercise(
    "mse",
    mse,
    probes=[(np.array([1.0, 2.0, 4.0]), np.array([1.5, 0.0, 3.0])), *pairs((2, 4, 5))],
    edges=[
        (np.array([3.0]), np.array([1.0])),
        (np.array([1.0, -2.0, 3.0]), np.array([1.0, -2.0, 3.0])),
        (np.array([1e6, 1e6 + 2]), np.array([1e6 + 1, 1e6 + 1])),
    ],
)
