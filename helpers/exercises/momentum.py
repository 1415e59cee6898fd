"""Lesson 07, momentum: one step of heavy ball."""

import numpy as np

from helpers.exercises.exercise import Equivalent, Exercise, Lesson, Mistake
from helpers.exercises.momentum_questions import PREDICTIONS, QUIZ
from helpers.exercises.nesterov import NESTEROV_STEP
from helpers.exercises.optimal_momentum import OPTIMAL_MOMENTUM

Pair = tuple[np.ndarray, np.ndarray]


def momentum_step(w: np.ndarray, velocity: np.ndarray, grad: np.ndarray, lr: float, beta: float) -> Pair:
    """The parameters and the velocity after one step of heavy ball; all arrays have one shape, none is changed."""
    velocity = beta * velocity + grad
    return w - lr * velocity, velocity


def _lr_inside(w: np.ndarray, velocity: np.ndarray, grad: np.ndarray, lr: float, beta: float) -> Pair:
    velocity = beta * velocity + lr * grad
    return w - velocity, velocity


def _mirror_image(w: np.ndarray, velocity: np.ndarray, grad: np.ndarray, lr: float, beta: float) -> Pair:
    velocity = beta * velocity - lr * grad
    return w + velocity, velocity


def _mirror_image_lr_outside(w: np.ndarray, velocity: np.ndarray, grad: np.ndarray, lr: float, beta: float) -> Pair:
    velocity = beta * velocity - grad
    return w + lr * velocity, velocity


def _rescaled_average(w: np.ndarray, velocity: np.ndarray, grad: np.ndarray, lr: float, beta: float) -> Pair:
    velocity = beta * velocity + (1 - beta) * grad
    return w - lr / (1 - beta) * velocity, velocity


def _changes_velocity(w: np.ndarray, velocity: np.ndarray, grad: np.ndarray, lr: float, beta: float) -> Pair:
    velocity *= beta
    velocity += grad
    return w - lr * velocity, velocity


def _returns_nothing(w: np.ndarray, velocity: np.ndarray, grad: np.ndarray, lr: float, beta: float) -> None:
    velocity = beta * velocity + grad
    w = w - lr * velocity


def _probes() -> list[tuple[np.ndarray, np.ndarray, np.ndarray, float, float]]:
    rng = np.random.default_rng(70)
    settings = [((3,), 0.05, 0.8), ((1,), 0.3, 0.6), ((2, 3), 0.01, 0.95), ((4,), 0.2, 0.3)]
    return [
        (*(np.round(rng.normal(0, 2, shape), 2) for _ in range(3)), lr, beta)  # w, velocity, grad
        for shape, lr, beta in settings
    ]


_CLIMBS = (
    "The step climbs. Of the two signs, the one inside the velocity and the one in front of it, exactly one is a minus."
)

MOMENTUM_STEP = Exercise(
    id="momentum-step",
    statement=(
        "Write momentum_step(w, velocity, grad, lr, beta): one step of heavy ball. w, velocity and grad are arrays of "
        "one shape, lr and beta are numbers. Return the new w and the new velocity, in this order; the arguments must "
        "not change."
    ),
    reference=momentum_step,
    probes=[(np.array([5.0, -1.0]), np.array([2.0, -3.0]), np.array([6.0, 2.0]), 0.1, 0.9), *_probes()],
    edges=[
        (np.array([1.0, 2.0]), np.array([0.0, 0.0]), np.array([3.0, -4.0]), 0.1, 0.9),
        (np.array([1.0, 2.0]), np.array([3.0, -4.0]), np.array([0.0, 0.0]), 0.1, 0.9),
    ],
    equivalents=[
        Equivalent("Your velocity contains the learning rate, as in many texts; the path is the same.", _lr_inside),
        Equivalent(
            "Your velocity points downhill and contains the learning rate, as in Sutskever's paper; the path is the "
            "same.",
            _mirror_image,
        ),
        Equivalent("Your velocity points downhill; the path is the same.", _mirror_image_lr_outside),
        Equivalent(
            "Your velocity is a moving average, and the learning rate makes up for it; the path is the same.",
            _rescaled_average,
        ),
    ],
    mistakes=[
        Mistake(
            "moving-average",
            lambda w, velocity, grad, lr, beta: (
                w - lr * (beta * velocity + (1 - beta) * grad),
                beta * velocity + (1 - beta) * grad,
            ),
            "You take a moving average: the new gradient counts 1 - beta only. With the same lr the steps become "
            "shorter by that factor in the long run. In heavy ball the new gradient counts in full.",
        ),
        Mistake(
            "moving-average-with-lr-inside",
            lambda w, velocity, grad, lr, beta: (
                w - (beta * velocity + (1 - beta) * lr * grad),
                beta * velocity + (1 - beta) * lr * grad,
            ),
            "You take a moving average, with the learning rate inside: the new gradient counts 1 - beta only, and the "
            "steps become shorter by that factor in the long run. In heavy ball it counts in full.",
        ),
        Mistake(
            "wrong-sign",
            lambda w, velocity, grad, lr, beta: (w + lr * (beta * velocity + grad), beta * velocity + grad),
            _CLIMBS,
        ),
        Mistake(
            "wrong-sign-with-lr-inside",
            lambda w, velocity, grad, lr, beta: (w + (beta * velocity + lr * grad), beta * velocity + lr * grad),
            _CLIMBS,
        ),
        Mistake(
            "minus-twice",
            lambda w, velocity, grad, lr, beta: (w - (beta * velocity - lr * grad), beta * velocity - lr * grad),
            _CLIMBS,
        ),
        Mistake(
            "old-velocity-in-the-step",
            lambda w, velocity, grad, lr, beta: (w - lr * velocity, beta * velocity + grad),
            "The step uses the velocity that you were given; the new gradient would count one step late. First bring "
            "the velocity up to date, then step along it.",
        ),
        Mistake(
            "velocity-reset",
            lambda w, velocity, grad, lr, beta: (w - lr * grad, np.array(grad)),
            "The velocity is the gradient alone: what it was before is lost at every step, and plain descent remains. "
            "Keep the part beta of it.",
        ),
        Mistake(
            "velocity-not-used",
            lambda w, velocity, grad, lr, beta: (w - lr * grad, beta * velocity + grad),
            "You compute a velocity and step along the gradient. The step has to use the new velocity.",
        ),
        Mistake(
            "old-velocity-returned",
            lambda w, velocity, grad, lr, beta: (w - lr * (beta * velocity + grad), np.array(velocity)),
            "The parameters are right, but you hand back the velocity that came in, so that nothing is remembered.",
        ),
        Mistake(
            "momentum-twice",
            lambda w, velocity, grad, lr, beta: (
                w - lr * (2 * beta * velocity + grad),
                beta * velocity + grad,
            ),
            "The old velocity enters the step twice: once inside the new velocity, and once more beside it.",
        ),
        Mistake(
            "beta-in-the-step",
            lambda w, velocity, grad, lr, beta: (w - lr * beta * (beta * velocity + grad), beta * velocity + grad),
            "You multiply by beta a second time, in the step. It has done its work inside the velocity.",
        ),
        Mistake(
            "learning-rate-twice",
            lambda w, velocity, grad, lr, beta: (w - lr * (beta * velocity + lr * grad), beta * velocity + lr * grad),
            "The learning rate multiplies the gradient inside the velocity, and then the velocity again. It belongs in "
            "one of the two places.",
        ),
        Mistake(
            "learning-rate-forgotten",
            lambda w, velocity, grad, lr, beta: (w - (beta * velocity + grad), beta * velocity + grad),
            "The learning rate has no effect: the step is the whole velocity.",
        ),
        Mistake(
            "beta-on-the-gradient",
            lambda w, velocity, grad, lr, beta: (w - lr * (velocity + beta * grad), velocity + beta * grad),
            "beta multiplies the gradient here, and the old velocity stays whole, so that nothing is ever forgotten. "
            "beta is the part of the old velocity that is kept.",
        ),
        Mistake(
            "beta-on-both",
            lambda w, velocity, grad, lr, beta: (w - lr * beta * (velocity + grad), beta * (velocity + grad)),
            "beta multiplies the old velocity and the new gradient. The new gradient counts in full.",
        ),
        Mistake(
            "beta-forgotten",
            lambda w, velocity, grad, lr, beta: (w - lr * (velocity + grad), velocity + grad),
            "The old velocity is kept whole: all gradients add up and none fades. Keep the part beta of it.",
        ),
        Mistake(
            "nesterov",
            lambda w, velocity, grad, lr, beta: (
                w - lr * (grad + beta * (beta * velocity + grad)),
                beta * velocity + grad,
            ),
            "This is Nesterov's step, as torch writes it with nesterov=True: gradient plus beta times the new "
            "velocity. It comes later in this lesson. Heavy ball steps along the new velocity itself.",
        ),
        Mistake(
            "velocity-not-returned",
            lambda w, velocity, grad, lr, beta: w - lr * (beta * velocity + grad),
            "You return the parameters alone. The caller needs the new velocity too, for the next step.",
        ),
        Mistake(
            "order-swapped",
            lambda w, velocity, grad, lr, beta: (beta * velocity + grad, w - lr * (beta * velocity + grad)),
            "Both results are right, in the wrong order: the parameters come first, then the velocity.",
        ),
        Mistake(
            "changed-in-place",
            _changes_velocity,
            "The numbers are right, but the caller's velocity has changed too: *= and += write into the array that "
            "you were given. Compute new arrays.",
        ),
        Mistake(
            "missing-return",
            _returns_nothing,
            "The function returned None. The new w and the new velocity are gone at its end: hand both to the caller.",
        ),
    ],
    hints=[
        "Two lines: bring the velocity up to date, then step along it.",
        "The new velocity keeps the part beta of the old one. What is added to that?",
        "Use new names or new arrays, no *= or -=, and return two things.",
    ],
    insight="One more array of memory, and the gradients of the last steps are not forgotten.",
    points=2,
)

LESSON = Lesson(
    "07_momentum",
    "Momentum",
    exercises=(MOMENTUM_STEP, NESTEROV_STEP, OPTIMAL_MOMENTUM),
    predictions=PREDICTIONS,
    quiz=QUIZ,
)
