"""Which setting tuning chooses."""

import numpy as np

from helpers.exercises.reading import exercise

Array = np.ndarray


def choose(losses: Array) -> int:
    """Index of the setting with the lowest mean (settings, seeds); a run that is nan or inf rules its setting out."""
    means = np.mean(losses, axis=1)
    means = np.where(np.isfinite(means), means, np.inf)
    return int(np.argmin(means))


def ignores_all_that_diverged(losses: Array) -> int:
    """A mistake: neither nan nor inf is counted."""
    return int(np.nanargmin([np.mean(row[np.isfinite(row)]) if np.isfinite(row).any() else np.inf for row in losses]))


def ignores_nan(losses: Array) -> int:
    """A mistake: a run that is nan is left out of the mean."""
    means = np.nanmean(losses, axis=1)
    return int(np.argmin(means))


def luckiest_of_all(losses: Array) -> int:
    """A mistake: the luckiest run, also of a setting that is out."""
    return int(np.nanargmin(losses) // losses.shape[1])


def first_seed_of_all(losses: Array) -> int:
    """A mistake: the first seed alone, also of a setting that is out."""
    return int(np.nanargmin(losses[:, 0]))


def last_seed_of_all(losses: Array) -> int:
    """A mistake: the last seed alone, also of a setting that is out."""
    return int(np.nanargmin(losses[:, -1]))


def sums_without_what_diverged(losses: Array) -> int:
    """A mistake: what is no number adds nothing to the sum."""
    return int(np.argmin(np.where(np.isfinite(losses), losses, 0).sum(axis=1)))


def median_of_all(losses: Array) -> int:
    """A mistake: the median, which a single run that is inf does not move far."""
    return int(np.argmin(np.nanmedian(losses, axis=1)))


def among_the_rest(losses: Array) -> int:
    """A mistake: the index is counted among the settings that are not out."""
    means = np.mean(losses, axis=1)
    return int(np.argmin(means[np.isfinite(means)]))


def a_large_number_for_nan(losses: Array) -> int:
    """A mistake: a run that is nan has a large loss, as if no other could be larger."""
    return int(np.argmin(np.mean(np.nan_to_num(losses, nan=1e6, posinf=np.inf), axis=1)))


def nan_as_zero(losses: Array) -> int:
    """A mistake: a run that is nan has the loss 0; inf stays what it is."""
    return int(np.argmin(np.mean(np.nan_to_num(losses, posinf=np.inf), axis=1)))


def loss(rng: np.random.Generator, size: float) -> float:
    """A loss with three digits."""
    return float(f"{size * rng.uniform(0.6, 1.6):.3g}")


def draw(rng: np.random.Generator) -> tuple[Array]:
    """Settings that are good or lucky, and some of which a run or two have diverged, often among the best."""
    settings, seeds = int(rng.integers(4, 9)), int(rng.integers(3, 6))
    unit = float(rng.choice([0.06, 0.4, 2.0]))
    while True:
        losses = np.array([[loss(rng, unit * size) for _ in range(seeds)] for size in rng.uniform(0.8, 1.6, settings)])
        lucky = int(rng.integers(settings))
        losses[lucky, rng.integers(seeds)] *= 0.4
        losses[int(rng.integers(settings)), rng.integers(seeds)] *= 3
        for _ in range(int(rng.integers(0, settings))):
            losses[rng.integers(settings), rng.integers(seeds)] = rng.choice([np.nan, np.inf])
        losses = np.round(losses, 4)
        means = np.sort(losses.mean(axis=1)[np.isfinite(losses).all(axis=1)])
        if len(means) and np.all(np.diff(means[:2]) > 0.02 * unit):
            return (losses,)


def vary(rng: np.random.Generator, losses: Array) -> tuple[Array]:
    """The same runs in another unit, each loss a little different."""
    return (float(rng.choice([0.25, 0.5, 2, 4])) * losses,)


def probes() -> list[tuple[Array]]:
    """The example of the statement, and so many that no wrong rule gives the same indices by chance."""
    nan, inf = np.nan, np.inf
    fixed = [
        [[0.5, 0.6, 0.7], [0.4, nan, 0.4]],
        [[0.5, 0.9, 0.9], [0.6, 0.6, 0.6], [0.4, inf, 0.4], [0.7, 0.7, 0.1]],
        [[0.1, 1.2, 0.2], [0.4, 0.4, 0.4], [0.3, 0.31, 0.8]],
        [[nan, 0.6, 0.7], [0.9, 0.8, 0.8], [0.5, 0.6, 0.9]],
        [[0.1, 0.2, 0.9], [0.5, 0.5, 0.5], [0.6, 0.2, 0.3], [0.9, 0.9, 0.2], [nan, nan, inf]],
    ]
    rng = np.random.default_rng(15)
    return [*((np.array(rows),) for rows in fixed), *(draw(rng) for _ in range(40))]


EXERCISE = exercise(
    "choose",
    choose,
    probes=probes(),
    edges=[
        (np.array([[0.5, 0.5], [0.25, 0.75], [0.75, 0.5]]),),
        (np.array([[np.inf, np.inf], [np.nan, np.nan], [3.0, 4.0]]),),
        (np.array([[2.0], [1.0], [np.nan]]),),
        (np.array([[0.75, 0.25]]),),
        (np.array([[5e12, 6e12, 6e12], [1e12, np.nan, 1e12], [6e12, 5e12, np.inf]]),),
    ],
    draw=draw,
    vary=vary,
)
