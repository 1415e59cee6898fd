"""Feature scaling, which brings the curvatures together."""

import numpy as np

from helpers.exercises.exercise import Arguments
from helpers.exercises.reading import exercise

Pair = tuple[np.ndarray, np.ndarray]


def standardise(train: np.ndarray, test: np.ndarray) -> Pair:
    """Columns of mean 0 and standard deviation 1 in train, test treated alike; constant columns are only moved."""
    mean = train.mean(axis=0)
    std = train.std(axis=0)
    constant = train.max(axis=0) == train.min(axis=0)
    std = np.where(constant, 1.0, std)
    return (train - mean) / std, (test - mean) / std


def zeros_in_both(train: np.ndarray, test: np.ndarray) -> Pair:
    mean = train.mean(axis=0)
    std = train.std(axis=0)
    std = np.where(train.max(axis=0) == train.min(axis=0), np.inf, std)
    return (train - mean) / std, (test - mean) / std


def draw(rng: np.random.Generator) -> Pair:
    """Tables whose columns differ in size and mean."""
    columns = int(rng.integers(1, 5))
    scale, shift = 10 ** rng.uniform(-1, 2, columns), rng.uniform(-50, 200, columns)
    train, test = (np.round(rng.normal(shift, scale, (rows, columns)), 3) for rows in rng.integers(2, 8, 2))
    return train, test


def tables() -> list[Arguments]:
    """Training and test sets whose columns differ in size and mean."""
    rng = np.random.default_rng(10)
    scale, shift = np.array([1.0, 30.0, 0.02]), np.array([0.0, 200.0, 1.0])
    return [
        tuple(np.round(rng.normal(shift[:d], scale[:d], (rows, d)), 3) for rows in sizes)
        for d, *sizes in [(2, 4, 2), (2, 5, 3), (3, 6, 6), (3, 4, 3)]
    ]


EXERCISE = exercise(
    "standardise",
    standardise,
    probes=[
        (np.array([[1.0, 10.0], [3.0, 50.0]]), np.array([[2.0, 20.0], [5.0, 60.0]])),
        (np.array([[0.1, 0.02], [0.3, 0.05], [0.2, 0.01]]), np.array([[0.4, 0.03], [0.1, 0.02]])),
        *tables(),
    ],
    edges=[
        (np.array([[1.0, 4.0], [3.0, 4.0], [2.0, 4.0]]), np.array([[2.0, 4.0], [5.0, 4.0]])),
        (np.array([[1.0, -2.0], [3.0, -2.0]]), np.array([[2.0, 0.5], [5.0, -2.0]])),
        (np.array([[1.0], [3.0], [8.0]]), np.array([[2.0]])),
        (np.array([[0.1, 1.0], [0.1, 2.0], [0.1, 4.0]]), np.array([[1.1, 3.0]])),
        (np.full((6, 1), 0.7), np.array([[0.2], [0.7]])),
        (np.array([[1e-12, 3.0], [3e-12, 5.0]]), np.array([[2e-12, 1.0]])),
        (np.array([[98765.4321, 0.0], [98765.4321, 0.0], [98765.4321, 0.0]]), np.array([[98766.0, 1.0]])),
        (np.array([[0.0, 1.0], [0.0, 4.0], [1.0, 2.0], [1.0, 1.0]]), np.array([[0.5, 2.0]])),
    ],
    draw=draw,
)
