"""One step of Nesterov's method, with the gradient at the look-ahead point."""

from collections.abc import Callable

import numpy as np

from helpers.exercises.course.gradient_descent.gradient_descent import bowl_slope, quartic_slope, tilted_slope
from helpers.exercises.course.momentum.momentum_step import Pair
from helpers.exercises.reading import exercise

Gradient = Callable[[np.ndarray], np.ndarray]


def nesterov_step(w: np.ndarray, velocity: np.ndarray, grad_fn: Gradient, lr: float, beta: float) -> Pair:
    """The parameters and the velocity after one step of Nesterov's method; grad_fn(w) is the gradient at w."""
    ahead = w - lr * beta * velocity
    velocity = beta * velocity + grad_fn(ahead)
    return w - lr * velocity, velocity


def lr_inside(w: np.ndarray, velocity: np.ndarray, grad_fn: Gradient, lr: float, beta: float) -> Pair:
    velocity = beta * velocity + lr * grad_fn(w - beta * velocity)
    return w - velocity, velocity


def mirror_image(w: np.ndarray, velocity: np.ndarray, grad_fn: Gradient, lr: float, beta: float) -> Pair:
    velocity = beta * velocity - lr * grad_fn(w + beta * velocity)
    return w + velocity, velocity


def mirror_image_lr_outside(w: np.ndarray, velocity: np.ndarray, grad_fn: Gradient, lr: float, beta: float) -> Pair:
    velocity = beta * velocity - grad_fn(w + lr * beta * velocity)
    return w + lr * velocity, velocity


def rescaled_average(w: np.ndarray, velocity: np.ndarray, grad_fn: Gradient, lr: float, beta: float) -> Pair:
    lr = lr / (1 - beta)
    velocity = beta * velocity + (1 - beta) * grad_fn(w - lr * beta * velocity)
    return w - lr * velocity, velocity


EXERCISE = exercise(
    "nesterov-step",
    nesterov_step,
    probes=[
        (np.array([2.0, 1.0]), np.array([1.5, -2.0]), bowl_slope, 0.05, 0.9),
        (np.array([1.0, -2.0]), np.array([-0.5, 3.0]), tilted_slope, 0.1, 0.8),
        (np.array([1.5, -0.5, 1.0]), np.array([0.7, -1.2, 2.0]), quartic_slope, 0.2, 0.6),
        (np.array([-1.2, 0.4]), np.array([0.9, 1.1]), quartic_slope, 0.3, 0.35),
    ],
    edges=[
        (np.array([2.0, 1.0]), np.array([0.0, 0.0]), bowl_slope, 0.05, 0.9),
        (np.array([0.0, 0.0]), np.array([1.0, -2.0]), tilted_slope, 0.1, 0.8),
    ],
)
