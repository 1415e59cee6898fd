"""The gradient of an elliptic bowl."""

import numpy as np

from helpers.exercises.reading import exercise


def bowl_gradient(w: np.ndarray) -> np.ndarray:
    """Gradient of f(w) = w0^2 / 2 + 5 w1^2 at w of shape (2,)."""
    slope_along_w0 = w[0]
    slope_along_w1 = 10 * w[1]
    return np.array([slope_along_w0, slope_along_w1])


def height(w: np.ndarray) -> float:
    """The bowl itself."""
    return w[0] ** 2 / 2 + 5 * w[1] ** 2


def forward_difference(w: np.ndarray) -> np.ndarray:
    h = 1e-6
    slope_0 = (height(w + np.array([h, 0])) - height(w)) / h
    slope_1 = (height(w + np.array([0, h])) - height(w)) / h
    return np.array([slope_0, slope_1])


def draw(rng: np.random.Generator) -> tuple[np.ndarray]:
    """A place on the bowl."""
    return (np.round(rng.normal(0, 2, 2), 2),)


def probes() -> list[tuple[np.ndarray]]:
    rng = np.random.default_rng(15)
    return [(np.array([3.0, 2.0]),), *(draw(rng) for _ in range(6))]


EXERCISE = exercise(
    "bowl-gradient",
    bowl_gradient,
    probes=probes(),
    edges=[(np.array([0.0, 0.0]),), (np.array([0.0, -1.5]),), (np.array([4.0, 0.0]),)],
    draw=draw,
)
