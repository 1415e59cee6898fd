"""One step back through a product."""

import numpy as np

from helpers.exercises.reading import exercise


def backward_multiply(a: float, b: float, out_grad: float) -> tuple[float, float]:
    """What a * b adds to the gradients of a and of b, when the gradient of the product is out_grad."""
    return b * out_grad, a * out_grad


def divided(a: float, b: float, out_grad: float) -> tuple[float, float]:
    return np.divide(out_grad, b), np.divide(out_grad, a)  # infinite, and no error, where a factor is 0


EXERCISE = exercise(
    "backward-multiply",
    backward_multiply,
    probes=[(2.0, -3.0, 5.0), (0.5, 4.0, -1.5), (-1.2, -0.7, 0.3), (3.0, 1.5, 2.0)],
    edges=[(0.0, 2.0, 3.0), (2.0, 0.0, 3.0), (1.0, 1.0, 1.0), (2.0, 3.0, 0.0), (4.0, 4.0, 1.0)],
)
