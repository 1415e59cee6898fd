"""What was wrong with the settings of a run, read from its path."""

import numpy as np

from helpers.exercises.reading import exercise

STEPS = 40


def diagnose_run(w: np.ndarray) -> str:
    """The cause why heavy ball was not at its best; w (steps + 1,) is its path on a parabola with the minimum at 0."""
    if abs(w[-1]) > abs(w[0]):
        return "lr too large"
    crossings = np.sum(np.sign(w[1:]) != np.sign(w[:-1]))
    if 0 < crossings < len(w) - 1:
        return "beta too large"
    return "beta too small"


def path(lr: float, beta: float, start: float) -> np.ndarray:
    """Heavy ball on w^2 / 2 from rest, in full precision."""
    w, velocity, points = start, 0.0, [start]
    for _ in range(STEPS):
        velocity = beta * velocity + w
        w -= lr * velocity
        points.append(w)
    return np.array(points)


def draw(rng: np.random.Generator) -> tuple[np.ndarray]:
    """A run with settings from all over the map, from either side."""
    lr = rng.choice([rng.uniform(0.02, 0.9), rng.uniform(0.95, 1.05), rng.uniform(1.1, 1.95), rng.uniform(2.1, 3.9)])
    beta = rng.choice([rng.uniform(0.001, 0.2), rng.uniform(0.2, 0.9), rng.uniform(0.92, 0.97)])
    return (path(round(float(lr), 4), round(float(beta), 3), round(float(rng.normal(0, 3)), 2) + 0.005),)


def vary(rng: np.random.Generator, w: np.ndarray) -> tuple[np.ndarray]:
    """The same run in another unit, perhaps from the other side."""
    return (float(rng.choice([-4, -2, -0.5, -0.25, 0.25, 0.5, 2, 4])) * w,)


def probes() -> list[tuple[np.ndarray]]:
    """So many that no wrong rule gives the same words by chance."""
    rng = np.random.default_rng(9)
    out_and_in = (np.array([1.0, -3.0, 2.0, 0.5]),)
    return [out_and_in, *(draw(rng) for _ in range(100))]


EXERCISE = exercise(
    "diagnose-run",
    diagnose_run,
    probes=probes(),
    edges=[
        (np.array([1.0, -0.5]),),
        (np.array([-2.0, -1.0, 0.5]),),
        (np.array([1.0, 0.5, -1.0]),),
    ],
    draw=draw,
    vary=vary,
)
