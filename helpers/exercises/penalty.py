"""Lesson 03, the loss: the gradient of a penalty."""

import numpy as np

from helpers.exercises.exercise import Exercise, Mistake


def l2_penalty_gradient(w: np.ndarray, strength: float) -> np.ndarray:
    """Gradient of strength/2 times the sum of w^2, of the shape of w."""
    return strength * w


def _changes_w(w: np.ndarray, strength: float) -> np.ndarray:
    w *= strength
    return w


def _returns_nothing(w: np.ndarray, strength: float) -> None:
    grad = strength * w  # noqa: F841 (this is the mistake)


def _probes() -> list[tuple[np.ndarray, float]]:
    rng = np.random.default_rng(34)
    return [
        (np.round(rng.normal(0, 2, shape), 2), strength)
        for shape, strength in [((3,), 0.1), ((4,), 3.0), ((2, 3), 0.7), ((5,), 0.01)]
    ]


L2_PENALTY_GRADIENT = Exercise(
    id="l2-penalty-gradient",
    statement=(
        "Write l2_penalty_gradient(w, strength): the gradient of the penalty strength/2 ||w||², strength over two "
        "times the sum of all w². It has the shape of w; w itself must not change."
    ),
    reference=l2_penalty_gradient,
    probes=[(np.array([3.0, -1.0]), 0.5), *_probes()],
    edges=[(np.array([1.0, -2.0]), 0.0), (np.zeros(3), 0.4), (np.array([-5.0]), 0.2)],
    mistakes=[
        Mistake(
            "strength-missing",
            lambda w, strength: w * 1.0,
            "The strength has no effect. The penalty is multiplied by it, and so is its gradient.",
        ),
        Mistake(
            "factor-two",
            lambda w, strength: 2 * strength * w,
            "This is twice what it should be: it belongs to a penalty without the 1/2.",
        ),
        Mistake(
            "half-kept",
            lambda w, strength: strength / 2 * w,
            "The 1/2 is still there. Differentiating a square brings a 2: what becomes of the two factors?",
        ),
        Mistake(
            "penalty-instead-of-gradient",
            lambda w, strength: strength / 2 * np.sum(w**2),
            "This is the penalty, one number. Its gradient has a slope for each weight.",
        ),
        Mistake(
            "squares-instead-of-slopes",
            lambda w, strength: strength / 2 * w**2,
            "These are the terms of the penalty, one for each weight. Asked are their derivatives.",
        ),
        Mistake(
            "wrong-sign",
            lambda w, strength: -strength * w,
            "The sign is turned round: the penalty grows as a weight moves away from 0, so it is uphill out there.",
        ),
        Mistake(
            "signs",
            lambda w, strength: strength * np.sign(w),
            "This is the subgradient of the L1 penalty, the same for small and large weights. L2 pulls harder where "
            "the weight is larger.",
        ),
        Mistake(
            "of-the-length",
            lambda w, strength: strength * w / np.linalg.norm(w),
            "This is the gradient of the length of w. The penalty has its square.",
        ),
        Mistake(
            "length",
            lambda w, strength: strength * np.linalg.norm(w),
            "This is one number, the strength times the length of w. The gradient has a slope for each weight.",
        ),
        Mistake(
            "mean-over-weights",
            lambda w, strength: strength * w / w.size,
            "You divide by the number of weights. The penalty is a sum over the weights, not a mean.",
        ),
        Mistake(
            "weights-after-the-step",
            lambda w, strength: w - strength * w,
            "These are weights that have been made smaller. Asked is the gradient alone; the update comes later.",
        ),
        Mistake(
            "changed-in-place",
            _changes_w,
            "The numbers are right, but w *= ... has overwritten the caller's weights. Compute a new array.",
        ),
        Mistake(
            "missing-return",
            _returns_nothing,
            "The function returned None. The gradient has been computed, and is gone at the end: hand it on with "
            "return.",
        ),
    ],
    hints=[
        "Take one weight: what is the derivative of half its square?",
        "The strength is a constant factor, and the other weights do not matter for this one's slope.",
    ],
    insight="Each weight is pulled toward 0 in proportion to its size, which is why it is called weight decay.",
    points=1,
)
