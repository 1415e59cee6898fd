"""The gradient of a mini-batch."""

import numpy as np

from helpers.exercises.reading import exercise

Pair = tuple[float, float]


def minibatch_gradient(x: np.ndarray, y: np.ndarray, w: float, b: float, batch: np.ndarray) -> Pair:
    """Derivatives in w and b of the mean squared error of w x + b over the samples of a batch, an index array."""
    error = w * x[batch] + b - y[batch]
    return 2 * np.mean(error * x[batch]), 2 * np.mean(error)


Sample = tuple[np.ndarray, np.ndarray, float, float, np.ndarray]


def draw(rng: np.random.Generator) -> Sample:
    """Data, a line, and some of the samples in any order."""
    n = int(rng.integers(4, 12))
    x, y = np.round(rng.normal(0, 1.5, (2, n)), 2)
    w, b = np.round(rng.normal(0, 1, 2) + 0.01, 2)
    return x, y, float(w), float(b), rng.permutation(n)[: int(rng.integers(2, n))]


def probes() -> list[Sample]:
    """Data and lines, with batches of some samples, of all, and of one."""
    rng = np.random.default_rng(12)
    probes = []
    for n, size in ((6, 2), (9, 4), (7, 7), (5, 1)):
        x, y = np.round(rng.normal(0, 1.5, (2, n)), 2)
        w, b = np.round(rng.normal(0, 1, 2), 2)
        probes.append((x, y, float(w), float(b), rng.permutation(n)[:size]))
    return [*probes, *(draw(rng) for _ in range(4))]


FOUR = np.array([1.0, 2.0, 3.0, 4.0])

EXERCISE = exercise(
    "minibatch-gradient",
    minibatch_gradient,
    probes=probes(),
    edges=[
        (FOUR, 2 * FOUR + 1, 2.0, 1.0, np.array([3, 0])),
        (FOUR, 2 * FOUR, 1.0, 0.5, np.array([1, 1, 2])),
    ],
    draw=draw,
)
