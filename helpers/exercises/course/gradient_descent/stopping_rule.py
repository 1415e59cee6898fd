"""When to stop a descent."""

import numpy as np

from helpers.exercises.reading import exercise


def has_converged(grad: np.ndarray, tolerance: float) -> np.bool:
    """Whether the gradient's Euclidean length is below the tolerance."""
    return np.linalg.norm(grad) < tolerance


EXERCISE = exercise(
    "stopping-rule",
    has_converged,
    probes=[
        (np.array([3.0, 4.0]), 5.5),
        (np.array([3.0, 4.0]), 4.5),
        (np.array([-3.0, -4.0]), 4.5),
        (np.array([-6.0, 8.0]), 3.0),
        (np.array([-6.0, 1.0]), 3.0),
        (np.array([0.3, 0.4]), 0.42),
        (np.array([0.3, 0.4]), 0.36),
        (np.array([0.3, 0.4]), 0.6),
        (np.array([1.0, 1.0, 1.0, 1.0]), 1.5),
        (np.array([0.0, 2.0]), 1.0),
        (np.array([0.5, 0.5]), 0.8),
    ],
    edges=[(np.array([0.0, 0.0]), 1e-6)],
)
