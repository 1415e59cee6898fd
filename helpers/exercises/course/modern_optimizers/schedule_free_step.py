"""One step of the schedule-free method: it descends, and averages where it was."""

from collections.abc import Callable

import numpy as np

from helpers.exercises.course.gradient_descent.gradient_descent import bowl_slope, quartic_slope, tilted_slope
from helpers.exercises.exercise import Arguments
from helpers.exercises.reading import exercise

Array = np.ndarray
Pair = tuple[Array, Array]
Gradient = Callable[[Array], Array]


def schedule_free_step(x: Array, z: Array, t: int, grad: Gradient, lr: float, beta: float) -> Pair:
    """Step t = 1, 2, ... of Defazio and others (2024), arXiv:2405.15682: x, the mean of t points z, and the new z."""
    y = (1 - beta) * z + beta * x
    z = z - lr * grad(y)
    x = x + (z - x) / t
    return x, z


def first_only(x: Array, z: Array, t: int, grad: Gradient, lr: float, beta: float) -> Pair:
    """A mistake: the loop over the entries returns in its first round."""
    new_x, new_z = schedule_free_step(x, z, t, grad, lr, beta)
    return np.concatenate([new_x[:1], x[1:]]), np.concatenate([new_z[:1], z[1:]])


def draw(rng: np.random.Generator) -> Arguments:
    """Two points of two or three dimensions on one of three surfaces, at an early step or a later one."""
    grad = [bowl_slope, tilted_slope, quartic_slope][rng.integers(3)]
    size = int(rng.integers(2, 4)) if grad is quartic_slope else 2
    x, z = (np.round(rng.normal(0, 1.5, size), 2) for _ in range(2))
    lr, beta = round(float(rng.uniform(0.02, 0.3)), 2), round(float(rng.uniform(0.2, 0.95)), 2)
    return x, z, int(rng.integers(1, 9)), grad, lr, beta


def probes() -> list[Arguments]:
    """A third step with numbers that are easy to follow, and others."""
    rng = np.random.default_rng(115)
    return [(np.array([2.0, 1.0]), np.array([1.0, -1.0]), 3, bowl_slope, 0.1, 0.9), *(draw(rng) for _ in range(8))]


EXERCISE = exercise(
    "schedule-free-step",
    schedule_free_step,
    probes=probes(),
    edges=[
        (np.array([2.0, 1.0]), np.array([2.0, 1.0]), 1, bowl_slope, 0.05, 0.9),
        (np.array([1.0, 2.0]), np.array([-1.0, 0.5]), 1, tilted_slope, 0.1, 0.8),
        (np.array([1.0, -1.0]), np.array([0.5, 2.0]), 4, tilted_slope, 0.1, 0.0),
        (np.array([0.5, -1.0]), np.array([0.0, 0.0]), 50, quartic_slope, 0.1, 1.0),
    ],
    draw=draw,
)
