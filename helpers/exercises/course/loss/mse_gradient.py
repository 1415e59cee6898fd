"""The gradient of the mean squared error of a line, in its two parameters."""

import numpy as np

from helpers.exercises.course.loss.mse import pairs
from helpers.exercises.reading import exercise


def mse_gradient(x: np.ndarray, y: np.ndarray, w: float, b: float) -> tuple[float, float]:
    """Slopes of the mean squared error of the line w x + b, along w and along b; x and y have shape (n,)."""
    error = w * x + b - y
    return 2 * np.mean(error * x), 2 * np.mean(error)


def in_one_array(x: np.ndarray, y: np.ndarray, w: float, b: float) -> np.ndarray:
    return np.array(mse_gradient(x, y, w, b))


EXERCISE = exercise(
    "mse-gradient",
    mse_gradient,
    probes=[
        (np.array([1.0, 2.0, 4.0]), np.array([3.0, 2.0, 7.0]), 0.5, 1.0),
        *((x, y, w, b) for (x, y), w, b in zip(pairs((2, 4, 5)), (1.5, -0.7, 0.3), (-0.4, 2.0, 0.6), strict=True)),
    ],
    edges=[
        (np.array([2.0]), np.array([5.0]), 3.0, 1.0),
        (np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 5.0]), 2.0, 1.0),
        (np.array([0.0, 0.0]), np.array([1.0, 4.0]), 0.0, 0.0),
    ],
)
