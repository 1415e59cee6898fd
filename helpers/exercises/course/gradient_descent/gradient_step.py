"""One step of gradient descent."""

import numpy as np

from helpers.exercises.reading import exercise


def gradient_step(w: np.ndarray, grad: np.ndarray, lr: float) -> np.ndarray:
    """One step of gradient descent; w and grad have the same shape, and neither is changed."""
    return w - lr * grad


def draw(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, float]:
    """A point of some shape, a gradient there and a rate."""
    shape = [(1,), (2,), (3,), (4,), (2, 3), (3, 2)][rng.integers(6)]
    w, grad = (np.round(rng.normal(0, 2, shape) + 0.01, 2) for _ in range(2))
    return w, grad, round(float(rng.uniform(0.02, 0.6)), 3)


def probes() -> list[tuple[np.ndarray, np.ndarray, float]]:
    """A point and its step as the lesson has them, and others."""
    rng = np.random.default_rng(8)
    return [(np.array([5.0, -1.0]), np.array([6.0, 2.0]), 0.1), *(draw(rng) for _ in range(7))]


EXERCISE = exercise(
    "gradient-step",
    gradient_step,
    probes=probes(),
    edges=[
        (np.array([1.0, 2.0]), np.array([0.0, 0.0]), 0.1),
        (np.array([1.0, 2.0]), np.array([3.0, -4.0]), 0.0),
        (np.array([5, -1]), np.array([7, 2]), 0.1),
    ],
    draw=draw,
)
