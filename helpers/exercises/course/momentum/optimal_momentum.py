"""Polyak's learning rate and momentum for given curvatures."""

import numpy as np

from helpers.exercises.reading import exercise


def optimal_momentum(smallest: float, largest: float) -> tuple[float, float]:
    """Learning rate and momentum at which heavy ball is fastest on a quadratic with curvatures in this range."""
    flat, steep = np.sqrt(smallest), np.sqrt(largest)
    return (2 / (steep + flat)) ** 2, ((steep - flat) / (steep + flat)) ** 2


EXERCISE = exercise(
    "optimal-momentum",
    optimal_momentum,
    probes=[(1.0, 100.0), (0.5, 8.0), (2.0, 3.0), (0.01, 0.25), (3.0, 700.0)],
    edges=[(4.0, 4.0), (1.0, 1.0)],
)
