"""One step of RMSprop."""

import numpy as np

from helpers.exercises.course.adaptive_methods import adagrad_step
from helpers.exercises.course.adaptive_methods.adagrad_step import FLAT, WHOLE, Array, Pair
from helpers.exercises.reading import exercise

Arguments = tuple[Array, Array, Array, float, float, float]

DECAYS = (0.9, 0.99, 0.8, 0.95, 0.6)


def rmsprop_step(w: Array, average: Array, grad: Array, lr: float, decay: float, eps: float) -> Pair:
    """One step of RMSprop: the next w and the moving average of squared gradients; no argument is changed."""
    average = decay * average + (1 - decay) * grad**2
    return w - lr * grad / (np.sqrt(average) + eps), average


def first_only(w: Array, average: Array, grad: Array, lr: float, decay: float, eps: float) -> Pair:
    """A mistake: the loop over the entries returns in its first round."""
    stepped, new = rmsprop_step(w, average, grad, lr, decay, eps)
    return np.concatenate([stepped[:1], w[1:]]), np.concatenate([new[:1], average[1:]])


def first_beside_zeros(w: Array, average: Array, grad: Array, lr: float, decay: float, eps: float) -> Pair:
    """A mistake: the same, where the new arrays were zeros before the loop."""
    stepped, new = rmsprop_step(w, average, grad, lr, decay, eps)
    return np.concatenate([stepped[:1], 0 * w[1:]]), np.concatenate([new[:1], 0 * average[1:]])


def with_decay(arguments: tuple[Array, Array, Array, float, float], decay: float) -> Arguments:
    """Arguments of Adagrad, and a decay before eps."""
    w, average, grad, lr, eps = arguments
    return w, average, grad, lr, decay, eps


def draw(rng: np.random.Generator) -> Arguments:
    """Arguments of any shape that is asked for."""
    return with_decay(adagrad_step.draw(rng), float(rng.choice(DECAYS)))


EXERCISE = exercise(
    "rmsprop-step",
    rmsprop_step,
    probes=[
        (np.array([5.0, -1.0]), np.array([4.0, 1.0]), np.array([6.0, 0.02]), 0.1, 0.9, 1e-8),
        *(with_decay(found, DECAYS[i % 5]) for i, found in enumerate(adagrad_step.states())),
    ],
    edges=[with_decay(FLAT, 0.9), with_decay(WHOLE, 0.9)],
    draw=draw,
)
