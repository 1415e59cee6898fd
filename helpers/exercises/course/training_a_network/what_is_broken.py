"""What is broken in a run that trains a network, told by three curves."""

import numpy as np

from helpers.exercises.reading import exercise

CAUSES = ("inputs too large", "gradients add up", "rate too high", "softmax twice", "sorted", "healthy")
Arguments = tuple[np.ndarray, np.ndarray, np.ndarray]


def what_is_broken(losses: np.ndarray, norms: np.ndarray, dead: np.ndarray) -> str:
    """The first of CAUSES that fits a run: its losses, lengths of the gradient and shares of dead numbers, (steps,)."""
    if losses[0] > 10:
        return "inputs too large"
    if norms[-1] > 10 * norms[0]:
        return "gradients add up"
    if dead[-1] > 0.5:
        return "rate too high"
    if np.min(losses) >= 1.46:
        return "softmax twice"
    if np.any(np.diff(losses) > 1):
        return "sorted"
    return "healthy"


def reversed_order(losses: np.ndarray, norms: np.ndarray, dead: np.ndarray) -> str:
    """A mistake: each sign overwrites the one before."""
    cause = "healthy"
    if losses[0] > 10:
        cause = "inputs too large"
    if norms[-1] > 10 * norms[0]:
        cause = "gradients add up"
    if dead[-1] > 0.5:
        cause = "rate too high"
    if np.min(losses) >= 1.46:
        cause = "softmax twice"
    if np.any(np.diff(losses) > 1):
        cause = "sorted"
    return cause


def draw(rng: np.random.Generator) -> Arguments:
    """A short run made up, in which each sign is there or not by itself, and none is near its limit."""
    while True:
        run = made_up(rng, int(rng.integers(5, 9)))
        if clear(*run):
            return run


def clear(losses: np.ndarray, norms: np.ndarray, dead: np.ndarray) -> bool:
    """Whether every number that is compared lies far enough on its side."""
    rises = np.diff(losses)
    asked = [
        (losses[0], 7, 13),
        (norms[-1] / norms[0], 7, 13),
        (dead[-1], 0.4, 0.6),
        (losses.min(), 1.4, 1.52),
        *((rise, 0.9, 1.1) for rise in rises),
    ]
    return not any(low < value < high for value, low, high in asked)


def made_up(rng: np.random.Generator, steps: int) -> Arguments:
    """Three curves: losses that fall far or not, steadily or with jumps and climbs; and what else may be seen."""
    at = np.linspace(0, 1, steps)
    losses = (
        rng.uniform(1.7, 3.5) * 10 ** (rng.uniform(-2, -0.5) * at)
        if rng.random() < 0.6
        else rng.uniform(1.55, 2.4, steps)
    )
    losses *= rng.uniform(0.9, 1.1, steps)
    since = int(rng.integers(1, steps))
    if rng.random() < 0.4:
        losses[since : since + int(rng.integers(1, 4))] += rng.choice([rng.uniform(1.2, 4), rng.uniform(10, 30)])
    elif rng.random() < 0.4:
        losses[since:] += rng.uniform(0.4, 0.8) * np.arange(1, steps - since + 1)
    if rng.random() < 0.2:
        losses[0] *= rng.uniform(5, 60)
    norms = rng.uniform(0.4, 3, steps) * 10 ** rng.choice([0, 0, 1.3])
    norms[-1] = norms[0] * rng.choice(
        [rng.uniform(0.05, 0.8), rng.uniform(1.5, 6), rng.uniform(15, 200)], p=(0.4, 0.3, 0.3)
    )
    if rng.random() < 0.3:
        norms[since - 1 : -1] *= rng.uniform(15, 60)
    dead = rng.uniform(0, 0.4, steps) if rng.random() < 0.5 else rng.uniform(0, 1, steps)
    dead[-1] = rng.choice([rng.uniform(0, 0.4), rng.uniform(0.6, 1)], p=(0.7, 0.3))
    short = [[float(f"{value:.3g}") for value in curve] for curve in (losses, norms)]
    return np.array(short[0]), np.array(short[1]), np.round(dead, 2)


def vary(rng: np.random.Generator, losses: np.ndarray, norms: np.ndarray, dead: np.ndarray) -> Arguments:
    """The same run in numbers a little different; of the lengths the unit, of the shares the distance from a half."""
    shifted = losses + 0.01 * rng.uniform(-1, 1, len(losses)) * np.minimum(losses, 1)
    return shifted, float(rng.choice([0.25, 0.5, 2, 4])) * norms, 0.5 + rng.uniform(0.7, 1) * (dead - 0.5)


def probes() -> list[Arguments]:
    """One of each cause, and so many that no wrong rule gives the same words by chance."""
    falls, quiet, alive = [2.3, 1.8, 1.1, 0.6, 0.3], [0.6, 0.7, 0.5, 0.3, 0.2], [0, 0, 0.03, 0.03, 0]
    fixed = [
        (falls, quiet, alive),
        (falls, quiet, [0, 0.3, 0.8, 0.9, 0.9]),
        (falls, [0.6, 2, 8, 20, 40], alive),
        ([170, 2400, 2.4, 2.3, 2.3], quiet, alive),
        ([2.3, 2.2, 2.1, 1.9, 1.7], quiet, alive),
        ([2.3, 0.4, 0.2, 3.4, 0.9], quiet, alive),
    ]
    rng = np.random.default_rng(12)
    made = [(np.array(losses, float), np.array(norms, float), np.array(dead, float)) for losses, norms, dead in fixed]
    return [*made, *(draw(rng) for _ in range(120))]


EXERCISE = exercise(
    "what-is-broken",
    what_is_broken,
    probes=probes(),
    edges=[
        (np.array([2.3, 0.5]), np.array([0.5, 0.25]), np.array([0.0, 0.25])),
        (np.array([3.0, 0.75, 3.25]), np.array([0.5, 0.75, 0.25]), np.array([0.0, 0.0, 0.0])),
        (np.array([2.3, 2.3, 2.3]), np.array([0.25, 0.25, 0.25]), np.array([0.0, 0.0, 0.0])),
    ],
    draw=draw,
    vary=vary,
)
