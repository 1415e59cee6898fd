"""One step of heavy ball."""

import numpy as np

from helpers.exercises.exercise import Arguments
from helpers.exercises.reading import exercise

Pair = tuple[np.ndarray, np.ndarray]


def momentum_step(w: np.ndarray, velocity: np.ndarray, grad: np.ndarray, lr: float, beta: float) -> Pair:
    """The parameters and the velocity after one step of heavy ball; all arrays have one shape, none is changed."""
    velocity = beta * velocity + grad
    return w - lr * velocity, velocity


def lr_inside(w: np.ndarray, velocity: np.ndarray, grad: np.ndarray, lr: float, beta: float) -> Pair:
    velocity = beta * velocity + lr * grad
    return w - velocity, velocity


def mirror_image(w: np.ndarray, velocity: np.ndarray, grad: np.ndarray, lr: float, beta: float) -> Pair:
    velocity = beta * velocity - lr * grad
    return w + velocity, velocity


def mirror_image_lr_outside(w: np.ndarray, velocity: np.ndarray, grad: np.ndarray, lr: float, beta: float) -> Pair:
    velocity = beta * velocity - grad
    return w + lr * velocity, velocity


def rescaled_average(w: np.ndarray, velocity: np.ndarray, grad: np.ndarray, lr: float, beta: float) -> Pair:
    velocity = beta * velocity + (1 - beta) * grad
    return w - lr / (1 - beta) * velocity, velocity


def draw(rng: np.random.Generator) -> Arguments:
    """A state of one or two dimensions, with its rate and momentum."""
    shape = [(1,), (2,), (3,), (4,), (2, 3), (3, 2)][rng.integers(6)]
    state = (np.round(rng.normal(0, 2, shape), 2) for _ in range(3))  # w, velocity, grad
    return *state, round(float(rng.uniform(0.01, 0.4)), 2), round(float(rng.uniform(0.2, 0.95)), 2)


def probes() -> list[Arguments]:
    rng = np.random.default_rng(654)
    return [
        (np.array([5.0, -1.0]), np.array([2.0, -3.0]), np.array([6.0, 2.0]), 0.1, 0.9),
        *(draw(rng) for _ in range(7)),
    ]


EXERCISE = exercise(
    "momentum-step",
    momentum_step,
    probes=probes(),
    edges=[
        (np.array([1.0, 2.0]), np.array([0.0, 0.0]), np.array([3.0, -4.0]), 0.1, 0.9),
        (np.array([1.0, 2.0]), np.array([3.0, -4.0]), np.array([0.0, 0.0]), 0.1, 0.9),
        (np.array([1.0, 2.0]), np.array([-2.0, 1.0]), np.array([3.0, -4.0]), 0.1, 0.0),
    ],
    draw=draw,
)
