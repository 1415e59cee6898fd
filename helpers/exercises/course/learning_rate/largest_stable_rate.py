"""The learning rate beyond which a descent diverges."""

import numpy as np

from helpers.exercises.reading import exercise


def largest_stable_rate(hessian: np.ndarray) -> float:
    """Learning rate beyond which gradient descent diverges on a quadratic with this Hessian."""
    sharpness = np.linalg.eigvalsh(hessian).max()
    return 2 / sharpness


def draw(rng: np.random.Generator) -> tuple[np.ndarray]:
    """A positive definite matrix with two to five rows."""
    size = int(rng.integers(2, 6))
    factor = np.round(rng.normal(0, 1, (size + 2, size)), 1)
    return (np.round(factor.T @ factor, 2),)


def hessians() -> list[tuple[np.ndarray]]:
    """Positive definite matrices of several sizes."""
    rng = np.random.default_rng(9)
    factors = [np.round(rng.normal(0, 1, (size + 2, size)), 1) for size in (2, 2, 3, 4, 3, 5)]
    return [(np.array([[2.0, 1.0], [1.0, 3.0]]),), *((np.round(factor.T @ factor, 2),) for factor in factors)]


HESSIANS = hessians()
PLAIN_HESSIANS = [(np.array([[4.0]]),), (np.diag([1.0, 100.0]),), (np.diag([50.0, 1.0, 2.0]),), (np.eye(3),)]

EXERCISE = exercise("largest-stable-rate", largest_stable_rate, probes=HESSIANS, edges=PLAIN_HESSIANS, draw=draw)
