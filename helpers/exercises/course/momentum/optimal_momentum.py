"""Polyak's learning rate and momentum for given curvatures."""

import numpy as np

from helpers.exercises.reading import exercise


def optimal_momentum(smallest: float, largest: float) -> tuple[float, float]:
    """Learning rate and momentum at which heavy ball is fastest on a quadratic with curvatures in this range."""
    flat, steep = np.sqrt(smallest), np.sqrt(largest)
    return (2 / (steep + flat)) ** 2, ((steep - flat) / (steep + flat)) ** 2


def draw(rng: np.random.Generator) -> tuple[float, float]:
    """Two curvatures, the second one up to some hundred times as large as the first."""
    smallest = round(float(rng.uniform(0.05, 4)), 2)
    return smallest, round(smallest * float(rng.uniform(1.2, 20) ** rng.integers(1, 3)), 2)


def probes() -> list[tuple[float, float]]:
    rng = np.random.default_rng(72)
    return [(1.0, 100.0), (0.5, 8.0), (2.0, 3.0), (0.01, 0.25), (3.0, 700.0), *(draw(rng) for _ in range(5))]


EXERCISE = exercise(
    "optimal-momentum",
    optimal_momentum,
    probes=probes(),
    edges=[(4.0, 4.0), (1.0, 1.0)],
    draw=draw,
)
