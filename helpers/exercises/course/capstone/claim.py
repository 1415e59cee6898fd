"""What may be claimed of two runs on the same seeds."""

import numpy as np

from helpers.exercises.reading import exercise

Array = np.ndarray
Arguments = tuple[Array, Array, float]

# Student's quantile, two-sided 95 %, by the number of values.
T95 = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 8: 2.365, 10: 2.262, 12: 2.201}


def claim(a: Array, b: Array, quantile: float) -> str:
    """What the paired interval of a - b (n,) says of a; low is better, and quantile is Student's for n values."""
    difference = a - b
    middle = np.mean(difference)
    half = quantile * np.std(difference, ddof=1) / np.sqrt(len(difference))
    if middle + half < 0:
        return "better"
    if middle - half > 0:
        return "worse"
    return "cannot tell"


def in_words(low: float, high: float) -> str:
    """What an interval says."""
    return "better" if high < 0 else "worse" if low > 0 else "cannot tell"


def half_of(values: Array, quantile: float) -> float:
    """Half the length of the interval of a mean."""
    return float(quantile * np.std(values, ddof=1) / np.sqrt(len(values)))


def separate_intervals(a: Array, b: Array, quantile: float) -> str:
    """A mistake: whether the two intervals overlap."""
    half = half_of(a, quantile) + half_of(b, quantile)
    return in_words(np.mean(a) - np.mean(b) - half, np.mean(a) - np.mean(b) + half)


def mean_outside_the_other_interval(a: Array, b: Array, quantile: float) -> str:
    """A mistake: whether the mean of a lies in the interval of b."""
    half = half_of(b, quantile)
    return in_words(np.mean(a) - np.mean(b) - half, np.mean(a) - np.mean(b) + half)


def unpaired(a: Array, b: Array, quantile: float) -> str:
    """A mistake: the two variances add up."""
    half = quantile * np.sqrt((np.var(a, ddof=1) + np.var(b, ddof=1)) / len(a))
    return in_words(np.mean(a) - np.mean(b) - half, np.mean(a) - np.mean(b) + half)


def every_seed(a: Array, b: Array, quantile: float) -> str:
    """A mistake: all seeds must agree."""
    return in_words(np.min(a - b), np.max(a - b))


def most_seeds(a: Array, b: Array, quantile: float) -> str:
    """A mistake: the seeds vote."""
    votes = np.sum(np.sign(a - b))
    return in_words(votes, votes)


def sorted_first(a: Array, b: Array, quantile: float) -> str:
    """A mistake: both are sorted, and the pairs are lost."""
    return claim(np.sort(a), np.sort(b), quantile)


def no_direction(a: Array, b: Array, quantile: float) -> str:
    """A mistake: every difference that can be told is for the better."""
    return "cannot tell" if claim(a, b, quantile) == "cannot tell" else "better"


def no_direction_worse(a: Array, b: Array, quantile: float) -> str:
    """A mistake: every difference that can be told is for the worse."""
    return "cannot tell" if claim(a, b, quantile) == "cannot tell" else "worse"


def draw(rng: np.random.Generator) -> Arguments:
    """Losses that share what a seed does to both; their difference is within its interval, or outside, by a factor."""
    n = int(rng.choice(list(T95)))
    noise = rng.normal(size=n)
    noise = (noise - noise.mean()) / noise.std(ddof=1)
    factor = np.exp(rng.choice([-1, 1]) * rng.uniform(0.06, 1.2))  # of what is needed to tell
    difference = noise + rng.choice([-1, 1]) * factor * T95[n] / np.sqrt(n)
    size, level = float(rng.choice([0.002, 0.02, 0.3, 20.0])), rng.uniform(20, 60)
    b = level + rng.uniform(0, 5) * rng.normal(size=n)
    return np.round(size * (b + difference), 6), np.round(size * b, 6), T95[n]


def vary(rng: np.random.Generator, a: Array, b: Array, quantile: float) -> Arguments:
    """The same seeds in another order, and the losses in another unit."""
    order, unit = rng.permutation(len(a)), float(rng.choice([0.25, 0.5, 2, 4]))
    return unit * a[order], unit * b[order], quantile


def probes() -> list[Arguments]:
    """Three that are easy to check, and so many that no wrong rule gives the same words by chance."""
    rng = np.random.default_rng(15)
    return [
        (np.array([5.0, 9.0, 4.0]), np.array([6.0, 10.1, 5.1]), 4.303),
        (np.array([5.0, 9.0, 4.0]), np.array([4.0, 7.9, 3.1]), 4.303),
        (np.array([5.0, 9.0, 4.0]), np.array([7.0, 9.5, 4.0]), 4.303),
        *(draw(rng) for _ in range(120)),
    ]


# The edges: an interval that ends at 0, with a spread that is exact to the last bit, and no difference at all.
EXERCISE = exercise(
    "claim",
    claim,
    probes=probes(),
    edges=[
        (np.array([8.0, 9.0, 6.0, 5.0]), np.array([4.0, 5.0, 2.0, 5.0]), 3.0),
        (np.array([4.0, 5.0, 2.0, 5.0]), np.array([8.0, 9.0, 6.0, 5.0]), 3.0),
        (np.array([0.5, 0.25, 0.75]), np.array([0.5, 0.25, 0.75]), 4.303),
        (np.array([0.5, 0.25, 0.75]), np.array([0.75, 0.5, 1.0]), 4.303),
    ],
    draw=draw,
    vary=vary,
)
