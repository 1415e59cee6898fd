"""The number of steps in an epoch."""

import math

from helpers.exercises.reading import exercise


def steps_per_epoch(n: int, batch_size: int) -> int:
    """Number of updates in one pass over n samples; the smaller last batch counts."""
    return math.ceil(n / batch_size)


EXERCISE = exercise(
    "steps-per-epoch",
    steps_per_epoch,
    probes=[(10, 4), (442, 32), (100, 25), (1000, 128), (60, 7), (64, 8), (99, 10), (101, 10)],
    edges=[(5, 5), (5, 1), (1, 1)],
)
