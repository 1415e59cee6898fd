"""The number of steps in an epoch."""

import math

import numpy as np

from helpers.exercises.reading import exercise


def steps_per_epoch(n: int, batch_size: int) -> int:
    """Number of updates in one pass over n samples; the smaller last batch counts."""
    return math.ceil(n / batch_size)


def draw(rng: np.random.Generator) -> tuple[int, int]:
    """A number of samples and a batch size, which divides it now and then and may be larger."""
    batch_size = int(rng.integers(3, 60))
    left_over = int(rng.integers(1, batch_size)) if rng.random() < 0.5 else 0
    n = batch_size * int(rng.integers(2, 30)) + left_over
    return (n, batch_size) if rng.random() < 0.9 else (int(rng.integers(2, batch_size)), batch_size)


EXERCISE = exercise(
    "steps-per-epoch",
    steps_per_epoch,
    probes=[(10, 4), (442, 32), (100, 25), (1000, 128), (60, 7), (64, 8), (99, 10), (101, 10), (3, 8), (50, 64)],
    edges=[(5, 5), (5, 1), (1, 1), (1, 3)],
    draw=draw,
)
