"""The loop of gradient descent."""

from collections.abc import Callable

import numpy as np

from helpers.exercises.reading import exercise


def gradient_descent(grad: Callable[[np.ndarray], np.ndarray], w0: np.ndarray, lr: float, steps: int) -> np.ndarray:
    """The path of a descent: w0 and the point after each step, an array of steps + 1 points."""
    path = [w0]
    for _ in range(steps):
        path.append(path[-1] - lr * grad(path[-1]))
    return np.array(path)


def bowl_slope(w: np.ndarray) -> np.ndarray:
    """Gradient of a bowl with curvatures 1 and 10."""
    return w * np.array([1.0, 10.0])


def tilted_slope(w: np.ndarray) -> np.ndarray:
    """Gradient of a bowl whose axes lie between the coordinates."""
    return np.array([[3.0, 2.0], [2.0, 4.0]]) @ w


def quartic_slope(w: np.ndarray) -> np.ndarray:
    """Gradient of the sum of w^4 / 4."""
    return w**3


def draw(rng: np.random.Generator) -> tuple[Callable[[np.ndarray], np.ndarray], np.ndarray, float, int]:
    """A surface's gradient, a start, a rate and a number of steps."""
    slope, dimensions = [(bowl_slope, 2), (tilted_slope, 2), (quartic_slope, int(rng.integers(1, 5)))][rng.integers(3)]
    w0 = np.round(rng.uniform(0.4, 1.6, dimensions) * rng.choice([-1, 1], dimensions), 2)
    return slope, w0, round(float(rng.uniform(0.03, 0.15)), 3), int(rng.integers(2, 7))


EXERCISE = exercise(
    "gradient-descent",
    gradient_descent,
    probes=[
        (bowl_slope, np.array([2.0, 1.0]), 0.05, 3),
        (tilted_slope, np.array([1.0, -2.0]), 0.1, 4),
        (quartic_slope, np.array([1.5, -0.5, 1.0]), 0.2, 3),
        *(draw(rng) for rng in map(np.random.default_rng, range(5))),
    ],
    edges=[
        (bowl_slope, np.array([2.0, 1.0]), 0.05, 1),
        (tilted_slope, np.array([1.0, -2.0]), 0.1, 0),
        (bowl_slope, np.array([0.0, 0.0]), 0.07, 6),
        (quartic_slope, np.array([1, -2]), 0.04, 2),
    ],
    draw=draw,
)
