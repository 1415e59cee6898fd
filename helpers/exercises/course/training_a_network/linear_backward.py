"""The gradient of a layer, backward from what comes out of it to what went in."""

import numpy as np

from helpers.exercises.reading import exercise

Arguments = tuple[np.ndarray, np.ndarray, np.ndarray]


def linear_backward(x: np.ndarray, W: np.ndarray, grad_out: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gradients of x (n, d), W (d, k) and b (k,), from that of y = x @ W + b, grad_out (n, k); in this order."""
    grad_x = grad_out @ W.T
    grad_W = x.T @ grad_out
    grad_b = grad_out.sum(axis=0)
    return grad_x, grad_W, grad_b


def draw(rng: np.random.Generator) -> Arguments:
    """Samples, inputs and outputs in any number, some of them equal, so that a wrong product may run."""
    return layer(rng, *SHAPES[rng.integers(len(SHAPES))])


SHAPES = ((3, 3, 3), (2, 3, 4), (4, 4, 2), (3, 2, 2), (2, 3, 2), (5, 5, 5), (3, 4, 3), (6, 2, 3), (2, 2, 2))  # n, d, k


def layer(rng: np.random.Generator, n: int, d: int, k: int) -> Arguments:
    """Numbers with two digits, so that a call that is shown can be read."""
    x, W, grad_out = (np.round(rng.normal(0, 1, shape), 2) for shape in ((n, d), (d, k), (n, k)))
    return x, W, grad_out


def probes() -> list[Arguments]:
    """One that can be computed by hand, and each shape once."""
    first = (
        np.array([[1.0, 2.0, 3.0], [0.0, -1.0, 4.0]]),
        np.array([[2.0, 0.0], [1.0, -3.0], [0.5, 1.0]]),
        np.array([[0.5, -1.0], [0.25, 2.0]]),
    )
    rng = np.random.default_rng(120)
    return [first, *(layer(rng, *shape) for shape in SHAPES)]


EXERCISE = exercise(
    "linear-backward",
    linear_backward,
    probes=probes(),
    edges=[
        (np.array([[2.0, -1.0]]), np.array([[0.5, 1.0, 3.0], [1.0, -2.0, 4.0]]), np.array([[1.5, -0.5, 0.25]])),
        (np.array([[3.0]]), np.array([[-2.0]]), np.array([[0.5]])),
        (np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 2.0], [3.0, 4.0]]), np.zeros((2, 2))),
    ],
    draw=draw,
)
