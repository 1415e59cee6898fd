"""How far two gradients are apart, measured by their lengths."""

import numpy as np

from helpers.exercises.reading import exercise


def relative_error(a: np.ndarray, b: np.ndarray) -> float | np.floating:
    """Length of the difference over the larger of both lengths; 0 where both are zero."""
    difference = np.linalg.norm(a - b)
    larger = max(np.linalg.norm(a), np.linalg.norm(b))
    return 0.0 if larger == 0 else difference / larger


def pairs() -> list[tuple[np.ndarray, np.ndarray]]:
    """Pairs of arrays of several shapes."""
    rng = np.random.default_rng(21)
    drawn = [(rng.normal(0, 2, shape), rng.normal(0, 2, shape)) for shape in ((2,), (3,), (4,), (2, 3))]
    return [(np.round(a, 2), np.round(b, 2)) for a, b in drawn]


EXERCISE = exercise(
    "relative-error",
    relative_error,
    probes=[
        (np.array([3.0, 4.0]), np.array([3.0, 1.0])),
        (np.array([1.0, -2.0, 0.5]), np.array([2.0, -2.5, 1.5])),
        *pairs(),
        (np.array([2e-6, 1e-6]), np.array([1e-6, 2.5e-6])),
    ],
    edges=[
        (np.array([1.0, 2.0]), np.array([1.0, 2.0])),
        (np.array([0.0, 0.0]), np.array([0.0, 3.0])),
        (np.array([0.0, 0.0, 0.0]), np.array([0.0, 0.0, 0.0])),
    ],
)
