"""Every row of a table without its mean."""

import numpy as np

from helpers.exercises.reading import exercise


def centre_rows(table: np.ndarray) -> np.ndarray:
    """The table (n, d) with the mean of each row subtracted from that row; the table itself stays as it is."""
    return table - table.mean(axis=1, keepdims=True)


def draw(rng: np.random.Generator) -> tuple[np.ndarray]:
    """A table, as often square as not."""
    n, d = int(rng.integers(2, 5)), int(rng.integers(2, 6))
    return (np.round(rng.normal(1.5, 3, (n, n if rng.random() < 0.5 else d)), 2),)


def probes() -> list[tuple[np.ndarray]]:
    """The table of the lesson, one that is square, and others."""
    rng = np.random.default_rng(3)
    return [
        (np.array([[1.0, 2.0, 6.0], [3.0, 4.0, 8.0]]),),
        (np.array([[2.0, 4.0, 9.0], [1.0, -5.0, 1.0], [0.0, 7.0, 8.0]]),),
        *(draw(rng) for _ in range(6)),
    ]


EXERCISE = exercise(
    "centre-rows",
    centre_rows,
    probes=probes(),
    edges=[
        (np.array([[1, 2], [4, 9]]),),
        (np.array([[1.0, 2.0, 6.0]]),),
        (np.array([[1.5], [2.0], [-3.0]]),),
        (np.array([[0.0, 0.0], [0.0, 0.0]]),),
    ],
    draw=draw,
)
