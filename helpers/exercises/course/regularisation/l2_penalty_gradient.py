"""The gradient of an L2 penalty."""

import numpy as np

from helpers.exercises.reading import exercise

SHAPES = [(3,), (5,), (2, 3), (3, 2), (2, 2, 2)]


def l2_penalty_gradient(w: np.ndarray, strength: float) -> np.ndarray:
    """Gradient of strength/2 times the sum of w^2, of the shape of w."""
    return strength * w


def draw(rng: np.random.Generator) -> tuple[np.ndarray, float]:
    """Weights of one to three dimensions, and a strength that is not 1."""
    shape = SHAPES[rng.integers(len(SHAPES))]
    return np.round(rng.normal(0, 2, shape), 2), float(rng.choice([0.01, 0.1, 0.3, 0.7, 1.5, 3.0]))


def probes() -> list[tuple[np.ndarray, float]]:
    rng = np.random.default_rng(91)
    return [(np.array([3.0, -1.0]), 0.5), *(draw(rng) for _ in range(6))]


EXERCISE = exercise(
    "l2-penalty-gradient",
    l2_penalty_gradient,
    probes=probes(),
    edges=[
        (np.array([1.0, -2.0]), 0.0),
        (np.zeros(3), 0.4),
        (np.array([-5.0]), 0.2),
        (np.array([3, -5, 1]), 0.3),
    ],
    draw=draw,
)
