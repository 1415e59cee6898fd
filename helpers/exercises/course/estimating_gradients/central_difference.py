"""A gradient from two values of a function for each coordinate."""

from collections.abc import Callable

import numpy as np

from helpers.exercises.reading import exercise

Function = Callable[[np.ndarray], float]


def central_difference(f: Function, x: np.ndarray, h: float) -> np.ndarray:
    """Gradient of f at x, shape (d,), from two values of f for each coordinate, h to either side."""
    derivatives = np.zeros(len(x))
    for j, e in enumerate(np.eye(len(x))):
        rise = f(x + h * e) - f(x - h * e)
        derivatives[j] = rise / (2 * h)
    return derivatives


def cubic(x: np.ndarray) -> float:
    """x^3 of each entry, and the sum of the entries squared."""
    return float(np.sum(x**3) + np.sum(x) ** 2)


def waves(x: np.ndarray) -> float:
    """Exponential times sine, the entries with weights 1, 2, 3, ..."""
    return float(np.sum(np.arange(1, len(x) + 1) * np.exp(x) * np.sin(2 * x)))


def product(x: np.ndarray) -> float:
    """x0 times the exponential of the sum of all entries."""
    return float(x[0] * np.exp(x.sum()))


def draw(rng: np.random.Generator) -> tuple[Function, np.ndarray, float]:
    """A function, a place in one to five dimensions, and a step that is not small: each method has its own error."""
    f = [cubic, waves, product][rng.integers(3)]
    return f, np.round(rng.normal(0, 0.8, rng.integers(1, 6)), 2), float(rng.choice([0.05, 0.1, 0.2]))


def probes() -> list[tuple[Function, np.ndarray, float]]:
    rng = np.random.default_rng(6)
    return [
        (cubic, np.array([1.0, -0.5]), 0.1),
        (waves, np.array([0.3, 1.2, -0.7]), 0.2),
        (product, np.array([0.4, -0.3, 0.2, 0.5]), 0.05),
        *(draw(rng) for _ in range(4)),
    ]


EXERCISE = exercise(
    "central-difference",
    central_difference,
    probes=probes(),
    edges=[(cubic, np.array([2.0]), 0.01), (cubic, np.array([1, 2, 3]), 0.1)],
    draw=draw,
)
