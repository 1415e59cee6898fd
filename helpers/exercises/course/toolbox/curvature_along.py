"""The curvature of a surface along a direction."""

import numpy as np

from helpers.exercises.reading import exercise


def curvature_along(hessian: np.ndarray, direction: np.ndarray) -> float:
    """Second derivative along a direction of any length but 0, counted per unit length."""
    e = direction / np.linalg.norm(direction)
    return e @ hessian @ e


def draw(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A Hessian, which is symmetric, and a direction of another length than 1."""
    d = int(rng.integers(2, 5))
    half = np.round(rng.normal(0, 2, (d, d)), 1)
    return half + half.T, np.round(rng.uniform(0.3, 2, d) * rng.choice([-1, 1], d), 2)


def probes() -> list[tuple[np.ndarray, np.ndarray]]:
    """The matrix of the lesson along a diagonal, one with a negative curvature, and others."""
    rng = np.random.default_rng(14)
    return [
        (np.array([[74.0, 20.0], [20.0, 34.0]]), np.array([1.0, 1.0])),
        (np.array([[1.0, 3.0], [3.0, 2.0]]), np.array([3.0, -4.0])),
        (np.array([[2.0, -0.5], [-0.5, 7.0]]), np.array([0.03, 0.01])),
        *(draw(rng) for _ in range(8)),
    ]


EXERCISE = exercise(
    "curvature-along",
    curvature_along,
    probes=probes(),
    edges=[
        (np.array([[3.0, 1.0], [1.0, 2.0]]), np.array([0.6, 0.8])),
        (np.array([[3.0, 1.0], [1.0, 2.0]]), np.array([0.0, -2.0])),
        (np.array([[3, 1], [1, 2]]), np.array([3, 4])),
        (np.array([[-4.0]]), np.array([2.0])),
        (np.array([[0.0, 0.0], [0.0, 0.0]]), np.array([1.0, 2.0])),
    ],
    draw=draw,
)
