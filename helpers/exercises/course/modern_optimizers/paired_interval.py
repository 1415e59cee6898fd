"""The interval of a mean difference, where two rules ran on the same seeds."""

import numpy as np

from helpers.exercises.reading import exercise

Array = np.ndarray
Pair = tuple[float, float]
Arguments = tuple[Array, Array, float]

# Student's quantile, two-sided 95 %, by the number of values.
T95 = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447, 8: 2.365, 9: 2.306, 10: 2.262, 12: 2.201}


def paired_interval(a: Array, b: Array, quantile: float) -> Pair:
    """The interval of the mean of a - b (n,), with Student's quantile for n values; n is 2 or more."""
    difference = a - b
    spread = np.std(difference, ddof=1)
    middle = np.mean(difference)
    half = quantile * spread / np.sqrt(len(difference))
    return middle - half, middle + half


def unpaired(a: Array, b: Array, quantile: float) -> Pair:
    """A mistake: the two variances add up, as if no seed was shared."""
    spread = np.sqrt(np.var(a, ddof=1) + np.var(b, ddof=1))
    middle = np.mean(a) - np.mean(b)
    half = quantile * spread / np.sqrt(len(a))
    return middle - half, middle + half


def unpaired_without_ddof(a: Array, b: Array, quantile: float) -> Pair:
    """A mistake: the same, with n in the denominators."""
    half = quantile * np.sqrt((np.var(a) + np.var(b)) / len(a))
    return np.mean(a) - np.mean(b) - half, np.mean(a) - np.mean(b) + half


def around(middle: float, half: float) -> Pair:
    """The interval around a middle."""
    return middle - half, middle + half


def half_of(values: Array, quantile: float) -> float:
    """Half the length of the interval of a mean."""
    return float(quantile * np.std(values, ddof=1) / np.sqrt(len(values)))


def spreads_added(a: Array, b: Array, quantile: float) -> Pair:
    """A mistake: standard deviations are added."""
    return around(np.mean(a - b), half_of(a, quantile) + half_of(b, quantile))


def spreads_subtracted(a: Array, b: Array, quantile: float) -> Pair:
    """A mistake: standard deviations are subtracted."""
    return around(np.mean(a - b), half_of(a, quantile) - half_of(b, quantile))


def covariance_added(a: Array, b: Array, quantile: float) -> Pair:
    """A mistake: the spread of the sum in place of that of the difference."""
    return around(np.mean(a - b), half_of(a + b, quantile))


def covariance_once(a: Array, b: Array, quantile: float) -> Pair:
    """A mistake: the covariance is subtracted once, and counts twice."""
    variance = np.var(a, ddof=1) + np.var(b, ddof=1) - np.cov(a, b)[0, 1]
    return around(np.mean(a - b), quantile * np.sqrt(variance / len(a)))


def covariance_forms_mixed(a: Array, b: Array, quantile: float) -> Pair:
    """A mistake: np.var divides by n, and np.cov by n - 1."""
    variance = np.var(a) + np.var(b) - 2 * np.cov(a, b)[0, 1]
    return around(np.mean(a - b), quantile * np.sqrt(variance / len(a)))


def variances_subtracted(a: Array, b: Array, quantile: float) -> Pair:
    """A mistake: variances are subtracted, as the means are."""
    variance = np.var(a, ddof=1) - np.var(b, ddof=1)
    return around(np.mean(a - b), quantile * np.sqrt(variance / len(a)))


def both_as_one_sample(a: Array, b: Array, quantile: float) -> Pair:
    """A mistake: the spread of all results thrown together."""
    return around(np.mean(a - b), half_of(np.concatenate([a, b]), quantile))


def sorted_pairs(a: Array, b: Array, quantile: float) -> Pair:
    """A mistake: both are sorted first, so that the pairs are no longer of one seed."""
    return paired_interval(np.sort(a), np.sort(b), quantile)


def draw(rng: np.random.Generator) -> Arguments:
    """Results of two rules on the same seeds: what the seed does to both, and what is each one's own."""
    n = int(rng.choice(list(T95)[1:]))
    size = rng.choice([0.05, 0.5, 3.0])
    shared = rng.normal(0, 2 * size, n)
    a, b = (np.round(shared + size * rng.normal(rng.uniform(3, 6), 1, n), 3) for _ in range(2))
    return a, b, T95[n]


def probes() -> list[Arguments]:
    """A pair that is easy to check, one with results on both sides of 0, and others."""
    rng = np.random.default_rng(114)
    return [
        (np.array([5.0, 9.0, 4.0]), np.array([4.0, 7.0, 1.0]), 4.303),
        (np.array([-1.2, 0.4, -2.0, 0.9]), np.array([-0.5, -0.3, 0.8, -1.6]), 3.182),
        *(draw(rng) for _ in range(8)),
    ]


# On edges where all differences are equal the numbers are sums of halves and quarters: by way of the covariance, too,
# their spread is 0 to the last bit.
EXERCISE = exercise(
    "paired-interval",
    paired_interval,
    probes=probes(),
    edges=[
        (np.array([0.25, 0.75]), np.array([0.5, 0.25]), 12.706),
        (np.array([1.5, 2.5, 3.5]), np.array([1.0, 2.0, 3.0]), 4.303),
        (np.array([1.0, 2.0, 1.5, 0.5, 1.25]), np.array([1.0, 2.0, 1.5, 0.5, 1.25]), 2.776),
        (np.array([3, 1, 4, 1, 5]), np.array([2, 7, 1, 8, 2]), 2.776),
    ],
    draw=draw,
)
