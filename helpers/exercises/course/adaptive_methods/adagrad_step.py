"""One step of Adagrad."""

import numpy as np

from helpers.exercises.reading import exercise

Array = np.ndarray
Pair = tuple[Array, Array]


def adagrad_step(w: Array, total: Array, grad: Array, lr: float, eps: float) -> Pair:
    """One step of Adagrad: the next w and the total of all squared gradients; arrays of one shape, none is changed."""
    total = total + grad**2
    return w - lr * grad / (np.sqrt(total) + eps), total


def states() -> list[tuple[Array, Array, Array, float]]:
    """w, memory, gradient and lr in several shapes, and at the end gradients so small that eps counts."""
    rng = np.random.default_rng(81)
    found = []
    for shape, lr in [((2,), 0.1), ((3,), 0.05), ((2, 2), 0.3), ((1,), 0.2)]:
        w, grad = np.round(rng.normal(0, 2, shape), 2), np.round(rng.normal(0, 3, shape), 2)
        found.append((w, np.round(rng.uniform(0.5, 9, shape), 2), grad, lr))
    found.append((np.array([1.0, -2.0, 0.5]), np.array([0.0, 1e-8, 4.0]), np.array([1e-4, -2e-4, 3.0]), 0.1))
    return found


# In w0 there was never a slope.
FLAT = (np.array([1.0, 2.0]), np.array([0.0, 4.0]), np.array([0.0, 0.0]), 0.1)

EXERCISE = exercise(
    "adagrad-step",
    adagrad_step,
    probes=[
        (np.array([5.0, -1.0]), np.array([0.0, 0.0]), np.array([6.0, 0.02]), 0.1, 1e-8),
        *((*state, 1e-8) for state in states()),
    ],
    edges=[(*FLAT, 1e-8)],
)
