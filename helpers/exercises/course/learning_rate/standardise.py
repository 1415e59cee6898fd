"""Feature scaling, which brings the curvatures together."""

import numpy as np

from helpers.exercises.exercise import Arguments
from helpers.exercises.reading import exercise

Pair = tuple[np.ndarray, np.ndarray]


def standardise(train: np.ndarray, test: np.ndarray) -> Pair:
    """Columns of mean 0 and standard deviation 1 in train; test moved and scaled alike; constant columns are 0."""
    mean = train.mean(axis=0)
    std = train.std(axis=0)
    std = np.where(std == 0, np.inf, std)
    return (train - mean) / std, (test - mean) / std


def differences_kept(train: np.ndarray, test: np.ndarray) -> Pair:
    mean = train.mean(axis=0)
    std = train.std(axis=0)
    std = np.where(std == 0, 1.0, std)
    return (train - mean) / std, (test - mean) / std


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
    probes=[(np.array([[1.0, 10.0], [3.0, 50.0]]), np.array([[2.0, 20.0], [5.0, 60.0]])), *tables()],
    edges=[
        (np.array([[1.0, 4.0], [3.0, 4.0], [2.0, 4.0]]), np.array([[2.0, 4.0], [5.0, 4.0]])),
        (np.array([[1.0, -2.0], [3.0, -2.0]]), np.array([[2.0, 0.5], [5.0, -2.0]])),
        (np.array([[1.0], [3.0], [8.0]]), np.array([[2.0]])),
    ],
)
