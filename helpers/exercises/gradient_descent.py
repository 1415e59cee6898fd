"""Lesson 04, gradient descent: one step."""

import numpy as np

from helpers.exercises.descent_loop import GRADIENT_DESCENT, STOPPING_RULE
from helpers.exercises.exercise import Exercise, Lesson, Mistake
from helpers.exercises.gradient_descent_questions import PREDICTIONS, QUIZ


def gradient_step(w: np.ndarray, grad: np.ndarray, lr: float) -> np.ndarray:
    """One step of gradient descent; w and grad have the same shape, and neither is changed."""
    return w - lr * grad


def _changes_w(w: np.ndarray, grad: np.ndarray, lr: float) -> np.ndarray:
    w -= lr * grad
    return w


def _returns_nothing(w: np.ndarray, grad: np.ndarray, lr: float) -> None:
    w = w - lr * grad


def _probes() -> list[tuple[np.ndarray, np.ndarray, float]]:
    rng = np.random.default_rng(8)
    shapes_and_rates = [((2,), 0.5), ((3,), 0.05), ((1,), 0.3), ((2, 3), 0.01)]
    return [
        (np.round(rng.normal(0, 2, shape), 2), np.round(rng.normal(0, 2, shape), 2), lr)
        for shape, lr in shapes_and_rates
    ]


GRADIENT_STEP = Exercise(
    id="gradient-step",
    statement=(
        "Write gradient_step(w, grad, lr): the parameters after one step of gradient descent. w and grad are arrays "
        "of the same shape, lr is a number; w itself must not change."
    ),
    reference=gradient_step,
    probes=[(np.array([5.0, -1.0]), np.array([6.0, 2.0]), 0.1), *_probes()],
    edges=[(np.array([1.0, 2.0]), np.array([0.0, 0.0]), 0.1), (np.array([1.0, 2.0]), np.array([3.0, -4.0]), 0.0)],
    mistakes=[
        Mistake(
            "wrong-sign",
            lambda w, grad, lr: w + lr * grad,
            "You step along the gradient, which goes uphill. To make the loss smaller, go the other way.",
        ),
        Mistake(
            "learning-rate-forgotten",
            lambda w, grad, lr: w - grad,
            "The learning rate has no effect: the step is the whole gradient. lr scales it.",
        ),
        Mistake(
            "divided-by-learning-rate",
            lambda w, grad, lr: w - grad / np.float64(lr),
            "You divide by the learning rate, so that a smaller lr makes a longer step. It should be a shorter one.",
        ),
        Mistake(
            "changed-in-place",
            _changes_w,
            "The numbers are right, but the caller's w has changed too: w -= ... writes into the array that you were "
            "given. Compute a new array, so that the old w is still there to compare with.",
        ),
        Mistake(
            "missing-return",
            _returns_nothing,
            "The function returned None. Inside it, w = ... gives a name to a new array that is gone at the end: "
            "hand it to the caller with return.",
        ),
        Mistake(
            "step-only",
            lambda w, grad, lr: -lr * grad,
            "This is the step. Asked is where it leads: start from w.",
        ),
        Mistake(
            "scaled-gradient-only",
            lambda w, grad, lr: lr * grad,
            "This is the gradient times the learning rate. Asked is where the step leads: start from w and subtract.",
        ),
        Mistake(
            "learning-rate-times-both",
            lambda w, grad, lr: lr * (w - grad),
            "The learning rate multiplies w as well, which pulls w toward 0. It belongs to the gradient alone.",
        ),
        Mistake(
            "arguments-swapped",
            lambda w, grad, lr: grad - lr * w,
            "w and the gradient have changed places: the parameters are what you start from.",
        ),
        Mistake(
            "gradient-summed",
            lambda w, grad, lr: w - lr * grad.sum(),
            "Every parameter moves by the same amount, the sum of all slopes. Each one follows its own slope.",
        ),
        Mistake(
            "gradient-normalised",
            lambda w, grad, lr: w - lr * grad / np.linalg.norm(grad),
            "Each step has length lr here, whatever the slope. In gradient descent the gradient's length counts: "
            "steps become shorter near a minimum.",
        ),
    ],
    hints=[
        "The gradient points uphill. Which sign leads down?",
        "How far you go is the learning rate times the gradient.",
        "The new parameters are the old ones minus that product. Return them; do not use -= on w.",
    ],
    insight="All coordinates move at once, from the same old w.",
)

LESSON = Lesson(
    "04_gradient_descent",
    "Gradient descent",
    exercises=(GRADIENT_STEP, GRADIENT_DESCENT, STOPPING_RULE),
    predictions=PREDICTIONS,
    quiz=QUIZ,
)
