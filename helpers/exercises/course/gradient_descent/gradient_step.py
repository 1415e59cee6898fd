"""One step of gradient descent."""

import numpy as np

from helpers.exercises.reading import exercise


def gradient_step(w: np.ndarray, grad: np.ndarray, lr: float) -> np.ndarray:
    """One step of gradient descent; w and grad have the same shape, and neither is changed."""
    return w - lr * grad


def probes() -> list[tuple[np.ndarray, np.ndarray, float]]:
    """Points of several shapes, with their gradients and rates."""
    rng = np.random.default_rng(8)
    shapes_and_rates = [((2,), 0.5), ((3,), 0.05), ((1,), 0.3), ((2, 3), 0.01)]
    return [
        (np.round(rng.normal(0, 2, shape), 2), np.round(rng.normal(0, 2, shape), 2), lr)
        for shape, lr in shapes_and_rates
    ]


EXERCISE = exercise(
    "gradient-step",
    gradient_step,
    probes=[(np.array([5.0, -1.0]), np.array([6.0, 2.0]), 0.1), *probes()],
    edges=[(np.array([1.0, 2.0]), np.array([0.0, 0.0]), 0.1), (np.array([1.0, 2.0]), np.array([3.0, -4.0]), 0.0)],
)
