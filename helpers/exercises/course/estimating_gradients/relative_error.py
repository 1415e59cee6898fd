"""How far two gradients are apart, measured by their lengths."""

import numpy as np

from helpers.exercises.reading import exercise


def relative_error(a: np.ndarray, b: np.ndarray) -> float | np.floating:
    """Length of the difference over the larger of both lengths; 0 where both are zero."""
    difference = np.linalg.norm(a - b)
    larger = max(np.linalg.norm(a), np.linalg.norm(b))
    return 0.0 if larger == 0 else difference / larger


def draw(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Two arrays of one shape, near each other or not."""
    shape = [(2,), (3,), (4,), (2, 3), (3, 2)][rng.integers(5)]
    a, apart = rng.normal(0, 2, shape), rng.normal(0, rng.choice([0.3, 2.0]), shape)
    return np.round(a, 2), np.round(a * rng.choice([0, 1]) + apart, 2)


def probes() -> list[tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(257)
    return [
        (np.array([3.0, 4.0]), np.array([3.0, 1.0])),
        (np.array([1.0, -2.0, 0.5]), np.array([2.0, -2.5, 1.5])),
        *(draw(rng) for _ in range(8)),
    ]


EXERCISE = exercise(
    "relative-error",
    relative_error,
    probes=probes(),
    edges=[
        (np.array([1.0, 2.0]), np.array([1.0, 2.0])),
        (np.array([0.0, 0.0]), np.array([0.0, 3.0])),
        (np.array([0.0, 2.0]), np.array([0.0, 0.0])),
        (np.array([0.0, 0.0, 0.0]), np.array([0.0, 0.0, 0.0])),
        (np.array([2.0]), np.array([-1.0])),
        (np.array([3.0, 4.0]), np.array([-3.0, -4.0])),
        (np.array([1.0, -1.0]), np.array([2.0, -2.0])),
        (np.array([1.0, 0.0]), np.array([2.0, 0.0])),
        (np.array([0.3, 0.2]), np.array([0.6, 0.5])),
        (np.array([1.0, 2.0]), np.array([1.000001, 2.0])),
        (np.array([3e-30, 4e-30]), np.array([3e-30, 1e-30])),
    ],
    draw=draw,
)
