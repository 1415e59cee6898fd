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


Settings = tuple[np.ndarray, np.ndarray, np.ndarray, float, float, int]


def data(rng: np.random.Generator, n: int, d: int, lr: float, beta: float, steps: int) -> Settings:
    """Data, a start, and the settings of the optimiser."""
    x, y, w = (np.round(rng.normal(0, 1, shape), 2) for shape in ((n, d), n, d))
    return x, y, w, lr, beta, steps


def draw(rng: np.random.Generator) -> Settings:
    """Data with one to four features, and a few steps."""
    n, d, steps = (int(number) for number in rng.integers([5, 1, 3], [13, 5, 7]))
    return data(rng, n, d, round(float(rng.uniform(0.05, 0.3)), 2), round(float(rng.uniform(0.3, 0.9)), 2), steps)


def probes() -> list[Settings]:
    """Data with several numbers of features, and starts, with lr, beta and steps."""
    rng = np.random.default_rng(110)
    settings = ((7, 2, 0.1, 0.6, 4), (5, 1, 0.3, 0.4, 3), (12, 3, 0.05, 0.8, 6), (6, 4, 0.2, 0.5, 5))
    return [data(rng, *numbers) for numbers in settings]


EXERCISE = exercise(
    "numpy-twin",
    numpy_twin,
    probes=probes(),
    edges=[(*probes()[0][:-1], steps) for steps in (0, 1)],
    draw=draw,
)
