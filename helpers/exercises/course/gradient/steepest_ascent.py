"""The direction of steepest ascent."""

import numpy as np

from helpers.exercises.reading import exercise


def steepest_ascent(grad: np.ndarray) -> np.ndarray:
    """Unit vector along which the function grows fastest; zeros where the gradient is zero."""
    length = np.linalg.norm(grad)
    if length == 0:
        return np.zeros_like(grad)
    return grad / length


def draw(rng: np.random.Generator) -> tuple[np.ndarray]:
    """A gradient that is long or short; its entries differ in size, so that one is the largest."""
    sizes = rng.choice(np.arange(20, 500), rng.integers(2, 6), replace=False)
    return (np.round(sizes * rng.choice([-1, 1], len(sizes)) * rng.choice([0.01, 0.01, 0.0001]), 4),)


def probes() -> list[tuple[np.ndarray]]:
    rng = np.random.default_rng(54)
    return [(np.array([3.0, -4.0]),), (np.array([0.006, -0.008]),), *(draw(rng) for _ in range(8))]


EXERCISE = exercise(
    "steepest-ascent",
    steepest_ascent,
    probes=probes(),
    edges=[
        (np.array([3e-4, -4e-4]),),
        (np.array([0.0, -5.0]),),
        (np.array([2.0, 0.0, -1.5]),),
        (np.array([0.0, 0.0, 2.0]),),
        (np.array([3.0, -3.0]),),
        (np.array([0.0, 0.0]),),
        (np.array([0.0, 0.0, 0.0]),),
    ],
    draw=draw,
)
