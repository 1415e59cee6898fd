"""Lesson 07, momentum: Polyak's learning rate and momentum for given curvatures."""

import numpy as np

from helpers.exercises.exercise import Exercise, Mistake


def optimal_momentum(smallest: float, largest: float) -> tuple[float, float]:
    """Learning rate and momentum at which heavy ball is fastest on a quadratic with curvatures in this range."""
    flat, steep = np.sqrt(smallest), np.sqrt(largest)
    return (2 / (steep + flat)) ** 2, ((steep - flat) / (steep + flat)) ** 2


def _lr(smallest: float, largest: float) -> float:
    return optimal_momentum(smallest, largest)[0]


def _beta(smallest: float, largest: float) -> float:
    return optimal_momentum(smallest, largest)[1]


OPTIMAL_MOMENTUM = Exercise(
    id="optimal-momentum",
    statement=(
        "Write optimal_momentum(smallest, largest): Polyak's learning rate and momentum for a quadratic whose smallest "
        "and largest curvature are the two positive numbers given. Return (lr, beta)."
    ),
    reference=optimal_momentum,
    probes=[(1.0, 100.0), (0.5, 8.0), (2.0, 3.0), (0.01, 0.25), (3.0, 700.0)],
    edges=[(4.0, 4.0), (1.0, 1.0)],
    mistakes=[
        Mistake(
            "beta-not-squared",
            lambda smallest, largest: (_lr(smallest, largest), _beta(smallest, largest) ** 0.5),
            "The learning rate is right; your beta is the rate of the descent. The momentum is the square of that.",
        ),
        Mistake(
            "lr-not-squared",
            lambda smallest, largest: (_lr(smallest, largest) ** 0.5, _beta(smallest, largest)),
            "The momentum is right; the learning rate lacks its square. Check the unit: lr has that of one over a "
            "curvature.",
        ),
        Mistake(
            "neither-squared",
            lambda smallest, largest: (_lr(smallest, largest) ** 0.5, _beta(smallest, largest) ** 0.5),
            "Both lack their square.",
        ),
        Mistake(
            "beta-without-roots",
            lambda smallest, largest: (_lr(smallest, largest), ((largest - smallest) / (largest + smallest)) ** 2),
            "The learning rate is right. In beta you use the condition number; its root belongs there.",
        ),
        Mistake(
            "no-roots",
            lambda smallest, largest: (
                (2 / (largest + smallest)) ** 2,
                ((largest - smallest) / (largest + smallest)) ** 2,
            ),
            "You use the curvatures themselves in both formulas. Their roots belong there.",
        ),
        Mistake(
            "square-of-each-root",
            lambda smallest, largest: (4 / (largest + smallest), _beta(smallest, largest)),
            "The momentum is right. In the learning rate you square each root, but the sum of the roots is what is "
            "squared.",
        ),
        Mistake(
            "plain-lr",
            lambda smallest, largest: (2 / (largest + smallest), _beta(smallest, largest)),
            "The momentum is right; the learning rate is the best one of plain descent. Heavy ball bears a longer one.",
        ),
        Mistake(
            "plain-descent",
            lambda smallest, largest: (2 / (largest + smallest), (largest - smallest) / (largest + smallest)),
            "This is the best learning rate of plain descent, with its rate as the momentum. Polyak's formulas have "
            "the roots of the curvatures, and squares.",
        ),
        Mistake(
            "one-over-largest",
            lambda smallest, largest: (1 / np.float64(largest), _beta(smallest, largest)),
            "The momentum is right; 1/L is a safe learning rate, not the fastest one here.",
        ),
        Mistake(
            "nesterov",
            lambda smallest, largest: (1 / np.float64(largest), _beta(smallest, largest) ** 0.5),
            "These are the usual settings of Nesterov's method: lr = 1/L, and a momentum without the square. Asked are "
            "Polyak's, for heavy ball.",
        ),
        Mistake(
            "critical-at-one-over-largest",
            lambda smallest, largest: (1 / np.float64(largest), (1 - np.sqrt(smallest / largest)) ** 2),
            "This is the critical momentum of the flat direction for lr = 1/L. A longer learning rate is allowed, and "
            "with it a smaller beta.",
        ),
        Mistake(
            "curvatures-upside-down",
            lambda smallest, largest: (((np.sqrt(smallest) + np.sqrt(largest)) / 2) ** 2, _beta(smallest, largest)),
            "The momentum is right; the learning rate is upside down. With more curvature it has to be smaller.",
        ),
        Mistake(
            "order-swapped",
            lambda smallest, largest: optimal_momentum(smallest, largest)[::-1],
            "Both numbers are right, in the wrong order: the learning rate comes first.",
        ),
        Mistake(
            "beta-only",
            _beta,
            "This is the momentum alone. Return the learning rate too, before it.",
        ),
    ],
    hints=[
        "Take the roots of both curvatures first; everything else is made of their sum and their difference.",
        "Both formulas end with a square. What stands inside each?",
    ],
    insight="With momentum the root of the condition number decides, and not the condition number.",
    points=2,
)
