"""One step of Nesterov's method, with the gradient at the look-ahead point."""

from collections.abc import Callable

import numpy as np

from helpers.exercises.course.gradient_descent.gradient_descent import bowl_slope, quartic_slope, tilted_slope
from helpers.exercises.course.momentum.momentum_step import Pair
from helpers.exercises.exercise import Arguments
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


def draw(rng: np.random.Generator) -> Arguments:
    """A state of two or three dimensions on one of three surfaces, with its rate and momentum."""
    grad_fn = [bowl_slope, tilted_slope, quartic_slope][rng.integers(3)]
    size = int(rng.integers(2, 4)) if grad_fn is quartic_slope else 2
    w, velocity = (np.round(rng.normal(0, 1.5, size), 2) for _ in range(2))
    return w, velocity, grad_fn, round(float(rng.uniform(0.02, 0.3)), 2), round(float(rng.uniform(0.2, 0.95)), 2)


def probes() -> list[Arguments]:
    rng = np.random.default_rng(74)
    return [(np.array([2.0, 1.0]), np.array([1.5, -2.0]), bowl_slope, 0.05, 0.9), *(draw(rng) for _ in range(7))]


EXERCISE = exercise(
    "nesterov-step",
    nesterov_step,
    probes=probes(),
    edges=[
        (np.array([2.0, 1.0]), np.array([0.0, 0.0]), bowl_slope, 0.05, 0.9),
        (np.array([0.0, 0.0]), np.array([1.0, -2.0]), tilted_slope, 0.1, 0.8),
        (np.array([1.0, -1.0]), np.array([0.5, 2.0]), tilted_slope, 0.1, 0.0),
    ],
    draw=draw,
)
