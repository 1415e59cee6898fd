"""The learning rate with which another system takes the same path."""

import numpy as np

from helpers.exercises.reading import exercise

LOSSES = ("mean", "half mean", "sum", "half sum")
Problem = tuple[float, str, str, int]


def matching_lr(lr: float, own: str, other: str, n: int) -> float:
    """The lr that makes a descent on one squared error the same as a descent on another with lr; n samples."""
    weight = {"mean": 1 / n, "half mean": 1 / (2 * n), "sum": 1, "half sum": 1 / 2}
    return lr * weight[own] / weight[other]


def draw(rng: np.random.Generator) -> Problem:
    """A rate and two different losses."""
    own, other = (LOSSES[i] for i in rng.permutation(len(LOSSES))[:2])
    return round(float(rng.uniform(0.01, 0.9)), 3), own, other, int(rng.integers(3, 60))


def every_pair() -> list[Problem]:
    """Each loss to each other one, and at the end to itself."""
    rng = np.random.default_rng(11)
    pairs = sorted(((own, other) for own in LOSSES for other in LOSSES), key=lambda pair: pair[0] == pair[1])
    return [(round(float(rng.uniform(0.01, 0.9)), 2), own, other, int(rng.integers(3, 40))) for own, other in pairs]


EXERCISE = exercise(
    "matching-rate",
    matching_lr,
    probes=[(0.1, "mean", "half mean", 100), *every_pair()],
    edges=[(0.6, "half mean", "half sum", 1)],
    draw=draw,
)
