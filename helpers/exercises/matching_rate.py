"""Lesson 11: the learning rate with which another system takes the same path."""

from helpers.exercises.exercise import Exercise, Mistake

LOSSES = ("mean", "half mean", "sum", "half sum")


def matching_lr(lr: float, own: str, other: str, n: int) -> float:
    """The lr that makes a descent on one squared error the same as a descent on another with lr; n samples."""
    weight = {"mean": 1 / n, "half mean": 1 / (2 * n), "sum": 1, "half sum": 1 / 2}
    return lr * weight[own] / weight[other]


def _half(loss: str) -> float:
    return 0.5 if "half" in loss else 1.0


def _mean(loss: str, n: int) -> float:
    return 1 / n if "mean" in loss else 1.0


def _weight(loss: str, n: int) -> float:
    return _half(loss) * _mean(loss, n)


MATCHING_RATE = Exercise(
    id="matching-rate",
    statement=(
        "Write matching_lr(lr, own, other, n). own and other name two losses of the same errors e of n samples: "
        '"mean" is the mean of e squared, "half mean" is half of it, "sum" is the sum of e squared, "half sum" is half '
        "of it. A descent on own takes some path with the learning rate lr. Return the learning rate with which a "
        "descent on other takes the same path."
    ),
    reference=matching_lr,
    probes=[
        (0.1, "mean", "half mean", 100),
        (0.02, "half mean", "sum", 8),
        (0.3, "half sum", "mean", 25),
        (0.05, "sum", "half sum", 12),
        (0.4, "half sum", "half mean", 10),
        (0.7, "sum", "half mean", 5),
    ],
    edges=[(0.2, "mean", "mean", 30), (0.6, "half mean", "half sum", 1)],
    mistakes=[
        Mistake(
            "unchanged",
            lambda lr, own, other, n: lr,
            "You leave lr as it is. Both losses have the same minimum, but one has the larger gradient, and so the "
            "longer steps.",
        ),
        Mistake(
            "inverted",
            lambda lr, own, other, n: lr * _weight(other, n) / _weight(own, n),
            "The other way round: where the loss, and so the gradient, is larger, lr has to be smaller.",
        ),
        Mistake(
            "half-forgotten",
            lambda lr, own, other, n: lr * _mean(own, n) / _mean(other, n),
            "You tell a mean from a sum, but not a loss from half of it.",
        ),
        Mistake(
            "number-of-samples-forgotten",
            lambda lr, own, other, n: lr * _half(own) / _half(other),
            "You tell a loss from half of it, but not a mean from a sum: n has no effect.",
        ),
        Mistake(
            "half-inverted",
            lambda lr, own, other, n: lr * _half(other) * _mean(own, n) / (_half(own) * _mean(other, n)),
            "The factor between mean and sum is right; the one for the half is the wrong way round.",
        ),
        Mistake(
            "number-of-samples-inverted",
            lambda lr, own, other, n: lr * _half(own) * _mean(other, n) / (_half(other) * _mean(own, n)),
            "The factor for the half is right; the one between mean and sum is the wrong way round.",
        ),
        Mistake(
            "only-own",
            lambda lr, own, other, n: lr * _weight(own, n),
            "You take the loss that you come from into account, but not the one that you go to.",
        ),
        Mistake(
            "only-other",
            lambda lr, own, other, n: lr / _weight(other, n),
            "You take the loss that you go to into account, but not the one that you come from.",
        ),
        Mistake(
            "root",
            lambda lr, own, other, n: lr * (_weight(own, n) / _weight(other, n)) ** 0.5,
            "You take a root of the factor. The errors are squared, but the factor stands in front of the square.",
        ),
        Mistake(
            "squared",
            lambda lr, own, other, n: lr * (_weight(own, n) / _weight(other, n)) ** 2,
            "The factor enters twice. A loss c times as large has a gradient c times as large, and no more.",
        ),
    ],
    hints=[
        "Each loss is a number times the sum of the squared errors. Which number?",
        "Two descents take the same path when lr times that number is the same in both.",
    ],
    insight="Before you compare two systems, compare their losses at one point: a factor shows there at once.",
    points=2,
)
