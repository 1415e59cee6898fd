"""The gradient of an L2 penalty."""

import numpy as np

from helpers.exercises.reading import exercise


def l2_penalty_gradient(w: np.ndarray, strength: float) -> np.ndarray:
    """Gradient of strength/2 times the sum of w^2, of the shape of w."""
    return strength * w


def probes() -> list[tuple[np.ndarray, float]]:
    """Weights of several shapes, with a strength for each."""
    rng = np.random.default_rng(34)
    return [
        (np.round(rng.normal(0, 2, shape), 2), strength)
        for shape, strength in [((3,), 0.1), ((4,), 3.0), ((2, 3), 0.7), ((5,), 0.01)]
    ]


EXERCISE = exercise(
    "l2-penalty-gradient",
    l2_penalty_gradient,
    probes=[(np.array([3.0, -1.0]), 0.5), *probes()],
    edges=[(np.array([1.0, -2.0]), 0.0), (np.zeros(3), 0.4), (np.array([-5.0]), 0.2)],
)
