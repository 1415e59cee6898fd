"""The learning rate with which another system takes the same path."""

from helpers.exercises.reading import exercise

LOSSES = ("mean", "half mean", "sum", "half sum")


def matching_lr(lr: float, own: str, other: str, n: int) -> float:
    """The lr that makes a descent on one squared error the same as a descent on another with lr; n samples."""
    weight = {"mean": 1 / n, "half mean": 1 / (2 * n), "sum": 1, "half sum": 1 / 2}
    return lr * weight[own] / weight[other]


EXERCISE = exercise(
    "matching-rate",
    matching_lr,
    probes=[
        (0.1, "mean", "half mean", 100),
        (0.02, "half mean", "sum", 8),
        (0.3, "half sum", "mean", 25),
        (0.05, "sum", "half sum", 12),
        (0.4, "half sum", "half mean", 10),
        (0.7, "sum", "half mean", 5),
    ],
    edges=[(0.2, "mean", "mean", 30), (0.6, "half mean", "half sum", 1)],
)
