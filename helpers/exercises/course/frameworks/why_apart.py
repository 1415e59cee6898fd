"""Where two paths part, and what that says about the programs that took them."""

import numpy as np

from helpers.exercises.reading import exercise

KINDS = ("same", "start", "rate", "gradient", "later")


def why_apart(path: np.ndarray, other: np.ndarray, tolerance: float) -> str:
    """The cause, of KINDS, for which two paths (steps + 1, d) part; equal means nowhere farther than tolerance."""
    if np.abs(path - other).max() <= tolerance:
        return "same"
    if np.abs(path[0] - other[0]).max() > tolerance:
        return "start"
    step, twin = path[1] - path[0], other[1] - other[0]
    if np.abs(twin - step).max() <= tolerance:
        return "later"
    factor = (twin @ step) / (step @ step)
    if factor > 0 and np.abs(twin - factor * step).max() <= tolerance:
        return "rate"
    return "gradient"


DIGITS = 6


def draw(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, float]:
    """A descent on some bowl and a twin with one thing changed; often both end at the same place."""
    d, steps, tolerance = int(rng.integers(1, 5)), int(rng.integers(4, 8)), float(rng.integers(20, 200)) * 1e-6
    bowl, lr = rng.uniform(0.5, 4, d), float(rng.uniform(0.05, 0.15))
    start = rng.uniform(0.5, 2, d) * rng.choice([-1, 1], d)
    cause = ("same", "start", "rate", "gradient", "gradient", "uphill", "later", "later")[rng.integers(8)]

    def descend(w: np.ndarray, lr: float, beta: float = 0.0, skew: float = 0.0) -> np.ndarray:
        path, velocity = [w], np.zeros(d)
        for _ in range(steps):
            velocity = beta * velocity + bowl * path[-1] + skew * np.roll(path[-1], 1) * np.linspace(1, 2, d)
            path.append(path[-1] - lr * velocity)
        return np.round(np.array(path), DIGITS)

    path = descend(start, lr)
    shift = float(rng.uniform(0.1, 0.5))
    other = {
        "same": lambda: descend(start, lr),
        "start": lambda: descend(start + shift * np.eye(d)[rng.integers(d)] * rng.choice([-1, 1]), lr),
        "rate": lambda: descend(start, lr * float(rng.choice([0.5, 0.9, 1.1, 2.0]))),
        "gradient": lambda: descend(start, lr, skew=shift),
        "uphill": lambda: descend(start, -lr),
        "later": lambda: descend(start, lr, beta=shift),
    }[cause]()
    if rng.random() < 0.4:
        other[-1] = path[-1]
    return path, other + np.round(rng.uniform(-tolerance / 6, tolerance / 6, other.shape), DIGITS), tolerance


def vary(
    rng: np.random.Generator, path: np.ndarray, other: np.ndarray, tolerance: float
) -> tuple[np.ndarray, np.ndarray, float]:
    """The same paths in another unit, perhaps from the other side."""
    factor = float(rng.choice([0.25, 0.5, 2, 4]))
    side = rng.choice([-1, 1])
    return factor * side * path, factor * side * other, factor * tolerance


def probes() -> list[tuple[np.ndarray, np.ndarray, float]]:
    """So many that no wrong rule gives the same words by chance."""
    rng = np.random.default_rng(13)
    path = np.array([[4.0, -4.0], [2.0, -2.0], [1.0, -1.0]])
    return [(path, np.array([[4.0, -4.0], [1.5, -2.5], [1.0, -1.0]]), 0.05), *(draw(rng) for _ in range(95))]


LINE = np.array([[4.0, 0.0], [2.0, 0.0], [1.0, 0.0]])
EXERCISE = exercise(
    "why-apart",
    why_apart,
    probes=probes(),
    edges=[
        (LINE, np.array([[4.0, 0.0], [2.0, 0.0], [1.0, 0.5]]), 0.5),
        (LINE, np.array([[4.0, 0.5], [2.0, 0.5], [1.0, 1.0]]), 0.5),
        (LINE, np.array([[4.0, 0.0], [2.5, 0.0], [2.0, 0.0]]), 0.5),
        (LINE, np.array([[4.0, 0.0], [1.0, 0.25], [0.0, 0.0]]), 0.25),
        (LINE, np.array([[4.0, 0.0], [4.0, 1.0], [1.0, 0.0]]), 0.5),
        (LINE, np.array([[4.0, 0.0], [1.98, 0.0], [0.98, 0.0]]), 0.001),
        (LINE, np.array([[4.0, 0.0], [2.0, 0.02], [1.0, 0.02]]), 0.001),
        (LINE, np.array([[4.0, 0.02], [2.0, 0.02], [1.0, 0.02]]), 0.001),
        (LINE, np.array([[4.0, 0.0], [2.0, 0.0], [1.75, -0.75]]), 0.5),
        (LINE, np.array([[4.0, 0.0], [2.0, 0.0], [1.375, 0.375]]), 0.5),
        (2.0**20 * LINE, 2.0**20 * LINE + np.array([[0, 0], [0, 0], [0, 1]]), 0.5),
    ],
    draw=draw,
    vary=vary,
)
