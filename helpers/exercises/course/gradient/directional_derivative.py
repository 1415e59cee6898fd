"""The slope along any direction."""

import numpy as np

from helpers.exercises.course.gradient.bowl_gradient import vectors
from helpers.exercises.reading import exercise


def directional_derivative(grad: np.ndarray, direction: np.ndarray) -> float:
    """Slope per unit length along a direction of any length."""
    length = np.linalg.norm(direction)
    if length == 0:
        raise ValueError("a direction of length zero points nowhere")
    return grad @ (direction / length)


EXERCISE = exercise(
    "directional-derivative",
    directional_derivative,
    probes=[
        (np.array([3.0, 2.0]), np.array([0.0, -4.0])),
        *zip(vectors(2, 3, seed=2), vectors(2, 3, seed=3), strict=True),
        *zip(vectors(3, 3, seed=4), vectors(3, 3, seed=5), strict=True),
    ],
    edges=[
        (np.array([3.0, 2.0]), np.array([0.6, 0.8])),
        (np.array([0.0, 0.0]), np.array([1.0, 2.0])),
        (np.array([2.0, -1.0]), np.array([1.0, 2.0])),
        (np.array([3.0, 2.0]), np.array([0.0, 0.0])),
    ],
)
