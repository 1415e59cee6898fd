"""The direction of steepest ascent."""

import numpy as np

from helpers.exercises.course.gradient.bowl_gradient import vectors
from helpers.exercises.reading import exercise


def steepest_ascent(grad: np.ndarray) -> np.ndarray:
    """Unit vector along which the function grows fastest; zeros where the gradient is zero."""
    length = np.linalg.norm(grad)
    if length == 0:
        return np.zeros_like(grad)
    return grad / length


EXERCISE = exercise(
    "steepest-ascent",
    steepest_ascent,
    probes=[
        (np.array([3.0, -4.0]),),
        *((grad,) for grad in vectors(2, 3, seed=6)),
        *((grad,) for grad in vectors(3, 3, seed=7)),
        (np.array([0.006, -0.008]),),
    ],
    edges=[(np.array([0.0, -5.0]),), (np.array([0.0, 0.0]),), (np.array([0.0, 0.0, 0.0]),)],
)
