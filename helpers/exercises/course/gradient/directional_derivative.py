"""The slope along any direction."""

import numpy as np

from helpers.exercises.reading import exercise


def directional_derivative(grad: np.ndarray, direction: np.ndarray) -> float:
    """Slope per unit length along a direction of any length."""
    length = np.linalg.norm(direction)
    if length == 0:
        raise ValueError("a direction of length zero points nowhere")
    return grad @ (direction / length)


def draw(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A gradient, and a direction that is long or short."""
    size, length = rng.integers(2, 6), rng.choice([2.0, 2.0, 0.02])
    return np.round(rng.normal(0, 2, size), 2), np.round(rng.normal(0, length, size), 4 if length < 1 else 2)


def probes() -> list[tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(57)
    return [
        (np.array([3.0, 2.0]), np.array([0.0, -4.0])),
        (np.array([1.5, -2.0]), np.array([3.0, 0.0])),
        (np.array([2.0, -4.0]), np.array([0.006, 0.008])),
        *(draw(rng) for _ in range(8)),
    ]


EXERCISE = exercise(
    "directional-derivative",
    directional_derivative,
    probes=probes(),
    edges=[
        (np.array([3.0, 2.0]), np.array([3e-4, -4e-4])),
        (np.array([3.0, 2.0]), np.array([0.6, 0.8])),
        (np.array([0.0, 0.0]), np.array([1.0, 2.0])),
        (np.array([2.0, -2.0]), np.array([3.0, 3.0])),
        (np.array([3.0, 2.0]), np.array([2.0, -2.0])),
        (np.array([3.0, 2.0, 1.0]), np.array([0.0, 0.0, -2.0])),
        (np.array([3.0, 2.0]), np.array([0.0, 0.0])),
        (np.array([3.0, 2.0, 1.0]), np.array([0.0, 0.0, 0.0])),
    ],
    draw=draw,
)
