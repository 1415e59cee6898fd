"""What kind of place a descent has stopped at."""

import numpy as np

from helpers.exercises.reading import exercise

KINDS = ("not yet", "minimum", "maximum", "saddle", "undecided")


def kind_of_stop(grad: np.ndarray, curvatures: np.ndarray, tolerance: float) -> str:
    """The kind of place, of KINDS; grad (d,) is the gradient there, curvatures (d,) those along the main directions."""
    if np.linalg.norm(grad) >= tolerance:
        return "not yet"
    if np.all(curvatures > 0):
        return "minimum"
    if np.all(curvatures < 0):
        return "maximum"
    if np.any(curvatures > 0) and np.any(curvatures < 0):
        return "saddle"
    return "undecided"


def draw(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, float]:
    """A gradient that is level or nearly so, curvatures of every mix of signs, and a tolerance."""
    d = int(rng.integers(2, 5))
    signs = [[1], [-1], [1, -1], [1, 0], [-1, 0], [1, -1, 0]][rng.integers(6)]
    curvatures = np.round(10 ** rng.uniform(-1.3, 1, d), 2) * rng.choice(signs, d)
    grad = np.round(rng.normal(0, 1, d), 2)
    length = np.linalg.norm(grad)
    return grad, curvatures, round(float(length * rng.choice([0.7, 1.3, 1.3, 1.3, 1.3])) + 0.01, 3)


def probes() -> list[tuple[np.ndarray, np.ndarray, float]]:
    """So many that no wrong rule gives the same words by chance."""
    rng = np.random.default_rng(5)
    fixed = [
        (np.array([3.0, -4.0]), np.array([1.0, 2.0]), 4.5),
        (np.array([0.3, -0.4]), np.array([1.0, 2.0]), 1.0),
        (np.array([0.3, -0.4]), np.array([-1.0, -2.0]), 1.0),
        (np.array([0.3, -0.4]), np.array([5.0, -2.0]), 1.0),
        (np.array([0.3, -0.4]), np.array([0.0, 2.0]), 1.0),
        (np.array([0.3, -0.4]), np.array([0.0, -2.0]), 1.0),
        (np.array([0.3, -0.4, 0.0]), np.array([0.0, -2.0, 3.0]), 1.0),
        (np.array([0.3, -0.4]), np.array([0.0, 0.0]), 1.0),
    ]
    return [*fixed, *(draw(rng) for _ in range(90))]


EXERCISE = exercise(
    "kind-of-stop",
    kind_of_stop,
    probes=probes(),
    edges=[
        (np.array([3.0, 4.0]), np.array([1.0, 1.0]), 5.0),
        (np.array([0.0]), np.array([2.0]), 1e-6),
        (np.array([0.0]), np.array([-2.0]), 1e-6),
    ],
    draw=draw,
)
