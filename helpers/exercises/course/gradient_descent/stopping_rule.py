"""When to stop a descent."""

import numpy as np

from helpers.exercises.reading import exercise


def has_converged(grad: np.ndarray, tolerance: float) -> np.bool_:
    """Whether the gradient's Euclidean length is below the tolerance."""
    return np.linalg.norm(grad) < tolerance


def draw(rng: np.random.Generator) -> tuple[np.ndarray, float]:
    """A gradient, and a tolerance just above or below what somebody might take for its length."""
    grad = np.round(rng.normal(0, 2, rng.integers(1, 6)), 2)
    sizes = np.abs(grad)
    taken = [np.linalg.norm(grad), sizes.max(), sizes.sum(), abs(grad.sum()), sizes.mean(), sizes.min(), grad @ grad]
    taken += [np.sqrt(np.mean(grad**2)), np.linalg.norm(grad) / 2, np.linalg.norm(grad) * 2, sizes[0], sizes[-1]]
    return grad, round(float(rng.choice(taken) * rng.choice([0.9, 1.1])) + 0.01, 3)


def probes() -> list[tuple[np.ndarray, float]]:
    """So many that no wrong rule gives the same truth values by chance."""
    rng = np.random.default_rng(4)
    return [(np.array([3.0, 4.0]), 5.5), (np.array([-3.0, -4.0]), 4.5), *(draw(rng) for _ in range(60))]


EXERCISE = exercise(
    "stopping-rule",
    has_converged,
    probes=probes(),
    edges=[(np.array([3.0, 4.0]), 5.0), (np.array([0.0, 0.0]), 1e-6), (np.array([-7.0]), 7.5)],
    draw=draw,
)
