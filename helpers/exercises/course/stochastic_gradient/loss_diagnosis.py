"""What a loss curve says about its run."""

import numpy as np

from helpers.exercises.reading import exercise

SHAPES = ("falling", "slow", "floor", "noisy", "arrived", "grows", "small", "lost")


def loss_diagnosis(losses: np.ndarray) -> str:
    """The state of a run; losses (t,), t >= 8, are its losses in order, each above the lowest possible one."""
    quarter = len(losses) // 4
    before, last = np.mean(losses[-2 * quarter : -quarter]), np.mean(losses[-quarter:])
    if not np.isfinite(last) or last > losses[0]:
        return "diverged"
    if last < 1e-9 * losses[0]:
        return "arrived"
    if last < 0.8 * before:
        return "still falling"
    return "noise floor"


def curve(shape: str, rng: np.random.Generator) -> np.ndarray:
    """A loss curve of one of SHAPES, with noise on it, rounded to three digits."""
    t = np.arange(4 * int(rng.integers(2, 6)) + int(rng.integers(0, 4)))
    length, top = len(t), 10 ** rng.uniform(-3, 4)
    noise = np.exp(rng.normal(0, 0.5, length))
    values = {
        "falling": top * np.exp(-t / length * rng.uniform(2.5, 8)) * np.exp(rng.normal(0, 0.15, length)),
        "slow": top * np.exp(-t / length * rng.uniform(0.1, 1.6)) * np.exp(rng.normal(0, 0.05, length)),
        "floor": top * (np.exp(-t * rng.uniform(1, 3)) + 10 ** rng.uniform(-4, -1) * noise),
        "noisy": top * rng.uniform(0.3, 1.1) * noise,
        "arrived": top * np.maximum(np.exp(-t / length * rng.uniform(30, 60)), 1e-15 * noise),
        "grows": top * np.exp(t / length * rng.uniform(-0.3, 8)) * noise,
        "small": top * 1e-10 * np.exp(-t / length * rng.uniform(0, 4)) * noise,
        "lost": top * np.exp(t * rng.uniform(1, 3)),
    }[shape]
    if shape == "lost":
        values[int(rng.integers(length // 2, length - 1)) :] = rng.choice([np.nan, np.inf])
    return np.array([float(f"{value:.3g}") for value in values])


def draw(rng: np.random.Generator) -> tuple[np.ndarray]:
    """A loss curve of any shape, on which nothing is a near miss."""
    while True:
        losses = curve(SHAPES[rng.integers(len(SHAPES))], rng)
        quarter = len(losses) // 4
        before, last = np.mean(losses[-2 * quarter : -quarter]), np.mean(losses[-quarter:])
        if not np.isfinite(last):
            return (losses,)
        if all(abs(last - limit) > 1e-3 * limit for limit in (losses[0], 1e-9 * losses[0], 0.8 * before)):
            return (losses,)


def probes() -> list[tuple[np.ndarray]]:
    """So many that no wrong rule gives the same words by chance."""
    rng = np.random.default_rng(8)
    fixed = [
        np.array([8.0, 6.0, 4.0, 3.0, 2.0, 1.5, 1.0, 0.7]),
        np.array([8.0, 2.0, 0.5, 0.3, 0.4, 0.2, 0.3, 0.3]),
        np.array([8.0, 9.0, 12.0, 20.0, 30.0, 50.0, 70.0, 99.0]),
        np.array([8.0, 1e-1, 1e-3, 1e-6, 1e-9, 1e-12, 1e-14, 1e-15]),
    ]
    return [*((losses,) for losses in fixed), *(draw(rng) for _ in range(90))]


EXERCISE = exercise(
    "loss-diagnosis",
    loss_diagnosis,
    probes=probes(),
    edges=[
        (np.array([2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0]),),
        (np.array([2.0, 1.0, 1.0, 1.0, 1.0, 1.0, np.nan, np.nan]),),
    ],
    draw=draw,
)
