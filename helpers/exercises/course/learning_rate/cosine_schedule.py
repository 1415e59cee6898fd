"""A schedule with warm-up and cosine decay."""

import math

import numpy as np

from helpers.exercises.reading import exercise


def cosine_schedule(step: int, total: int, lr_max: float, warmup: int) -> float:
    """Learning rate at a step: a straight line up to lr_max at step = warmup, then half a cosine down to 0."""
    if step < warmup:
        return lr_max * step / warmup
    progress = (step - warmup) / (total - warmup)
    return lr_max * (1 + math.cos(math.pi * progress)) / 2


def draw(rng: np.random.Generator) -> tuple[int, int, float, int]:
    """A step during the warm-up as often as after it."""
    total = int(rng.integers(20, 200))
    warmup = int(rng.integers(3, total // 3))
    step = rng.integers(1, warmup) if rng.random() < 0.5 else rng.integers(warmup + 1, total)
    return int(step), total, round(float(rng.uniform(0.05, 2)), 3), warmup


EXERCISE = exercise(
    "cosine-schedule",
    cosine_schedule,
    probes=[
        (55, 100, 0.1, 10),
        (4, 100, 0.1, 10),
        (30, 50, 1.2, 5),
        (2, 50, 1.2, 5),
        (17, 24, 0.5, 8),
        (7, 24, 0.5, 8),
        (5, 20, 0.2, 0),
        (13, 20, 0.7, 0),
        (33, 60, 2.5, 7),
        (5, 60, 2.5, 7),
    ],
    edges=[(0, 100, 0.1, 10), (10, 100, 0.1, 10), (100, 100, 0.1, 10), (0, 20, 0.2, 0), (20, 20, 0.2, 0)],
    draw=draw,
)
