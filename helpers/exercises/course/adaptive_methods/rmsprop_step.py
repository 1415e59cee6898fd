"""One step of RMSprop."""

import numpy as np

from helpers.exercises.course.adaptive_methods.adagrad_step import FLAT, Array, Pair, states
from helpers.exercises.reading import exercise


def rmsprop_step(w: Array, average: Array, grad: Array, lr: float, decay: float, eps: float) -> Pair:
    """One step of RMSprop: the next w and the moving average of squared gradients; no argument is changed."""
    average = decay * average + (1 - decay) * grad**2
    return w - lr * grad / (np.sqrt(average) + eps), average


EXERCISE = exercise(
    "rmsprop-step",
    rmsprop_step,
    probes=[
        (np.array([5.0, -1.0]), np.array([4.0, 1.0]), np.array([6.0, 0.02]), 0.1, 0.9, 1e-8),
        *((*state, decay, 1e-8) for state, decay in zip(states(), (0.9, 0.99, 0.8, 0.95, 0.9), strict=True)),
    ],
    edges=[(*FLAT, 0.9, 1e-8)],
)
