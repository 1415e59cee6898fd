"""A schedule with warm-up and cosine decay."""

import math

from helpers.exercises.reading import exercise


def cosine_schedule(step: int, total: int, lr_max: float, warmup: int) -> float:
    """Learning rate at a step: a straight line up to lr_max at step = warmup, then half a cosine down to 0."""
    if step < warmup:
        return lr_max * step / warmup
    progress = (step - warmup) / (total - warmup)
    return lr_max * (1 + math.cos(math.pi * progress)) / 2


EXERCISE = exercise(
    "cosine-schedule",
    cosine_schedule,
    probes=[
        (55, 100, 0.1, 10),
        (4, 100, 0.1, 10),
        (30, 50, 1.0, 5),
        (2, 50, 1.0, 5),
        (17, 24, 0.5, 8),
        (7, 24, 0.5, 8),
        (5, 20, 0.2, 0),
    ],
    edges=[(0, 100, 0.1, 10), (10, 100, 0.1, 10), (100, 100, 0.1, 10), (0, 20, 0.2, 0), (20, 20, 0.2, 0)],
)
