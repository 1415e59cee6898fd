"""A proximal step for the L1 penalty."""

import numpy as np

from helpers.exercises.reading import exercise


def proximal_step(w: np.ndarray, grad: np.ndarray, lr: float, strength: float) -> np.ndarray:
    """A step along the gradient of the loss alone, then each weight moved towards 0, and held there."""
    moved = w - lr * grad
    return np.sign(moved) * np.maximum(np.abs(moved) - lr * strength, 0)


def draw(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Weights of which some end at 0, a gradient, a rate and a strength."""
    d = int(rng.integers(3, 7))
    lr, strength = round(float(rng.uniform(0.1, 0.6)), 2), round(float(rng.uniform(0.8, 3.0)), 2)
    grad = np.round(rng.normal(0, 2, d), 2)
    ends = rng.choice([-1, 1], d) * lr * strength * rng.uniform(0.1, 3.0, d)
    return np.round(ends + lr * grad, 2), grad, lr, strength


def probes() -> list[tuple[np.ndarray, np.ndarray, float, float]]:
    rng = np.random.default_rng(17)
    first = (np.array([3.0, 0.4, -0.3, -2.0]), np.array([1.0, 0.5, -0.5, -1.0]), 0.2, 2.0)
    return [first, *(draw(rng) for _ in range(9))]


EXERCISE = exercise(
    "proximal-step",
    proximal_step,
    probes=probes(),
    edges=[
        (np.array([1.0, -2.0]), np.array([0.5, 1.0]), 0.1, 0.0),
        (np.array([0.0, 0.0]), np.array([3.0, 0.5]), 0.5, 1.0),
        (np.array([5.0]), np.array([0.0]), 1.0, 1.0),
        (np.array([3, -5, 1]), np.array([1, 2, 0]), 0.3, 1.5),
    ],
    draw=draw,
)
