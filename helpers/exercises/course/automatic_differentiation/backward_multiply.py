"""One step back through a product."""

import numpy as np

from helpers.exercises.reading import exercise


def backward_multiply(a: float, b: float, out_grad: float) -> tuple[float, float]:
    """What a * b adds to the gradients of a and of b, when the gradient of the product is out_grad."""
    return b * out_grad, a * out_grad


def divided(a: float, b: float, out_grad: float) -> tuple[float, float]:
    return np.divide(out_grad, b), np.divide(out_grad, a)  # infinite, and no error, where a factor is 0


def draw(rng: np.random.Generator) -> tuple[float, float, float]:
    """Two factors and a gradient, none of them zero."""
    a, b, out_grad = (rng.choice([-1, 1], 3) * rng.uniform(0.2, 4, 3)).round(2).tolist()
    return a, b, out_grad


def probes() -> list[tuple[float, float, float]]:
    rng = np.random.default_rng(8)
    return [(2.0, -3.0, 5.0), (0.5, 4.0, -1.5), (-1.2, -0.7, 0.3), *(draw(rng) for _ in range(5))]


EXERCISE = exercise(
    "backward-multiply",
    backward_multiply,
    probes=probes(),
    edges=[(0.0, 2.0, 3.0), (2.0, 0.0, 3.0), (1.0, 1.0, 1.0), (2.0, 3.0, 0.0), (4.0, 4.0, 1.0)],
    draw=draw,
)
