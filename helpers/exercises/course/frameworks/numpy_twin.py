"""A program for torch.optim, translated to NumPy."""

import numpy as np

from helpers.exercises.reading import exercise


def numpy_twin(x: np.ndarray, y: np.ndarray, w: np.ndarray, lr: float, beta: float, steps: int) -> np.ndarray:
    """The parameters after some steps of heavy ball on half the mean squared error; x (n, d), y (n,), w (d,)."""
    new_w, velocity = w.copy(), np.zeros_like(w)
    for _ in range(steps):
        grad = x.T @ (x @ new_w - y) / len(y)
        velocity = beta * velocity + grad
        new_w = new_w - lr * velocity
    return new_w


def probes() -> list[tuple[np.ndarray, np.ndarray, np.ndarray, float, float, int]]:
    """Data with several numbers of features, and starts, with lr, beta and steps."""
    rng = np.random.default_rng(110)
    probes = []
    for n, d, lr, beta, steps in ((7, 2, 0.1, 0.6, 4), (5, 1, 0.3, 0.4, 3), (12, 3, 0.05, 0.8, 6)):
        x, y, w = (np.round(rng.normal(0, 1, shape), 2) for shape in ((n, d), n, d))
        probes.append((x, y, w, lr, beta, steps))
    return probes


EXERCISE = exercise(
    "numpy-twin",
    numpy_twin,
    probes=probes(),
    edges=[(*probes()[0][:-1], steps) for steps in (0, 1)],
)
